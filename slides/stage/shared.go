package stage

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// Shared is a stage that several screens change and follow, while the deck is edited. Screens send
// messages with the changes they want, and every screen is told the result. It belongs to one
// goroutine. The zero value belongs to a talk that nobody has moved yet.
//
// A screen that loses the connection goes on alone, and sends its place later. The screen that
// moved last wins, however late its message comes. So a message says how long ago the move was, and
// a move older than the last one is ignored. Messages have ages and not times, because the clocks
// of two machines differ.
type Shared struct {
	told  bool // screens need a message
	rev   uint64
	stage Stage
	look  Look
	ink   drawing
	at    bool      // somebody has moved, so the stage has a place
	moved time.Time // the time of the last move
	size  *[2]int
	clock Clock
	by    string
	edits [][]Splice // changes of the last versions of the deck
	older int        // number of versions before those
}

// Message is a stage in the form that screens receive.
type Message struct {
	Stage
	Look
	Deck    int     `json:"deck"`    // the version of the deck that Slide refers to
	Size    *[2]int `json:"size"`    // of the audience's window, in pixels
	Planned int64   `json:"planned"` // length of the talk in ms, 0: unknown
	Elapsed int64   `json:"elapsed"` // time taken, in ms
	Running bool    `json:"running"` // the clock runs
	By      string  `json:"by"`      // the screen that made the last change
	Rev     uint64  `json:"rev"`     // counts changes
}

// Message returns the stage for screens, nil if nobody did anything yet. If nobody moved yet, its
// slide is -1.
func (s *Shared) Message(now time.Time) *Message {
	if !s.told {
		return nil
	}
	m := &Message{Stage: s.stage, Look: s.look, Deck: s.Version(), Size: s.size, By: s.by, Rev: s.rev, Planned: s.clock.Planned.Milliseconds(),
		Elapsed: s.clock.Elapsed(now).Milliseconds(), Running: s.clock.Running()}
	if !s.at {
		m.Slide = -1
	}
	return m
}

// Stage returns the present stage.
func (s *Shared) Stage() Stage { return s.stage }

// Change is the change that a screen wants: fields of Message, and how long ago it moved. Missing
// fields change nothing; a null pointer or zoom removes it.
type Change struct {
	Slide   *int            `json:"slide,omitempty"`
	Step    *int            `json:"step,omitempty"`
	Deck    *int            `json:"deck,omitempty"` // the version in which Slide counts; nil: the present one
	Black   *bool           `json:"black,omitempty"`
	Invite  *bool           `json:"invite,omitempty"`
	Pointer json.RawMessage `json:"pointer,omitempty"`
	Spot    *bool           `json:"spot,omitempty"`
	Zoom    json.RawMessage `json:"zoom,omitempty"`
	Scroll  *[][2]float64   `json:"scroll,omitempty"` // of all boxes that are scrolled
	Tone    *string         `json:"tone,omitempty"`
	Size    *[2]int         `json:"size,omitempty"`
	Planned *int64          `json:"planned,omitempty"` // ms
	Elapsed *int64          `json:"elapsed,omitempty"` // ms
	Running *bool           `json:"running,omitempty"`
	By      string          `json:"by,omitempty"`
	Ago     int64           `json:"ago,omitempty"` // ms since the screen moved
}

// Place returns the change to the slide and step of a stage.
func (s Stage) Place() Change { return Change{Slide: &s.Slide, Step: &s.Step} }

var errChange = errors.New("this is no change of a stage")

// ErrOutdated says that a message counts slides in a version of the deck so old that nobody knows any
// more where they went. The screen has to catch up with the deck and say again where it is.
var ErrOutdated = errors.New("this change is for a deck that was edited too often since")

// Merge changes the parts of the stage that a message names. Slide and step refer to the deck d, or
// to the version in the message. An invalid message changes nothing; neither does one that is outdated
// (ErrOutdated).
func (s *Shared) Merge(message []byte, d *slides.Deck, now time.Time) error {
	c := Change{}
	if json.Unmarshal(message, &c) != nil {
		return errChange
	}
	return s.Apply(c, d, now)
}

// Apply is Merge with a message that was decoded.
func (s *Shared) Apply(c Change, d *slides.Deck, now time.Time) error {
	if !c.sound() {
		return errChange
	}
	next := *s
	if c.Pointer != nil {
		next.stage.Pointer = nil // decoding would write through the pointer
		if json.Unmarshal(c.Pointer, &next.stage.Pointer) != nil || !within(next.stage.Pointer) {
			return errChange
		}
	}
	if c.Size != nil {
		next.size = c.Size
	}
	if moved := now.Add(-time.Duration(c.Ago) * time.Millisecond); c.Ago == 0 || moved.After(s.moved) {
		if c.Slide != nil && c.Deck != nil && *c.Deck <= s.older {
			return ErrOutdated
		}
		next.place(&c, d, moved)
	}
	if !next.look.merge(&c) {
		return errChange
	}
	next.time(&c, now)
	next.told, next.by, next.rev = true, c.By, s.rev+1
	*s = next
	return nil
}

// sound reports whether values are valid. Ago is at most a day: a screen that was asleep longer
// knows nothing about this talk.
func (c *Change) sound() bool {
	const day = 24 * 60 * 60 * 1000
	for _, ms := range []*int64{c.Planned, c.Elapsed, &c.Ago} {
		if ms != nil && (*ms < 0 || *ms > day) {
			return false
		}
	}
	return len(c.By) <= 64 && (c.Size == nil || min(c.Size[0], c.Size[1]) >= 1 && max(c.Size[0], c.Size[1]) <= 1<<16)
}

func within(p *[2]float64) bool { return p == nil || min(p[0], p[1]) >= 0 && max(p[0], p[1]) <= 1 }

// place applies a message's place in the talk.
func (s *Shared) place(c *Change, d *slides.Deck, moved time.Time) {
	if c.Black != nil {
		s.stage.Black, s.moved = *c.Black, moved
	}
	if c.Invite != nil {
		s.stage.Invite = *c.Invite
	}
	if c.Slide == nil && c.Step == nil {
		return
	}
	slide, step := s.stage.Slide, s.stage.Step
	if c.Step != nil {
		step = *c.Step
	}
	if c.Slide != nil {
		version := s.Version()
		if c.Deck != nil {
			version = *c.Deck
		}
		slide = max(0, *c.Slide)
		for _, changes := range s.edits[min(version-1-s.older, len(s.edits)):] { // edits since the message was sent
			slide = Follow(slide, changes)
		}
	}
	was := s.stage
	s.stage = s.stage.Jump(d, slide, step)
	s.look = s.look.moved(s.stage.Slide != was.Slide, s.stage.Step != was.Step)
	s.at, s.moved = true, moved
}

// time applies a message's clock.
func (s *Shared) time(c *Change, now time.Time) {
	if c.Planned != nil {
		s.clock.Planned = time.Duration(*c.Planned) * time.Millisecond
	}
	running := s.clock.Running()
	if c.Running != nil {
		running = *c.Running
	}
	if c.Elapsed != nil {
		s.clock = s.clock.Set(time.Duration(*c.Elapsed)*time.Millisecond, running, now)
	} else {
		s.clock = s.clock.Run(running, now)
	}
}

// plan takes the planned length that a deck says, in place of the one that the deck before said. A length that somebody
// has chosen stays. plan reports whether it has changed.
func (s *Shared) plan(was, is time.Duration) bool {
	if was == is || s.clock.Planned != was {
		return false
	}
	s.clock.Planned, s.told = is, true
	return true
}

// Version returns the number of the present deck, from 1.
func (s *Shared) Version() int { return 1 + s.older + len(s.edits) }

const manyEdits = 100 // more happen only while a screen sleeps, or loses its connection for long

// Edited begins a new version of the deck, d, which differs from the earlier one by changes.
func (s *Shared) Edited(d *slides.Deck, changes []Splice) {
	s.edits = append(s.edits, changes)
	if extra := len(s.edits) - manyEdits; extra > 0 {
		s.edits = slices.Delete(s.edits, 0, extra)
		s.older += extra
	}
	s.stage = s.stage.Follow(d, changes)
	s.ink.follow(changes)
}

// skip counts versions that nobody has shown. In them, slides have the numbers of the one before.
func (s *Shared) skip(n int) {
	if n >= manyEdits {
		s.older, s.edits = s.older+len(s.edits)+n, nil
		return
	}
	s.edits = append(s.edits, make([][]Splice, n)...)
}

package server

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/slidexec/slidexec/render/html"
)

// Stage is what windows that go together show, and the speaker's clock.
type Stage struct {
	Slide   int         `json:"slide"` // counted from 0; -1: nobody moved yet
	Step    int         `json:"step"`
	Deck    int         `json:"deck"` // the version of the deck that slide counts in
	Black   bool        `json:"black"`
	Pointer *[2]float64 `json:"pointer"` // parts of the slide's width and height
	Size    *[2]int     `json:"size"`    // of the audience's window, in pixels
	Planned int64       `json:"planned"` // length of the talk in ms, 0: not said
	Elapsed int64       `json:"elapsed"` // of it, in ms
	Running bool        `json:"running"` // the clock
	By      string      `json:"by"`      // the window that changed it last
}

// stopwatch measures the time of a talk, with pauses.
type stopwatch struct {
	began time.Time     // zero: it stands
	spent time.Duration // before that
}

func (c *stopwatch) running() bool { return !c.began.IsZero() }

func (c *stopwatch) elapsed(now time.Time) time.Duration {
	if c.running() {
		return c.spent + now.Sub(c.began)
	}
	return c.spent
}

// timers are what can be done with the clock.
var timers = map[string]func(c *stopwatch, now time.Time){
	"": func(*stopwatch, time.Time) {},
	"start": func(c *stopwatch, now time.Time) {
		if !c.running() {
			c.began = now
		}
	},
	"pause": func(c *stopwatch, now time.Time) { *c = stopwatch{spent: c.elapsed(now)} },
	"reset": func(c *stopwatch, _ time.Time) { *c = stopwatch{} },
}

// shown returns the stage as windows are told, nil if nobody did anything yet.
func (st *state) shown() *Stage {
	if st.stage == nil {
		return nil
	}
	now := *st.stage
	now.Deck = st.version()
	now.Running, now.Elapsed = st.clock.running(), st.clock.elapsed(time.Now()).Milliseconds()
	return &now
}

func (s *Server) setStage(w http.ResponseWriter, r *http.Request) {
	var change json.RawMessage
	if !read(w, r, &change) || !s.started(w, r) {
		return
	}
	good := true
	if !s.owner(w, r, func(st *state) { good = st.move(change) }) {
		return
	}
	if !good {
		refuse(w, http.StatusBadRequest, "the body is not what this takes")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// version counts the decks, from 1.
func (st *state) version() int { return 1 + st.older + len(st.edits) }

const manyEdits = 100 // more never happen while a request is on its way

// edited begins a new version of the deck.
func (st *state) edited(changes []splice) {
	st.edits = append(st.edits, changes)
	if len(st.edits) > manyEdits {
		st.edits = slices.Delete(st.edits, 0, 1)
		st.older++
	}
}

// clamp returns the nearest slide that there is.
func (st *state) clamp(slide int) int { return max(-1, min(slide, len(st.cells)-1)) }

// move changes those parts of the stage that are named, and tells the windows.
func (st *state) move(change []byte) bool {
	now := struct {
		Stage
		Timer string `json:"timer"`
	}{}
	now.Slide = -1
	if st.stage != nil {
		now.Stage = *st.stage
	}
	now.Deck = st.version()
	now.Pointer, now.Size = clone(now.Pointer), clone(now.Size) // decoding writes where they point
	if json.Unmarshal(change, &now) != nil || len(now.By) > 64 || timers[now.Timer] == nil || now.Planned < 0 {
		return false
	}
	if p := now.Pointer; p != nil && (min(p[0], p[1]) < 0 || max(p[0], p[1]) > 1) {
		return false
	}
	if p := now.Size; p != nil && (min(p[0], p[1]) < 1 || max(p[0], p[1]) > 1<<16) {
		return false
	}
	timers[now.Timer](&st.clock, time.Now())
	since := min(max(now.Deck-1-st.older, 0), len(st.edits))
	for _, changes := range st.edits[since:] { // while the request was on its way
		now.Slide = follow(now.Slide, changes)
	}
	now.Slide = st.clamp(now.Slide)
	now.Step = max(0, now.Step)
	st.stage = &now.Stage
	st.hub.mention("stage", st.shown())
	return true
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// note is what the speaker's view shows of a slides.Note.
type note struct {
	Step int    `json:"step"`
	Text string `json:"text"`
}

// notes answers with the notes of all slides that have some, by their places counted from 0. They
// come on their own, so that pages of the audience do not hold them.
func (s *Server) notes(w http.ResponseWriter, r *http.Request) {
	if !s.started(w, r) {
		return
	}
	all := map[int][]note{}
	if !s.owner(w, r, func(st *state) {
		for i, sl := range st.view.Deck.Slides {
			for _, n := range sl.Notes {
				all[i] = append(all[i], note{n.Step, html.Clean(n.Text)})
			}
		}
	}) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(all) // the reader is gone: nobody is left to be told
}

package stage

import (
	"encoding/json"
	"errors"
	"hash/maphash"
	"sync"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// Hall is the Shared stage of a talk that several front ends in this process show at the same time: a
// terminal, browsers, a speaker's view. Each joins and gets a Seat; each may come and go. The zero Hall
// is empty. It is for any number of goroutines.
//
// Front ends take the events of a talk at their own pace, so they may show different versions of the
// deck for a moment. Each one tells its version to its Seat, the first of them also tells the Hall what
// has changed; the Hall translates the numbers of slides. Nobody waits for anybody: the lock is held
// only while some numbers change, and a Seat is never sent messages that could pile up, but told that
// there is news.
type Hall struct {
	mu     sync.Mutex
	shared Shared
	deck   *slides.Deck // the newest one; nil: none yet
	count  int          // the version of deck as the events of the talk count; 0: they do not
	prints *[]uint64    // of deck; nil: nobody has asked for them
	seats  map[*Seat]bool
}

// Seat is the place of one front end in a Hall. Its methods are for any goroutine.
type Seat struct {
	hall    *Hall
	version int  // of the deck that the front end shows; hall.mu protects it
	blind   bool // hall.mu protects it
	news    chan struct{}
}

// Join returns a seat for one more front end. Leave it at the end.
func (h *Hall) Join() *Seat {
	s := &Seat{hall: h, news: make(chan struct{}, 1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.seats == nil {
		h.seats = map[*Seat]bool{}
	}
	h.seats[s] = true
	return s
}

// Leave gives the seat back.
func (s *Seat) Leave() {
	s.hall.mu.Lock()
	defer s.hall.mu.Unlock()
	delete(s.hall.seats, s)
}

// Load says that the front end shows a deck from now on: the one of an event slides.Loaded, with its
// version. If the version is 0, the deck is a new version, unless it is the newest deck. changes are
// those since the front end's earlier deck; nil: the Hall finds them by itself.
//
// Load reports whether the stage followed these changes. If it did not, it followed others, because
// another front end was faster; the stage may then be at another slide than the front end expects.
func (s *Seat) Load(d *slides.Deck, version int, changes []Splice) (followed bool) {
	h := s.hall
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		newest, count, gap := h.shared.Version(), version, version-h.count
		switch {
		case h.deck == nil:
			h.deck, h.count = d, version
			h.shared.older = max(version-1, 0)
			h.shared.plan(0, d.Meta.Duration)
			s.version = h.shared.Version()
			return true
		case version == 0 && d == h.deck || version > 0 && gap <= 0:
			s.version = max(newest+min(gap, 0), 1)
			return false
		case version == 0:
			gap, count = 1, h.count
		}
		followed = changes != nil && s.version == newest
		now := (*[]uint64)(nil)
		if !followed {
			old, cur, ok := h.compare(d)
			if !ok {
				continue // another front end was faster
			}
			changes, now = Diff(*old, *cur), cur
		}
		h.shared.skip(gap - 1)
		h.shared.Edited(d, changes)
		if h.shared.plan(h.deck.Meta.Duration, d.Meta.Duration) {
			for o := range h.seats {
				o.wake()
			}
		}
		h.deck, h.count, h.prints, s.version = d, count, now, newest+gap
		return followed
	}
}

// compare returns the fingerprints of the slides of the newest deck and of another one. It gives the
// lock back meanwhile; it reports whether the newest version is still the same.
func (h *Hall) compare(d *slides.Deck) (old, now *[]uint64, ok bool) {
	deck, version := h.deck, h.shared.Version()
	old = h.prints
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		ok = h.shared.Version() == version
	}()
	if old == nil {
		old = prints(deck)
	}
	return old, prints(d), false
}

var seed = maphash.MakeSeed()

// prints returns the fingerprints of a deck's slides: of their content, without places in the source.
func prints(d *slides.Deck) *[]uint64 {
	out := make([]uint64, len(d.Slides))
	var sum slides.Sum
	parts := slides.Parts{Sum: &sum, Own: func(_ string, s **slides.Snippet) { program(&sum, *s) }, Ref: func(_ string, s **slides.Snippet) { program(&sum, *s) }}
	for i, s := range d.Slides {
		sum = sum[:0]
		parts.Slide(s)
		out[i] = maphash.Bytes(seed, sum)
	}
	return &out
}

// Changes returns the splices that turn the slides of one deck into those of another. It is not nil.
func Changes(old, cur *slides.Deck) []Splice {
	if changes := Diff(*prints(old), *prints(cur)); changes != nil {
		return changes
	}
	return []Splice{}
}

func program(sum *slides.Sum, s *slides.Snippet) {
	if s != nil {
		sum.Str(s.ID, s.Lang, s.Code, string(s.Key))
	}
}

// Version returns the version of the deck that the front end shows.
func (s *Seat) Version() int {
	s.hall.mu.Lock()
	defer s.hall.mu.Unlock()
	return s.version
}

var errNoDeck = errors.New("the talk has no slides yet")

// Change changes the stage, and tells the others that there is news. If a change does not say in which
// version its slide counts, that is the version that this front end shows.
func (s *Seat) Change(c Change, now time.Time) error {
	h := s.hall
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.deck == nil {
		return errNoDeck
	}
	if version := s.version; c.Deck == nil && version > 0 {
		c.Deck = &version
	}
	err := h.shared.Apply(c, h.deck, now)
	if err != nil {
		return err
	}
	s.others(c.unseen())
	return nil
}

// others wakes the other seats; unseen says that the change is not for the blind ones.
func (s *Seat) others(unseen bool) {
	for o := range s.hall.seats {
		if o != s && !(unseen && o.blind) {
			o.wake()
		}
	}
}

// Blind says that the front end can show no pointer, no drawing, and nothing else of a Look. Where these
// alone have changed, which may be sixty times a second, it gets no news.
func (s *Seat) Blind() {
	s.hall.mu.Lock()
	defer s.hall.mu.Unlock()
	s.blind = true
}

// Draw draws on a slide, and tells the others that there is news. If the ink does not say in which version
// its slide counts, that is the version that this front end shows.
func (s *Seat) Draw(i Ink) error {
	h := s.hall
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.deck == nil {
		return errNoDeck
	}
	if version := s.version; i.Deck == nil && version > 0 {
		i.Deck = &version
	}
	err := h.shared.Draw(i, h.deck)
	if err == nil {
		s.others(true)
	}
	return err
}

// Drawn returns what was drawn after a state of the drawings, see Shared.Drawn.
func (s *Seat) Drawn(since uint64) *Drawn {
	s.hall.mu.Lock()
	defer s.hall.mu.Unlock()
	return s.hall.shared.Drawn(since)
}

// Drawings returns all drawings, see Shared.Drawings.
func (s *Seat) Drawings() *Drawn {
	s.hall.mu.Lock()
	defer s.hall.mu.Unlock()
	return s.hall.shared.Drawings()
}

// Merge is Change with a message of JSON.
func (s *Seat) Merge(message []byte, now time.Time) error {
	c := Change{}
	if json.Unmarshal(message, &c) != nil {
		return errChange
	}
	return s.Change(c, now)
}

func (s *Seat) wake() {
	select {
	case s.news <- struct{}{}:
	default: // it knows already
	}
}

// News has an element if others have changed the stage since the last one. Message tells how the stage
// is then.
func (s *Seat) News() <-chan struct{} { return s.news }

// Message returns the present stage, nil if nobody did anything yet. Its slide counts in the newest
// version of the deck, which may be newer than the front end's: then the front end is about to get that
// deck, and its Load comes first. If nobody moved yet, its slide is -1.
func (s *Seat) Message(now time.Time) *Message {
	s.hall.mu.Lock()
	defer s.hall.mu.Unlock()
	return s.hall.shared.Message(now)
}

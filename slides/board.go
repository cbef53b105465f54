package slides

import (
	"maps"

	"github.com/slidexec/slidexec/internal/budget"
)

// A Board is a deck with the state of its programs, as events report them. Every display of a talk
// has one and puts each event through Apply. The zero Board has no deck yet; it is for one
// goroutine.
type Board struct {
	Deck    *Deck   // nil: none was loaded yet
	Results Results // of programs of Deck; a caller may keep the map until the next Apply
	Broken  *Broken // why the deck on disk cannot be shown; nil: Deck is the deck on disk

	// Shelf bounds the output that is kept. A Board without one keeps everything, because the
	// sender of its events has bounded it already. A second Shelf might cut other outputs than the
	// first.
	Shelf *Shelf

	programs map[Key]*Snippet
}

// Apply takes an event and returns the event that took effect: a Ran with the part of its output
// that is kept. If the program of a Ran was edited away meanwhile, nothing takes effect, and Apply
// returns nil.
//
// A Loaded keeps the results of programs that the new deck still has, and forgets the others. It
// does so in another map, so that callers can draw the earlier deck again.
func (b *Board) Apply(e Event) Event {
	switch e := e.(type) {
	case Loaded:
		b.load(e.Deck)
	case Broken:
		b.Broken = &e
	case Ran:
		if b.programs[e.Key] == nil {
			return nil
		}
		return b.ran(e)
	}
	return e
}

func (b *Board) load(d *Deck) {
	b.Deck, b.Broken = d, nil
	b.programs = make(map[Key]*Snippet, len(b.programs))
	for _, s := range d.Snippets {
		if s.Exec.Mode != NotExecutable {
			b.programs[s.Key] = s
		}
	}
	kept := b.Results
	for k := range b.Results {
		if b.programs[k] != nil {
			continue
		}
		if len(kept) == len(b.Results) {
			kept = maps.Clone(b.Results)
		}
		delete(kept, k)
		if b.Shelf != nil {
			b.Shelf.Drop(k)
		}
	}
	b.Results = kept
}

func (b *Board) ran(e Ran) Event {
	if b.Shelf != nil {
		e.Result = b.Shelf.Keep(e.Key, e.Result)
	}
	if e.Result.State == NotRun { // the result is withdrawn
		delete(b.Results, e.Key)
		return e
	}
	if b.Results == nil {
		b.Results = Results{}
	}
	b.Results[e.Key] = e.Result
	return e
}

// Program returns the executable snippet of a key, nil if the deck has none.
func (b *Board) Program(k Key) *Snippet { return b.programs[k] }

// A Shelf bounds the output that is kept of all programs of a deck: a thousand programs may print a
// megabyte each. An owner of results puts each through Keep, and drops those that are gone. The
// zero Shelf is empty. It is for one goroutine.
type Shelf struct {
	sizes map[Key]int
	total int
}

// Keep returns the result to keep under a key in place of the earlier one: with all its output if
// there is room for it, else with the beginning of its output.
func (s *Shelf) Keep(k Key, r Result) Result {
	s.Drop(k)
	if size := r.Size(); size > 0 {
		if s.sizes == nil {
			s.sizes = map[Key]int{}
		}
		room := max(budget.Output.Limit-s.total, 0)
		s.sizes[k] = min(size, room)
		s.total += s.sizes[k]
		r = r.Cut(room, budget.Output)
	}
	return r
}

// Drop forgets the result under a key, which makes room for others.
func (s *Shelf) Drop(k Key) {
	s.total -= s.sizes[k]
	delete(s.sizes, k)
}

// Size returns how many bytes of output the result holds.
func (r Result) Size() int {
	n := r.Screen.Size()
	for _, c := range r.Log {
		n += len(c.Data)
	}
	return n
}

// Cut returns the result with at most n bytes of output. Omitted counts the others, and Spent names
// the budget that asked for the cut. Of a Screen, the rows that left it go first; if that is not
// enough, the result has no Screen, and of its text what fits.
func (r Result) Cut(n int, by *budget.Budget) Result {
	if r.Screen != nil && len(r.Screen.Back) > 0 && r.Size() > n {
		s := *r.Screen
		s.Back, r.Screen = nil, &s
	}
	if r.Size() <= n {
		return r
	}
	r.Screen = nil
	size := r.Size()
	if size <= n {
		return r
	}
	log := []Chunk{}
	for _, c := range r.Log {
		if n == 0 {
			break
		}
		c.Data = c.Data[:min(len(c.Data), n)]
		n -= len(c.Data)
		log = append(log, c)
	}
	r.Truncated, r.Log = true, log
	r.Omitted += int64(size - r.Size())
	r.Spent = by
	return r
}

package slides

import "github.com/slidexec/slidexec/internal/budget"

// A Shelf bounds the output that is kept of all programs of a deck: a thousand programs may print a
// megabyte each. Whoever keeps results puts each through Keep, and drops those that are gone. The
// zero Shelf is empty. It is for one goroutine.
type Shelf struct {
	sizes map[Key]int
	total int
}

// Keep returns the result to keep under a key in place of the one before: with all its output as
// long as there is room for it, else with the beginning that there is room for.
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

// Drop makes room for other results.
func (s *Shelf) Drop(k Key) {
	s.total -= s.sizes[k]
	delete(s.sizes, k)
}

// Size returns how many bytes of output the result holds.
func (r Result) Size() int {
	n := 0
	for _, c := range r.Log {
		n += len(c.Data)
	}
	return n
}

// Cut returns the result with no more than n bytes of output, of which Omitted counts the others,
// with the budget that asks for it.
func (r Result) Cut(n int, by *budget.Budget) Result {
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

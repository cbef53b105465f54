package term

import (
	"sync"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// Cache keeps from one layout to the next what costs time: the lines of outputs, and which blocks of
// the deck repeat others. A Backend without one works them out anew. The zero Cache is empty. It is for
// any number of goroutines.
type Cache struct {
	mu      sync.Mutex
	deck    *slides.Deck
	copies  render.Copies
	outputs map[version][]ansi.Line
	size    int // lines in outputs
}

// maxKept is the limit on lines of output that a Cache holds.
const maxKept = 100_000

// version tells one output of a program from another.
type version struct {
	snippet *slides.Snippet
	state   slides.State
	chunks  int
	last    *byte // of the last chunk
	size    int
	cut     bool

	width, most int // of the rows that long lines are cut into, and how many a page has; 0: they are whole
}

func versionOf(s *slides.Snippet, r slides.Result) version {
	v := version{snippet: s, state: r.State, chunks: len(r.Log), cut: r.Truncated}
	if v.chunks > 0 {
		if data := r.Log[v.chunks-1].Data; len(data) > 0 {
			v.last, v.size = &data[0], len(data)
		}
	}
	return v
}

// reset forgets everything if the deck is another one.
func (c *Cache) reset(d *slides.Deck) {
	if c.deck != d {
		c.deck, c.copies, c.outputs, c.size = d, render.CopiesOf(d), nil, 0
	}
}

// copiesOf is render.CopiesOf.
func (c *Cache) copiesOf(d *slides.Deck) render.Copies {
	if c == nil {
		return render.CopiesOf(d)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reset(d)
	return c.copies
}

// output is View.Output. Callers do not change the lines.
func (c *Cache) output(v *render.View, s *slides.Snippet, r slides.Result) []ansi.Line {
	if c == nil || len(r.Log) == 0 {
		return v.Output(s, r)
	}
	return c.lines(v.Deck, versionOf(s, r), func() []ansi.Line { return v.Output(s, r) })
}

// lines returns the lines of a version, which work works out if the Cache does not have them.
func (c *Cache) lines(d *slides.Deck, key version, work func() []ansi.Line) []ansi.Line {
	if c == nil {
		return work()
	}
	c.mu.Lock()
	c.reset(d)
	lines, ok := c.outputs[key]
	c.mu.Unlock()
	if ok {
		return lines
	}
	lines = work()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.size+len(lines) > maxKept || len(c.outputs) >= 1000 {
		c.outputs, c.size = nil, 0
	}
	if c.outputs == nil {
		c.outputs = map[version][]ansi.Line{}
	}
	c.outputs[key] = lines
	c.size += len(lines)
	return lines
}

package render

import (
	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
)

// Copies counts, for each placeholder and picture that repeats another, how many of the same output or
// file come before it. Each takes some twenty bytes of a deck, and may show megabytes.
type Copies map[slides.Block]int

// CopiesOf returns the copies of a deck, nil if it has none.
func CopiesOf(d *slides.Deck) Copies {
	var c Copies
	count := map[any]int{}
	note := func(b slides.Block, of any) {
		if n := count[of]; n > 0 {
			if c == nil {
				c = Copies{}
			}
			c[b] = n
		}
		count[of]++
	}
	p := slides.Parts{Block: func(b slides.Block) {
		switch b := b.(type) {
		case *slides.Output:
			if b.Snippet != nil {
				note(b, b.Snippet)
			}
		case *slides.Image:
			if b.File != nil {
				note(b, b.File.Path+"\x00"+b.File.Name)
			}
		}
	}}
	for _, s := range d.Slides {
		p.Blocks("blocks", &s.Blocks)
	}
	return c
}

// Spent reports whether the copies before a block have used up the budget of one output or picture of
// size bytes.
func (c Copies) Spent(b slides.Block, size int, by *budget.Budget) bool {
	n := c[b]
	return n > 0 && size > by.Limit/(n+1)
}

// Result returns the result for a placeholder. If the copies before it have used up the budget, the
// result lacks its output.
func (c Copies) Result(v *View, o *slides.Output) slides.Result {
	r := v.Result(o.Snippet)
	if len(c) > 0 && c.Spent(o, r.Size(), budget.Copies) {
		return r.Cut(0, budget.Copies)
	}
	return r
}

package render

import (
	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
)

// Copies knows the placeholders and pictures that repeat one: how many of the same output or file stand
// before each. They take some twenty bytes of a deck each, and show up to megabytes.
type Copies map[slides.Block]int

// CopiesOf returns the copies of a deck, nil where it has none.
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

// Spent reports whether the copies before a block have used up what one output or picture, of a size
// in bytes, may take at all its places.
func (c Copies) Spent(b slides.Block, size int, by *budget.Budget) bool {
	n := c[b]
	return n > 0 && size > by.Limit/(n+1)
}

// Result returns what a placeholder shows: the result, without its output where the copies before it
// have used up the budget.
func (c Copies) Result(v *View, o *slides.Output) slides.Result {
	r := v.Result(o.Snippet)
	if len(c) > 0 && c.Spent(o, r.Size(), budget.Copies) {
		return r.Cut(0, budget.Copies)
	}
	return r
}

package render

import (
	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
)

// Copies knows the placeholders that repeat one: how many with the same snippet stand before each.
// A placeholder takes thirty bytes of a deck and shows up to a megabyte.
type Copies map[*slides.Output]int

// CopiesOf returns the copies of a deck, nil where it has none.
func CopiesOf(d *slides.Deck) Copies {
	var c Copies
	count := map[*slides.Snippet]int{}
	for _, s := range d.Slides {
		slides.Walk(s.Blocks, func(b slides.Block) {
			o, ok := b.(*slides.Output)
			if !ok || o.Snippet == nil {
				return
			}
			if n := count[o.Snippet]; n > 0 {
				if c == nil {
					c = Copies{}
				}
				c[o] = n
			}
			count[o.Snippet]++
		})
	}
	return c
}

// Result returns what a placeholder shows: the result without its output, once the copies before
// have used up what one output may take at all its places.
func (c Copies) Result(v *View, o *slides.Output) slides.Result {
	r := v.Result(o.Snippet)
	n := c[o]
	if size := r.Size(); n > 0 && size > budget.Copies.Limit/(n+1) {
		return r.Cut(0, budget.Copies)
	}
	return r
}

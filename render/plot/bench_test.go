package plot

import (
	"fmt"
	"io"
	"testing"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

// talkOf returns a talk of n slides: listings with outputs, lists, tables and text in turn.
func talkOf(n int) *render.View {
	v := &render.View{Deck: &slides.Deck{}, Results: slides.Results{}}
	blocks := rendertest.Blocks()
	states := rendertest.States()
	for k, r := range states.Results {
		v.Results[k] = r
	}
	for i := range n {
		from := [...]*render.View{blocks, states, blocks, rendertest.Talk()}[i%4].Deck.Slides
		s := *from[i%len(from)]
		v.Deck.Slides = append(v.Deck.Slides, &s)
	}
	return v
}

// BenchmarkPDF draws whole talks: 30 slides are to take 0.3 s at most, with the fonts of the machine.
func BenchmarkPDF(b *testing.B) {
	for _, n := range []int{30, 300} {
		v := talkOf(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if err := (PDF{}).Render(io.Discard, v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

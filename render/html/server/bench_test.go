package server

import (
	"fmt"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// BenchmarkPatch is what an edit of one slide costs the server, from the new deck to the message.
func BenchmarkPatch(b *testing.B) {
	for _, n := range []int{30, 1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := &Server{Token: ticket}
			s.init()
			st := s.state
			w := &window{out: make(chan []byte, queue)}
			st.hub.windows[w] = true
			st.load(slides.Loaded{Deck: many(n).Deck})
			st.snapshot()
			versions := [2]*slides.Deck{many(n).Deck, many(n).Deck}
			versions[1].Slides[n/2].Blocks = []slides.Block{para("edited")}
			i := 0
			for b.Loop() {
				i++
				st.take(slides.Loaded{Deck: versions[i%2]})
				st.flush(s.now(), false)
				if len(w.out) > 0 {
					<-w.out
				} else if i > 1 {
					b.Fatal("no message")
				}
			}
		})
	}
}

package present

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render/present/input"
	"github.com/slidexec/slidexec/slides"
)

// many returns a deck of n slides like those of talks.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Slide %d\n===\n\nSome *text* with `code` and a list:\n\n* one\n* two\n\n```rust +exec +line_numbers\n// a program\nfn main() {\n    for i in 0..%d {\n"+
			"        println!(\"{i} {}\", i * 2);\n    }\n}\n```\n\n<!-- end_slide -->\n\n", i+1, i+1)
	}
	return b.String()
}

// BenchmarkFirstFrame measures from a parsed deck to the bytes of the first frame.
func BenchmarkFirstFrame(b *testing.B) {
	for _, n := range []int{30, 1000, 10000} {
		deck, _ := markdown.Parse("deck.md", []byte(many(n)), markdown.Config{})
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				s := newSession(b, "x\n", 120, 40)
				st := newState(s.state.Player)
				st.Seat = s.hall.Join()
				st.take(slides.Loaded{Deck: deck, Version: 1})
				st.draw()
			}
		})
	}
}

// BenchmarkKey measures from a key to the bytes of the frame, at 120×40: next slide, also while a program on
// the slide prints 10,000 lines.
func BenchmarkKey(b *testing.B) {
	long := []slides.Chunk{{Data: []byte(strings.Repeat("a line of output that is not short \x1b[32mok\x1b[0m\n", 10000))}}
	for _, tt := range []struct {
		name string
		log  []slides.Chunk
		keys []string
	}{{"slides", nil, []string{"n"}}, {"streaming", long, []string{"n", "p"}}, {"scroll", nil, []string{"<c-d>", "<c-u>"}}} {
		b.Run(tt.name, func(b *testing.B) {
			s := newSession(b, many(1000), 120, 40)
			p := s.state.deck().Executable()[0]
			i := 0
			for b.Loop() {
				if i%1000 == 999 {
					s.state.key("g")
					s.state.key("g")
				}
				s.now = s.now.Add(time.Second)
				if tt.log != nil {
					s.state.take(slides.Ran{Key: p.Key, Result: slides.Result{State: slides.Running, Started: s.now, Log: tt.log}})
				}
				s.state.hear([]input.Event{input.Key(tt.keys[i%len(tt.keys)])}, true)
				s.state.draw()
				i++
			}
		})
	}
}

package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
)

// TestStreamInSum ends programs in the order of the deck, and then all others before the first. What
// waits to be printed is no more than the budget, and the cache holds nothing of what was printed.
func TestStreamInSum(t *testing.T) {
	const n, each = 50, 1000
	t.Cleanup(budget.Output.Lower(10 * each))
	var todo []*slides.Snippet
	at := slides.Span{Pos: slides.Pos{File: slides.NewFile("deck.md", "", nil)}}
	for i := range n {
		todo = append(todo, &slides.Snippet{At: at, Key: slides.Key(fmt.Sprint(i)), ID: fmt.Sprint(i), Exec: slides.Exec{Mode: slides.ModeExec}})
	}
	kept := func(s *stream) (sum int) {
		for _, r := range s.board.Results {
			sum += r.Size()
		}
		return sum
	}
	for _, first := range []int{0, 1} {
		var out, log bytes.Buffer
		s := newStream(&app{out: &out, ui: &ui{w: &log}}, true)
		s.take(slides.Loaded{Deck: &slides.Deck{Snippets: todo}})
		s.begin(todo)
		for i := range n {
			s.ran(slides.Ran{Key: todo[(i+first)%n].Key, Result: slides.Result{State: slides.Done, Status: slides.OK,
				Log: []slides.Chunk{{Data: bytes.Repeat([]byte("x"), each)}}}})
			if sum := kept(s); sum > first*budget.Output.Limit {
				t.Fatalf("%d bytes are kept", sum)
			}
		}
		if sum := kept(s); sum > 0 || s.next != n {
			t.Errorf("%d bytes are kept after all %d are printed", sum, s.next)
		}
		want := n
		if first == 1 {
			want = 1 + 10 // the first is printed at once
		}
		if got := strings.Count(out.String(), strings.Repeat("x", each)); got != want {
			t.Errorf("%d outputs are printed, want %d", got, want)
		}
	}
}

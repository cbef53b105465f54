package server

import (
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
)

// TestCopiesOfOutput makes sure that what windows are sent does not grow with every placeholder of
// a long output.
func TestCopiesOfOutput(t *testing.T) {
	const size, places = 64 << 10, 300
	t.Cleanup(budget.Copies.Lower(8 * size))
	sn := snippet("long", "bash", "yes\n")
	d := &slides.Deck{Snippets: []*slides.Snippet{sn}}
	for range places {
		d.Slides = append(d.Slides, titled("", placed(sn)))
	}
	s, page := with(t, view(d, nil))
	events, _ := s.listen(stateOf(page))
	s.want(events, "hello")
	s.events <- slides.Ran{Key: sn.Key, Result: printed(strings.Repeat(strings.Repeat("x", 99)+"\n", size/100), 0)}
	if data := s.want(events, "output").data; len(data) > 2*budget.Copies.Limit+places*2000 {
		t.Errorf("a message of %d bytes", len(data))
	}
}

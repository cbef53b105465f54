package server

import (
	"net/http"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// TestFaultOfASlide: a slide that cannot be drawn says so, in a page that shows the others.
func TestFaultOfASlide(t *testing.T) {
	broken := titled("Two", &slides.Columns{Cols: make([][]slides.Block, 2)}) // no parser makes columns without widths
	_, page := with(t, view(&slides.Deck{Slides: []*slides.Slide{titled("One"), broken, titled("Three")}}, nil))
	for _, want := range []string{"One", "slidexec has a bug: it broke down while drawing this slide", "Three"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "nil pointer") {
		t.Error("the page shows what panicked")
	}
}

// TestFaultOfAnEvent: what cannot be shown at all leaves the slides that are shown, and a word over
// them; the next version is shown again.
func TestFaultOfAnEvent(t *testing.T) {
	s, page := with(t, three("Two"))
	events, _ := s.listen(stateOf(page))
	s.want(events, "hello")
	s.events <- slides.Loaded{} // without a deck
	var m brokenMessage
	s.want(events, "broken").into(t, &m)
	if !strings.Contains(m.HTML, "slidexec has a bug") {
		t.Errorf("broken says %s", m.HTML)
	}
	s.load(three("Another"))
	s.want(events, "slides")
	s.want(events, "mended")
}

// brittle is a Control that cannot run anything without a fault.
type brittle struct{}

func (brittle) Run(...slides.Key)  { panic("index out of range [5] with length 3") }
func (brittle) Stop(...slides.Key) {}

func (brittle) Type(slides.Key, slides.Input) {}

// TestFaultOfARequest: the request is refused, and the server goes on.
func TestFaultOfARequest(t *testing.T) {
	s, _ := with(t, three("Two"))
	s.srv.Control = brittle{}
	if status := s.post("/run", `{"all": true}`); status != http.StatusInternalServerError {
		t.Errorf("a fault is answered by %d", status)
	}
	if status := s.post("/stop", `{"all": true}`); status != http.StatusNoContent {
		t.Errorf("after it, %d", status)
	}
}

// TestFaultInPieces: what panics on another goroutine does so for whoever asked.
func TestFaultInPieces(t *testing.T) {
	var err error
	func() {
		defer slides.Contain("testing", &err)
		parallel(1000, func(from, _ int) {
			if from == 0 {
				panic("here")
			}
		})
	}()
	if slides.AsFault(err) == nil {
		t.Errorf("parallel ended with %v", err)
	}
}

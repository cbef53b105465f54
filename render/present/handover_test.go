package present

import (
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/render/present/input"
	"github.com/slidexec/slidexec/slides"
)

const taking = "A\n===\n\n```bash +exec +acquire_terminal +id:vim\nvim\n```\n"

// TestHandover: a program asks once for the terminal; while it has it, nothing is drawn and keys do nothing
// here; afterwards a key brings the slides back, and does nothing else.
func TestHandover(t *testing.T) {
	s := newSession(t, taking, 80, 24)
	handed := make(chan slides.Key)
	s.state.Hand = func(k slides.Key, _, _ func()) { handed <- k }
	s.key("e")
	if !strings.Contains(s.screen.text(), "vim wants the whole terminal") {
		t.Fatalf("no question: %s", s.screen.text())
	}
	s.key("n", "e", "y")
	if k := <-handed; k != s.program("vim").Key {
		t.Fatalf("another program got the terminal: %v", k)
	}
	s.state.handOver(lent)
	frames := s.screen.frames
	s.state.hear(slices.Repeat(keysOf("n"), 3), true)
	s.state.draw()
	if s.screen.frames != frames {
		t.Error("something was drawn while a program had the terminal")
	}
	s.state.handOver(back)
	s.state.draw()
	if !strings.Contains(s.screen.text(), "vim has ended · press any key") {
		t.Errorf("nothing says how to go on: %s", s.screen.text())
	}
	s.key("q")
	if s.state.over || !strings.Contains(s.screen.text(), "│ vim") {
		t.Errorf("the key did something else than to bring the slides back: %s", s.screen.text())
	}
	s.key("e")
	if k := <-handed; k != s.program("vim").Key {
		t.Fatalf("another program got the terminal: %v", k)
	}
}

func keysOf(key string) []input.Event { return []input.Event{input.Key(key)} }

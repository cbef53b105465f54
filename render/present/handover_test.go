package present

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/render/present/input"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
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
	frames := s.screen.frames.Load()
	s.state.hear(slices.Repeat(keysOf("n"), 3), true)
	s.state.draw()
	if s.screen.frames.Load() != frames {
		t.Error("something was drawn while a program had the terminal")
	}
	s.state.handOver(back)
	s.state.draw()
	if !strings.Contains(s.screen.text(), "vim has ended · press any key") {
		t.Errorf("nothing says how to go on: %s", s.screen.text())
	}
	s.state.hear(keysOf("q"), true) // typed for vim, which had just ended
	if s.state.over || s.state.away != back {
		t.Error("a key that was on its way brings the slides back")
	}
	s.now = s.now.Add(late)
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

// TestEndWhileLent: a talk that ends while a program has the terminal stops the program, which waits for nobody,
// also if it is only about to get it.
func TestEndWhileLent(t *testing.T) {
	for _, has := range []bool{false, true} {
		s := newSession(t, taking, 80, 24)
		ctx, end := context.WithCancel(t.Context())
		p := &stopping{session: s, stopped: make(chan struct{}), over: make(chan struct{})}
		events := make(chan slides.Event, 1)
		events <- slides.Loaded{Deck: s.state.deck(), Version: 1}
		s.state.Programs, s.state.Events = p, events
		handed := make(chan struct{})
		s.state.Hand = func(_ slides.Key, begins, ends func()) {
			if has {
				begins()
			}
			close(handed)
			<-p.stopped
			begins()
			ends()
			close(p.over)
		}
		played := make(chan error, 1)
		go func() { played <- s.state.Player.Play(ctx) }()
		s.screen.events <- append(keysOf("e"), keysOf("y")...)
		<-handed
		end()
		select {
		case err := <-played:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("the talk does not end; the program has the terminal: %v", has)
		}
		select {
		case <-p.stopped:
		default:
			t.Errorf("the talk ends without stopping the program; it has the terminal: %v", has)
		}
	}
}

// stopping are programs whose Stop returns when they have ended.
type stopping struct {
	*session
	stopped, over chan struct{}
}

func (p *stopping) Stop(...slides.Key) {
	close(p.stopped)
	<-p.over
}

// TestLateKeys: whoever types for a program that loses the keyboard by itself neither moves the talk nor ends it.
func TestLateKeys(t *testing.T) {
	const deck = "A\n===\n\n```bash +exec +pty\nless\n```\n\n<!-- end_slide -->\n\nB\n===\n"
	for _, tt := range []struct {
		name, said string
		loses      func(*session)
	}{
		{"end", "the program has ended", func(s *session) {
			p := s.state.deck().Snippets[0]
			s.state.take(slides.Ran{Key: p.Key, Result: slides.Result{State: slides.Done}})
		}},
		{"edit", "the deck does not have the program any more", func(s *session) {
			s.load("A\n===\n\nnothing\n\n<!-- end_slide -->\n\nB\n===\n")
		}},
		{"another front end", "the talk went on", func(s *session) {
			if err := s.other.Change(stage.Stage{Slide: 1}.Place(), s.now); err != nil {
				t.Fatal(err)
			}
			s.state.sync()
		}},
	} {
		s := newSession(t, deck, 100, 24)
		s.other.Load(s.state.deck(), 1, nil)
		s.key("i")
		p := s.state.deck().Snippets[0]
		s.state.take(slides.Ran{Key: p.Key, Result: slides.Result{State: slides.Running}})
		s.key("a")
		if !s.state.typing {
			t.Fatalf("%s: the program does not have the keyboard", tt.name)
		}
		tt.loses(s)
		slide := s.state.stage.Slide
		s.state.hear([]input.Event{input.Key("q"), input.Key("p"), input.Key("n")}, true)
		s.draw()
		if s.state.over || s.state.stage.Slide != slide {
			t.Errorf("%s: late keys are taken for the talk's", tt.name)
		}
		if !strings.Contains(s.screen.text(), tt.said+"; keys are for the talk again") {
			t.Errorf("%s: nothing says why: %s", tt.name, s.screen.text())
		}
		s.now = s.now.Add(late)
		s.key("q")
		if !s.state.over {
			t.Errorf("%s: the talk does not get keys again", tt.name)
		}
	}
}

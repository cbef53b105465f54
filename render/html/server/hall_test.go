package server

import (
	"net"
	"slices"
	"testing"
	"time"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// hall starts a server with a deck, and another front end of the same talk.
func hall(t *testing.T, d *slides.Deck) (*served, *stage.Seat) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &stage.Hall{}
	other := h.Join()
	s := serveOn(t, l, func(s *Server) { s.Hall = h })
	other.Load(d, 1, nil)
	s.events <- slides.Loaded{Deck: d, Version: 1}
	return s, other
}

func heard(t *testing.T, s *served, events <-chan event) (at [2]int) {
	t.Helper()
	var m stage.Message
	s.want(events, "stage").into(t, &m)
	return [2]int{m.Slide, m.Deck}
}

// TestHall: windows move with the other front ends, and these with the windows.
func TestHall(t *testing.T) {
	s, other := hall(t, three("Two").Deck)
	events, _ := s.listen(stateOf(s.get("/?token=" + ticket)))
	s.want(events, "hello")
	if err := other.Change(stage.Stage{Slide: 2}.Place(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if got := heard(t, s, events); got != [2]int{2, 1} {
		t.Errorf("windows go to slide and version %v", got)
	}
	s.post("/stage", `{"slide":1,"deck":1}`)
	if got := heard(t, s, events); got != [2]int{1, 1} {
		t.Errorf("other windows go to slide and version %v", got)
	}
	<-other.News()
	if m := other.Message(time.Now()); m.Slide != 1 {
		t.Errorf("the other front end goes to %+v", m)
	}
}

// TestHallEdited: the talk stays at its slide whether the windows or another front end hears of an edit
// first.
func TestHallEdited(t *testing.T) {
	for _, name := range []string{"the windows first", "the windows last"} {
		t.Run(name, func(t *testing.T) {
			first, more := three("Two").Deck, three("Two").Deck
			more.Slides = slices.Insert(more.Slides, 0, titled("Zero"))
			s, other := hall(t, first)
			events, _ := s.listen(stateOf(s.get("/?token=" + ticket)))
			s.want(events, "hello")
			s.post("/stage", `{"slide":1,"deck":1}`)
			heard(t, s, events)
			if name == "the windows last" {
				other.Load(more, 2, nil)
			}
			s.events <- slides.Loaded{Deck: more, Version: 2}
			s.want(events, "slides")
			if name == "the windows last" { // windows moved by their own changes, and are put right
				if got := heard(t, s, events); got != [2]int{2, 2} {
					t.Errorf("windows go to slide and version %v", got)
				}
			}
			other.Load(more, 2, nil)
			if m := other.Message(time.Now()); m.Slide != 2 || m.Deck != 2 {
				t.Errorf("the talk is at %+v", m)
			}
		})
	}
}

// TestInvisibleEdit: an edit that changes no slide is not told to windows, so the stage that they are told is
// in the version that they know.
func TestInvisibleEdit(t *testing.T) {
	s, page := with(t, three("Two"))
	events, _ := s.listen(stateOf(page))
	s.want(events, "hello")
	s.load(three("Two"))
	s.post("/stage", `{"slide":2,"deck":1}`)
	if got := heard(t, s, events); got != [2]int{2, 1} {
		t.Errorf("windows of version 1 are told slide and version %v", got)
	}
}

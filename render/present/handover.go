package present

import (
	"fmt"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/present/input"
	"github.com/slidexec/slidexec/slides"
)

// A program with +acquire_terminal gets the terminal itself. The first one of a talk has to be allowed.
// While a program has the terminal, nothing is drawn. When it has ended, what it drew stays on the
// screen until a key is pressed.

// handing says where the terminal is.
type handing int

const (
	home handing = iota // here
	lent                // with a program
	back                // here, with the program's screen, until a key is pressed
)

// hand runs a program that gets the terminal. It asks once in a talk.
func (s *state) hand(p *slides.Snippet) {
	switch {
	case s.Hand == nil:
		s.tell("no program can have this terminal")
	case s.away != home:
	case s.trusted:
		s.handTo(p)
	default:
		s.modal = &question{title: "may programs of this talk take over the terminal?", text: []string{
			fmt.Sprintf("%s wants the whole terminal, to draw in it and to read what you type. It stays in its sandbox.", called(p)),
			"The slides come back when it has ended; Ctrl ] three times stops it. You are asked once in a talk.",
		}, yes: func(s *state) {
			s.trusted = true
			s.handTo(p)
		}}
	}
}

func called(p *slides.Snippet) string {
	if p.ID != "" {
		return "The program " + text.Name(p.ID)
	}
	return "The program at " + p.At.Pos.String()
}

// handTo runs a program that may have the terminal. The run tells by itself when the terminal is away.
func (s *state) handTo(p *slides.Snippet) {
	s.lentTo = p
	go s.Hand(p.Key, func() { s.handing(lent) }, func() { s.handing(back) })
}

// handOver follows the terminal.
func (s *state) handOver(to handing) {
	if s.away = to; to == back {
		s.deaf = s.Now().Add(late)
		s.farewell()
	}
}

// farewell says below what the program drew that a key brings the slides back.
func (s *state) farewell() {
	_, _ = fmt.Fprintf(s.Terminal, "\r\n\x1b[0;7m slidexec: %s has ended · press any key \x1b[0m", text.Line(nameOf(s.lentTo)))
}

func nameOf(p *slides.Snippet) string {
	if p == nil {
		return "the program"
	}
	if p.ID != "" {
		return p.ID
	}
	return p.Word
}

// waits takes an event while the slides are not on the screen, and reports whether it did. A key brings
// them back, if the program has ended.
func (s *state) waits(e input.Event) bool {
	_, key := e.(input.Key)
	_, resumed := e.(input.Resumed)
	if s.away == back && (key && !s.now.Before(s.deaf) || resumed) {
		s.away = home
		s.canvas.forget()
		s.urgent = true
		return key
	}
	switch e.(type) {
	case input.Key, input.Mouse, input.Paste:
		return true
	}
	return false
}

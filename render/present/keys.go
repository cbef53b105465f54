package present

import (
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

// moves are the actions that only go to another place.
var moves = map[stage.Action]func(at stage.Stage, d *slides.Deck) stage.Stage{
	"next": stage.Stage.Next, "prev": stage.Stage.Prev, "nextSlide": stage.Stage.NextSlide,
	"prevSlide": stage.Stage.PrevSlide, "first": stage.Stage.First, "last": stage.Stage.Last, "all": stage.Stage.All,
}

// deeds are the other actions; number has a number.
var deeds = map[stage.Action]func(s *state){
	"overview":   func(s *state) { s.modal = newOverview(s) },
	"index":      func(s *state) { s.modal = newIndex(s) },
	"help":       func(s *state) { s.modal = newHelp(s) },
	"scrollDown": func(s *state) { s.scrollBy(max(s.room()/2, 1)) },
	"scrollUp":   func(s *state) { s.scrollBy(-max(s.room()/2, 1)) },
	"rowDown":    func(s *state) { s.scrollBy(1) },
	"rowUp":      func(s *state) { s.scrollBy(-1) },
	"pageDown":   func(s *state) { s.turn(1) },
	"pageUp":     func(s *state) { s.turn(-1) },
	"layout":     func(s *state) { s.grid = !s.grid },
	"black":      func(s *state) { s.blacken(!s.stage.Black) },
	"timer":      (*state).pause,
	"pace":       func(s *state) { s.timed = !s.timed },
	"run":        (*state).runAll,
	"stop":       (*state).stopAll,
	"focus":      func(s *state) { s.refocusBy(1) },
	"focusBack":  func(s *state) { s.refocusBy(-1) },
	"runFocused": (*state).enter,
	"terminal":   (*state).enterTerminal,
	"follow":     func(s *state) { s.Follow = !s.Follow },
	"reload":     (*state).reload,
	"suspend":    func(s *state) { s.Terminal.Suspend() },
	"close":      (*state).close,
	"exit":       func(s *state) { s.over = true },
	"leave":      (*state).leave,
	"address":    (*state).address,
}

// key takes a key: for the window that is open, for a program's terminal, or for the talk.
func (s *state) key(key string) {
	s.urgent = true
	if s.typing {
		s.typeKey(key)
		return
	}
	if s.modal != nil && s.modal.key(s, key) {
		return
	}
	a, n, waiting := s.Keys.Press(key)
	if waiting || a == "" {
		return
	}
	s.act(a, n)
}

// act does what a key means.
func (s *state) act(a stage.Action, n int) {
	move, goes := moves[a]
	if goes || a == "number" {
		to := s.stage.Jump(s.deck(), n-1, 0)
		if goes {
			to = move(s.stage, s.deck())
		}
		s.motion = nil
		s.goTo(to)
		return
	}
	if s.stage.Black && a != "black" && a != "timer" && a != "exit" && a != "suspend" {
		s.blacken(false)
	}
	if s.inviting() && a != "address" && a != "black" && a != "timer" && a != "exit" && a != "suspend" {
		if s.invite(false); a == "close" {
			return
		}
	}
	if do := deeds[a]; do != nil {
		do(s)
	}
}

// blacken makes the screens of the audience black, or shows the slide again.
func (s *state) blacken(on bool) { s.change(stage.Change{Black: &on}) }

// pause starts or pauses the clock, and shows it.
func (s *state) pause() {
	on := !s.clock.Running()
	s.timed = true
	s.change(stage.Change{Running: &on})
}

// close closes what is open.
func (s *state) close() {
	if s.modal == nil {
		s.focus, s.say = "", ""
	}
	s.modal = nil
}

// scrollBy moves the window over a slide that is taller. At the ends nothing happens.
func (s *state) scrollBy(n int) {
	s.watched = ""
	s.scroll = s.sheet().Clamp(s.scroll+n, s.rows)
	s.urgent = true
}

// mouse takes an event of the mouse.
func (s *state) mouse(m slides.Mouse) {
	s.urgent = true
	switch {
	case s.typing && s.typeMouse(m):
	case s.modal != nil && s.modal.mouse(s, m):
	case m.Action == "wheel":
		s.wheel(m)
	case m.Action == "press" && m.Button == 1:
		s.click(m)
	}
}

package present

import (
	"fmt"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// shown returns the programs of the slide that can be seen at the present step.
func (s *state) shown() []*slides.Snippet {
	var out []*slides.Snippet
	for _, b := range s.sheet(s.stage.Slide, s.stage.Step).boxes {
		out = append(out, b.program)
	}
	return out
}

// runAll runs the slide's programs that did not run yet; if all did, all of them again. So a program
// that a later step shows does not run the earlier ones again.
func (s *state) runAll() {
	all := s.shown()
	if len(all) == 0 {
		s.tell("there is no program on this slide")
		return
	}
	var todo []*slides.Snippet
	for _, p := range all {
		if s.board.Results[p.Key].State == slides.NotRun {
			todo = append(todo, p)
		}
	}
	if len(todo) == 0 {
		for _, p := range all {
			if s.board.Results[p.Key].State == slides.Done {
				todo = append(todo, p)
			}
		}
	}
	s.start(todo)
}

// start runs programs. Those that need the terminal for themselves ask for it, one at a time.
func (s *state) start(todo []*slides.Snippet) {
	var keys []slides.Key
	for _, p := range todo {
		if p.Exec.Mode == slides.ModeTerminal {
			s.ask(p)
			continue
		}
		keys = append(keys, p.Key)
	}
	if len(keys) > 0 { // no keys would mean all programs of the deck
		s.Programs.Run(keys...)
	}
}

// stopAll stops the program in the focus, or else those of the slide.
func (s *state) stopAll() {
	var keys []slides.Key
	for _, p := range s.shown() {
		if f := s.focused(); (f == nil || f == p) && busy(s.board.Results[p.Key]) {
			keys = append(keys, p.Key)
		}
	}
	if len(keys) == 0 {
		s.tell("no program runs here")
		return
	}
	s.Programs.Stop(keys...)
}

func busy(r slides.Result) bool { return r.State == slides.Queued || r.State == slides.Running }

// focused returns the program of the box in the focus, nil if there is none.
func (s *state) focused() *slides.Snippet {
	if all := s.shown(); s.focus >= 0 && s.focus < len(all) {
		return all[s.focus]
	}
	return nil
}

// refocusBy goes to the next box, or to the one before.
func (s *state) refocusBy(n int) {
	count := len(s.shown())
	if count == 0 {
		s.tell("there is no program on this slide")
		return
	}
	switch {
	case s.focus >= 0:
		s.focus = (s.focus + n + count) % count
	case n > 0:
		s.focus = 0
	default:
		s.focus = count - 1
	}
	s.show(s.sheet(s.stage.Slide, s.stage.Step).boxes[s.focus])
}

// show scrolls to a box.
func (s *state) show(b box) {
	if end := b.row + b.rows; end > s.scroll+s.room() {
		s.scroll = end - s.room()
	}
	if b.row < s.scroll {
		s.scroll = b.row
	}
}

// refocus keeps the focus where there is a box.
func (s *state) refocus() {
	if s.focus >= len(s.shown()) {
		s.focus, s.typing = -1, false
	}
}

// enter runs the program in the focus; if it runs already in a terminal of its own, keys go there.
func (s *state) enter() {
	p := s.focused()
	if p == nil {
		p = s.pick(func(p *slides.Snippet, r slides.Result) bool { return p.Exec.OnScreen() && r.State == slides.Running })
	}
	switch {
	case p == nil && len(s.shown()) > 0:
		s.tell(s.Keys.Key("focus") + " chooses a program; " + s.Keys.Key("run") + " runs all of the slide")
	case p == nil:
	case p.Exec.OnScreen() && s.board.Results[p.Key].State == slides.Running:
		s.typing = true
	default:
		s.start([]*slides.Snippet{p})
	}
}

// enterTerminal hands the keyboard to a program with a terminal of its own, and starts it if it does
// not run.
func (s *state) enterTerminal() {
	p := s.focused()
	if p == nil || !p.Exec.OnScreen() {
		p = s.pick(func(p *slides.Snippet, r slides.Result) bool { return p.Exec.OnScreen() })
	}
	if p == nil {
		s.tell("no program on this slide has a terminal of its own (+pty)")
		return
	}
	if !busy(s.board.Results[p.Key]) {
		s.start([]*slides.Snippet{p})
	}
	s.typing = true
}

// pick gives the focus to the first program of the slide that fits.
func (s *state) pick(fits func(*slides.Snippet, slides.Result) bool) *slides.Snippet {
	for i, p := range s.shown() {
		if fits(p, s.board.Results[p.Key]) {
			s.focus = i
			return p
		}
	}
	return nil
}

// addFocus says in the last row which program has the focus, and which keys it has.
func (s *state) addFocus(p *slides.Snippet, add func(string, ansi.Style)) {
	name := text.Line(p.ID)
	if name == "" {
		name = p.Word
	}
	if s.typing {
		add(fmt.Sprintf("keyboard → %s", name), ansi.Style{FG: s.palette.Accent, Bold: true, Reverse: true})
		add("leave with "+s.Keys.Key("leave"), ansi.Style{FG: s.palette.Accent})
		return
	}
	does := "runs it"
	if r := s.board.Results[p.Key]; r.State == slides.Running && p.Exec.OnScreen() {
		does = "types into it"
	} else if busy(r) {
		add("▸ "+name, ansi.Style{FG: s.palette.Accent, Bold: true})
		add(s.Keys.Key("stop")+" stops it", ansi.Style{FG: s.palette.Dim})
		return
	}
	add("▸ "+name, ansi.Style{FG: s.palette.Accent, Bold: true})
	add(s.Keys.Key("runFocused")+" "+does, ansi.Style{FG: s.palette.Dim})
}

// heard takes the state of a program: the slide may show it.
func (s *state) heard(p *slides.Snippet, r slides.Result) {
	for i, q := range s.programs(s.stage.Slide) {
		if q.Key != p.Key {
			continue
		}
		s.dirty = true
		if r.State == slides.Done && s.typing && i == s.focus {
			s.typing = false
			s.tell("the program has ended")
		}
	}
}

// typeKey passes a key on to the program in the focus, or takes the keyboard back.
func (s *state) typeKey(key string) {
	a, _, _ := s.Keys.Press(key)
	s.Keys.Reset()
	if p := s.focused(); a == "leave" || p == nil {
		s.typing = false
	} else {
		s.send(p, slides.Input{Key: key})
	}
}

// paste passes on pasted text. Without a program it goes into the filter of the list of slides, or
// nowhere.
func (s *state) paste(words string) {
	if p := s.focused(); s.typing && p != nil {
		s.send(p, slides.Input{Text: words})
	} else if m, ok := s.modal.(*index); ok {
		for _, r := range text.Line(words) {
			m.key(s, string(r))
		}
	}
	s.urgent = true
}

func (s *state) send(p *slides.Snippet, in slides.Input) {
	if s.Type != nil {
		s.Type(p.Key, in)
	}
}

// typeMouse passes an event of the mouse on to the program that has the keyboard.
func (s *state) typeMouse(slides.Mouse) bool { return false }

// click takes a click on the slide.
func (s *state) click(slides.Mouse) {}

// cursor returns the place of the cursor of the program that has the keyboard.
func (s *state) cursor() *[2]int { return nil }

// ask asks whether a program may have the terminal for itself.
func (s *state) ask(p *slides.Snippet) {}

func (s *state) reload() {}

func (s *state) address() {}

package present

import (
	"fmt"
	"slices"
	"time"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
)

// shown returns the programs of the slide that can be seen at the present step.
func (s *state) shown() []*slides.Snippet {
	var out []*slides.Snippet
	for _, b := range s.sheet().boxes {
		if p := b.Snippet; p.Exec.Mode != slides.NotExecutable && p.Exec.Mode != slides.ModeValidate {
			out = append(out, p)
		}
	}
	return out
}

func (s *state) result(p *slides.Snippet) slides.Result { return s.board.Results[p.Key] }

func busy(r slides.Result) bool { return r.State == slides.Queued || r.State == slides.Running }

const noProgram = "there is no program on this slide"

// runAll runs the slide's programs that did not run yet; if all did, all of them again. So a step that
// shows one more program does not run the earlier ones again.
func (s *state) runAll() {
	all := s.shown()
	if len(all) == 0 {
		s.tell(noProgram)
		return
	}
	in := func(state slides.State) []*slides.Snippet {
		return slices.DeleteFunc(slices.Clone(all), func(p *slides.Snippet) bool { return s.result(p).State != state })
	}
	todo := in(slides.NotRun)
	if len(todo) == 0 {
		todo = in(slides.Done)
	}
	s.start(todo)
}

// start runs programs. Those that need the terminal for themselves ask for it, one at a time.
func (s *state) start(todo []*slides.Snippet) {
	var keys []slides.Key
	for _, p := range todo {
		if p.Exec.Mode == slides.ModeTerminal {
			s.hand(p)
			continue
		}
		keys = append(keys, p.Key)
		delete(s.offset, p.Key)
	}
	if len(keys) > 0 {
		s.watched = keys[len(keys)-1] // no keys would mean all programs of the deck
		s.Programs.Run(keys...)
	}
}

// stopAll stops the program in the focus, or else those of the slide.
func (s *state) stopAll() {
	var keys []slides.Key
	f := s.focused()
	for _, p := range s.shown() {
		if (f == nil || f.Snippet == p) && busy(s.result(p)) {
			keys = append(keys, p.Key)
		}
	}
	if len(keys) == 0 {
		s.tell("no program runs here")
		return
	}
	s.Programs.Stop(keys...)
}

// focused returns the box of the program in the focus, nil if there is none.
func (s *state) focused() *term.Box {
	if s.focus == "" {
		return nil
	}
	for _, b := range s.sheet().boxes {
		if b.Key() == s.focus {
			return b
		}
	}
	return nil
}

// refocusBy goes to the next program, or to the one before.
func (s *state) refocusBy(n int) {
	all := s.shown()
	if len(all) == 0 {
		s.tell(noProgram)
		return
	}
	at := slices.IndexFunc(all, func(p *slides.Snippet) bool { return p.Key == s.focus })
	if at < 0 && n < 0 {
		at = 0
	}
	s.focusOn(all[(at+n+len(all))%len(all)])
}

// focusOn gives the focus to a program, and scrolls to its box.
func (s *state) focusOn(p *slides.Snippet) {
	s.focus = p.Key
	s.scrollTo(p.Key)
}

// scrollTo scrolls to the box of a program on the slide.
func (s *state) scrollTo(k slides.Key) {
	for _, b := range s.sheet().boxes {
		if b.Key() == k {
			s.scroll = min(max(s.scroll, b.Row+b.Height-s.room()), b.Row)
			s.scroll = s.sheet().Clamp(s.scroll, s.rows)
		}
	}
}

// refocus gives up a focus that has no box any more, after an edit.
func (s *state) refocus() {
	if s.focused() != nil {
		return
	}
	if s.typing {
		s.takeBack("the deck does not have the program any more")
	}
	s.focus = ""
}

// enter runs the program in the focus; if it runs already in a terminal of its own, keys go there.
func (s *state) enter() {
	all := s.shown()
	at := slices.IndexFunc(all, func(p *slides.Snippet) bool { return p.Key == s.focus })
	if at < 0 {
		at = slices.IndexFunc(all, func(p *slides.Snippet) bool { return p.Exec.OnScreen() && s.result(p).State == slides.Running })
	}
	switch {
	case len(all) == 0:
	case at < 0:
		s.tell(s.Keys.Key("focus") + " chooses a program; " + s.Keys.Key("run") + " runs all of the slide")
	case all[at].Exec.OnScreen() && busy(s.result(all[at])):
		s.typeInto(all[at])
	default:
		s.start(all[at : at+1])
	}
}

// enterTerminal hands the keyboard to a program with a terminal of its own, and starts it if it does
// not run.
func (s *state) enterTerminal() {
	all := slices.DeleteFunc(s.shown(), func(p *slides.Snippet) bool { return !p.Exec.OnScreen() })
	if len(all) == 0 {
		s.tell("no program on this slide has a terminal of its own (+pty)")
		return
	}
	p := all[max(0, slices.IndexFunc(all, func(p *slides.Snippet) bool { return p.Key == s.focus }))]
	if !busy(s.result(p)) {
		s.start([]*slides.Snippet{p})
	}
	s.typeInto(p)
}

// typeInto gives the keyboard to a program.
func (s *state) typeInto(p *slides.Snippet) {
	s.typing = true
	delete(s.offset, p.Key)
	s.sheets.drop(p.Key)
	s.focusOn(p)
}

// leave takes the keyboard back.
func (s *state) leave() {
	s.typing = false
	s.sheets.drop(s.focus)
}

// turn goes to the next page of a program's output, or to the one before: of the program in the focus,
// or else of the first one that has pages.
func (s *state) turn(pages int) {
	b := s.focused()
	for _, o := range s.sheet().boxes {
		if b == nil && (o.Paged || o.Grid != nil) {
			b = o
		}
	}
	switch {
	case b == nil:
		s.scrollBy(pages * s.room())
	case b.Grid != nil:
		s.scrollBack(b, -pages*max(b.Grid.Height/2, 1))
	case b.Paged:
		s.offset[b.Key()] = b.Turn(pages)
		s.sheets.drop(b.Key())
	}
}

// scrollBack shows rows that left the terminal of a program.
func (s *state) scrollBack(b *term.Box, rows int) {
	most := 0
	if b.Grid.Screen != nil {
		most = len(b.Grid.Screen.Back)
	}
	s.offset[b.Key()] = max(0, min(b.Grid.Back+rows, most))
	s.sheets.drop(b.Key())
	s.urgent = true
}

// markFocus marks the box in the focus at its left edge.
func (s *state) markFocus(rows []ansi.Line) {
	b := s.focused()
	if b == nil {
		return
	}
	for i := max(b.Row-s.scroll, 0); i < min(b.Row+b.Height-s.scroll, s.room()); i++ {
		rows[i] = term.Overlay(rows[i], max(b.Col-1, 0), word("▐", ansi.Style{FG: s.palette.Accent}))
	}
}

// addFocus says in the last row which program has the focus, and which keys it has.
func (s *state) addFocus(b *term.Box, add func(string, ansi.Style)) {
	p := b.Snippet
	name := text.Line(p.ID)
	if name == "" {
		name = text.Line(p.Word)
	}
	strong := ansi.Style{FG: s.palette.Accent, Bold: true}
	if s.typing {
		add(fmt.Sprintf("keyboard → %s", name), ansi.Style{FG: s.palette.Accent, Bold: true, Reverse: true})
		add("leave with "+s.Keys.Key("leave"), strong)
		return
	}
	add("▸ "+name, strong)
	hint := s.Keys.Key("runFocused") + " runs it"
	if busy(s.result(p)) {
		hint = s.Keys.Key("stop") + " stops it"
		if p.Exec.OnScreen() {
			hint = s.Keys.Key("runFocused") + " types into it, " + hint
		}
	}
	add(hint, ansi.Style{FG: s.palette.Dim})
}

// heard follows a program: its output is shown up to the end, and its end takes the keyboard back.
func (s *state) heard(p *slides.Snippet, r slides.Result) {
	if _, turned := s.offset[p.Key]; r.State == slides.Running && !turned && !p.Exec.OnScreen() {
		s.offset[p.Key] = -1 // the end is what is new
	}
	if p.Key == s.watched && r.State != slides.Queued { // somebody wants to see it
		s.scrollTo(p.Key)
	}
	if r.State == slides.Done && s.typing && p.Key == s.focus {
		s.takeBack("the program has ended")
	}
}

// late is how long keys go nowhere after a program has lost the keyboard by itself. Whoever types at that
// moment would otherwise move the talk, or end it with a second q.
const late = 500 * time.Millisecond

// takeBack takes the keyboard back from a program while somebody types.
func (s *state) takeBack(why string) {
	s.leave()
	s.deaf = s.now.Add(late)
	s.tell(why + "; keys are for the talk again")
}

// typeKey passes a key on to the program in the focus, or takes the keyboard back.
func (s *state) typeKey(key string) {
	a, _, _ := s.Keys.Press(key)
	s.Keys.Reset()
	b := s.focused()
	switch {
	case a == "leave" || b == nil:
		s.leave()
	case (a == "pageUp" || a == "pageDown") && b.Grid != nil && b.Grid.Screen != nil && !b.Grid.Screen.Alternate:
		s.turn(map[bool]int{true: 1, false: -1}[a == "pageDown"])
	default:
		s.send(b, slides.Input{Key: key})
	}
}

// paste passes on pasted text. Without a program it goes into the filter of the list of slides, or
// nowhere.
func (s *state) paste(words string) {
	if b := s.focused(); s.typing && b != nil {
		s.send(b, slides.Input{Text: words})
	} else if m, ok := s.modal.(*index); ok {
		m.key(s, text.Line(words))
	}
	s.urgent = true
}

// send passes something on to a program. What was scrolled back shows its end again.
func (s *state) send(b *term.Box, in slides.Input) {
	if s.offset[b.Key()] > 0 {
		delete(s.offset, b.Key())
		s.sheets.drop(b.Key())
	}
	s.Programs.Type(b.Key(), in)
}

// typeMouse passes an event of the mouse on to the program that has the keyboard, if the program wants
// it. A click elsewhere takes the keyboard back.
func (s *state) typeMouse(m slides.Mouse) bool {
	b := s.focused()
	if b == nil || b.Grid == nil {
		return false
	}
	row, col, ok := b.Grid.Cell(m.Row+s.scroll, m.Col)
	switch wheel := m.Action == "wheel"; {
	case !ok:
		if m.Action == "press" {
			s.leave()
		}
		return !wheel
	case b.Grid.Screen != nil && b.Grid.Screen.Mouse:
		m.Row, m.Col = row, col
		s.send(b, slides.Input{Mouse: &m})
	case wheel && b.Grid.Screen != nil && b.Grid.Screen.Alternate: // as terminals do
		for range 3 {
			s.send(b, slides.Input{Key: wheeled[m.Button]})
		}
	case wheel:
		s.scrollBack(b, -3*m.Button)
	}
	return true
}

// click gives the focus to a box; a click on the box in the focus is Enter where it has a terminal. It
// shows the address of a link.
func (s *state) click(m slides.Mouse) {
	sh, row := s.sheet(), m.Row+s.scroll
	s.urgent = true
	if m.Row >= s.room() || m.Row < 0 {
		return
	}
	for _, r := range term.Clip(sh.Rows[min(row, len(sh.Rows)-1)], m.Col, 1) {
		if r.Href != "" {
			s.tell(r.Href)
			return
		}
	}
	for _, b := range sh.Boxes {
		if !b.Contains(row, m.Col) || !slices.Contains(s.shown(), b.Snippet) {
			continue
		}
		again := s.focus == b.Key()
		s.focusOn(b.Snippet)
		if again && b.Grid != nil && busy(s.result(b.Snippet)) {
			s.typeInto(b.Snippet)
		}
		return
	}
	s.focus = ""
}

// wheel scrolls what is under the mouse: output that has pages, the terminal of a program, or else the
// slide.
func (s *state) wheel(m slides.Mouse) {
	for _, b := range s.sheet().Boxes {
		if !b.Contains(m.Row+s.scroll, m.Col) {
			continue
		}
		if b.Grid != nil && b.Grid.Screen != nil && len(b.Grid.Screen.Back) > 0 {
			s.scrollBack(b, -3*m.Button)
			return
		}
		if to := max(0, min(b.Page.From+3*m.Button, b.Lines-(b.Page.To-b.Page.From))); b.Paged && to != b.Page.From {
			s.offset[b.Key()] = to
			s.sheets.drop(b.Key())
			return
		}
	}
	s.scrollBy(3 * m.Button)
}

// cursor returns the place of the cursor of the program that has the keyboard, nil if it is not
// visible.
func (s *state) cursor() *[2]int {
	b := s.focused()
	if !s.typing || b == nil || b.Grid == nil {
		return nil
	}
	row, col, ok := b.Grid.Cursor()
	if row -= s.scroll; !ok || row < 0 || row >= s.room() {
		return nil
	}
	return &[2]int{col, row}
}

// reload reads the deck again. Edits are followed anyway; where nobody says that files have changed, as
// on some network drives, this is faster than waiting.
func (s *state) reload() {
	s.Programs.Reload()
	s.tell("reading the deck again")
}

package present

import (
	"github.com/slidexec/slidexec/internal/qr"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides/stage"
)

// address shows the audience where browsers follow the talk, or the slide again.
func (s *state) address() {
	if s.Address == "" {
		s.tell("no browser shows this talk: it was started without --serve")
		return
	}
	s.invite(!s.stage.Invite)
}

// invite makes all screens of the audience show the address, or the slide again.
func (s *state) invite(on bool) { s.change(stage.Change{Invite: &on}) }

// inviting reports whether the address is shown.
func (s *state) inviting() bool { return s.stage.Invite && s.Address != "" }

// invitation returns a screen with the address of the talk, and with its QR code if that has room. Without
// colours there is no code: phones read dark on light alone.
func (s *state) invitation() frame {
	style := ansi.Style{FG: ansi.RGB(0, 0, 0), BG: ansi.RGB(255, 255, 255)}
	cols, rows := s.window.cols, s.window.rows
	var lines []ansi.Line
	add := func(row string, n int) {
		left := max(cols-n, 0) / 2
		lines = append(lines, ansi.Line{{Text: blanks(left) + row + blanks(max(cols-left-n, 0)), Style: style}})
	}
	words := []string{"Follow this talk on your own screen", s.Address}
	if s.Near {
		words = append(words, "only this machine reaches it: present was started without --listen and --public-url")
	}
	code, err := qr.New(s.Address)
	if err == nil && s.look.Depth >= term.Color256 && code.Size() <= cols && len(code.Rows())+len(words) <= rows {
		for _, r := range code.Rows() {
			add(r, code.Size())
		}
	}
	for _, w := range words {
		for _, l := range render.Wrap(ansi.Line{{Text: w}}, max(cols, 1)) {
			add(l.Text(), text.Width(l.Text()))
		}
	}
	for len(lines) < rows { // as much above as below
		add("", 0)
		if len(lines) < rows {
			lines = append([]ansi.Line{{{Text: blanks(cols), Style: style}}}, lines...)
		}
	}
	return frame{rows: lines[:rows]}
}

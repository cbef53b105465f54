package present

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/term"
)

// compose returns the next frame. Layers lie one over another: the slide, the layout grid, the window
// that is open; a black screen covers them all.
func (s *state) compose() frame {
	if s.stage.Black {
		return s.blackout()
	}
	if s.inviting() {
		return s.invitation()
	}
	f := frame{rows: s.picture()}
	if s.motion != nil {
		f.rows = s.motion.between(f.rows, s) // and it may be over
	}
	plain := s.motion == nil && s.modal == nil && !s.grid
	if s.grid {
		s.drawGrid(f.rows)
	}
	if s.modal != nil {
		s.modal.draw(s, f.rows)
	}
	if m, ok := s.modal.(*overview); ok {
		s.visible = m.pictures
		f.covers = s.overlaid()
	}
	f.images, f.before = s.visible, s.claim(s.visible)
	if plain {
		f.cursor, f.covers = s.cursor(), append(s.texts(), s.overlaid()...)
	}
	return s.window.spread(f)
}

// blackout returns a black screen.
func (s *state) blackout() frame {
	rows := make([]ansi.Line, s.window.rows)
	for i := range rows {
		rows[i] = ansi.Line{{Text: blanks(s.window.cols), Style: ansi.Style{BG: ansi.RGB(0, 0, 0)}}}
	}
	return frame{rows: rows}
}

// picture returns the rows of the slide as they are in the window, with the last row.
func (s *state) picture() []ansi.Line {
	sh := s.sheet()
	s.scroll = sh.Clamp(s.scroll, s.rows)
	rows := make([]ansi.Line, s.rows)
	for i := range s.room() {
		if n := s.scroll + i; n < len(sh.Rows) {
			rows[i] = sh.Rows[n]
		}
	}
	s.visible = s.seen(sh.Sheet, s.scroll, s.room())
	if s.rows > s.room() {
		rows[s.rows-1] = s.lastRow(sh.Footer)
		if from := s.rows - 1 - len(sh.Over); from > 0 {
			copy(rows[from:], sh.Over)
			s.visible = append(s.visible, s.seen(&term.Sheet{Pictures: sh.Marks}, -from, s.rows)...)
		}
	}
	lay(s.visible, rows)
	s.markFocus(rows)
	return rows
}

// room returns how many rows of the slide the window shows.
func (s *state) room() int { return s.sheet().Room(s.rows) }

// above and below return how many rows of the slide are outside the window.
func (s *state) above() int { return s.scroll }

func (s *state) below() int { return s.sheet().Clamp(math.MaxInt32, s.rows) - s.scroll }

// overlaid returns the pictures in the window that lie over the cells.
func (s *state) overlaid() []cover {
	var out []cover
	for _, p := range s.visible {
		if p.Over != nil {
			out = append(out, cover{row: p.row, col: p.col, height: p.height, picture: p.Drawn})
		}
	}
	return out
}

// texts returns the big text in the window. What is not wholly in it is not shown.
func (s *state) texts() []cover {
	var out []cover
	for _, t := range s.sheet().Texts {
		if row := t.Row - s.scroll; row >= 0 && row+t.Height <= s.room() {
			out = append(out, cover{row: row, col: t.Col, height: t.Height, text: t})
		}
	}
	return out
}

// lastRow returns the footer of the slide, with what the player has to say on its left.
func (s *state) lastRow(footer ansi.Line) ansi.Line {
	var parts []ansi.Line
	dim := ansi.Style{FG: s.palette.Dim}
	add := func(words string, st ansi.Style) {
		if len(parts) > 0 {
			parts = append(parts, word(" · ", dim))
		}
		parts = append(parts, word(words, st))
	}
	strong := ansi.Style{FG: s.palette.Accent, Bold: true}
	if s.say != "" && s.now.Before(s.until) {
		add(text.Line(s.say), ansi.Style{FG: s.palette.Note})
	}
	if p := s.focused(); p != nil {
		s.addFocus(p, add)
	}
	if typed := s.Keys.Typed(); typed != "" {
		add(typed, strong)
	}
	if s.board.Broken != nil {
		add("the deck on disk has mistakes", ansi.Style{FG: s.palette.Error})
	}
	if s.Follow {
		add("following edits", dim)
	}
	if marks := s.marks(); marks != "" {
		add(marks, strong)
	}
	if s.timed {
		words, st := s.pace()
		add(words, st)
	}
	if len(parts) == 0 {
		return footer
	}
	left := join(append(append([]ansi.Line{word("── ", ansi.Style{FG: s.palette.Hairline})}, parts...), word(" ", dim))...)
	keep := 2 // the number of the slide stays
	if len(footer) > 1 {
		keep = footer[1:].Width()
	}
	if n := len(footer); s.cols-keep < left.Width() && n > 3 { // the footer of a theme: its right end stays
		keep = footer[n-2:].Width()
	}
	return term.Overlay(footer, 0, short(left, max(s.cols-keep, 1)))
}

// marks says how much of the slide is above and below the window.
func (s *state) marks() string {
	var out []string
	if n := s.above(); n > 0 {
		out = append(out, fmt.Sprintf("↑ %d", n))
	}
	if n := s.below(); n > 0 {
		out = append(out, fmt.Sprintf("↓ %d", n))
	}
	return strings.Join(out, " ")
}

// pace words the clock, and how far the talk is ahead or behind.
func (s *state) pace() (string, ansi.Style) {
	st := ansi.Style{FG: s.palette.Dim}
	words := clock(s.clock.Elapsed(s.now))
	if s.clock.Planned > 0 {
		words += " / " + clock(s.clock.Planned)
	}
	if !s.clock.Running() && s.clock.Elapsed(s.now) > 0 {
		words += " paused"
	}
	switch off := s.clock.Pace(s.now, s.stage.Slide, len(s.deck().Slides)).Truncate(time.Second); {
	case off > 0:
		words += " · " + clock(off) + " behind"
		st.FG = s.palette.Note
	case off < 0:
		words += " · " + clock(-off) + " ahead"
	}
	return words, st
}

// clock writes a time as minutes and seconds, or with hours.
func clock(d time.Duration) string {
	n := int(d / time.Second)
	if n >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", n/3600, n/60%60, n%60)
	}
	return fmt.Sprintf("%d:%02d", n/60, n%60)
}

// wake returns when the screen changes if nothing comes; zero: never.
func (s *state) wake() time.Time {
	var at time.Time
	sooner := func(t time.Time) {
		if !t.IsZero() && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	if s.stage.Black {
		return at
	}
	sooner(s.sheet().ticks)
	if s.say != "" && s.now.Before(s.until) {
		sooner(s.until)
	}
	if s.timed && s.clock.Running() {
		sooner(s.now.Add(time.Second - s.clock.Elapsed(s.now)%time.Second))
	}
	if s.motion != nil {
		sooner(s.motion.next(s.now))
	}
	for _, p := range s.visible {
		if p.stays > 0 {
			sooner(s.now.Add(p.stays))
		}
	}
	return at
}

// drawGrid marks the middle of the window, and the edges of the slide's columns beside what is in them.
func (s *state) drawGrid(rows []ansi.Line) {
	st := ansi.Style{FG: s.palette.Accent}
	edge := word("┊", ansi.Style{FG: s.palette.Dim})
	for _, c := range s.sheet().Columns {
		for i := max(c.Row-s.scroll, 0); i < min(c.Row+c.Height-s.scroll, len(rows)); i++ {
			rows[i] = term.Overlay(rows[i], max(c.Col-1, 0), edge)
			rows[i] = term.Overlay(rows[i], min(c.Col+c.Width, s.cols-1), edge)
		}
	}
	for i := range rows {
		l := term.Overlay(rows[i], s.cols/2, word("│", st))
		if i == s.rows/2 {
			l = nil
			for c := range s.cols {
				mark := "─"
				if c == s.cols/2 {
					mark = "┼"
				}
				l = append(l, ansi.Run{Text: mark, Style: st})
			}
		}
		rows[i] = l
	}
}

// panel draws a window in the middle of the screen: a frame with a title, and lines, the first of them
// at row from. It returns where the lines are: their first row and column.
func (s *state) panel(rows []ansi.Line, title string, body []ansi.Line, hint string) (top, left int) {
	edge := ansi.Style{FG: s.palette.Accent, BG: s.palette.Panel}
	widest := max(text.Width(title)+2, text.Width(hint)+2)
	for _, l := range body {
		widest = max(widest, l.Width())
	}
	inner := max(1, min(widest, s.cols-4))
	body = body[:max(0, min(len(body), s.rows-2))]
	top, left = max(0, (s.rows-len(body)-2)/2), max(0, (s.cols-inner-4)/2)
	rule := func(open, words, shut string) ansi.Line {
		if words != "" {
			words = " " + words + " "
		}
		l := short(word(words, ansi.Style{FG: s.palette.Text, BG: s.palette.Panel, Bold: true}), inner)
		return join(word(open+"─", edge), l, word(dashes(inner-l.Width())+"─"+shut, edge))
	}
	put := func(at int, l ansi.Line) {
		if at >= 0 && at < len(rows) {
			rows[at] = term.Overlay(rows[at], left, l)
		}
	}
	put(top, rule("╭", title, "╮"))
	for i, l := range body {
		l = ground(crop(short(l, inner), 0, inner), s.palette.Panel)
		put(top+1+i, join(word("│ ", edge), l, word(" │", edge)))
	}
	put(top+1+len(body), rule("╰", hint, "╯"))
	return top + 1, left + 2
}

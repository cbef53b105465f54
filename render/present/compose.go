package present

import (
	"fmt"
	"time"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
)

// compose returns the next frame. Layers lie one over another: the slide, the layout grid, the window
// that is open; a black screen covers them all.
func (s *state) compose() frame {
	if s.stage.Black {
		return s.blackout()
	}
	f := frame{rows: s.picture()}
	if s.motion != nil {
		f.rows = s.motion.between(f.rows, s)
	}
	if s.grid {
		s.drawGrid(f.rows)
	}
	if s.modal != nil {
		s.modal.draw(s, f.rows)
	}
	f.cursor = s.cursor()
	return f
}

// blackout returns a black screen.
func (s *state) blackout() frame {
	rows := make([]ansi.Line, s.rows)
	for i := range rows {
		rows[i] = ansi.Line{{Text: blanks(s.cols), Style: ansi.Style{BG: ansi.RGB(0, 0, 0)}}}
	}
	return frame{rows: rows}
}

// picture returns the rows of the slide as they are in the window, with the last row.
func (s *state) picture() []ansi.Line {
	sh := s.sheet(s.stage.Slide, s.stage.Step)
	room := s.room()
	s.scroll = max(0, min(s.scroll, len(sh.rows)-room))
	rows := make([]ansi.Line, 0, s.rows)
	for i := range room {
		var l ansi.Line
		if n := i + s.scroll; n < len(sh.rows) {
			l = sh.rows[n]
		}
		rows = append(rows, l)
	}
	return append(rows, s.lastRow(sh))[:s.rows]
}

// room returns how many rows of the slide the window shows.
func (s *state) room() int { return max(s.rows-1, 1) }

// more returns how many rows are above and below the window.
func (s *state) more() (above, below int) {
	return s.scroll, max(0, len(s.sheet(s.stage.Slide, s.stage.Step).rows)-s.room()-s.scroll)
}

// lastRow returns the footer of the slide, with what the player has to say on its left.
func (s *state) lastRow(sh *sheet) ansi.Line {
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
	if above, below := s.more(); above+below > 0 {
		marks := ""
		if above > 0 {
			marks += fmt.Sprintf("↑ %d ", above)
		}
		if below > 0 {
			marks += fmt.Sprintf("↓ %d ", below)
		}
		add(marks+"more "+plural(above+below), dim)
	}
	if s.timed {
		words, st := s.pace()
		add(words, st)
	}
	if len(parts) == 0 {
		return sh.footer
	}
	left := join(append(append([]ansi.Line{word("── ", ansi.Style{FG: s.palette.Hairline})}, parts...), word(" ", dim))...)
	keep := min(16, s.cols/3) // the number of the slide stays
	return over(sh.footer, short(left, max(s.cols-keep, 1)), 0, s.cols)
}

func plural(n int) string {
	if n == 1 {
		return "row"
	}
	return "rows"
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
	sooner(s.sheet(s.stage.Slide, s.stage.Step).changes)
	if s.say != "" && s.now.Before(s.until) {
		sooner(s.until)
	}
	if s.timed && s.clock.Running() {
		sooner(s.now.Add(time.Second - s.clock.Elapsed(s.now)%time.Second))
	}
	if s.motion != nil {
		sooner(s.motion.next(s.now))
	}
	return at
}

// drawGrid marks the middle of the window, and the columns of the slide.
func (s *state) drawGrid(rows []ansi.Line) {
	st := ansi.Style{FG: s.palette.Accent}
	for i := range rows {
		l := over(rows[i], word("│", st), s.cols/2, s.cols)
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
			rows[at] = over(rows[at], l, left, s.cols)
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

func dashes(n int) string {
	out := ""
	for range max(n, 0) {
		out += "─"
	}
	return out
}

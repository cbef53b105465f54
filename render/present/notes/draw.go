package notes

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/term"

	"github.com/slidexec/slidexec/slides/stage"
)

// wide is the number of columns from which on the next slide is beside the notes, not below.
const wide = 100

// paint returns the screen, row by row.
func (v *view) paint(now time.Time) []string {
	var theme *render.Theme
	if v.high != nil {
		theme = v.high.Theme
	}
	p, out := v.look.Painter(theme), []string{}
	for _, row := range v.screen(now) {
		var b bytes.Buffer
		p.Row(&b, row, v.cols)
		out = append(out, b.String())
	}
	return out
}

// screen lays the view out: a line about the talk, the notes and the next slide, and a line about the
// programs. It has as many rows as the terminal, none wider.
func (v *view) screen(now time.Time) []ansi.Line {
	pal := v.palette()
	room := max(0, v.rows-3)
	var body []ansi.Line
	switch {
	case v.modal == "help":
		body = v.help(pal)
	case v.modal == "index":
		body = v.index(pal, room)
	case v.deck() == nil:
		body = v.waiting(pal, room)
	case v.cols >= wide:
		body = v.beside(pal, room)
	default:
		body = v.below(pal, room)
	}
	rows := append([]ansi.Line{v.head(pal, now), rule(pal, v.cols, "")}, fit(body, room)...)
	rows = fit(append(rows, v.foot(pal, now)), v.rows)
	for i, r := range rows {
		rows[i] = cut(r, v.cols)
	}
	return rows
}

func (v *view) palette() render.Palette {
	if v.high == nil {
		return (*render.Theme)(nil).Palette(v.look.Light)
	}
	return v.high.Theme.Palette(v.look.Light)
}

// fit returns exactly n rows.
func fit(rows []ansi.Line, n int) []ansi.Line {
	rows = rows[:min(len(rows), max(n, 0))]
	for len(rows) < n {
		rows = append(rows, nil)
	}
	return rows
}

// cut returns the part of a line that fits.
func cut(l ansi.Line, width int) ansi.Line {
	if l.Width() <= width {
		return l
	}
	var out ansi.Line
	for _, r := range l {
		r.Text = text.Head(r.Text, width)
		width -= text.Width(r.Text)
		out = append(out, r)
	}
	return out
}

func words(s string, st ansi.Style) ansi.Line {
	l := ansi.Plain(text.Cells(s))
	for i := range l {
		l[i].Style = st
	}
	return l
}

// rule returns a thin line with a title.
func rule(pal render.Palette, width int, title string) ansi.Line {
	line := func(n int) ansi.Line { return words(strings.Repeat("─", max(n, 0)), ansi.Style{FG: pal.Hairline}) }
	if title == "" {
		return line(width)
	}
	t := words(" "+text.Cut(text.Cells(title), max(width-6, 1))+" ", ansi.Style{FG: pal.Dim})
	return append(append(line(2), t...), line(width-2-t.Width())...)
}

// head says where the talk is and what time it is.
func (v *view) head(pal render.Palette, now time.Time) ansi.Line {
	bold, dim := ansi.Style{Bold: true}, ansi.Style{FG: pal.Dim}
	var left, right ansi.Line
	if d := v.deck(); d != nil {
		left = words(fmt.Sprintf(" %d/%d", v.stage.Slide+1, len(d.Slides)), bold)
		if n := d.Slides[v.stage.Slide].Steps; n > 1 {
			left = append(left, words(fmt.Sprintf("  step %d/%d", v.stage.Step+1, n), dim)...)
		}
		left = append(left, words("  "+d.TitleOf(d.Slides[v.stage.Slide]), ansi.Style{})...)
	} else {
		left = words(" "+v.name, bold)
	}
	parts := []ansi.Line{v.spent(pal, now), words("  "+now.Format("15:04"), dim)}
	if v.stage.Black {
		parts = append([]ansi.Line{words("  black", ansi.Style{FG: pal.Error, Bold: true})}, parts...)
	}
	if p := v.pace(pal, now); p != nil {
		parts = slices.Insert(parts, len(parts)-1, p)
	}
	for _, p := range parts {
		if right.Width()+p.Width()+len(" 999/999 ") <= v.cols { // the number of the slide comes first
			right = append(right, p...)
		}
	}
	right = append(right, words(" ", dim)...)
	room := v.cols - right.Width()
	left = cut(left, max(room, 0))
	return append(append(left, words(strings.Repeat(" ", max(room-left.Width(), 0)), ansi.Style{})...), right...)
}

// spent is the time of the talk.
func (v *view) spent(pal render.Palette, now time.Time) ansi.Line {
	s := stopwatch(v.clock.Elapsed(now))
	if v.clock.Planned > 0 {
		s += " of " + stopwatch(v.clock.Planned)
	}
	if v.clock.Running() {
		return words("  "+s, ansi.Style{FG: pal.Accent, Bold: true})
	}
	return words("  "+s, ansi.Style{FG: pal.Dim})
}

// pace says by how much the talk is late or early, nil if it is neither.
func (v *view) pace(pal render.Palette, now time.Time) ansi.Line {
	if v.deck() == nil {
		return nil
	}
	switch p := v.clock.Pace(now, v.stage.Slide, len(v.deck().Slides)); {
	case p >= time.Second:
		return words("  "+stopwatch(p)+" behind", ansi.Style{FG: pal.Error})
	case p <= -time.Second:
		return words("  "+stopwatch(-p)+" ahead", ansi.Style{FG: pal.OK})
	}
	return nil
}

// stopwatch writes 754 seconds as 12:34, and 4000 as 1:06:40.
func stopwatch(d time.Duration) string {
	s := int(d / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// foot is about the programs of the slide, or about what is more urgent.
func (v *view) foot(pal render.Palette, now time.Time) ansi.Line {
	switch {
	case v.deck() != nil && !v.linked:
		return words(" the talk has ended; this view waits for the next one", ansi.Style{FG: pal.Error})
	case v.broken != "":
		return words(" "+text.Line(v.broken), ansi.Style{FG: pal.Error})
	case v.keys.Typed() != "":
		return words(" "+v.keys.Typed(), ansi.Style{FG: pal.Accent})
	}
	var out ansi.Line
	for _, s := range v.programs() {
		status, outcome := render.Status(s, v.board.Results[s.Key], now)
		if status == "" {
			status = "not run"
		}
		out = append(append(out, words(" "+s.Name()+" ", ansi.Style{FG: pal.Dim})...), words(status+"  ", ansi.Style{FG: pal.Outcome(outcome)})...)
	}
	if len(out) > 0 {
		return out
	}
	return words(" "+v.keys.Key("help")+" lists the keys", ansi.Style{FG: pal.Dim})
}

// notes returns the notes of the slide for a width. Those of later steps are dim.
func (v *view) notes(pal render.Palette, width int) []ansi.Line {
	s := v.deck().Slides[v.stage.Slide]
	var rows []ansi.Line
	for _, n := range s.Notes {
		st := ansi.Style{}
		if n.Step > v.stage.Step {
			st.FG = pal.Dim
		}
		if len(rows) > 0 {
			rows = append(rows, nil)
		}
		for _, line := range strings.Split(strings.Trim(n.Text, "\r\n"), "\n") {
			rows = append(rows, wrapped(strings.TrimRight(line, " \t\r"), st, width)...)
		}
	}
	if len(rows) == 0 {
		rows = append(rows, words("no notes for this slide", ansi.Style{FG: pal.Dim}))
	}
	return rows
}

// item matches the beginning of an item of a list.
var item = pattern.New(`^ *(?:[-*+•]|\d+[.)]) +`)

// wrapped returns a line of a note in rows. An item of a list hangs behind its mark.
func wrapped(line string, st ansi.Style, width int) []ansi.Line {
	mark := item().FindString(line)
	if 2*len(mark) > width {
		mark = ""
	}
	rows := render.Wrap(words(line[len(mark):], st), max(width-text.Width(mark), 1))
	if len(rows) == 0 {
		rows = append(rows, nil)
	}
	for i := range rows {
		if i > 0 {
			mark = strings.Repeat(" ", text.Width(mark))
		}
		rows[i] = append(words(mark, st), rows[i]...)
	}
	return rows
}

// part returns the notes from the scrolled place on, in a number of rows.
func (v *view) part(pal render.Palette, width, rows int) []ansi.Line {
	all := v.notes(pal, width-2)
	v.long = max(0, len(all)-rows)
	v.top = min(v.top, v.long)
	out := fit(all[v.top:], rows)
	for i, l := range out {
		mark := " "
		switch {
		case i == 0 && v.top > 0:
			mark = "↑"
		case i == rows-1 && v.top < v.long:
			mark = "↓"
		}
		out[i] = append(words(mark+" ", ansi.Style{FG: pal.Accent}), l...)
	}
	return out
}

// coming returns the rows of the next step's slide, and a title for them.
func (v *view) coming(width int) (title string, rows []ansi.Line) {
	d := v.deck()
	to := v.stage.Next(d)
	if to == v.stage {
		return "end of the talk", nil
	}
	title = "next: " + d.TitleOf(d.Slides[to.Slide])
	if to.Slide == v.stage.Slide {
		title = fmt.Sprintf("next: step %d", to.Step+1)
	}
	sheet := v.look.Sheet(v.high, term.Page{Slide: to.Slide, Step: to.Step, Width: max(width, 1)})
	return title, sheet.Rows[1:] // without the blank row above
}

// beside has the notes on the left and the next slide on the right.
func (v *view) beside(pal render.Palette, rows int) []ansi.Line {
	left := v.cols * 55 / 100
	title, next := v.coming(v.cols - left - 3)
	next = fit(append([]ansi.Line{words(text.Cut(text.Cells(title), v.cols-left-3), ansi.Style{FG: pal.Dim})}, next...), rows)
	out := v.part(pal, left, rows)
	for i, l := range out {
		gap := words(strings.Repeat(" ", max(left-l.Width(), 0)), ansi.Style{})
		out[i] = append(append(append(l, gap...), words(" │ ", ansi.Style{FG: pal.Hairline})...), next[i]...)
	}
	return out
}

// below has the notes above and the next slide below, which gets two fifths.
func (v *view) below(pal render.Palette, rows int) []ansi.Line {
	under := rows * 2 / 5
	title, next := v.coming(v.cols)
	out := append(v.part(pal, v.cols, rows-under), rule(pal, v.cols, title))
	return append(out, next...)
}

// waiting says what the view waits for.
func (v *view) waiting(pal render.Palette, rows int) []ansi.Line {
	out := make([]ansi.Line, max(0, rows/2-2))
	for _, l := range []string{"waiting for the talk", "slidexec present " + text.Name(v.name) + " begins it in another terminal"} {
		if v.linked {
			l = "the talk has no slides yet"
		}
		out = append(out, append(words(strings.Repeat(" ", max(0, (v.cols-text.Width(l))/2)), ansi.Style{}), words(l, ansi.Style{FG: pal.Dim})...))
		if v.linked {
			break
		}
	}
	return out
}

// help lists the keys.
func (v *view) help(pal render.Palette) []ansi.Line {
	var rows []ansi.Line
	for _, b := range v.keys.Help() {
		var keys []string
		for _, k := range b.Keys {
			keys = append(keys, stage.Label(k))
		}
		k := words("  "+text.Cut(strings.Join(keys, "  "), 34), ansi.Style{FG: pal.Accent})
		gap := words(strings.Repeat(" ", max(1, 38-k.Width())), ansi.Style{})
		rows = append(rows, append(append(k, gap...), words(b.Help, ansi.Style{})...))
	}
	return rows
}

// index lists the slides that hold the words of the query.
func (v *view) index(pal render.Palette, rows int) []ansi.Line {
	out := []ansi.Line{append(words(" find: ", ansi.Style{FG: pal.Dim}), words(v.query+"▏", ansi.Style{FG: pal.Accent})...)}
	if v.deck() == nil {
		return out
	}
	found, at := v.found(), 0
	for i, n := range found {
		if n == v.chosen {
			at = i
		}
	}
	first := max(0, min(at-rows/2, len(found)-rows+1))
	for i, n := range found[first:] {
		if i >= rows {
			break
		}
		st, mark := ansi.Style{Bold: n == v.stage.Slide}, " "
		if n == v.chosen {
			st.Reverse, mark = true, "▸"
		}
		out = append(out, words(fmt.Sprintf("%s%4d  %s ", mark, n+1, v.deck().TitleOf(v.deck().Slides[n])), st))
	}
	return out
}

package term

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/slides"
)

// lines splits text at line feeds. An empty text has no lines.
func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}

// code lays out a code block. If the output has no place of its own, it follows the code.
func (l *layouter) code(b *slides.Code, width int) []ansi.Line {
	s := b.Snippet
	if s == nil {
		return nil
	}
	r := l.view.Result(s)
	switch s.Exec.Mode {
	case slides.ModeReplace:
		return l.replaced(s, r, width)
	case slides.ModeImage:
		return l.picture(s, r, width)
	case slides.ModeRender:
		if rows := l.drawing(s, r, width); rows != nil {
			return rows
		}
	}
	rows := l.source(b, width)
	// Where a drawing failed, the code stays, with the reason below.
	undrawn := s.Exec.Mode == slides.ModeRender && r.State == slides.Done && slides.Judge(s, r).Ruling != slides.Good
	if undrawn || s.Place == slides.Below && (r.State != slides.NotRun || l.waits(s)) {
		rows = append(rows, nil)
		first, top := len(l.placed), l.top
		l.top += len(rows)
		part := l.result(s, r, width)
		l.top = top
		l.move(first, len(rows), 0)
		rows = append(rows, part...)
	}
	return rows
}

// source lays out the code itself.
func (l *layouter) source(b *slides.Code, width int) []ansi.Line {
	s := b.Snippet
	colors := l.pal.CodeColors()
	out := box{edge: codeEdge, color: l.pal.Hairline, hard: true, bare: s.Show.NoBackground && l.pal.BareCode()}
	out.ink.BG = l.pal.Code.Background
	out.padX, out.padY = l.padding("code")
	if s.Word != "" && !out.bare {
		out.left = run(s.Word, style{FG: colors.Comment})
	}
	r := l.view.Result(s)
	if s.Place == slides.Nowhere { // the output is shown nowhere, so the caption says how the run ended
		out.right = l.status(s, r, l.now)
	}
	lit, since := active(b.Frames, l.step)
	digits := len(fmt.Sprint(len(s.Show.Lines)))
	for i, tokens := range l.view.Code(s) {
		var line ansi.Line
		if s.Show.LineNumbers {
			line = run(fmt.Sprintf("%*d  ", digits, i+1), style{FG: colors.Comment})
		}
		for _, t := range tokens {
			st := style{}
			if t.Class != code.Unmarked || l.pal.Code.Text != 0 {
				st.FG = l.pal.Class(t.Class)
			}
			if !lights(lit, i+1) {
				st = style{FG: colors.Comment, Dim: true}
			}
			line = append(line, run(t.Text, st)...)
		}
		out.body = append(out.body, line)
	}
	all := width
	width, col := l.blockWidth(&out, all)
	first := len(l.placed)
	rows, starts := l.boxed(out, width)
	if len(lit) > 0 {
		l.revealLines(lit, since, starts, len(rows))
	}
	if s.Exec.Mode != slides.NotExecutable {
		box := &Box{Snippet: s, Result: r, Source: true}
		if len(out.right) > 0 {
			box.caption = l.caption(out, width, func(now time.Time) ansi.Line { return l.status(s, r, now) })
		}
		l.put(box, len(rows), width)
	}
	return l.shifted(first, rows, col)
}

// padding returns the empty columns at the sides and the empty rows around the text of a box.
func (l *layouter) padding(path string) (x, y int) {
	t := l.look()
	return t.Number(path+".padding.horizontal", 0), t.Number(path+".padding.vertical", 0)
}

// blockWidth returns the width of a block of code, and its first column. One that the theme puts in the
// middle or to the right is as wide as its longest line.
func (l *layouter) blockWidth(b *box, all int) (width, col int) {
	at := l.look().Position("code")
	if at.Align != slides.AlignCenter && at.Align != slides.AlignRight {
		return all, 0
	}
	longest := 0
	for _, line := range b.body {
		longest = max(longest, line.Width()+2*b.padX)
	}
	width = max(longest, b.left.Width()+2+b.right.Width())
	if inner, _ := b.inner(all); inner < all {
		width += all - inner
	}
	width = min(max(width, at.Size), all)
	if at.Align == slides.AlignCenter {
		return width, (all - width) / 2
	}
	return width, all - width
}

// revealLines notes the rows of highlighted lines; starts has the first row of each line.
func (l *layouter) revealLines(lit []slides.Range, step int, starts []int, rows int) {
	from, to := rows, 0
	for i, start := range starts {
		if lights(lit, i+1) {
			end := rows
			if i+1 < len(starts) {
				end = starts[i+1]
			}
			from, to = min(from, start), max(to, end)
		}
	}
	l.reveal(step, from, max(to-from, 0))
}

// active returns the highlighted lines at a step, nil for all, and the step since when they are.
func active(frames []slides.Frame, step int) (lit []slides.Range, since int) {
	for _, f := range frames {
		if f.Step <= step {
			lit, since = f.Lines, f.Step
		}
	}
	return lit, since
}

func lights(lit []slides.Range, n int) bool {
	return len(lit) == 0 || slices.ContainsFunc(lit, func(r slides.Range) bool { return r.From <= n && n <= r.To })
}

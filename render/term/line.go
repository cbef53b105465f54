package term

import (
	"iter"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

type style = ansi.Style

func repeat(s string, n int) string { return strings.Repeat(s, max(n, 0)) }

// run returns a line of one run. It cleans the text, since all text of a deck passes through here.
func run(s string, st style) ansi.Line {
	if s = text.Cells(s); s == "" {
		return nil
	}
	return ansi.Line{{Text: s, Style: st}}
}

func spaces(n int, st style) ansi.Line { return run(repeat(" ", n), st) }

func join(lines ...ansi.Line) ansi.Line {
	n := 0
	for _, l := range lines {
		n += len(l)
	}
	out := make(ansi.Line, 0, n)
	for _, l := range lines {
		out = append(out, l...)
	}
	return out
}

func indent(l ansi.Line, n int) ansi.Line {
	if len(l) == 0 || n == 0 {
		return l
	}
	return join(spaces(n, style{}), l)
}

// pad fills a line with spaces up to a width.
func pad(l ansi.Line, width int, st style) ansi.Line {
	return join(l, spaces(width-l.Width(), st))
}

// align aligns a line within a width.
func align(l ansi.Line, width int, a slides.Align) ansi.Line {
	free := max(width-l.Width(), 0)
	switch a {
	case slides.AlignCenter:
		return indent(l, free/2)
	case slides.AlignRight:
		return indent(l, free)
	}
	return l
}

// onGround gives every run without a background of its own the given one.
func onGround(l ansi.Line, bg ansi.Color) ansi.Line {
	out := make(ansi.Line, len(l))
	for i, r := range l {
		if r.Style.BG.IsDefault() {
			r.Style.BG = bg
		}
		out[i] = r
	}
	return out
}

// onInk gives every run without a colour of its own the given one.
func onInk(l ansi.Line, fg ansi.Color) ansi.Line {
	if fg.IsDefault() {
		return l
	}
	out := make(ansi.Line, len(l))
	for i, r := range l {
		if r.Style.FG.IsDefault() {
			r.Style.FG = fg
		}
		out[i] = r
	}
	return out
}

// ends puts one text at the left and another at the right end of a width. If they do not fit side by
// side, the right one goes below.
func ends(left, right ansi.Line, width int) []ansi.Line {
	free := width - left.Width() - right.Width()
	switch {
	case len(right) == 0:
		return render.Wrap(left, width)
	case free >= 2 || free >= 0 && len(left) == 0:
		return []ansi.Line{join(left, spaces(free, style{}), right)}
	case len(left) == 0:
		return render.Wrap(right, width)
	}
	return append(render.Wrap(left, width), render.Wrap(right, width)...)
}

// Clip returns the part of a line from a column on, at most width cells. A space replaces the half of
// a wide character.
func Clip(l ansi.Line, from, width int) ansi.Line {
	var out ansi.Line
	at, end := 0, from+width
	for _, r := range l {
		if at >= end {
			break
		}
		w := text.Width(r.Text)
		switch {
		case at+w <= from:
		case at >= from && at+w <= end:
			out = append(out, r)
		default:
			out = append(out, clipRun(r, at, from, end)...)
		}
		at += w
	}
	return out
}

// clipRun returns the part of a run that begins at column at.
func clipRun(r ansi.Run, at, from, end int) ansi.Line {
	var b strings.Builder
	for part, w := range text.Graphemes(r.Text) {
		if at >= end {
			break
		}
		switch {
		case at >= from && at+w <= end:
			b.WriteString(part)
		case at+w > from:
			b.WriteString(repeat(" ", min(at+w, end)-max(at, from)))
		}
		at += w
	}
	if r.Text = b.String(); r.Text == "" {
		return nil
	}
	return ansi.Line{r}
}

// Overlay puts a line over another from a column on.
func Overlay(l ansi.Line, col int, over ansi.Line) ansi.Line {
	col = max(col, 0)
	end := col + over.Width()
	return join(pad(Clip(l, 0, col), col, style{}), over, Clip(l, end, max(l.Width()-end, 0)))
}

// trimLeft removes unstyled spaces at the beginning.
func trimLeft(l ansi.Line) ansi.Line {
	for len(l) > 0 && l[0].Style == (style{}) {
		first := l[0]
		if first.Text = strings.TrimLeft(first.Text, " "); first.Text != "" {
			return append(ansi.Line{first}, l[1:]...)
		}
		l = l[1:]
	}
	return l
}

// chunks cuts text into parts of at most size bytes, between characters.
func chunks(s string, size int) iter.Seq[string] {
	return func(yield func(string) bool) {
		from, at := 0, 0
		for part := range text.Graphemes(s) {
			if at > from && at+len(part)-from > size {
				if !yield(s[from:at]) {
					return
				}
				from = at
			}
			at += len(part)
		}
		if at > from {
			yield(s[from:at])
		}
	}
}

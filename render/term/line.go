package term

import (
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
	var out ansi.Line
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

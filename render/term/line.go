package term

import (
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

type style = render.Style

func repeat(s string, n int) string { return strings.Repeat(s, max(n, 0)) }

// run returns a line of one run; the text of a deck is cleaned where it becomes a run.
func run(s string, st style) render.Line {
	if s = text.Cells(s); s == "" {
		return nil
	}
	return render.Line{{Text: s, Style: st}}
}

func spaces(n int, st style) render.Line { return run(repeat(" ", n), st) }

func join(lines ...render.Line) render.Line {
	var out render.Line
	for _, l := range lines {
		out = append(out, l...)
	}
	return out
}

func indent(l render.Line, n int) render.Line {
	if len(l) == 0 || n == 0 {
		return l
	}
	return join(spaces(n, style{}), l)
}

// pad fills a line with spaces up to a width.
func pad(l render.Line, width int, st style) render.Line {
	return join(l, spaces(width-l.Width(), st))
}

// align moves a line within a width.
func align(l render.Line, width int, a slides.Align) render.Line {
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
func onGround(l render.Line, bg render.Color) render.Line {
	out := make(render.Line, len(l))
	for i, r := range l {
		if r.Style.BG.IsDefault() {
			r.Style.BG = bg
		}
		out[i] = r
	}
	return out
}

// ends puts one text at the left and another at the right end of a width; where they do not fit
// side by side, the right one goes below.
func ends(left, right render.Line, width int) []render.Line {
	free := width - left.Width() - right.Width()
	switch {
	case len(right) == 0:
		return render.Wrap(left, width)
	case free >= 2 || free >= 0 && len(left) == 0:
		return []render.Line{join(left, spaces(free, style{}), right)}
	case len(left) == 0:
		return render.Wrap(right, width)
	}
	return append(render.Wrap(left, width), render.Wrap(right, width)...)
}

package term

import (
	"cmp"
	"fmt"
	"math"
	"strconv"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// footer lays out the last rows of a window: the theme's, or a rule with the slide's number.
func (l *layouter) footer(slide *slides.Slide, p Page) {
	look := l.look()
	switch kind := look.Value("footer.style"); {
	case kind == "template" && (slide.NoFooter || slide.Intro && !look.Is("intro_slide.footer", false)), kind == "empty":
		l.out.Footer = nil
	case kind == "template":
		l.templated(look.Footer, p)
	case kind == "progress_bar" && !slide.NoFooter:
		char := cmp.Or(look.Value("footer.character"), "█")
		n := p.Width * (p.Slide + 1) / max(len(l.view.Deck.Slides), 1)
		l.out.Footer = run(repeat(char, n/max(text.Width(char), 1)), l.coloured(look.Pair("footer.colors"), style{FG: l.pal.Accent}))
	default:
		l.out.Footer = l.numbered(slide, p)
	}
}

// numbered returns a rule with the slide's number.
func (l *layouter) numbered(slide *slides.Slide, p Page) ansi.Line {
	number := ""
	if !slide.NoFooter {
		number = fmt.Sprintf(" %d/%d ", p.Slide+1, len(l.view.Deck.Slides))
	}
	left := p.Width - text.Width(number) - 2
	if left < 0 {
		return ansi.Line{{Text: repeat("─", p.Width), Style: style{FG: l.pal.Hairline}}}
	}
	return ansi.Line{
		{Text: repeat("─", left), Style: style{FG: l.pal.Hairline}},
		{Text: number, Style: style{FG: l.pal.Dim}},
		{Text: "──", Style: style{FG: l.pal.Hairline}},
	}
}

// templated lays out a footer of a template: text and pictures at the left, in the middle and at the right.
// Text stands in the middle of its rows.
func (l *layouter) templated(f *slides.Footer, p Page) {
	height := l.look().Number("footer.height", 1)
	if p.Height > 0 {
		height = max(min(height, p.Height/3), 1)
	}
	st := l.coloured(f.Colors, style{FG: l.pal.Dim})
	rows := make([]ansi.Line, height)
	for i := range rows {
		rows[i] = spaces(p.Width, st)
	}
	rows[(height-1)/2] = l.threeParts(f, p, st, height)
	l.out.Over, l.out.Footer = rows[:height-1], rows[height-1]
}

// threeParts returns the row of a footer that has its text, and notes its pictures.
func (l *layouter) threeParts(f *slides.Footer, p Page, st style, height int) ansi.Line {
	part := func(of slides.FooterPart) (ansi.Line, *Picture) {
		if of.Image != nil {
			mark := l.mark(of.Image, p, height)
			if mark == nil {
				return nil, nil
			}
			return spaces(mark.Width, st), mark
		}
		in := of.Numbered(strconv.Itoa(p.Slide+1), strconv.Itoa(len(l.view.Deck.Slides)))
		rows := l.text(in, st, max(p.Width-2, 1))
		if len(rows) == 0 {
			return nil, nil
		}
		return rows[0], nil
	}
	line := spaces(1, st)
	put := func(of slides.FooterPart, place func(width int) int) {
		text, mark := part(of)
		if len(text) == 0 {
			return
		}
		at := place(text.Width())
		if at < line.Width() {
			at = line.Width() + 2
		}
		if line = join(pad(line, at, st), text); mark != nil && line.Width() <= p.Width {
			mark.Col = at
			l.out.Marks = append(l.out.Marks, mark)
		}
	}
	put(f.Left, func(int) int { return 1 })
	put(f.Center, func(w int) int { return (p.Width - w) / 2 })
	put(f.Right, func(w int) int { return p.Width - w - 1 })
	if line.Width() > p.Width {
		line = render.Wrap(line, p.Width)[0]
	}
	return pad(line, p.Width, st)
}

// mark returns a picture of a footer as high as its rows, nil if it cannot be drawn.
func (l *layouter) mark(f *slides.File, p Page, height int) *Picture {
	m := &Picture{File: f}
	if l.page.Picture == nil || !l.page.Picture(m) || m.Pixels[0] <= 0 || m.Pixels[1] <= 0 {
		return nil
	}
	cell := l.page.Cell
	w := float64(height*cell[1]) * float64(m.Pixels[0]) / float64(m.Pixels[1])
	w = min(w, float64(p.Width*cell[0])/3)
	m.Width = max(int(math.Ceil(w/float64(cell[0])-.01)), 1)
	h := w * float64(m.Pixels[1]) / float64(m.Pixels[0])
	m.Height = min(max(int(math.Ceil(h/float64(cell[1])-.01)), 1), height)
	m.Row = (height - m.Height) / 2
	return m
}

package term

import (
	"fmt"
	"time"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// layouter lays out pages of one view.
type layouter struct {
	view   *render.View
	pal    render.Palette
	plain  bool // no links and colours: addresses appear as text
	now    time.Time
	copies render.Copies

	step   int // of the current page
	middle int // the row at which centred blocks begin
}

func newLayouter(v *render.View, b Backend) *layouter {
	return &layouter{
		view: v, pal: v.Theme.Palette(b.Light), plain: !b.Color && !b.Colors256, now: b.Now,
		copies: render.CopiesOf(v.Deck),
	}
}

// sideMargin returns the empty columns on each side of a page.
func sideMargin(width int) int {
	switch {
	case width >= 60:
		return 2
	case width >= 20:
		return 1
	}
	return 0
}

// page lays out one slide: a blank row, its blocks, and a line with its number.
func (l *layouter) page(p Page) []ansi.Line {
	p.Width = max(p.Width, 1)
	slide := l.view.Deck.Slides[p.Slide]
	margin := sideMargin(p.Width)
	inner := p.Width - 2*margin
	l.step, l.middle = p.Step, 7
	if p.Height > 0 {
		l.middle = p.Height / 2
	}
	rows := []ansi.Line{nil}
	if slide.Intro {
		rows = append(rows, l.intro(inner, p.Height)...)
	}
	l.middle -= len(rows)
	rows = append(rows, l.blocks(slide.Blocks, inner)...)
	rows = append(rows, nil)
	for p.Height > 0 && len(rows) < p.Height-1 {
		rows = append(rows, nil)
	}
	for i := range rows {
		rows[i] = indent(rows[i], margin)
	}
	return append(rows, l.footer(slide, p))
}

// footer returns the last line of a slide, with its number.
func (l *layouter) footer(slide *slides.Slide, p Page) ansi.Line {
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

// intro lays out the slide made from the front matter.
func (l *layouter) intro(width, height int) []ansi.Line {
	m := &l.view.Deck.Meta
	var rows []ansi.Line
	add := func(text []slides.Inline, st style) {
		for _, line := range l.text(text, st, width) {
			rows = append(rows, align(line, width, slides.AlignCenter))
		}
	}
	for _, t := range m.Title {
		add(t, style{Bold: true})
	}
	for _, t := range m.SubTitle {
		add(t, style{FG: l.pal.Dim})
	}
	words := func(st style, list ...string) {
		gap := true
		for _, w := range list {
			if w == "" {
				continue
			}
			if gap && len(rows) > 0 {
				rows = append(rows, nil)
			}
			gap = false
			add([]slides.Inline{&slides.Text{Text: w}}, st)
		}
	}
	words(style{FG: l.pal.Dim}, m.Event, m.Location, m.Date)
	words(style{FG: l.pal.Accent}, append([]string{m.Author}, m.Authors...)...)
	above := 2
	if height > 0 {
		above = max(0, (height-len(rows))/2-1)
	}
	rows = append(make([]ansi.Line, above), rows...)
	return append(rows, nil)
}

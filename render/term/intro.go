package term

import (
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// intro lays out the slide made from the front matter.
func (l *layouter) intro(width, height int) []ansi.Line {
	m := &l.view.Deck.Meta
	var rows []ansi.Line
	add := func(what string, text []slides.Inline, st style) {
		rows = append(rows, l.introLine(what, text, st, width, len(rows))...)
	}
	for _, t := range m.Title {
		add("title", t, style{Bold: true})
	}
	for _, t := range m.SubTitle {
		add("subtitle", t, style{FG: l.pal.Dim})
	}
	gap := true
	word := func(what, w string, st style) {
		if w == "" {
			return
		}
		if gap && len(rows) > 0 {
			rows = append(rows, nil)
		}
		gap = false
		add(what, []slides.Inline{&slides.Text{Text: w}}, st)
	}
	word("event", m.Event, style{FG: l.pal.Dim})
	word("location", m.Location, style{FG: l.pal.Dim})
	word("date", m.Date, style{FG: l.pal.Dim})
	upper := len(rows)
	gap = true
	for _, a := range append([]string{m.Author}, m.Authors...) {
		word("author", a, style{FG: l.pal.Accent})
	}
	above := 2
	if height > 0 {
		above = max(0, (height-len(rows))/2-1)
	}
	if l.look().Value("intro_slide.author.positioning") == "page_bottom" {
		rows = lowered(rows, upper, height-len(l.out.Over)-above-4)
	}
	l.move(0, above, 0)
	rows = append(make([]ansi.Line, above), rows...)
	return append(rows, nil)
}

// lowered moves the rows from one on to the bottom of so many rows.
func lowered(rows []ansi.Line, from, height int) []ansi.Line {
	free := max(height-len(rows), 2)
	out := append(rows[:from:from], make([]ansi.Line, free)...)
	return append(out, rows[from:]...)
}

// introLine lays out a line of the intro slide, which begins at a row. If the theme does not say where it
// stands, it is centred.
func (l *layouter) introLine(what string, text []slides.Inline, st style, width, row int) []ansi.Line {
	t, path := l.look(), "intro_slide."+what
	at := t.Position(path)
	if t.Alignment(path+".alignment") == slides.AlignDefault {
		at.Align, at.Margin = slides.AlignCenter, t.Length(path+".minimum_margin")
	}
	side := at.Side(width)
	scale := min(t.Number(path+".font_size", 1), maxScale)
	if !l.page.Scale || width/scale < leastCol {
		scale = 1
	}
	inner := (width - 2*side) / scale
	rows := l.text(text, l.themed(path, st), inner)
	for i := range rows {
		rows[i] = align(rows[i], inner, at.Align)
	}
	first := len(l.placed)
	if scale > 1 {
		rows = l.enlarge(rows, first, scale)
	}
	l.move(first, row, 0)
	return l.shifted(first, rows, side)
}

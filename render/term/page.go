package term

import (
	"time"

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
	kept   *Cache

	page   Page
	step   int // of the page
	middle int // the row at which centred blocks begin
	top    int // the row of the slide at which the list of blocks begins that is laid out

	out    *Sheet
	placed []*Rect // what was placed so far; whoever puts blocks somewhere moves it
	steps  []*revealed
	cols   []*Rect
}

func newLayouter(v *render.View, b Backend) *layouter {
	return &layouter{
		view: v, pal: v.Colours().Palette(b.Light), plain: !b.Depth.coloured(), now: b.Now,
		copies: b.Cache.copiesOf(v.Deck), kept: b.Cache,
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

// intro lays out the slide made from the front matter.
func (l *layouter) intro(width, height int) []ansi.Line {
	m := &l.view.Deck.Meta
	var rows []ansi.Line
	add := func(what string, text []slides.Inline, st style) {
		path := "intro_slide." + what
		to := l.look().Alignment(path + ".alignment")
		if to == slides.AlignDefault {
			to = slides.AlignCenter
		}
		for _, line := range l.text(text, l.themed(path, st), width) {
			rows = append(rows, align(line, width, to))
		}
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
	gap = true
	for _, a := range append([]string{m.Author}, m.Authors...) {
		word("author", a, style{FG: l.pal.Accent})
	}
	above := 2
	if height > 0 {
		above = max(0, (height-len(rows))/2-1)
	}
	rows = append(make([]ansi.Line, above), rows...)
	return append(rows, nil)
}

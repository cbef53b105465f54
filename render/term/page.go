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
		view: v, pal: v.Theme.Palette(b.Light), plain: !b.Depth.coloured(), now: b.Now,
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

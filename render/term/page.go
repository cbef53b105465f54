package term

import (
	"time"

	"github.com/slidexec/slidexec/render"
)

// layouter lays out pages of one view.
type layouter struct {
	view   *render.View
	pal    render.Palette
	light  bool // for a light background
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
		view: v, pal: v.Colours().Palette(b.Light), plain: !b.Depth.coloured(), light: b.Light, now: b.Now,
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

// sides returns the empty columns on each side of a page, as the theme has them.
func (l *layouter) sides(width int) int {
	return max(sideMargin(width), l.look().Position("default").Side(width))
}

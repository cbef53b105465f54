// Package term renders slides as a terminal shows them, with colours or as plain text.
//
// Laying out and painting are apart: a Page turns a view into rows of styled text, which are as
// many cells wide as the page at most, and paint turns rows into bytes. Laying out is a pure
// function of view and size, so that a player can lay out again at any time and draw the rows
// that differ.
package term

import (
	"bytes"
	"cmp"
	"io"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
)

// Backend writes slides one below the other, fully revealed. The zero value writes plain text for
// 80 columns.
type Backend struct {
	Width     int  // columns, 0 for 80
	Height    int  // rows of a slide at least, 0 for as many as it needs
	Color     bool // colours and links, in 24 bits
	Colors256 bool // colours from the palette of 256 instead
	Light     bool // for a light background
	Slide     int  // only this one, from 1; 0 for all
	Step      int  // with Slide: how much of it is revealed, from 1; 0 for all
	Now       time.Time
}

const defaultWidth = 80

// Render writes the slides of v.
func (b Backend) Render(w io.Writer, v *render.View) error {
	var out bytes.Buffer
	width := cmp.Or(max(b.Width, 0), defaultWidth)
	if b.Now.IsZero() {
		b.Now = time.Now()
	}
	p := newPainter(&out, b, v.Theme.Palette(b.Light), width)
	lay := newLayouter(v, b)
	for i := range v.Deck.Slides {
		if b.Slide > 0 && i != b.Slide-1 {
			continue
		}
		page := Page{Slide: i, Width: width, Height: b.Height, Step: v.Deck.Slides[i].Steps}
		if b.Slide > 0 && b.Step > 0 {
			page.Step = b.Step - 1
		}
		p.rows(lay.page(page))
	}
	_, err := w.Write(out.Bytes())
	return err
}

// Page is one slide at one step in a window of some size.
type Page struct {
	Slide  int // index in Deck.Slides
	Step   int // the last step that is revealed
	Width  int // columns, at least 1
	Height int // rows at least; 0 for as many as the slide needs
}

// Layout returns the rows of a page. None is wider than the page; text in the default style is
// meant in the palette's colours for text on its background.
func (b Backend) Layout(v *render.View, p Page) []ansi.Line {
	return newLayouter(v, b).page(p)
}

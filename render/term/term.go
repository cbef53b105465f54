// Package term renders slides as a terminal shows them, with colours or as plain text.
//
// Layout and painting are separate. Layout turns a view into rows of styled text, none wider than the
// page. paint turns rows into bytes. Layout is a pure function of view and size, so a player can repeat
// it at any time and draw the rows that differ.
package term

import (
	"bytes"
	"cmp"
	"io"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
)

// Backend writes slides one below another, fully revealed. The zero value writes plain text for 80
// columns.
type Backend struct {
	Width     int  // columns, 0 for 80
	Height    int  // minimum rows of a slide, 0 for as many as it needs
	Color     bool // colours and links, in 24 bits
	Colors256 bool // colours from the palette of 256 instead
	Light     bool // for a light background
	Slide     int  // number of the only slide, from 1; 0 for all
	Step      int  // with Slide: its last revealed step, from 1; 0 for all
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
	Step   int // the last revealed step
	Width  int // columns, at least 1
	Height int // minimum rows; 0 for as many as the slide needs
}

// Layout returns the rows of a page. None is wider than the page. Text in the default style has the
// palette's colours for text and background.
func (b Backend) Layout(v *render.View, p Page) []ansi.Line {
	return newLayouter(v, b).page(p)
}

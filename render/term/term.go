// Package term renders slides as a terminal shows them, with colours or as plain text.
//
// Layout and painting are separate. A Sheet is a slide as rows of styled text, none wider than the
// page, with the places of programs, pictures and steps in it. A Painter turns rows into bytes. Layout
// is a pure function of view and page, so a player can repeat it at any time and draw the rows that
// differ.
package term

import (
	"bytes"
	"cmp"
	"io"
	"time"

	"github.com/slidexec/slidexec/render"
)

// Backend writes slides one below another, fully revealed. The zero value writes plain text for 80
// columns.
type Backend struct {
	Width  int   // columns, 0 for 80
	Height int   // minimum rows of a slide, 0 for as many as it needs
	Depth  Depth // colours
	Light  bool  // for a light background
	Slide  int   // number of the only slide, from 1; 0 for all
	Step   int   // with Slide: its last revealed step, from 1; 0 for all
	Now    time.Time
	Cache  *Cache // nil: every layout begins anew
}

const defaultWidth = 80

// Render writes the slides of v.
func (b Backend) Render(w io.Writer, v *render.View) error {
	var out bytes.Buffer
	width := cmp.Or(max(b.Width, 0), defaultWidth)
	if b.Now.IsZero() {
		b.Now = time.Now()
	}
	p := b.Painter(v.Colours())
	lay := newLayouter(v, b)
	for i := range v.Deck.Slides {
		if b.Slide > 0 && i != b.Slide-1 {
			continue
		}
		page := Page{Slide: i, Width: width, Height: b.Height, Step: v.Deck.Slides[i].Steps}
		if b.Slide > 0 && b.Step > 0 {
			page.Step = b.Step - 1
		}
		for _, r := range lay.sheet(page).Lines() {
			p.Row(&out, r, width)
			out.WriteByte('\n')
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

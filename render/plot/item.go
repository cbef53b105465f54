package plot

import (
	"fmt"
	"io"

	"github.com/slidexec/slidexec/render/ansi"
)

// kind is what an item draws.
type kind byte

// Kinds of items.
const (
	letters kind = iota // text that begins at x, with its base line at y
	area                // a rectangle: filled, framed or both
	pixels              // a picture
	link                // a place to click
)

// item is one thing on a slide, at its place in pixels from the slide's top left corner.
type item struct {
	kind
	x, y, w, h float64
	node       *node // its place in the structure; nil: decoration
	step       int   // the step of the slide from which it shows

	// letters
	text  string
	face  *face
	size  float64
	slant bool    // lean the letters of an upright face
	track float64 // space between letters
	color ansi.Color

	// area; the default colour draws nothing
	fill, line ansi.Color
	round      float64

	picture *raster

	href string // link: an address, or "" for a slide
	to   int    // link: the slide, counted from 0
}

// dump writes items as lines for people and tests.
func dump(w io.Writer, items []item) {
	for _, it := range items {
		tag := "-"
		if it.node != nil {
			tag = it.node.tag
		}
		at := fmt.Sprintf("%-6s %7.1f %7.1f", tag, it.x, it.y)
		if it.step > 0 {
			at += fmt.Sprintf(" step %d", it.step)
		}
		switch it.kind {
		case letters:
			slant := ""
			if it.slant {
				slant = "/"
			}
			fmt.Fprintf(w, "%s %s%s %.1f %s %q\n", at, it.face.name, slant, it.size, it.color.Hex(), it.text)
		case area:
			fmt.Fprintf(w, "%s area %.1f×%.1f fill %s line %s\n", at, it.w, it.h, it.fill.Hex(), it.line.Hex())
		case pixels:
			fmt.Fprintf(w, "%s picture %.1f×%.1f of %d×%d\n", at, it.w, it.h, it.picture.width, it.picture.height)
		case link:
			to := it.href
			if to == "" {
				to = fmt.Sprintf("slide %d", it.to+1)
			}
			fmt.Fprintf(w, "%s link %.1f×%.1f to %q\n", at, it.w, it.h, to)
		}
	}
}

package stage

import (
	"encoding/json"
	"math"
	"slices"
)

// Look is how screens show the slide of a stage. A terminal, which can show none of it, ignores it. The zero
// Look shows the slide as it is.
type Look struct {
	Spot   bool         `json:"spot"`   // the pointer is a spotlight: all but a circle around it is dim
	Zoom   *[3]float64  `json:"zoom"`   // the middle of what is seen, as in Stage.Pointer, and how much larger it is; nil: all is seen
	Scroll [][2]float64 `json:"scroll"` // boxes that are scrolled, each once: the box, and how far
	Tone   string       `json:"tone"`   // the colours: "light", "dark", or "" for each screen's own
}

// Boxes that scroll are counted in the order of the slide from 0 on; the slide itself is box -1. A box with
// lines is scrolled to the line that is its first, counted from 0, so that screens of other sizes show the same
// lines; AtEnd is its end, also while more comes. The slide, and a box without lines, is scrolled by a
// part of what it can be, 0 to 1.
const (
	SlideBox = -1
	AtEnd    = -1
)

// Bounds of a Look.
const (
	mostZoom     = 8
	manyScrolled = 64 // boxes
	manyLines    = 10_000_000
)

var tones = []string{"", "light", "dark"}

// merge changes the parts of the look that a change names. It reports whether they are valid.
func (l *Look) merge(c *Change) bool {
	if c.Spot != nil {
		l.Spot = *c.Spot
	}
	if c.Zoom != nil {
		l.Zoom = nil // decoding would write through the pointer
		if json.Unmarshal(c.Zoom, &l.Zoom) != nil || !zoomed(l.Zoom) {
			return false
		}
	}
	if c.Scroll != nil {
		l.Scroll = *c.Scroll
		if len(l.Scroll) > manyScrolled || !slices.IsSortedFunc(l.Scroll, func(a, b [2]float64) int { return int(a[0]) - int(b[0]) }) ||
			slices.ContainsFunc(l.Scroll, func(s [2]float64) bool { return !scrolled(s) }) {
			return false
		}
	}
	if c.Tone != nil {
		l.Tone = *c.Tone
	}
	return slices.Contains(tones, l.Tone)
}

func zoomed(z *[3]float64) bool {
	return z == nil || within(&[2]float64{z[0], z[1]}) && z[2] >= 1 && z[2] <= mostZoom
}

func scrolled(s [2]float64) bool {
	const boxes = 10_000
	return s[0] == math.Trunc(s[0]) && s[0] >= SlideBox && s[0] < boxes && (s[1] == AtEnd || s[1] >= 0) && s[1] < manyLines
}

// moved is the look once the talk has moved: what was scrolled or zoomed is no longer what it is about.
func (l Look) moved(slide, step bool) Look {
	if slide || step {
		l.Scroll = nil
	}
	if slide {
		l.Zoom = nil
	}
	return l
}

// unseen reports whether a change has nothing that a terminal can show.
func (c *Change) unseen() bool {
	return c.Slide == nil && c.Step == nil && c.Black == nil && c.Invite == nil && c.Size == nil && c.Planned == nil && c.Elapsed == nil && c.Running == nil
}

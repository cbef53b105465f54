package present

import (
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// Extent is the part of the terminal's window that the talk uses, across or down. The zero Extent is all of it.
type Extent struct {
	Max   int    // columns or rows; 0: all
	Align string // "left" or "top", "right" or "bottom"; anything else: the middle
}

// within returns where the part begins in a window of some size, and its size.
func (e Extent) within(size int) (from, n int) {
	n = size
	if e.Max > 0 {
		n = min(size, e.Max)
	}
	switch e.Align {
	case "left", "top":
		return 0, n
	case "right", "bottom":
		return size - n, n
	}
	return (size - n) / 2, n
}

// window is the terminal's window. The talk is drawn into a part of it, and everything but canvas and window
// counts rows and columns from the corner of that part.
type window struct {
	cols, rows int
	left, top  int // of the talk's part
}

// measure divides a window of some size.
func (s *state) measure(cols, rows int) {
	s.window.cols, s.window.rows = cols, rows
	s.window.left, s.cols = s.Columns.within(cols)
	s.window.top, s.rows = s.Rows.within(rows)
}

// spread turns a frame of the talk's part into one of the window.
func (w window) spread(f frame) frame {
	if w.rows == len(f.rows) && w.left == 0 {
		return f
	}
	rows := make([]ansi.Line, max(w.rows, w.top+len(f.rows)))
	for i, l := range f.rows {
		if w.left > 0 && len(l) > 0 {
			l = join(ansi.Line{{Text: blanks(w.left)}}, l)
		}
		rows[w.top+i] = l
	}
	f.rows = rows
	for i := range f.covers {
		f.covers[i].row += w.top
		f.covers[i].col += w.left
	}
	if f.cursor != nil {
		f.cursor = &[2]int{f.cursor[0] + w.left, f.cursor[1] + w.top}
	}
	return f
}

// outside is the row and column of a mouse that is beside the talk's part of the window.
const outside = -1 << 20

// inside returns an event of the mouse with its place in the talk's part of the window.
func (s *state) inside(m slides.Mouse) slides.Mouse {
	m.Col, m.Row = m.Col-s.window.left, m.Row-s.window.top
	if m.Col < 0 || m.Col >= s.cols || m.Row < 0 || m.Row >= s.rows {
		m.Col, m.Row = outside, outside
	}
	return m
}

// themed takes light or dark from the theme that the deck names, or else from the one of the user's settings.
// Where neither says it, the terminal's answer decides.
func (s *state) themed() {
	if !s.Auto {
		return
	}
	light := s.bright
	if d := s.deck(); d != nil {
		light = render.Bright(d.Meta.Look, light)
	}
	if light != s.look.Light {
		s.shade(light)
	}
}

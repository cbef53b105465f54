// Package qr draws QR codes, which bring an address from a screen into a phone, for pages and for
// terminals.
package qr

import (
	"fmt"
	"strings"

	"rsc.io/qr"
)

// quiet is the width of the light border that readers need around a code, in modules (ISO/IEC 18004).
const quiet = 4

// Code is a QR code: a square of dark and light modules.
type Code struct {
	dark [][]bool // without the border
}

// New encodes a text of at most some 2,300 bytes. Readers still understand the code if 15 % of it are
// hidden or damaged.
func New(text string) (*Code, error) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("a text of %d bytes does not fit into a QR code", len(text))
	}
	out := &Code{make([][]bool, c.Size)}
	for y := range out.dark {
		out.dark[y] = make([]bool, c.Size)
		for x := range out.dark[y] {
			out.dark[y][x] = c.Black(x, y)
		}
	}
	return out, nil
}

// Size returns the number of modules on a side, with the border.
func (c *Code) Size() int { return len(c.dark) + 2*quiet }

// at reports whether a module is dark; those of the border and beyond are not.
func (c *Code) at(x, y int) bool {
	x, y = x-quiet, y-quiet
	return x >= 0 && y >= 0 && y < len(c.dark) && x < len(c.dark) && c.dark[y][x]
}

// Path returns the dark modules as the data of an SVG path, in units of a module.
func (c *Code) Path() string {
	var b strings.Builder
	for y := range c.Size() {
		for x := 0; x < c.Size(); x++ {
			from := x
			for c.at(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1H%dz", from, y, x-from, from)
			}
		}
	}
	return b.String()
}

// Style is the style of Rows in a terminal, as the parameters of a Select Graphic Rendition sequence:
// black on white, whatever the terminal's own colours are.
const Style = "38;5;16;48;5;231"

// Rows returns the code for a terminal, to be shown in Style: each row shows two rows of modules, each
// module has the width of a column.
func (c *Code) Rows() []string {
	halves := [...]string{" ", "▀", "▄", "█"}
	var rows []string
	for y := 0; y < c.Size(); y += 2 {
		var b strings.Builder
		for x := range c.Size() {
			n := 0
			if c.at(x, y) {
				n++
			}
			if c.at(x, y+1) {
				n += 2
			}
			b.WriteString(halves[n])
		}
		rows = append(rows, b.String())
	}
	return rows
}

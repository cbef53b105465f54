package ansi

import "fmt"

// Color is the terminal's default colour (zero), one of the 256 indexed colours, or a colour of
// 24 bits. The backend's palette defines the default and the indexed colours.
type Color uint32

const (
	indexed Color = 1 << 24
	direct  Color = 2 << 24
)

// Indexed returns colour n of the 256: 0 to 15 are the ANSI colours, then a 6×6×6 cube, then greys.
func Indexed(n uint8) Color { return indexed | Color(n) }

// RGB returns a colour of 24 bits.
func RGB(r, g, b uint8) Color { return direct | Color(r)<<16 | Color(g)<<8 | Color(b) }

// IsDefault reports whether c is the default colour, which the backend chooses.
func (c Color) IsDefault() bool { return c == 0 }

// Index returns the number of an indexed colour.
func (c Color) Index() (uint8, bool) { return uint8(c), c&indexed != 0 }

// RGB returns the red, green and blue parts of a 24-bit colour.
func (c Color) RGB() (r, g, b uint8, ok bool) {
	return uint8(c >> 16), uint8(c >> 8), uint8(c), c&direct != 0
}

// Hex returns a 24-bit colour as "#rrggbb", any other colour as "". Palette.RGB resolves the others.
func (c Color) Hex() string {
	if c&direct == 0 {
		return ""
	}
	return fmt.Sprintf("#%06x", uint32(c&0xffffff))
}

// cube is the brightness of each level of the 6×6×6 colour cube.
var cube = [6]uint8{0, 95, 135, 175, 215, 255}

// Xterm returns colour n ≥ 16 of the 256.
func Xterm(n uint8) Color {
	if n >= 232 {
		v := 8 + 10*(n-232)
		return RGB(v, v, v)
	}
	n -= 16
	return RGB(cube[n/36], cube[n/6%6], cube[n%6])
}

// To256 returns the closest of the 256 colours but the first 16, which differ between terminals. It
// returns a colour that is not 24-bit unchanged.
func (c Color) To256() Color {
	r, g, b, ok := c.RGB()
	if !ok {
		return c
	}
	best, least := uint8(16), 1<<30
	for n := 16; n < 256; n++ {
		cr, cg, cb, _ := Xterm(uint8(n)).RGB()
		dr, dg, db := int(r)-int(cr), int(g)-int(cg), int(b)-int(cb)
		if d := 2*dr*dr + 4*dg*dg + 3*db*db; d < least { // the eye is keenest in green
			best, least = uint8(n), d
		}
	}
	return Indexed(best)
}

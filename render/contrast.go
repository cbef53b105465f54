package render

import (
	"math"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/render/ansi"
)

// Contrast returns the contrast ratio of two 24-bit colours, 1 to 21 (WCAG 2.2, 1.4.3).
func Contrast(a, b ansi.Color) float64 {
	la, lb := luminance(a), luminance(b)
	if la < lb {
		la, lb = lb, la
	}
	return (la + 0.05) / (lb + 0.05)
}

// luminance returns the brightness of a 24-bit colour, 0 to 1.
func luminance(c ansi.Color) float64 {
	r, g, b, _ := c.RGB()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func linear(v uint8) float64 {
	f := float64(v) / 255
	if f <= 0.04045 {
		return f / 12.92
	}
	return math.Pow((f+0.055)/1.055, 2.4)
}

// Away returns fg, moved towards black or white until it has the least contrast on bg.
func Away(fg, bg ansi.Color, least float64) ansi.Color {
	end := ansi.RGB(255, 255, 255)
	if black := ansi.RGB(0, 0, 0); Contrast(black, bg) > Contrast(end, bg) {
		end = black
	}
	const parts = 32
	for i := range parts {
		if c := blend(fg, end, i, parts); Contrast(c, bg) >= least {
			return c
		}
	}
	return end
}

// blend returns the colour i parts of the way from a to b.
func blend(a, b ansi.Color, i, parts int) ansi.Color {
	ar, ag, ab, _ := a.RGB()
	br, bg, bb, _ := b.RGB()
	mix := func(x, y uint8) uint8 { return uint8((int(x)*(parts-i) + int(y)*i) / parts) }
	return ansi.RGB(mix(ar, br), mix(ag, bg), mix(ab, bb))
}

// colorNames maps the names of colours in decks to ANSI colours.
var colorNames = map[string]uint8{
	"black": 0, "dark_red": 1, "dark_green": 2, "dark_yellow": 3, "dark_blue": 4, "dark_magenta": 5, "dark_cyan": 6, "grey": 7,
	"dark_grey": 8, "red": 9, "green": 10, "yellow": 11, "blue": 12, "magenta": 13, "cyan": 14, "white": 15,
}

// ParseColor reads a colour of a deck: a name, #rgb or #rrggbb. For any other text it returns the
// default colour, so that no text of a deck becomes part of a style.
func ParseColor(s string) ansi.Color {
	if n, ok := colorNames[s]; ok {
		return ansi.Indexed(n)
	}
	digits, ok := strings.CutPrefix(s, "#")
	if ok && len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	v, err := strconv.ParseUint(digits, 16, 32)
	if !ok || len(digits) != 6 || err != nil {
		return 0
	}
	return ansi.RGB(uint8(v>>16), uint8(v>>8), uint8(v))
}

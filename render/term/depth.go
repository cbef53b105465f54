package term

import (
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
)

// Depth is how many colours a terminal shows.
type Depth uint8

// Depths.
const (
	Plain     Depth = iota // text alone, for files
	Mono                   // bold, underlined, reversed, but no colours: NO_COLOR, TERM=dumb
	Color16                // the terminal's own 16 colours, on its own background
	Color256               // the palette of 256
	TrueColor              // 24 bits
)

// coloured reports whether a depth tells colours apart.
func (d Depth) coloured() bool { return d >= Color16 }

// sixteen maps the colours of a palette to the 16 of a terminal. Those who chose these made them
// readable on their background, so text and background stay the terminal's own.
func sixteen(p *render.Palette, light bool) map[ansi.Color]ansi.Color {
	const red, green, yellow, blue, magenta, cyan = 1, 2, 3, 4, 5, 6
	bright := uint8(8)
	if light {
		bright = 0
	}
	out := map[ansi.Color]ansi.Color{}
	colors := p.CodeColors()
	for _, c := range []struct {
		from ansi.Color
		to   uint8
	}{
		{colors.Type, cyan}, {colors.Number, yellow}, {colors.String, green}, {colors.Function, blue}, {colors.Keyword, magenta},
		{p.Type, cyan}, {p.Number, yellow}, {p.String, green}, {p.Function, blue}, {p.Keyword, magenta},
		{p.Note, yellow}, {p.Error, red}, {p.OK, green}, {p.Accent, blue},
	} {
		out[c.from] = ansi.Indexed(c.to + bright)
	}
	for _, c := range []ansi.Color{p.Text, p.Dim, p.Hairline, p.Background, p.Panel, colors.Text, colors.Comment, colors.Background} {
		out[c] = 0
	}
	return out
}

// near16 returns the closest of the 16 colours, as terminals commonly define them.
func near16(c ansi.Color) ansi.Color {
	r, g, b, ok := c.RGB()
	if !ok {
		return c
	}
	hi, lo := max(r, g, b), min(r, g, b)
	if hi-lo < 40 { // grey
		return ansi.Indexed([]uint8{0, 8, 7, 15}[int(hi)/64])
	}
	var n uint8
	for i, v := range []uint8{r, g, b} {
		if int(v)*2 > int(hi)+int(lo) {
			n |= 1 << i
		}
	}
	if hi > 170 {
		n += 8
	}
	return ansi.Indexed(n)
}

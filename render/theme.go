package render

import (
	"github.com/slidexec/slidexec/render/code"

	"github.com/slidexec/slidexec/render/ansi"
)

// Theme holds the colours of a view. The zero Theme is the default theme.
type Theme struct {
	Name        string
	Light, Dark *Palette // nil: the default palette
}

// Palette holds the colours of a theme on a light or a dark background.
type Palette struct {
	Background, Panel, Hairline ansi.Color
	Text, Dim, Accent           ansi.Color
	OK, Error, Note             ansi.Color // outcomes
	Keyword, String, Function   ansi.Color
	Number, Type                ansi.Color
	ANSI                        [16]ansi.Color // the 16 colours of program output, readable on Panel
}

// Palette returns the colours for a light or a dark background. It works on a nil Theme.
func (t *Theme) Palette(light bool) Palette {
	switch {
	case light && t != nil && t.Light != nil:
		return *t.Light
	case !light && t != nil && t.Dark != nil:
		return *t.Dark
	case light:
		return defaultLight
	}
	return defaultDark
}

var defaultLight = Palette{
	Background: hex(0xfcfbf8), Panel: hex(0xf3f1eb), Hairline: hex(0xdedad0),
	Text: hex(0x1d1f24), Dim: hex(0x5f6470), Accent: hex(0x0b5cad),
	OK: hex(0x1a7446), Error: hex(0xb3261e), Note: hex(0x8a5a00),
	Keyword: hex(0x8a3ab8), String: hex(0x1a7446), Function: hex(0x0b5cad),
	Number: hex(0x9a4a00), Type: hex(0x0d6b75),
	ANSI: [16]ansi.Color{
		hex(0x1d1f24), hex(0xb3261e), hex(0x1a7446), hex(0x8a5a00),
		hex(0x0b5cad), hex(0x8a3ab8), hex(0x0d6b75), hex(0x5f6470),
		hex(0x5f6470), hex(0xd0352b), hex(0x1f8a54), hex(0xa06a00),
		hex(0x1a6fc9), hex(0x9d4bcc), hex(0x107f8a), hex(0x1d1f24),
	},
}

var defaultDark = Palette{
	Background: hex(0x15171c), Panel: hex(0x1e2128), Hairline: hex(0x30343e),
	Text: hex(0xe9eaed), Dim: hex(0x9ba2af), Accent: hex(0x82c0ff),
	OK: hex(0x7fd6a0), Error: hex(0xff9a90), Note: hex(0xf0c67c),
	Keyword: hex(0xd3a4ff), String: hex(0x9bd8a8), Function: hex(0x82c0ff),
	Number: hex(0xf2b98a), Type: hex(0x8fd6dd),
	ANSI: [16]ansi.Color{
		hex(0x6b7280), hex(0xff9a90), hex(0x7fd6a0), hex(0xf0c67c),
		hex(0x82c0ff), hex(0xd3a4ff), hex(0x8fd6dd), hex(0xd5d8de),
		hex(0x9ba2af), hex(0xffb4ac), hex(0xa3e6bd), hex(0xf7d99e),
		hex(0xa8d3ff), hex(0xe3c5ff), hex(0xb2e6eb), hex(0xffffff),
	},
}

// schemes are the themes that presenterm brings, and whether each is light.
var schemes = map[string]bool{
	"light": true, "terminal-light": true, "catppuccin-latte": true, "tokyonight-day": true,
	"dark": false, "terminal-dark": false, "catppuccin-frappe": false, "catppuccin-macchiato": false, "catppuccin-mocha": false,
	"gruvbox-dark": false, "tokyonight-moon": false, "tokyonight-night": false, "tokyonight-storm": false,
}

// Scheme reports whether the theme called name is light, if it is one of those that presenterm brings.
func Scheme(name string) (light, known bool) {
	light, known = schemes[name]
	return light, known
}

// Outcome returns the colour of an outcome.
func (p *Palette) Outcome(o Outcome) ansi.Color {
	return map[Outcome]ansi.Color{None: p.Dim, Good: p.OK, Bad: p.Error, Busy: p.Accent, Note: p.Note}[o]
}

// Class returns the colour of a class of code.
func (p *Palette) Class(c code.Class) ansi.Color {
	switch c {
	case code.Keyword, code.Tag:
		return p.Keyword
	case code.String, code.Inserted:
		return p.String
	case code.Function, code.Attribute, code.Title:
		return p.Function
	case code.Number, code.Constant, code.Escape:
		return p.Number
	case code.Type:
		return p.Type
	case code.Comment:
		return p.Dim
	case code.Deleted:
		return p.Error
	}
	return p.Text
}

// RGB resolves an indexed colour to one of 24 bits. The default colour stays.
func (p *Palette) RGB(c ansi.Color) ansi.Color {
	n, ok := c.Index()
	switch {
	case !ok:
		return c
	case n < 16:
		return p.ANSI[n]
	}
	return ansi.Xterm(n)
}

// hex returns the colour written 0xrrggbb.
func hex(rgb uint32) ansi.Color { return ansi.RGB(uint8(rgb>>16), uint8(rgb>>8), uint8(rgb)) }

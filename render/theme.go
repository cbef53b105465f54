package render

import (
	"maps"
	"sync/atomic"

	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/slides"
)

// Theme holds the colours of a view. The zero Theme is the default theme.
type Theme struct {
	Name        string
	Light, Dark *Palette // nil: the default palette
	fixed       bool
}

// Fixed reports whether the theme has one set of colours, on light and on dark screens. It works on a
// nil Theme.
func (t *Theme) Fixed() bool { return t != nil && t.fixed }

// Palette holds the colours of a theme on a light or a dark background.
type Palette struct {
	Background, Panel, Hairline ansi.Color
	Text, Dim, Accent           ansi.Color
	OK, Error, Note             ansi.Color // outcomes
	Keyword, String, Function   ansi.Color
	Number, Type                ansi.Color
	Code                        CodeColors       // zero: the colours of code follow from those above
	ANSI                        [16]ansi.Color   // the 16 colours of program output, readable on Panel
	status                      [5]slides.Colors // of outcomes, where the theme has its own
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

// Outcome returns the colour of an outcome.
func (p *Palette) Outcome(o Outcome) ansi.Color {
	if c := ParseColor(p.status[o].FG); c != 0 {
		return p.RGB(c)
	}
	return map[Outcome]ansi.Color{None: p.Dim, Good: p.OK, Bad: p.Error, Busy: p.Accent, Note: p.Note}[o]
}

// Behind returns the background of the words that say an outcome; the default colour: they have none.
func (p *Palette) Behind(o Outcome) ansi.Color { return p.RGB(ParseColor(p.status[o].BG)) }

// Class returns the colour of a class of code.
func (p *Palette) Class(c code.Class) ansi.Color {
	colors := p.CodeColors()
	switch c {
	case code.Keyword, code.Tag:
		return colors.Keyword
	case code.String, code.Inserted:
		return colors.String
	case code.Function, code.Attribute, code.Title:
		return colors.Function
	case code.Number, code.Constant, code.Escape:
		return colors.Number
	case code.Type:
		return colors.Type
	case code.Comment:
		return colors.Comment
	case code.Deleted:
		return Away(p.Error, colors.Background, least)
	}
	return colors.Text
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

// Colours returns the theme of a view: its own, or that of its deck.
func (v *View) Colours() *Theme {
	if v.Theme != nil || v.Deck == nil {
		return v.Theme
	}
	return ThemeOf(v.Deck.Meta.Look)
}

// Dark reports whether the theme is dark on every screen.
func (v *View) Dark() bool { return v.Colours().Fixed() && !Bright(v.Deck.Meta.Look, true) }

// Paper returns the colours for paper, which is white: those of the theme, or if it is dark, the default
// ones.
func (v *View) Paper() Palette {
	if v.Dark() {
		return defaultLight
	}
	return v.Colours().Palette(true)
}

// worn is the last theme that ThemeOf made: a talk asks for the same one again and again.
var worn atomic.Pointer[struct {
	look  *slides.Theme
	theme *Theme
}]

// ThemeOf returns the colours of a deck's theme, nil for the default theme. A theme has one set of
// colours, so what is behind the window no longer decides whether a slide is light or dark.
func ThemeOf(look *slides.Theme) *Theme {
	if look == nil {
		return nil
	}
	if w := worn.Load(); w != nil && w.look == look {
		return w.theme
	}
	t := &Theme{Name: look.Name}
	if look.Light != nil {
		light, dark := dressed(look.Light, true), dressed(look.Dark, false)
		t.Light, t.Dark = &light, &dark
	} else if t.fixed = look.Value("scheme") != "" || look.Value("default.colors.background") != ""; t.fixed {
		p := dressed(look, Bright(look, false))
		t.Light, t.Dark = &p, &p
	} else {
		light, dark := dressed(look, true), dressed(look, false)
		t.Light, t.Dark = &light, &dark
	}
	worn.Store(&struct {
		look  *slides.Theme
		theme *Theme
	}{look, t})
	return t
}

// Bright reports whether a deck's theme is light. If it does not say so, it is or.
func Bright(look *slides.Theme, or bool) bool {
	if c := ParseColor(look.Value("default.colors.background")); c != 0 {
		return luminance(defaultDark.RGB(c)) > 0.18
	}
	switch look.Value("scheme") {
	case "light":
		return true
	case "dark":
		return false
	}
	return or
}

// dressed returns the colours of a theme. What it does not say follows from what it says, and every
// colour of text is moved until it is readable on the boxes of code, which are nearest to the text.
func dressed(look *slides.Theme, light bool) Palette {
	p := defaultDark
	if light {
		p = defaultLight
	}
	at := func(path string, to *Color) {
		if c := ParseColor(look.Value(path)); c != 0 {
			*to = p.RGB(c)
		}
	}
	plain := p
	at("default.colors.background", &p.Background)
	at("default.colors.foreground", &p.Text)
	if p.Background != plain.Background || p.Text != plain.Text {
		p.Text = Away(p.Text, p.Background, least)
		if p.Panel = blend(p.Background, p.Text, 2, 32); Contrast(p.Text, p.Panel) < least { // a middling background has no room
			p.Panel = p.Background
		}
		p.Hairline = blend(p.Background, p.Text, 6, 32)
		p.Dim = blend(p.Text, p.Background, 11, 32)
	}
	for path, to := range map[string][]*Color{
		"scheme.accent": {&p.Accent},
		"scheme.red":    {&p.Error, &p.ANSI[1], &p.ANSI[9]},
		"scheme.orange": {&p.Number},
		"scheme.yellow": {&p.Note, &p.ANSI[3], &p.ANSI[11]},
		"scheme.green":  {&p.OK, &p.String, &p.ANSI[2], &p.ANSI[10]},
		"scheme.cyan":   {&p.Type, &p.ANSI[6], &p.ANSI[14]},
		"scheme.blue":   {&p.Function, &p.ANSI[4], &p.ANSI[12]},
		"scheme.purple": {&p.Keyword, &p.ANSI[5], &p.ANSI[13]},
	} {
		for _, c := range to {
			at(path, c)
		}
	}
	p.states(look)
	for _, c := range []*Color{&p.Text, &p.Dim, &p.Accent, &p.OK, &p.Error, &p.Note, &p.Keyword, &p.String, &p.Function, &p.Number, &p.Type} {
		*c = Away(Away(*c, p.Panel, least), p.Background, least)
	}
	for i := range p.ANSI {
		p.ANSI[i] = Away(Away(p.ANSI[i], p.Panel, least), p.Background, least)
	}
	p.Code = namedColors(look, &p)
	return p
}

// outcomeNames are the names of outcomes in themes. Note has none: the theme must not hide that a program
// was not sandboxed.
var outcomeNames = map[Outcome]string{None: "not_started", Good: "success", Bad: "failure", Busy: "running"}

// OutcomeNames returns the names that outcomes have in themes.
func OutcomeNames() map[Outcome]string { return maps.Clone(outcomeNames) }

// states takes the theme's colours of outcomes.
func (p *Palette) states(look *slides.Theme) {
	for o, name := range outcomeNames {
		c := look.Pair("execution_output.status." + name)
		if fg := p.RGB(ParseColor(c.FG)); fg != 0 {
			on := p.Panel
			if bg := p.RGB(ParseColor(c.BG)); bg != 0 {
				on = bg
			}
			c.FG = Away(fg, on, least).Hex()
		}
		p.status[o] = c
	}
}

// least is the contrast that text has on its background (WCAG 2.2, 1.4.3).
const least = 4.5

// Color is a colour of a palette.
type Color = ansi.Color

// hex returns the colour written 0xrrggbb.
func hex(rgb uint32) ansi.Color { return ansi.RGB(uint8(rgb>>16), uint8(rgb>>8), uint8(rgb)) }

package render

import (
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// CodeColors are the colours of blocks of code.
type CodeColors struct {
	Background, Text, Comment ansi.Color
	Keyword, String, Function ansi.Color
	Number, Type              ansi.Color
}

// CodeColors returns the colours of blocks of code.
func (p *Palette) CodeColors() CodeColors {
	if p.Code != (CodeColors{}) {
		return p.Code
	}
	return CodeColors{p.Panel, p.Text, p.Dim, p.Keyword, p.String, p.Function, p.Number, p.Type}
}

// BareCode reports whether code is readable without a box, on the slide.
func (p *Palette) BareCode() bool {
	return p.Code == (CodeColors{}) || Contrast(p.Code.Text, p.Background) >= least
}

// namedColors returns the colours of code that a theme chooses by code.theme_name, the zero value if it
// chooses none. Every colour is moved until it is readable on the box, and where the slide is as light or
// as dark as the box, also on the slide.
func namedColors(look *slides.Theme, p *Palette) CodeColors {
	c, named := p.CodeColors(), false
	for part, to := range map[string]*Color{
		"background": &c.Background, "foreground": &c.Text, "comment": &c.Comment, "keyword": &c.Keyword,
		"string": &c.String, "function": &c.Function, "number": &c.Number, "type": &c.Type,
	} {
		if v := ParseColor(look.Value("scheme.code." + part)); v != 0 {
			*to, named = p.RGB(v), true
		}
	}
	if !named {
		return CodeColors{}
	}
	if !look.Is("code.background", true) {
		c.Background = p.Background
	}
	text := []*Color{&c.Text, &c.Comment, &c.Keyword, &c.String, &c.Function, &c.Number, &c.Type}
	for _, to := range text {
		*to = Away(*to, c.Background, least)
	}
	if Contrast(c.Text, p.Background) < least {
		return c
	}
	for _, to := range text {
		*to = Away(Away(*to, p.Background, least), c.Background, least)
	}
	return c
}

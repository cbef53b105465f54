package html

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// Programs choose colours for a terminal whose background they guess. The sixteen ANSI colours follow
// the page's palette, which is readable by design. Any other colour stays if text in it is readable on
// the page's background, light and dark. Otherwise the pen moves it towards black or white until it is.
// Pictures made of block characters keep every colour.

const (
	legible    = 4.5 // contrast, WCAG 2.2 AA
	manyColors = 512 // in one output; beyond that, gradients have coarser steps
)

// pen turns the styles of one output into classes.
type pen struct {
	coarse bool
	memo   map[memo][]class
}

type memo struct {
	style ansi.Style
	drawn bool
}

// newPen returns the pen for the lines of one output.
func (b *builder) newPen(lines []ansi.Line) *pen {
	seen := map[ansi.Color]bool{}
	for _, l := range lines {
		for _, r := range l {
			seen[r.Style.FG], seen[r.Style.BG] = true, true
			if len(seen) > manyColors {
				return &pen{coarse: true, memo: map[memo][]class{}}
			}
		}
	}
	return &pen{memo: map[memo][]class{}}
}

// classes returns the classes of a run.
func (p *pen) classes(b *builder, r ansi.Run) []class {
	if r.Style == (ansi.Style{}) {
		return nil
	}
	key := memo{r.Style, drawn(r.Text)}
	if cs, ok := p.memo[key]; ok {
		return cs
	}
	cs := p.mix(b, key)
	p.memo[key] = cs
	return cs
}

// mix finds the classes of a style.
func (p *pen) mix(b *builder, k memo) []class {
	st := k.style
	var cs []class
	fg, bg := st.FG, st.BG
	if p.coarse {
		fg, bg = coarse(fg), coarse(bg)
	}
	if st.Dim && fg.IsDefault() && bg.IsDefault() && !st.Reverse {
		fg = ansi.Indexed(8)
	}
	cs = append(cs, b.paint(paint{fg: fg, bg: bg, reverse: st.Reverse, drawn: k.drawn || p.coarse, least: legible})...)
	if st.Bold {
		cs = append(cs, "sb")
	}
	if st.Italic {
		cs = append(cs, "si")
	}
	switch {
	case st.Underline && st.Strike:
		cs = append(cs, "sus")
	case st.Underline:
		cs = append(cs, "su")
	case st.Strike:
		cs = append(cs, "ss")
	}
	return cs
}

// coarse reduces a 24-bit colour to 4 bits a part.
func coarse(c ansi.Color) ansi.Color {
	r, g, b, ok := c.RGB()
	if !ok {
		return c
	}
	half := func(v uint8) uint8 { return v & 0xf0 >> 4 * 17 }
	return ansi.RGB(half(r), half(g), half(b))
}

// drawn reports whether a text is part of a picture: it has no letter, digit or mark.
func drawn(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		block := r >= 0x2500 && r <= 0x259f || r >= 0x2800 && r <= 0x28ff || r >= 0x1fb00 && r <= 0x1fbff
		return !block && !unicode.IsSpace(r)
	})
}

// paint is a pair of colours for conversion into classes.
type paint struct {
	fg, bg  ansi.Color
	reverse bool
	drawn   bool    // keep the colours unchanged
	least   float64 // contrast
	deck    bool    // on the slide's background, not on a panel
}

// paint returns the classes of a pair of colours.
func (b *builder) paint(p paint) []class {
	if p.fg.IsDefault() && p.bg.IsDefault() && !p.reverse {
		return nil
	}
	if p.drawn || b.readable(p) {
		return b.exact(p)
	}
	name := "q" + colorName(p.fg) + "-" + colorName(p.bg)
	for _, flag := range []struct {
		set  bool
		name string
	}{{p.reverse, "r"}, {p.deck, "d"}} {
		if flag.set {
			name += flag.name
		}
	}
	return []class{b.add(name, b.adjusted(p))}
}

// exact returns the classes of unchanged colours.
func (b *builder) exact(p paint) []class {
	var cs []class
	fg, bg := p.fg, p.bg
	if p.reverse {
		fg, bg = bg, fg
		if fg.IsDefault() {
			cs = append(cs, "rf")
		}
		if bg.IsDefault() {
			cs = append(cs, "rb")
		}
	}
	for _, part := range []struct {
		color          ansi.Color
		prefix, format string
	}{{fg, "f", "color:%s"}, {bg, "b", "background:%s"}} {
		if part.color.IsDefault() {
			continue
		}
		n, indexed := part.color.Index()
		name := part.prefix + colorName(part.color)
		if indexed && n < 16 {
			cs = append(cs, b.add(name, fmt.Sprintf(part.format, fmt.Sprintf("var(--a%d)", n))))
			continue
		}
		cs = append(cs, b.add(name, fmt.Sprintf(part.format, b.page.light.RGB(part.color).Hex())))
	}
	return cs
}

// colorName returns a name for a colour, for use in the name of a class.
func colorName(c ansi.Color) string {
	if n, ok := c.Index(); ok {
		return fmt.Sprintf("i%d", n)
	}
	if c.IsDefault() {
		return "0"
	}
	return c.Hex()[1:]
}

// ends returns the visible colours with a palette.
func (p paint) ends(pal *render.Palette) (fg, bg ansi.Color) {
	fg, bg = pal.RGB(p.fg), pal.RGB(p.bg)
	if fg.IsDefault() {
		fg = pal.Text
	}
	if bg.IsDefault() {
		bg = pal.Panel
		if p.deck {
			bg = pal.Background
		}
	}
	if p.reverse {
		fg, bg = bg, fg
	}
	return fg, bg
}

// readable reports whether the colours are readable on light and dark screens.
func (b *builder) readable(p paint) bool {
	for _, pal := range []*render.Palette{&b.page.light, &b.page.dark} {
		if fg, bg := p.ends(pal); render.Contrast(fg, bg) < p.least {
			return false
		}
	}
	return true
}

// adjusted returns declarations for the colours. It moves the foreground away from the background until
// text is readable.
func (b *builder) adjusted(p paint) string {
	var fore, back [2]string
	for i, pal := range []*render.Palette{&b.page.light, &b.page.dark} {
		fg, bg := p.ends(pal)
		if p.fg.IsDefault() && !p.reverse && render.Contrast(pal.Panel, bg) >= p.least {
			fg = pal.Panel // text in the default colour takes the other end of the scale
		}
		fore[i], back[i] = render.Away(fg, bg, p.least).Hex(), bg.Hex()
	}
	out := "color:" + lightDark(fore[0], fore[1])
	if !p.bg.IsDefault() || p.reverse {
		out += ";background:" + lightDark(back[0], back[1])
	}
	return out
}

// styled writes a span of the deck with its colours. Invalid colours, and names that the theme does not
// have, leave the text unchanged.
func (b *builder) styled(n *slides.Styled) {
	cs := b.paint(paint{fg: render.ParseColor(n.FG), bg: render.ParseColor(n.BG), least: legible, deck: true})
	if len(cs) == 0 {
		b.inlines(n.Text)
		return
	}
	b.raw("<span")
	b.class(cs...)
	b.raw(">")
	b.inlines(n.Text)
	b.raw("</span>")
}

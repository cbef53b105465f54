package term

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
)

// Painter turns rows into bytes. It paints rows over the whole width: a slide has a background of its
// own, so that it is readable with any colours of the terminal. A Painter is for one goroutine.
type Painter struct {
	depth   Depth
	pal     render.Palette
	sixteen map[ansi.Color]ansi.Color
	codes   map[style]string // the sequence that sets a style
}

// Painter returns a painter for the colours of a backend and a theme.
func (b Backend) Painter(theme *render.Theme) *Painter {
	p := &Painter{depth: b.Depth, pal: theme.Palette(b.Light), codes: map[style]string{}}
	if p.depth == Color16 {
		p.sixteen = sixteen(&p.pal, b.Light)
	}
	return p
}

// Row writes one row over width columns, without a line ending. It sets all colours and attributes at
// the beginning and resets them at the end, so rows may be written in any order. Without colours and
// attributes (Plain), it leaves out spaces at the end.
func (p *Painter) Row(out *bytes.Buffer, l ansi.Line, width int) {
	if p.depth == Plain {
		out.WriteString(strings.TrimRight(l.Text(), " "))
		return
	}
	l = pad(l, width, style{})
	now, href := "", ""
	for _, r := range l {
		if code := p.code(r.Style); code != now {
			out.WriteString(code)
			now = code
		}
		if r.Href != href {
			link(out, r.Href)
			href = r.Href
		}
		out.WriteString(r.Text)
	}
	if href != "" {
		link(out, "")
	}
	out.WriteString("\x1b[0m")
}

// Big writes a line of big text at the cursor, for terminals that know OSC 66. What is written to
// its cells later, even spaces, removes it: the rows below come first.
func (p *Painter) Big(out *bytes.Buffer, t *BigText) {
	for _, r := range t.Line {
		out.WriteString(p.code(r.Style))
		for part := range chunks(r.Text, maxBig) {
			out.WriteString("\x1b]66;s=" + strconv.Itoa(t.Scale) + ";" + part + "\x1b\\")
		}
	}
	out.WriteString("\x1b[0m")
}

// maxBig is the most bytes of text that a sequence of big text may have.
const maxBig = 4096

// link opens a link, or closes the open one.
func link(out *bytes.Buffer, href string) {
	out.WriteString("\x1b]8;;" + href + "\x1b\\")
}

// maxCodes is the limit on styles that are remembered: programs make up colours without end.
const maxCodes = 4096

// code returns the sequence that sets all attributes of a style.
func (p *Painter) code(s style) string {
	code, ok := p.codes[s]
	if !ok {
		if len(p.codes) >= maxCodes {
			clear(p.codes)
		}
		code = p.sgr(p.resolve(s))
		p.codes[s] = code
	}
	return code
}

// resolve replaces the colours of a style by some that the terminal has.
func (p *Painter) resolve(s style) style {
	switch p.depth {
	case Mono:
		s.FG, s.BG = 0, 0
		return s
	case Color16:
		s.Dim = s.Dim || s.FG == p.pal.Dim
		s.FG, s.BG = p.own(s.FG), p.own(s.BG)
		return s
	}
	if s.FG.IsDefault() {
		s.FG = p.pal.Text
	}
	if s.BG.IsDefault() {
		s.BG = p.pal.Background
	}
	s.FG, s.BG = p.pal.RGB(s.FG), p.pal.RGB(s.BG)
	if p.depth == Color256 {
		s.FG, s.BG = s.FG.To256(), s.BG.To256()
	}
	return s
}

// own returns the terminal's own colour for one of the palette or of a program.
func (p *Painter) own(c ansi.Color) ansi.Color {
	if to, ok := p.sixteen[c]; ok {
		return to
	}
	if n, ok := c.Index(); ok && n >= 16 {
		c = ansi.Xterm(n)
	}
	return near16(c)
}

// sgr returns the sequence that sets all attributes of a resolved style.
func (p *Painter) sgr(s style) string {
	var out strings.Builder
	out.WriteString("\x1b[0")
	for _, a := range []struct {
		on   bool
		code string
	}{{s.Bold, "1"}, {s.Dim, "2"}, {s.Italic, "3"}, {s.Underline, "4"}, {s.Reverse, "7"}, {s.Strike, "9"}} {
		if a.on {
			out.WriteString(";" + a.code)
		}
	}
	p.color(&out, 30, s.FG)
	p.color(&out, 40, s.BG)
	out.WriteByte('m')
	return out.String()
}

// color writes the code of a colour; base is 30 for the text and 40 for its background.
func (p *Painter) color(out *strings.Builder, base int, c ansi.Color) {
	put := func(codes ...int) {
		for _, n := range codes {
			out.WriteString(";" + strconv.Itoa(n))
		}
	}
	n, indexed := c.Index()
	r, g, b, rgb := c.RGB()
	switch {
	case indexed && p.depth == Color16 && n < 8:
		put(base + int(n))
	case indexed && p.depth == Color16:
		put(base + 60 + int(n-8))
	case indexed:
		put(base+8, 5, int(n))
	case rgb:
		put(base+8, 2, int(r), int(g), int(b))
	}
}

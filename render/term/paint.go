package term

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
)

// painter turns rows into bytes. It paints rows over the whole width: a slide has a background of its
// own, so that it is readable with any colours of the terminal.
type painter struct {
	out   *bytes.Buffer
	color bool
	small bool // 256 colours
	pal   render.Palette
	width int
}

func newPainter(out *bytes.Buffer, b Backend, pal render.Palette, width int) *painter {
	return &painter{out: out, color: b.Color || b.Colors256, small: b.Colors256, pal: pal, width: width}
}

func (p *painter) rows(rows []ansi.Line) {
	for _, r := range rows {
		if !p.color {
			p.out.WriteString(strings.TrimRight(r.Text(), " "))
		} else {
			p.row(r)
		}
		p.out.WriteByte('\n')
	}
}

// row paints one row and then resets the terminal's colours.
func (p *painter) row(l ansi.Line) {
	l = pad(l, p.width, style{})
	var now style
	href := ""
	for i, r := range l {
		st := p.resolve(r.Style)
		if i == 0 || st != now {
			p.sgr(st)
			now = st
		}
		if r.Href != href {
			p.link(r.Href)
			href = r.Href
		}
		p.out.WriteString(r.Text)
	}
	if href != "" {
		p.link("")
	}
	p.out.WriteString("\x1b[0m")
}

// link opens a link, or closes the open one.
func (p *painter) link(href string) {
	p.out.WriteString("\x1b]8;;" + href + "\x1b\\")
}

// resolve replaces default and indexed colours by those of the palette.
func (p *painter) resolve(s style) style {
	if s.FG.IsDefault() {
		s.FG = p.pal.Text
	}
	if s.BG.IsDefault() {
		s.BG = p.pal.Background
	}
	s.FG, s.BG = p.pal.RGB(s.FG), p.pal.RGB(s.BG)
	if p.small {
		s.FG, s.BG = s.FG.To256(), s.BG.To256()
	}
	return s
}

// sgr sets all attributes of a style.
func (p *painter) sgr(s style) {
	p.out.WriteString("\x1b[0")
	for _, a := range []struct {
		on   bool
		code string
	}{{s.Bold, "1"}, {s.Dim, "2"}, {s.Italic, "3"}, {s.Underline, "4"}, {s.Reverse, "7"}, {s.Strike, "9"}} {
		if a.on {
			p.out.WriteString(";" + a.code)
		}
	}
	p.paint("38", s.FG)
	p.paint("48", s.BG)
	p.out.WriteByte('m')
}

func (p *painter) paint(which string, c ansi.Color) {
	if n, ok := c.Index(); ok {
		p.out.WriteString(";" + which + ";5;" + strconv.Itoa(int(n)))
	}
	if r, g, b, ok := c.RGB(); ok {
		p.out.WriteString(";" + which + ";2")
		for _, v := range []uint8{r, g, b} {
			p.out.WriteString(";" + strconv.Itoa(int(v)))
		}
	}
}

// Paint returns rows as bytes for a terminal. In colour, each fills the width, and ends in the terminal's
// own colours.
func (b Backend) Paint(v *render.View, rows []ansi.Line, width int) []string {
	var out bytes.Buffer
	var theme *render.Theme
	if v != nil {
		theme = v.Theme
	}
	p := newPainter(&out, b, theme.Palette(b.Light), width)
	painted := make([]string, len(rows))
	for i := range rows {
		out.Reset()
		p.rows(rows[i : i+1])
		painted[i] = strings.TrimSuffix(out.String(), "\n")
	}
	return painted
}

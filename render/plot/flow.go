package plot

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	words "github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// style is the look of text.
type style struct {
	cut
	size   float64
	color  ansi.Color
	ground ansi.Color // behind it; the default colour: nothing
	filled bool       // the ground is the theme's: also of code
	chip   bool       // code within text: in a box of its own
	under  bool
	strike bool
	rise   float64 // of a superscript
	track  float64 // between letters, in parts of the size
	node   *node
	href   string
	to     int // with a link within the deck: the slide
	linked bool
	whole  *node // the node of the link, which gets the annotation
}

// span is text in one style. A line feed ends a line.
type span struct {
	text string
	style
}

// most is how much of one text is looked at: more than fits a page at the least size.
const most = 32 << 10

// spans returns text of the deck in pieces of one style.
func (s *sheet) spans(in []slides.Inline, st style) []span {
	var out []span
	s.spansTo(&out, in, st)
	return out
}

func (s *sheet) spansTo(out *[]span, in []slides.Inline, st style) {
	inner := func(n []slides.Inline, change func(*style)) {
		now := st
		change(&now)
		s.spansTo(out, n, now)
	}
	for _, n := range in {
		switch n := n.(type) {
		case *slides.Text:
			*out = append(*out, span{n.Text, st})
		case *slides.CodeSpan:
			now := st
			now.cut, now.size, now.chip, now.filled = now.cut|mono, now.size*.86, true, false
			s.themed("inline_code", &now)
			if st.size > 0 && !st.linked && st.node != nil {
				now.node = st.node.child("Code")
			}
			*out = append(*out, span{words.Cells(n.Text), now})
		case *slides.Math:
			*out = append(*out, span{n.Text, st})
		case *slides.Strong:
			inner(n.Text, func(st *style) { st.cut |= bold; s.themed("bold", st) })
		case *slides.Emph:
			inner(n.Text, func(st *style) { st.cut |= italic; s.themed("italics", st) })
		case *slides.Strike:
			inner(n.Text, func(st *style) { st.strike, st.color = true, s.pal.Dim })
		case *slides.Sup:
			inner(n.Text, func(st *style) { st.rise, st.size = st.rise+st.size*.36, st.size*.66 })
		case *slides.Tagged:
			inner(n.Text, func(st *style) { s.tagged(st, n.Tag) })
		case *slides.Link:
			s.linkTo(out, n, st)
		case *slides.Styled:
			inner(n.Text, func(st *style) { s.tint(st, n) })
		case *slides.Break:
			*out = append(*out, span{"\n", st})
		}
	}
}

// tagged gives text the look of an HTML tag.
func (s *sheet) tagged(st *style, tag string) {
	switch tag {
	case "sub":
		st.rise, st.size = st.rise-st.size*.2, st.size*.66
	case "u":
		st.under = true
	case "kbd":
		st.cut, st.size, st.chip = st.cut|mono, st.size*.8, true
	case "mark":
		st.ground = blend(s.pal.Accent, s.paper)
		st.color = render.Away(st.color, st.ground, legible)
	}
}

// blend returns a light tone of a colour on another.
func blend(c, on ansi.Color) ansi.Color {
	r, g, b, _ := c.RGB()
	pr, pg, pb, _ := on.RGB()
	mix := func(a, p uint8) uint8 { return uint8((int(a) + 3*int(p)) / 4) }
	return ansi.RGB(mix(r, pr), mix(g, pg), mix(b, pb))
}

// linkTo adds a link. A destination that is not safe is text, as on pages.
func (s *sheet) linkTo(out *[]span, n *slides.Link, st style) {
	href, to, live := s.leads(n.Dest)
	if n.Slide > 0 {
		href, to, live = "", n.Slide-1, s.holds(n.Slide)
	}
	now := st
	if live && !st.linked && st.node != nil {
		now.linked, now.under, now.color = true, true, s.pal.Accent
		now.node = st.node.child("Link")
		now.whole, now.href, now.to = now.node, href, to
	}
	if len(n.Text) == 0 {
		*out = append(*out, span{n.Dest, now})
		return
	}
	s.spansTo(out, n.Text, now)
	if !live && n.Dest != "" && !strings.HasPrefix(n.Dest, "#") && slides.Plain(n.Text) != n.Dest {
		st.color = s.pal.Dim
		*out = append(*out, span{" (" + n.Dest + ")", st})
	}
}

// leads returns where a link leads: to an address or to a slide. Others are not live.
func (s *sheet) leads(dest string) (href string, to int, live bool) {
	if strings.HasPrefix(dest, "#") {
		to, live = s.target(dest)
		return "", to, live
	}
	return dest, 0, render.External(dest)
}

// tint gives text the colours that the deck asks for, readable ones.
func (s *sheet) tint(st *style, n *slides.Styled) {
	fg, bg := s.pal.RGB(render.ParseColor(n.FG)), s.pal.RGB(render.ParseColor(n.BG))
	on := s.paper
	if !bg.IsDefault() {
		st.ground, on = bg, bg
	}
	if !fg.IsDefault() {
		st.color = fg
	}
	st.color = render.Away(st.color, on, legible)
}

// legible is the least contrast of text: WCAG 2.2 AA.
const legible = 4.5

// letter is a character of a text that is being broken into lines.
type letter struct {
	r     rune
	span  int
	width float64
	glyph glyph
}

// flat returns the characters of spans.
func (s *sheet) flat(spans []span) []letter {
	var out []letter
	for i := range spans {
		sp := &spans[i]
		text := sp.text
		if len(text) > most {
			text, s.short = text[:most], true
		}
		if !norm.NFC.IsNormalString(text) {
			text = norm.NFC.String(text)
		}
		first := len(out)
		for _, r := range text {
			if r = plain(r); r < 0 {
				continue
			}
			g := glyph{}
			if r != '\n' {
				g = s.fonts.glyph(r, sp.cut)
			}
			out = append(out, letter{r, i, g.width*sp.size + sp.track*sp.size, g})
			if len(out) > most {
				s.short = true
				return out
			}
		}
		if sp.chip && len(out) > first {
			out[first].width += chipEdge * sp.size
			out[len(out)-1].width += chipEdge * sp.size
		}
	}
	return out
}

// chipEdge is the space beside code within text, in parts of its size.
const chipEdge = 0.3

// plain returns a character as it is drawn, or less than 0 if it is not.
func plain(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r == '\t':
		return ' '
	case r >= 0xfe00 && r <= 0xfe0f, r == 0x200d, r == 0xad, r == 0xfeff, r == 0x200b, r == 0x2060, words.Reorders(r):
		return -1
	case r < ' ', r >= 0x7f && r < 0xa0, r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe:
		return '\ufffd'
	}
	return r
}

// row is a line of a text: its characters, and its width without spaces at its end.
type row struct {
	letters []letter
	width   float64
}

// broken breaks a text into lines no wider than width.
func broken(text []letter, width float64) []row {
	var out []row
	for from := 0; from < len(text) && len(out) < mostRows; {
		w, seen := 0.0, 0.0 // up to here, and without spaces at the end
		end, endSeen := -1, 0.0
		i := from
		for ; i < len(text) && text[i].r != '\n'; i++ {
			l := &text[i]
			if l.r == ' ' {
				w += l.width
				end, endSeen = i+1, seen
				continue
			}
			if i > from && text[i-1].r != ' ' && breakable(text[i-1].r, l.r) {
				end, endSeen = i, seen
			}
			if w+l.width > width+.01 && i > from {
				break
			}
			w += l.width
			seen = w
		}
		if i == len(text) || text[i].r == '\n' {
			out = append(out, row{text[from:i], seen})
			from = i + 1
			continue
		}
		if end <= from { // within a word
			end, endSeen = i, seen
		}
		out = append(out, row{text[from:end], endSeen})
		from = end
	}
	return out
}

// breakable reports whether a line may end between two characters.
func breakable(a, b rune) bool {
	if a == '-' || a == '–' || a == '—' {
		return unicode.IsLetter(b)
	}
	return a >= 0x2e80 && b >= 0x2e80 && (wide(a) || wide(b)) && !unicode.In(b, unicode.Pe, unicode.Pf, unicode.Po, unicode.Lm, unicode.Mn) &&
		!unicode.In(a, unicode.Ps, unicode.Pi)
}

func wide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x3000 && r <= 0x30ff || r >= 0xff00
}

// mostRows is the most lines of one text, listing or output on a page, as on pages that a browser prints.
const mostRows = 200

// para says how a text stands in its place.
type para struct {
	lineHeight float64 // in parts of the size
	size       float64 // of a line: that of the text around code and superscripts
	align      slides.Align
	balance    bool // lines of about the same width
	step       int
}

// flow draws text from the sheet's place downwards.
func (s *sheet) flow(spans []span, p para) {
	text := s.flat(spans)
	rows := broken(text, s.w)
	if p.balance && len(rows) > 1 && len(rows) < 6 {
		lo, hi := s.w/2, s.w
		for range 8 {
			if mid := (lo + hi) / 2; len(broken(text, mid)) > len(rows) {
				lo = mid
			} else {
				hi = mid
			}
		}
		rows = broken(text, hi)
	}
	h := p.lineHeight * p.size
	if len(rows) == 0 {
		s.y += h
	}
	right := rightToLeft(text)
	for i, r := range rows {
		if s.full() || s.middle && s.y+h > s.end+1 {
			s.lost += len(rows) - i
			return
		}
		x := s.x
		align := p.align
		if align == slides.AlignDefault && right {
			align = slides.AlignRight
		}
		switch align {
		case slides.AlignCenter:
			x += (s.w - r.width) / 2
		case slides.AlignRight:
			x += s.w - r.width
		}
		s.line(spans, r, x, s.y+baseline(h, p.size), p.step)
		s.y += h
	}
}

// line draws one line of a text.
func (s *sheet) line(spans []span, r row, x, y float64, step int) {
	letters := r.letters
	if mixed(letters) {
		letters = reordered(letters)
	}
	for i := 0; i < len(letters); {
		sp := &spans[letters[i].span]
		j, w := i, 0.0
		for ; j < len(letters) && letters[j].span == letters[i].span; j++ {
			w += letters[j].width
		}
		part := letters[i:j]
		lead := part[0].width - part[0].glyph.width*sp.size - sp.track*sp.size // of a chip
		shown := w
		if j == len(letters) {
			for k := len(part) - 1; k >= 0 && part[k].r == ' '; k-- { // a space at the end is no part of the line
				shown -= part[k].width
			}
		}
		if sp.chip {
			fill := s.pal.Panel
			if sp.filled {
				fill = sp.ground
			}
			s.add(item{kind: area, x: x, y: y - 1.02*sp.size, w: shown, h: 1.32 * sp.size, fill: fill, line: s.pal.Hairline, round: .3 * sp.size, step: step})
		} else if !sp.ground.IsDefault() {
			s.add(item{kind: area, x: x, y: y - above*sp.size, w: shown, h: (above + below) * sp.size, fill: sp.ground, step: step})
		}
		s.letters(part, sp, x+lead, y-sp.rise, step)
		if thick := max(.06*sp.size, 1); sp.under {
			s.add(item{kind: area, x: x + lead, y: y + .12*sp.size, w: shown - 2*lead, h: thick, fill: sp.color, step: step})
		}
		if sp.strike {
			s.add(item{kind: area, x: x, y: y - .3*sp.size, w: shown, h: max(.06*sp.size, 1), fill: sp.color, step: step})
		}
		if sp.linked {
			s.add(item{kind: link, x: x, y: y - above*sp.size, w: shown, h: (above + below) * sp.size, href: sp.href, to: sp.to, node: sp.whole, step: step})
		}
		x += w
		i = j
	}
}

// letters draws characters of one style, in pieces of one face.
func (s *sheet) letters(part []letter, sp *span, x, y float64, step int) {
	for i := 0; i < len(part); {
		g := part[i].glyph
		var b strings.Builder
		w := 0.0
		j := i
		for ; j < len(part) && part[j].glyph.face == g.face && part[j].glyph.slant == g.slant; j++ {
			b.WriteRune(part[j].r)
			w += part[j].glyph.width*sp.size + sp.track*sp.size
		}
		if g.face != nil {
			s.add(item{kind: letters, x: x, y: y, text: b.String(), face: g.face, slant: g.slant, size: sp.size, track: sp.track * sp.size,
				color: sp.color, node: sp.node, step: step})
		}
		x += w
		i = j
	}
}

// rightward are the letters that run from right to left.
var rightward = []*unicode.RangeTable{unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam}

// rightToLeft reports whether a text begins with such letters.
func rightToLeft(text []letter) bool {
	for _, l := range text {
		if l.r < 0x590 && unicode.IsLetter(l.r) {
			return false
		}
		if l.r >= 0x590 && unicode.In(l.r, rightward...) {
			return true
		}
		if unicode.IsLetter(l.r) {
			return false
		}
	}
	return false
}

func mixed(row []letter) bool {
	for _, l := range row {
		if l.r >= 0x590 && unicode.In(l.r, rightward...) {
			return true
		}
	}
	return false
}

// reordered returns a line in the order in which it is drawn. It knows two levels, which is enough for
// words of one direction within a text of the other; numbers keep their direction.
func reordered(in []letter) []letter {
	base := rightToLeft(in)
	right := make([]bool, len(in))
	for i, l := range in {
		switch {
		case unicode.In(l.r, rightward...):
			right[i] = true
		case unicode.IsLetter(l.r) || unicode.IsDigit(l.r):
		default: // as its neighbours, or else as the text
			right[i] = base
			if i > 0 {
				next := i + 1
				for next < len(in) && !unicode.IsLetter(in[next].r) && !unicode.IsDigit(in[next].r) {
					next++
				}
				if next < len(in) && right[i-1] == unicode.In(in[next].r, rightward...) {
					right[i] = right[i-1]
				}
			}
		}
	}
	var out []letter
	for i := 0; i < len(in); { // stretches of one direction
		j := i
		for j < len(in) && right[j] == right[i] {
			j++
		}
		part := append([]letter(nil), in[i:j]...)
		if right[i] {
			mirror(part)
		}
		if base {
			out = append(part, out...)
		} else {
			out = append(out, part...)
		}
		i = j
	}
	return out
}

func mirror(part []letter) {
	for i, j := 0, len(part)-1; i < j; i, j = i+1, j-1 {
		part[i], part[j] = part[j], part[i]
	}
}

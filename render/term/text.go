package term

import (
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// text lays out inline content in the given style, wrapped at words.
func (l *layouter) text(in []slides.Inline, st style, width int) []ansi.Line {
	f := flow{layouter: l, lines: []ansi.Line{nil}}
	f.add(in, st, "")
	var out []ansi.Line
	for _, line := range f.lines {
		out = append(out, render.Wrap(line, width)...)
	}
	return out
}

// flow collects inline content into lines that end at hard breaks.
type flow struct {
	*layouter
	lines []ansi.Line
}

func (f *flow) put(s string, st style, href string) {
	if s = text.Cells(s); s != "" {
		last := &f.lines[len(f.lines)-1]
		*last = append(*last, ansi.Run{Text: s, Style: st, Href: href})
	}
}

func (f *flow) add(in []slides.Inline, st style, href string) {
	for _, n := range in {
		switch n := n.(type) {
		case *slides.Text:
			f.put(n.Text, st, href)
		case *slides.CodeSpan:
			f.code(n.Text, st, href)
		case *slides.Math:
			f.put(n.Text, st, href)
		case *slides.Strong:
			f.add(n.Text, f.themed("bold", with(st, func(s *style) { s.Bold = true })), href)
		case *slides.Emph:
			f.add(n.Text, f.themed("italics", with(st, func(s *style) { s.Italic = true })), href)
		case *slides.Strike:
			f.add(n.Text, with(st, func(s *style) { s.Strike = true }), href)
		case *slides.Sup:
			f.put(shifted(slides.Plain(n.Text), superscripts, "^"), st, href)
		case *slides.Tagged:
			f.tagged(n, st, href)
		case *slides.Link:
			f.link(n, st)
		case *slides.Styled:
			f.add(n.Text, with(st, func(s *style) {
				s.FG, s.BG = f.named(n.FG, s.FG), f.named(n.BG, s.BG)
			}), href)
		case *slides.Break:
			f.lines = append(f.lines, nil)
		default:
			panic("term: unexpected inline")
		}
	}
}

// with returns a changed copy of a style.
func with(st style, change func(*style)) style {
	change(&st)
	return st
}

// tagged shows a key like a word of code, and without colours in brackets.
func (f *flow) tagged(n *slides.Tagged, st style, href string) {
	switch n.Tag {
	case "sub":
		f.put(shifted(slides.Plain(n.Text), subscripts, "_"), st, href)
		return
	case "u":
		st.Underline = true
	case "mark":
		st.Reverse = true
	case "kbd":
		if f.plain {
			f.put("["+slides.Plain(n.Text)+"]", st, href)
			return
		}
		st.BG, st.Bold = f.pal.Panel, true
	}
	f.add(n.Text, st, href)
}

// code shows inline code on the background of code boxes or, without colours, in backticks.
func (f *flow) code(text string, st style, href string) {
	if f.plain {
		f.put("`"+text+"`", st, href)
		return
	}
	st.BG, st.FG = f.pal.Panel, f.pal.String
	f.put(text, f.themed("inline_code", st), href)
}

// link shows the text of a link. Without colours its address follows as text. With colours it is a link
// of the terminal, if a click may open the address.
func (f *flow) link(n *slides.Link, st style) {
	st.FG, st.Underline = f.pal.Accent, true
	if len(n.Text) == 0 {
		f.put(n.Dest, st, webLink(n.Dest))
		return
	}
	f.add(n.Text, st, webLink(n.Dest))
	if n.Slide > 0 { // the number to type
		f.put(" · "+strconv.Itoa(n.Slide), style{FG: f.pal.Dim}, "")
		return
	}
	dest := n.Dest
	if n.Title != "" {
		dest += ` "` + n.Title + `"`
	}
	if f.plain && dest != "" && dest != slides.Plain(n.Text) {
		f.put(" ("+strings.TrimSpace(dest)+")", style{}, "")
	}
}

// webLink returns an address that may become a link of the terminal, "" for any other.
func webLink(dest string) string {
	scheme, _, ok := strings.Cut(dest, "://")
	if scheme = strings.ToLower(scheme); !ok || scheme != "http" && scheme != "https" || len(dest) > 2000 ||
		dest != text.Cells(dest) || strings.ContainsAny(dest, " ;\\") {
		return ""
	}
	return dest
}

// named returns the colour that a deck calls name. If the name is unknown, it returns or.
func (l *layouter) named(name string, or ansi.Color) ansi.Color {
	if c := render.ParseColor(strings.ToLower(name)); c != 0 {
		return l.pal.RGB(c)
	}
	return or
}

var superscripts = map[rune]rune{
	'0': '⁰', '1': '¹', '2': '²', '3': '³', '4': '⁴', '5': '⁵', '6': '⁶', '7': '⁷', '8': '⁸', '9': '⁹',
	'+': '⁺', '-': '⁻', '=': '⁼', '(': '⁽', ')': '⁾',
	'a': 'ᵃ', 'b': 'ᵇ', 'c': 'ᶜ', 'd': 'ᵈ', 'e': 'ᵉ', 'f': 'ᶠ', 'g': 'ᵍ', 'h': 'ʰ', 'i': 'ⁱ', 'j': 'ʲ',
	'k': 'ᵏ', 'l': 'ˡ', 'm': 'ᵐ', 'n': 'ⁿ', 'o': 'ᵒ', 'p': 'ᵖ', 'r': 'ʳ', 's': 'ˢ', 't': 'ᵗ', 'u': 'ᵘ',
	'v': 'ᵛ', 'w': 'ʷ', 'x': 'ˣ', 'y': 'ʸ', 'z': 'ᶻ',
}

var subscripts = map[rune]rune{
	'0': '₀', '1': '₁', '2': '₂', '3': '₃', '4': '₄', '5': '₅', '6': '₆', '7': '₇', '8': '₈', '9': '₉',
	'+': '₊', '-': '₋', '=': '₌', '(': '₍', ')': '₎',
	'a': 'ₐ', 'e': 'ₑ', 'h': 'ₕ', 'i': 'ᵢ', 'j': 'ⱼ', 'k': 'ₖ', 'l': 'ₗ', 'm': 'ₘ', 'n': 'ₙ', 'o': 'ₒ',
	'p': 'ₚ', 'r': 'ᵣ', 's': 'ₛ', 't': 'ₜ', 'u': 'ᵤ', 'v': 'ᵥ', 'x': 'ₓ',
}

// shifted raises or lowers text if all its characters have such a form. Other text gets a mark.
func shifted(s string, forms map[rune]rune, mark string) string {
	var b strings.Builder
	for _, r := range s {
		to, ok := forms[r]
		if !ok {
			return mark + s
		}
		b.WriteRune(to)
	}
	return b.String()
}

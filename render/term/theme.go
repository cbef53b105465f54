package term

import (
	"fmt"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// What a theme says of single elements. Its colours of everything are the palette; the alignments and
// sizes that it gives stand in the deck's blocks already.

func (l *layouter) look() *slides.Theme { return l.view.Deck.Meta.Look.For(l.light) }

// coloured returns a style with colours of a theme.
func (l *layouter) coloured(c slides.Colors, st style) style {
	st.FG, st.BG = l.named(c.FG, st.FG), l.named(c.BG, st.BG)
	return st
}

// themed returns the style of an element.
func (l *layouter) themed(path string, st style) style {
	t := l.look()
	if t == nil {
		return st
	}
	st = l.coloured(t.Pair(path+".colors"), st)
	st.Bold = t.Is(path+".bold", st.Bold)
	st.Italic = t.Is(path+".italics", t.Is(path+".italic", st.Italic))
	st.Underline = t.Is(path+".underlined", st.Underline)
	return st
}

// titled lays out a title or a heading, with the text that the theme puts before it.
func (l *layouter) titled(path string, in []slides.Inline, st style, base *slides.Base, width int) []ansi.Line {
	t := l.look()
	if p := t.Value(path + ".prefix"); p != "" {
		in = append([]slides.Inline{&slides.Text{At: base.At.Pos, Text: p + " "}}, in...)
	}
	rows := aligned(l.text(in, l.themed(path, st), width), width, base.Align)
	rows = append(make([]ansi.Line, t.Number(path+".padding_top", 0)), rows...)
	rows = append(rows, make([]ansi.Line, t.Number(path+".padding_bottom", 0))...)
	if t.Is(path+".separator", false) {
		rows = append(rows, run(repeat("─", width), style{FG: l.pal.Hairline}))
	}
	return rows
}

// bar returns what stands before each row of a quote, and its colour.
func (l *layouter) bar(path, or string, c ansi.Color) (string, ansi.Color) {
	t := l.look()
	if p := text.Cells(t.Value(path + ".prefix")); p != "" {
		or = p
	}
	return or, l.named(t.Value(path+".colors.prefix"), c)
}

func headingPath(level int) string { return fmt.Sprintf("headings.h%d", min(max(level, 1), 6)) }

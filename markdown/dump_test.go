package markdown

import (
	"fmt"
	"strings"

	"github.com/slidexec/slidexec/slides"
)

// dumper writes a deck as an indented outline: kind, line:col, text.
type dumper struct {
	strings.Builder
	depth int
	deck  *slides.File
}

func dump(d *slides.Deck) string {
	w := &dumper{deck: d.Files[0]}
	w.meta(d.Meta)
	for i, s := range d.Slides {
		w.slide(i, s)
	}
	for _, s := range d.Snippets {
		if s.Slide < 0 {
			w.line("skipped snippet %s %q", w.at(s.At.Pos), s.ID)
		}
	}
	for _, f := range d.Files[1:] {
		w.line("file %s", f.Name)
	}
	for _, i := range d.Includes {
		w.line("include %s %s", w.at(i.At.Pos), i.File.Name)
	}
	for _, g := range d.Diags {
		w.line("! %s %s: %s", w.at(g.Pos), g.Severity, g.Msg)
		if ex := g.Excerpt(); ex != "" {
			for l := range strings.Lines(ex) {
				w.line("    %s", strings.TrimRight(l, "\n"))
			}
		}
		if g.Hint != "" {
			w.line("    hint: %s", g.Hint)
		}
	}
	return w.String()
}

func (w *dumper) line(format string, args ...any) {
	w.WriteString(strings.Repeat("  ", w.depth) + strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

func (w *dumper) in(f func()) { w.depth++; f(); w.depth-- }

func (w *dumper) at(p slides.Pos) string {
	if !p.IsValid() {
		return "-"
	}
	s := fmt.Sprintf("%d:%d", p.Line(), p.Col())
	if p.File != w.deck {
		s = p.File.Name + ":" + s
	}
	return s
}

func (w *dumper) span(s slides.Span) string {
	if !s.IsValid() {
		return "-"
	}
	end := slides.Pos{File: s.File, Off: s.End}
	return fmt.Sprintf("%s-%d:%d", w.at(s.Pos), end.Line(), end.Col())
}

func (w *dumper) meta(m slides.Meta) {
	for _, l := range m.Title {
		w.line("title %s", inlines(l))
	}
	for _, l := range m.SubTitle {
		w.line("sub_title %s", inlines(l))
	}
	for _, kv := range [][2]string{{"event", m.Event}, {"location", m.Location}, {"date", m.Date},
		{"author", m.Author}, {"authors", strings.Join(m.Authors, "; ")}, {"lang", m.Lang}, {"duration", strings.TrimPrefix(m.Duration.String(), "0s")},
		{"theme", m.Theme.Name}, {"theme path", m.Theme.Path}} {
		if kv[1] != "" {
			w.line("%s %q", kv[0], kv[1])
		}
	}
	defaults := slides.Options{ImageAttributesPrefix: "image:", ListItemNewlines: 1}
	if got := fmt.Sprintf("%+v", m.Options); got != fmt.Sprintf("%+v", defaults) {
		w.line("options %s", got)
	}
}

func (w *dumper) slide(i int, s *slides.Slide) {
	flags := ""
	if s.Intro {
		flags += " intro"
	}
	if s.NoFooter {
		flags += " no_footer"
	}
	w.line("slide %d %s steps=%d%s", i+1, w.span(s.At), s.Steps, flags)
	w.in(func() {
		for _, b := range s.Blocks {
			w.block(b)
		}
		for _, n := range s.Notes {
			w.line("note %s step=%d %q", w.at(n.At.Pos), n.Step, n.Text)
		}
	})
}

func (w *dumper) block(b slides.Block) {
	base := b.Common()
	kind := strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", b), "*slides."))
	head := fmt.Sprintf("%s %s step=%d", kind, w.span(base.At), base.Step)
	if base.Align != 0 {
		head += fmt.Sprintf(" align=%d", base.Align)
	}
	if base.Size != 0 {
		head += fmt.Sprintf(" size=%d", base.Size)
	}
	switch b := b.(type) {
	case *slides.Title:
		w.line("%s %s", head, inlines(b.Text))
	case *slides.Heading:
		w.line("%s level=%d %s", head, b.Level, inlines(b.Text))
	case *slides.Paragraph:
		w.line("%s %s", head, inlines(b.Text))
	case *slides.List:
		w.list(head, b)
	case *slides.Table:
		w.table(head, b)
	case *slides.Quote:
		w.line("%s", head)
		w.blocks(b.Blocks)
	case *slides.Alert:
		w.line("%s %s %s", head, b.Kind, inlines(b.Title))
		w.blocks(b.Blocks)
	case *slides.Code:
		w.code(head, b)
	case *slides.Output:
		w.line("%s %q resolved=%t%s", head, b.ID, b.Snippet != nil, w.filled(b.Filled))
	case *slides.Image:
		if b.Dest != "" {
			head += " link[" + b.Dest + "]"
		}
		w.line("%s %q alt=%q title=%q width=%d", head, b.File.Name, b.Alt, b.Title, b.Width)
	case *slides.Columns:
		w.line("%s %v", head, b.Ratios)
		for i, c := range b.Cols {
			w.in(func() { w.line("column %d", i); w.blocks(c) })
		}
	case *slides.Gap:
		w.line("%s lines=%d", head, b.Lines)
	case *slides.Footnote:
		w.line("%s %q %s", head, b.Name, inlines(b.Text))
	case *slides.Contents:
		w.line("%s wide=%t more=%d", head, b.Wide, b.More)
		w.in(func() {
			for _, e := range b.Entries {
				w.line("%d %q", e.Slide, e.Title)
			}
		})
	case *slides.Problem:
		w.line("%s %s", head, b.Diag.Msg)
	case *slides.Middle, *slides.Rule:
		w.line("%s", head)
	default:
		panic(fmt.Sprintf("unexpected block %T", b))
	}
}

func (w *dumper) blocks(bs []slides.Block) {
	w.in(func() {
		for _, b := range bs {
			w.block(b)
		}
	})
}

func (w *dumper) filled(s slides.Span) string {
	if !s.IsValid() {
		return ""
	}
	return " filled=" + w.span(s)
}

func (w *dumper) list(head string, l *slides.List) {
	if l.Ordered {
		head += fmt.Sprintf(" ordered from %d%c", l.Start, l.Delim)
	}
	if l.Joined {
		head += " joined"
	}
	if l.Newlines != 1 {
		head += fmt.Sprintf(" newlines=%d", l.Newlines)
	}
	w.line("%s depth=%d", head, l.Depth)
	w.in(func() {
		for _, it := range l.Items {
			mark := "*"
			if l.Ordered {
				mark = fmt.Sprintf("%d%c", it.Number, l.Delim)
			}
			w.line("%s %s step=%d %s", mark, w.span(it.At), it.Step, inlines(it.Text))
			w.blocks(it.Blocks)
		}
	})
}

func (w *dumper) table(head string, t *slides.Table) {
	w.line("%s aligns=%v", head, t.Aligns)
	w.in(func() {
		for _, r := range append([]slides.Row{t.Head}, t.Rows...) {
			var cells []string
			for _, c := range r.Cells {
				cells = append(cells, inlines(c))
			}
			w.line("row step=%d %s", r.Step, strings.Join(cells, " | "))
		}
	})
}

func (w *dumper) code(head string, c *slides.Code) {
	s := c.Snippet
	if s.Place != "" {
		head += " " + string(s.Place)
	}
	w.line("%s lang=%q%s", head, s.Lang, w.filled(c.Filled))
	w.in(func() {
		if s.ID != "" {
			w.line("id %q", s.ID)
		}
		if s.Exec != (slides.Exec{}) {
			w.line("exec %+v", s.Exec)
		}
		if len(s.Env) > 0 {
			w.line("env %q", s.Env)
		}
		if sh := s.Show; sh.LineNumbers || sh.NoBackground || sh.Width != 0 || sh.Hidden != 0 {
			w.line("show numbers=%t nobg=%t width=%d hidden=%d", sh.LineNumbers, sh.NoBackground, sh.Width, sh.Hidden)
		}
		for _, f := range c.Frames {
			w.line("frame step=%d %v", f.Step, f.Lines)
		}
		for _, l := range s.Show.Lines {
			w.line("| %s", l)
		}
		if s.Exec.Mode != slides.NotExecutable {
			w.line("program %q", s.Code)
		}
		if len(s.Lines) > 0 {
			w.line("at %s … %s", w.at(s.Lines[0]), w.at(s.Lines[len(s.Lines)-1]))
		}
	})
}

func inlines(in []slides.Inline) string {
	var b strings.Builder
	wrap := func(name string, text []slides.Inline) { fmt.Fprintf(&b, "%s(%s)", name, inlines(text)) }
	for _, n := range in {
		switch n := n.(type) {
		case *slides.Text:
			fmt.Fprintf(&b, "%q", n.Text)
		case *slides.CodeSpan:
			fmt.Fprintf(&b, "code(%q)", n.Text)
		case *slides.Math:
			fmt.Fprintf(&b, "math(%q %s on %d)", n.Snippet.Code, n.Snippet.Exec.Mode, n.Snippet.Slide)
		case *slides.Strong:
			wrap("strong", n.Text)
		case *slides.Emph:
			wrap("emph", n.Text)
		case *slides.Strike:
			wrap("strike", n.Text)
		case *slides.Sup:
			wrap("sup", n.Text)
		case *slides.Tagged:
			wrap(n.Tag, n.Text)
		case *slides.Link:
			wrap(fmt.Sprintf("link[%s %q]", n.Dest, n.Title), n.Text)
		case *slides.Styled:
			wrap(fmt.Sprintf("span[fg=%s bg=%s class=%s]", n.FG, n.BG, n.Class), n.Text)
		case *slides.Break:
			b.WriteString("br")
		default:
			panic(fmt.Sprintf("the dump lacks an inline: %T", n))
		}
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

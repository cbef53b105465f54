package markdown

import (
	"errors"
	"fmt"
	"strings"

	"github.com/slidexec/slidexec/slides"
)

// checkDeck checks what holds for every deck: places lie in their files, in order, and begin with
// what they are places of; steps are within their slide; snippets map back to the source.
func checkDeck(d *slides.Deck) error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	for i, s := range d.Slides {
		if s.Steps < 1 {
			fail("slide %d has %d steps", i+1, s.Steps)
		}
		checkBlocks(s, s.Blocks, fail)
		for _, n := range s.Notes {
			if n.Step < 0 || n.Step >= s.Steps {
				fail("note at %s has step %d of %d", n.At.Pos, n.Step, s.Steps)
			}
		}
	}
	for _, s := range d.Snippets {
		checkSpan(s.At, fail)
		if len(s.Lines) != len(strings.SplitAfter(strings.TrimSuffix(s.Code, "\n"), "\n")) && s.Code != "" {
			fail("snippet at %s: %d line places, code %q", s.At.Pos, len(s.Lines), s.Code)
		}
		if s.Key == "" {
			fail("snippet at %s has no key", s.At.Pos)
		}
	}
	for _, g := range d.Diags {
		if g.Pos.IsValid() && (g.Pos.Off < 0 || g.Pos.Off > len(g.Pos.File.Src)) {
			fail("diagnostic %q out of file", g.Msg)
		}
		if !g.Pos.IsValid() {
			fail("diagnostic %q has no place", g.Msg)
		}
		_ = g.Excerpt()
	}
	return errors.Join(errs...)
}

func checkSpan(at slides.Span, fail func(string, ...any)) {
	if !at.IsValid() || at.Off < 0 || at.End < at.Off || at.End > len(at.File.Src) {
		fail("bad span %d-%d", at.Off, at.End)
	}
}

func checkBlocks(s *slides.Slide, blocks []slides.Block, fail func(string, ...any)) {
	var last slides.Pos
	for _, b := range blocks {
		base := b.Common()
		checkSpan(base.At, fail)
		if base.Step < 0 || base.Step >= s.Steps {
			fail("%T at %s has step %d of %d", b, base.At.Pos, base.Step, s.Steps)
		}
		if _, ok := b.(*slides.Problem); ok {
			continue
		}
		if last.File == base.At.File && base.At.Before(last) {
			fail("%T at %s comes after a block at %s", b, base.At.Pos, last)
		}
		last = base.At.Pos
		checkStart(b, fail)
		switch b := b.(type) {
		case *slides.Columns:
			for _, c := range b.Cols {
				checkBlocks(s, c, fail)
			}
		case *slides.Quote:
			checkBlocks(s, b.Blocks, fail)
		case *slides.Alert:
			checkBlocks(s, b.Blocks, fail)
		}
	}
}

// checkStart checks that the source at a block's place begins with the block.
func checkStart(b slides.Block, fail func(string, ...any)) {
	text := b.Common().At.Text()
	begins := func(prefixes ...string) {
		for _, p := range prefixes {
			if strings.HasPrefix(text, p) {
				return
			}
		}
		fail("%T at %s begins with %.20q", b, b.Common().At.Pos, text)
	}
	switch b := b.(type) {
	case *slides.Quote, *slides.Alert:
		begins(">")
	case *slides.Output, *slides.Columns, *slides.Gap, *slides.Middle:
		begins("<!--")
	case *slides.Image:
		begins("![")
	case *slides.Footnote:
		begins("[^" + b.Name + "]:")
	case *slides.Code:
		if !b.Snippet.Info.IsValid() {
			fail("code at %s has no info place", b.At.Pos)
		}
	case *slides.List:
		begins("*", "-", "+", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
		for _, it := range b.Items {
			checkSpan(it.At, fail)
			checkInlines(it.Text, fail)
		}
	case *slides.Paragraph:
		checkInlines(b.Text, fail)
	case *slides.Title:
		checkInlines(b.Text, fail)
	case *slides.Heading:
		checkInlines(b.Text, fail)
	case *slides.Table:
		for _, r := range append([]slides.Row{b.Head}, b.Rows...) {
			if len(r.Cells) != len(b.Head.Cells) {
				fail("table at %s has a row of %d cells", b.At.Pos, len(r.Cells))
			}
			for _, c := range r.Cells {
				checkInlines(c, fail)
			}
		}
	}
}

// checkInlines checks that inline content lies in its file and begins with its mark.
func checkInlines(in []slides.Inline, fail func(string, ...any)) {
	for _, n := range in {
		p := n.Pos()
		if !p.IsValid() || p.Off < 0 || p.Off > len(p.File.Src) {
			fail("%T out of file", n)
			continue
		}
		rest := string(p.File.Src[p.Off:min(p.Off+8, len(p.File.Src))])
		begins := func(set string) {
			if rest == "" || !strings.ContainsRune(set, rune(rest[0])) {
				fail("%T at %s begins with %q", n, p, rest)
			}
		}
		switch n := n.(type) {
		case *slides.CodeSpan:
			begins("`")
		case *slides.Strong:
			if len(n.Text) > 0 && n.Text[0].Pos() != n.At { // else a heading inside a quote
				begins("*_")
			}
			checkInlines(n.Text, fail)
		case *slides.Emph:
			begins("*_")
			checkInlines(n.Text, fail)
		case *slides.Strike:
			begins("~")
			checkInlines(n.Text, fail)
		case *slides.Sup:
			begins("^<[")
			checkInlines(n.Text, fail)
		case *slides.Link:
			begins("[<")
			checkInlines(n.Text, fail)
		case *slides.Styled:
			begins("<")
			checkInlines(n.Text, fail)
		}
	}
}

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
		checkSlide(s, d.Meta.Options.CommonMarkdown, fail)
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

// checkSlide checks all that is on a slide, in document order within columns and quotes.
// With the option common_markdown, footnotes stand where they are referred to.
func checkSlide(s *slides.Slide, common bool, fail func(string, ...any)) {
	var last []slides.Pos // where the block before begins, for each block that the place is in
	what := "slide"
	last = append(last, slides.Pos{})
	p := slides.Parts{
		Kind: func(name string) { what = name },
		List: func(name string, _ int) {
			if name == "blocks" || name == "column" {
				last[len(last)-1] = slides.Pos{}
			}
		},
		Span: func(name string, at *slides.Span) {
			if at.IsValid() || name == "at" && !s.Intro {
				checkSpan(*at, fail)
			}
		},
		Value: func(name string, v any) {
			if n, ok := v.(*int); ok && name == "step" && (*n < 0 || *n >= s.Steps) {
				fail("%s has step %d of %d", what, *n, s.Steps)
			}
		},
		Block: func(b slides.Block) {
			at := b.Common().At
			if _, ok := b.(*slides.Footnote); ok && common {
				checkStart(b, fail)
			} else if _, ok := b.(*slides.Problem); !ok {
				if before := last[len(last)-1]; before.File == at.File && at.Before(before) {
					fail("%T at %s comes after a block at %s", b, at.Pos, before)
				}
				last[len(last)-1] = at.Pos
				checkStart(b, fail)
			}
			last = append(last, slides.Pos{})
		},
		Leave:  func(slides.Block) { last = last[:len(last)-1] },
		Inline: func(n slides.Inline) { checkInline(n, common, fail) },
	}
	p.Slide(s)
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
	case *slides.Output, *slides.Contents, *slides.Columns, *slides.Gap, *slides.Middle:
		begins("<!--")
	case *slides.Image:
		begins("![")
	case *slides.Footnote:
		text = strings.ToValidUTF8(text, "\ufffd") // as names have it
		begins("[^" + b.Name + "]:")
	case *slides.Code:
		if !b.Snippet.Info.IsValid() {
			fail("code at %s has no info place", b.At.Pos)
		}
	case *slides.List:
		begins("*", "-", "+", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
	case *slides.Table:
		for _, r := range append([]slides.Row{b.Head}, b.Rows...) {
			if len(r.Cells) != len(b.Head.Cells) {
				fail("table at %s has a row of %d cells", b.At.Pos, len(r.Cells))
			}
		}
	}
}

// checkInline checks that inline content lies in its file and begins with its mark.
func checkInline(n slides.Inline, common bool, fail func(string, ...any)) {
	p := n.Pos()
	if !p.IsValid() || p.Off < 0 || p.Off > len(p.File.Src) {
		fail("%T out of file", n)
		return
	}
	marks := ""
	switch n := n.(type) {
	case *slides.CodeSpan:
		marks = "`<"
	case *slides.Strong:
		if len(n.Text) > 0 && n.Text[0].Pos() != n.At { // else a heading inside a quote
			marks = "*_<"
		}
	case *slides.Emph:
		marks = "*_<"
	case *slides.Strike:
		marks = "~<"
	case *slides.Sup:
		marks = "^<["
	case *slides.Link:
		bare := strings.TrimPrefix(strings.TrimPrefix(n.Dest, "mailto:"), "http://")
		if common && len(n.Text) == 0 && strings.HasPrefix(string(p.File.Src[p.Off:]), bare) {
			return // it has no marks
		}
		marks = "[<"
	case *slides.Math:
		marks = "$"
	case *slides.Styled, *slides.Tagged:
		marks = "<"
	}
	rest := string(p.File.Src[p.Off:min(p.Off+8, len(p.File.Src))])
	if marks != "" && (rest == "" || !strings.ContainsRune(marks, rune(rest[0]))) {
		fail("%T at %s begins with %q", n, p, rest)
	}
}

package html

import (
	"fmt"
	"strings"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// inlines writes text with its markup.
func (b *builder) inlines(in []slides.Inline) {
	for _, n := range in {
		b.inline(n)
	}
}

func (b *builder) inline(n slides.Inline) {
	switch n := n.(type) {
	case *slides.Text:
		b.text(n.Text)
	case *slides.CodeSpan:
		b.raw("<code>")
		b.code(n.Text)
		b.raw("</code>")
	case *slides.Math:
		b.math(n)
	case *slides.Strong:
		b.wrap("strong", n.Text)
	case *slides.Emph:
		b.wrap("em", n.Text)
	case *slides.Strike:
		b.wrap("s", n.Text)
	case *slides.Sup:
		b.wrap("sup", n.Text)
	case *slides.Tagged:
		b.wrap(tags[n.Tag], n.Text)
	case *slides.Link:
		b.link(n)
	case *slides.Styled:
		b.styled(n)
	case *slides.Break:
		b.raw("<br/>")
	default:
		panic(fmt.Sprintf("html: unexpected inline %T", n))
	}
}

// tags are the elements for Tagged text.
var tags = map[string]markup{"sub": "sub", "u": "u", "kbd": "kbd", "mark": "mark"}

func (b *builder) wrap(tag markup, in []slides.Inline) {
	b.raw("<")
	b.raw(tag)
	b.raw(">")
	b.inlines(in)
	b.raw("</")
	b.raw(tag)
	b.raw(">")
}

// link writes a link if its destination is safe. Of any other link it writes the text and, if it
// differs, the destination as text.
func (b *builder) link(n *slides.Link) {
	text := func() {
		if len(n.Text) == 0 {
			b.text(n.Dest)
		} else {
			b.inlines(unlinked(n.Text))
		}
	}
	if n.Slide > 0 {
		b.raw("<a")
		b.attr("href", fmt.Sprintf("#s%d", n.Slide))
		b.raw(">")
	} else if !b.anchor(n.Dest, n.Title, n.File) {
		text()
		if n.Dest != "" && len(n.Text) > 0 && slides.Plain(n.Text) != n.Dest {
			b.dest(n.Dest)
		}
		return
	}
	text()
	b.raw("</a>")
}

// anchor writes the start tag of a link if its destination is safe. The file is the one that it leads to.
func (b *builder) anchor(dest, title string, f *slides.File) bool {
	beside := b.page.beside(f, dest)
	switch {
	case strings.HasPrefix(dest, "#"):
		b.raw("<a")
		b.attr("href", b.page.target(dest))
	case render.External(dest):
		b.raw("<a")
		b.attr("href", dest)
		b.raw(` rel="noopener noreferrer" target="_blank"`)
	case beside != "":
		b.raw("<a")
		b.attr("href", beside)
		b.raw(` rel="noopener noreferrer" target="_blank"`)
	default:
		return false
	}
	if title != "" {
		b.attr("title", title)
	}
	b.raw(">")
	return true
}

// dest writes a destination that is no link behind its text.
func (b *builder) dest(dest string) {
	b.raw(` <span class="dest">(`)
	b.text(dest)
	b.raw(")</span>")
}

// unlinked returns in without links directly inside: HTML has no link in a link.
func unlinked(in []slides.Inline) []slides.Inline {
	var out []slides.Inline
	for _, n := range in {
		switch n := n.(type) {
		case *slides.Link:
			if len(n.Text) == 0 {
				out = append(out, &slides.Text{At: n.At, Text: n.Dest})
			}
			out = append(out, unlinked(n.Text)...)
		case *slides.Strong:
			out = append(out, &slides.Strong{At: n.At, Text: unlinked(n.Text)})
		case *slides.Emph:
			out = append(out, &slides.Emph{At: n.At, Text: unlinked(n.Text)})
		case *slides.Strike:
			out = append(out, &slides.Strike{At: n.At, Text: unlinked(n.Text)})
		case *slides.Sup:
			out = append(out, &slides.Sup{At: n.At, Text: unlinked(n.Text)})
		case *slides.Tagged:
			out = append(out, &slides.Tagged{At: n.At, Tag: n.Tag, Text: unlinked(n.Text)})
		case *slides.Styled:
			s := *n
			s.Text = unlinked(n.Text)
			out = append(out, &s)
		default:
			out = append(out, n)
		}
	}
	return out
}

// lines writes lines of inline content.
func (b *builder) lines(ls []slides.Line) {
	for i, l := range ls {
		if i > 0 {
			b.raw("<br/>")
		}
		b.inlines(l)
	}
}

package html

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/slides"
)

// blocks writes a list of blocks. Blocks after a Middle go into an element that takes the rest of the
// slide and centres them.
func (b *builder) blocks(list []slides.Block) {
	for i := 0; i < len(list); i++ {
		bl := list[i]
		if m, ok := bl.(*slides.Middle); ok {
			restore := b.block("div", &m.Base, "mid")
			b.blocks(list[i+1:])
			b.raw("</div>\n")
			restore()
			return
		}
		if n := alignedLists(list[i:]); n > 0 {
			b.lists(list[i : i+n])
			i += n - 1
			continue
		}
		b.oneBlock(bl)
	}
}

func (b *builder) oneBlock(bl slides.Block) {
	switch bl := bl.(type) {
	case *slides.Title:
		b.heading(b.rank(0), &bl.Base, "t", bl.Text)
	case *slides.Heading:
		level := min(max(bl.Level, 1), 6)
		b.heading(b.rank(level), &bl.Base, class("h"+strconv.Itoa(level)), bl.Text)
	case *slides.Paragraph:
		b.paragraph(bl)
	case *slides.List:
		b.list(bl)
	case *slides.Table:
		b.table(bl)
	case *slides.Quote:
		b.add("fn", "") // the chapter
		restore := b.directed("blockquote", &bl.Base, opening(bl.Blocks))
		b.blocks(bl.Blocks)
		b.raw("</blockquote>\n")
		restore()
	case *slides.Alert:
		b.alert(bl)
	case *slides.Code:
		b.listing(bl)
	case *slides.Output:
		b.output(bl)
	case *slides.Image:
		b.image(bl)
	case *slides.Columns:
		b.columnLayout(bl)
	case *slides.Gap:
		restore := b.block("div", &bl.Base, "gap", b.gap(bl.Lines))
		b.raw("</div>\n")
		restore()
	case *slides.Rule:
		b.rule(bl)
	case *slides.Footnote:
		b.footnote(bl)
	case *slides.Contents:
		b.contents(bl)
	case *slides.Problem:
		b.problem(bl)
	default:
		panic(fmt.Sprintf("html: unexpected block %T", bl))
	}
}

// rank returns the element of a title (level 0) or heading. It is one rank below the one above that it
// belongs to, even if the deck leaves levels out: readers of a page by ear go from rank to rank. Titles
// are of the second rank, the first slide's of the first.
func (b *builder) rank(level int) markup {
	for len(b.above) > 0 && b.above[len(b.above)-1] >= level {
		b.above = b.above[:len(b.above)-1]
	}
	b.above = append(b.above, level)
	n := len(b.above)
	if b.first {
		n--
	}
	return ranks[min(n, len(ranks)-1)]
}

var ranks = [...]markup{"h1", "h2", "h3", "h4", "h5", "h6"}

func (b *builder) heading(tag markup, base *slides.Base, c class, text []slides.Inline) {
	restore := b.block(tag, base, c)
	b.inlines(text)
	b.raw("</")
	b.raw(tag)
	b.raw(">")
	restore()
}

func (b *builder) paragraph(p *slides.Paragraph) {
	restore := b.block("p", &p.Base)
	b.inlines(p.Text)
	b.raw("</p>")
	restore()
}

func (b *builder) columnLayout(c *slides.Columns) {
	var tall class
	slides.Walk([]slides.Block{c}, func(bl slides.Block) {
		if _, ok := bl.(*slides.Middle); ok {
			tall = "tall"
		}
	})
	grid, parts := b.columns(c.Ratios)
	restore := b.block("div", &c.Base, "cols", grid, tall)
	for i, col := range c.Cols {
		b.raw(`<div`)
		b.col = parts[min(i, len(parts)-1)]
		b.class("col", b.column(b.col))
		b.raw(">")
		b.blocks(col)
		b.col = column{}
		b.raw("</div>")
	}
	b.raw("</div>")
	restore()
}

func (b *builder) rule(r *slides.Rule) {
	b.raw("<hr")
	restore := b.due(r.Step)
	b.raw("/>\n")
	restore()
}

func (b *builder) footnote(f *slides.Footnote) {
	restore := b.block("p", &f.Base, "fn")
	b.raw("<sup>")
	b.text(f.Name)
	b.raw("</sup> ")
	b.inlines(f.Text)
	b.raw("</p>\n")
	restore()
}

// alerts are the kinds of alerts with their titles; any other kind looks like a note.
var alerts = map[string]string{
	"note": "Note", "tip": "Tip", "important": "Important", "warning": "Warning", "caution": "Caution",
}

func (b *builder) alert(a *slides.Alert) {
	kind := strings.ToLower(a.Kind)
	if alerts[kind] == "" {
		kind = "note"
	}
	restore := b.directed("div", &a.Base, opening(a.Blocks), "alert", class(kind))
	look := b.page.view.Deck.Meta.Look
	b.raw(`<p class="k">`)
	if icon := look.Value("alert.styles." + kind + ".icon"); icon != "" {
		b.raw(`<span aria-hidden="true">`)
		b.text(icon + " ")
		b.raw("</span>")
	}
	if len(a.Title) > 0 {
		b.inlines(a.Title)
	} else {
		b.text(cmp.Or(look.Value("alert.styles."+kind+".title"), alerts[kind]))
	}
	b.raw("</p>\n")
	b.blocks(a.Blocks)
	b.raw("</div>\n")
	restore()
}

// contents writes a list of slides.
func (b *builder) contents(c *slides.Contents) {
	restore := b.block("div", &c.Base, "ls")
	b.blocks(c.Blocks())
	b.raw("</div>\n")
	restore()
}

// problem writes an error of the deck at its place.
func (b *builder) problem(p *slides.Problem) {
	restore := b.block("div", &p.Base, "bug")
	b.raw(`<p class="m">`)
	b.text(p.Diag.Error())
	b.raw("</p>\n")
	if excerpt := p.Diag.Excerpt(); excerpt != "" {
		source, caret, _ := strings.Cut(excerpt, "\n")
		b.raw(`<div class="in"><pre`)
		b.class(b.cells(max(cells(source), cells(caret))))
		b.raw(`><code><span class="l">`)
		b.code(source)
		b.raw("\n" + `</span><span class="l c">`)
		b.code(caret)
		b.raw("</span></code></pre></div>\n")
	}
	if p.Diag.Hint != "" {
		b.raw(`<p>`)
		b.text(p.Diag.Hint)
		b.raw("</p>\n")
	}
	b.raw("</div>\n")
	restore()
}

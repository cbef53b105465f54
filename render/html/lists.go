package html

import (
	"github.com/slidexec/slidexec/slides"
)

// depths are the classes of lists that begin at a depth because a comment separated them from their
// parent.
var depths = [...]class{"", "d1", "d2", "d3"}

// alignedLists returns how many blocks from the first on are one list in the eyes of the audience, and stand
// in the middle or at the right: a list and those that continue it.
func alignedLists(list []slides.Block) int {
	first, ok := list[0].(*slides.List)
	if !ok || first.Align != slides.AlignCenter && first.Align != slides.AlignRight {
		return 0
	}
	for n := 1; n < len(list); n++ {
		if l, ok := list[n].(*slides.List); !ok || !l.Joined || l.Align != first.Align {
			return n
		}
	}
	return len(list)
}

// lists writes lists as one block, which is aligned as a whole: marks stay beside their text.
func (b *builder) lists(list []slides.Block) {
	first := list[0].(*slides.List)
	was := b.turned
	b.raw("<div")
	b.class("ls", alignClass[first.Align])
	b.direction(firstText(first))
	b.raw(">")
	for _, bl := range list {
		b.list(bl.(*slides.List))
	}
	b.raw("</div>")
	b.turned = was
}

func firstText(l *slides.List) []slides.Inline {
	if len(l.Items) == 0 {
		return nil
	}
	return l.Items[0].Text
}

func (b *builder) list(l *slides.List) {
	tag := markup("ul")
	var paren, joined, spread, space class
	if l.Ordered {
		tag = "ol"
		if l.Delim == ')' {
			paren = "pa"
		}
	}
	if l.Joined {
		joined = "j"
	}
	if l.Newlines > 1 {
		spread, space = "nl", b.gap(l.Newlines-1)
	}
	depth := depths[min(max(l.Depth, 0), len(depths)-1)]
	restore := b.listTag(tag, l, []class{depth, paren, joined, spread, space})
	next := l.Start
	for _, it := range l.Items {
		b.item(it, l, it.Number != next)
		next = it.Number + 1
	}
	b.raw("</")
	b.raw(tag)
	b.raw(">")
	restore()
}

// listTag writes the start tag of a list.
func (b *builder) listTag(tag markup, l *slides.List, cs []class) (restore func()) {
	b.raw("<")
	b.raw(tag)
	b.class(append(cs, alignClass[l.Align], b.size(l.Size))...)
	was := b.turned
	if len(l.Items) > 0 {
		b.direction(l.Items[0].Text)
	}
	if l.Ordered && l.Start != 1 {
		b.num("start", l.Start)
	}
	due := b.due(l.Step)
	b.raw(">")
	return func() {
		due()
		b.turned = was
	}
}

// item writes an item of a list. One whose text runs the other way has its mark at its own beginning.
func (b *builder) item(it *slides.Item, of *slides.List, numbered bool) {
	b.raw("<li")
	if of.Ordered && numbered {
		b.num("value", it.Number)
	}
	was := b.turned
	b.direction(it.Text)
	if b.turned != was {
		mark := b.add("rv", "margin-inline:1.15em -1.15em")
		if of.Ordered {
			mark = b.add("rn", "margin-inline:1.5em -1.5em")
		}
		b.class(mark)
	}
	restore := b.due(it.Step)
	b.raw(">")
	b.inlines(it.Text)
	for _, bl := range it.Blocks {
		l, ok := bl.(*slides.List)
		if !ok {
			b.oneBlock(bl)
			continue
		}
		nested := *l
		nested.Depth, nested.Joined = 0, false // the nesting of elements shows the depth
		b.list(&nested)
	}
	b.raw("</li>")
	restore()
	b.turned = was
}

func (b *builder) table(t *slides.Table) {
	var first []slides.Inline
	if len(t.Head.Cells) > 0 {
		first = t.Head.Cells[0]
	}
	restore := b.directed("div", &t.Base, first, "tw")
	b.raw("<table>\n<thead>\n")
	b.row(t, &t.Head, "th")
	b.raw("</thead>\n<tbody>\n")
	for i := range t.Rows {
		b.row(t, &t.Rows[i], "td")
	}
	b.raw("</tbody>\n</table></div>\n")
	restore()
}

func (b *builder) row(t *slides.Table, r *slides.Row, tag markup) {
	b.raw("<tr")
	restore := b.due(r.Step)
	b.raw(">")
	for i, cell := range r.Cells {
		b.raw("<")
		b.raw(tag)
		if tag == "th" {
			b.raw(` scope="col"`)
		}
		if i < len(t.Aligns) && t.Aligns[i] > slides.AlignLeft {
			b.class(alignClass[t.Aligns[i]])
		}
		b.raw(">")
		b.inlines(cell)
		b.raw("</")
		b.raw(tag)
		b.raw(">")
	}
	b.raw("</tr>\n")
	restore()
}

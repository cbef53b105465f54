package markdown

import (
	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
)

// list adds a top-level list. If the list continues another one after a pause, its depth follows from
// its indentation, and it stays close to the other list.
func (w walker) list(n *ast.List) {
	s := w.slide
	joined := s.afterList != nil && s.paused
	at := w.nodeSpan(n)
	depth := (at.Off - w.src.lineStart(at.Off)) / 2
	w.enterColumn(at)
	l := w.items(n, depth, nil)
	l.Joined = joined
	// Each item has its step by now; the list itself appears with its first item.
	step, pauses := l.Items[0].Step, s.pauses // a pause at the list's end applies to the next block
	s.pauses = 0
	w.put(l)
	l.Step = step
	s.pauses, s.implied = pauses, s.lists
	s.afterList = l
}

// items converts a list and those inside it. What else is in an item becomes a stray if its list is in
// a quote; or else stray is nil, and it stands in the item.
func (w walker) items(n *ast.List, depth int, stray *strays) *slides.List {
	l := &slides.List{Base: w.base(n), Depth: depth, Newlines: w.slide.newlines,
		Ordered: n.IsOrdered(), Start: n.Start}
	if l.Ordered {
		l.Delim = n.Marker
	}
	l.Align, l.Size = w.slide.align, w.slide.size
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.item(l, c, stray)
	}
	l.Step = l.Items[0].Step
	return l
}

// item converts one item of the source. Each paragraph in it becomes an item of the list, unless it is
// nothing but pictures.
func (w walker) item(l *slides.List, n ast.Node, stray *strays) {
	number := l.Start
	if k := len(l.Items); k > 0 {
		number = l.Items[k-1].Number + 1
	}
	add := func(at slides.Span) *slides.Item {
		it := &slides.Item{At: at, Step: w.slide.reveal(w.slide.lists)}
		if l.Ordered {
			it.Number = number
		}
		l.Items = append(l.Items, it)
		return it
	}
	var it *slides.Item
	var filled *fillable // set by the child just before
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if w.filled = filled; filled != nil {
			filled = nil
			if f, ok := c.(*ast.FencedCodeBlock); ok && w.isFilled(f) {
				continue
			}
			w.filled = nil
		}
		if w.isPause(c) {
			w.slide.pauses++
			continue
		}
		var text []slides.Inline
		in := w.inlines()
		if isText(c) {
			text = trim(in.children(c))
		}
		switch {
		case it == nil:
			it = add(w.nodeSpan(n))
		case len(text) > 0:
			it = add(w.nodeSpan(c))
		}
		switch {
		case isText(c) && stray != nil:
			it.Text = append(it.Text, text...)
			stray.pictures(in)
		case isText(c):
			it.Text = append(it.Text, text...)
			for _, img := range in.images {
				w.within(it, func() { w.image(img) })
			}
		case c.Kind() == ast.KindList:
			it.Blocks = append(it.Blocks, w.items(c.(*ast.List), l.Depth+1, stray))
		case c.Kind() == ast.KindLinkReferenceDefinition:
		case stray != nil:
			stray.add(c)
		default:
			w.within(it, func() { w.part(c) })
			filled, w.filled = w.filled, nil
		}
	}
	if it == nil {
		add(w.nodeSpan(n))
	}
}

// within has f add its blocks to an item.
func (w walker) within(it *slides.Item, f func()) {
	s := w.slide
	target, after, paused := s.target, s.afterList, s.paused
	s.target = &it.Blocks
	f()
	if w.slide == s { // no command ended the slide
		s.target, s.afterList, s.paused = target, after, paused
	}
}

// part adds a block that stands in a list item.
func (w walker) part(n ast.Node) {
	if c, ok := n.(*ast.HTMLBlock); ok && c.HTMLBlockType == ast.HTMLBlockType2 {
		w.nestedComments(c, listItem)
		return
	}
	w.content(n)
}

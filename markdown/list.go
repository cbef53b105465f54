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
	var stray strays
	l := w.items(n, depth, &stray)
	l.Joined = joined
	// Each item has its step by now; the list itself appears with its first item.
	step, pauses := l.Items[0].Step, s.pauses // a pause at the list's end applies to the next block
	s.pauses = 0
	w.put(l)
	l.Step = step
	s.pauses, s.implied = pauses, s.lists
	w.placeStrays(stray, "list item")
	if len(stray.nodes) == 0 {
		s.afterList = l
	}
}

// items converts a list and those inside it.
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

// item converts one item of the source. Each paragraph in it becomes an item of the list.
func (w walker) item(l *slides.List, n ast.Node, stray *strays) {
	add := func(at slides.Span) *slides.Item {
		it := &slides.Item{At: at, Step: w.slide.reveal(w.slide.lists)}
		if l.Ordered {
			it.Number = l.Start + len(l.Items)
		}
		l.Items = append(l.Items, it)
		return it
	}
	var it *slides.Item
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch {
		case isText(c):
			at := w.nodeSpan(n)
			if it != nil {
				at = w.nodeSpan(c)
			}
			it = add(at)
			in := w.inlines()
			it.Text = trim(in.children(c))
			stray.pictures(in)
		case c.Kind() == ast.KindList:
			if it == nil {
				it = add(w.nodeSpan(n))
			}
			it.Lists = append(it.Lists, w.items(c.(*ast.List), l.Depth+1, stray))
		case w.isPause(c):
			w.slide.pauses++
		default:
			stray.add(c)
		}
	}
	if it == nil {
		add(w.nodeSpan(n))
	}
}

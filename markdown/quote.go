package markdown

import (
	"slices"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// quote adds a block quote, an alert or a quote between lines of >>>.
func (w walker) quote(n ast.Node) {
	at := w.nodeSpan(n)
	q, isWide := n.(*wideQuote)
	if isWide && !q.closed {
		w.failAt(firstLine(at), "quote is not closed", "end it with a line of >>>")
	}
	title, _ := n.FirstChild().(*alertTitle)
	if title != nil && !slices.Contains(alertKinds(), title.kind) {
		w.warn(w.span(title.at.Start, title.at.Stop), "unknown alert kind "+quoted(title.kind)+", shown as a quote",
			text.Suggest(title.kind, "kinds: ", slices.Sorted(slices.Values(alertKinds()))))
	}
	var stray strays
	w.enterColumn(at)
	blocks := w.quoted(n, &stray)
	if title != nil && slices.Contains(alertKinds(), title.kind) {
		w.place(&slides.Alert{Base: slides.Base{At: at}, Kind: title.kind,
			Title: w.inlines().children(title), Blocks: w.settle(blocks)})
	} else {
		w.place(&slides.Quote{Base: slides.Base{At: at}, Blocks: w.settle(blocks)})
	}
	w.placeStrays(stray, "quote")
}

// quoted converts the blocks inside a quote. It flattens a nested quote.
func (w walker) quoted(n ast.Node, stray *strays) []slides.Block {
	var out []slides.Block
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		in := w.inlines()
		in.breaks, in.literal = true, true
		switch c := c.(type) {
		case *ast.Paragraph, *ast.TextBlock:
			out = append(out, &slides.Paragraph{Base: w.base(c), Text: in.children(c)})
		case *alertTitle:
			if !slices.Contains(alertKinds(), c.kind) {
				text := &slides.Text{At: w.pos(c.Pos()), Text: "[!" + string(c.at.Value(w.src.text)) + "] "}
				p := &slides.Paragraph{Base: w.base(c), Text: []slides.Inline{text}}
				p.Text = append(p.Text, in.children(c)...)
				out = append(out, p)
			}
		case *ast.Heading:
			w.warn(firstLine(w.nodeSpan(c)), "a heading inside a quote is shown as bold text", "")
			text := &slides.Strong{At: w.pos(w.nodeStart(c)), Text: in.children(c)}
			if len(text.Text) > 0 {
				text.At = text.Text[0].Pos()
			}
			out = append(out, &slides.Paragraph{Base: w.base(c), Text: []slides.Inline{text}})
		case *ast.List:
			out = append(out, w.plainList(c, stray))
		case *ast.Blockquote, *wideQuote:
			w.warn(firstLine(w.nodeSpan(c)), "a quote inside a quote is shown as part of it", "")
			out = append(out, w.quoted(c, stray)...)
		default:
			stray.add(c)
		}
	}
	return out
}

// plainList converts a list whose items appear together.
func (w walker) plainList(n *ast.List, stray *strays) *slides.List {
	was := w.slide.lists
	w.slide.lists = false
	l := w.items(n, 0, stray)
	w.slide.lists = was
	return l
}

// settle gives the blocks inside a quote the step and look of the quote.
func (w walker) settle(blocks []slides.Block) []slides.Block {
	step := w.slide.due()
	for _, b := range blocks {
		base := b.Common()
		base.Step, base.Align, base.Size = step, w.slide.align, w.slide.size
	}
	return blocks
}

func quoted(s string) string { return "\"" + s + "\"" }

// table adds a table.
func (w walker) table(n *east.Table) {
	t := &slides.Table{Base: w.base(n)}
	for _, a := range n.Alignments {
		t.Aligns = append(t.Aligns, tableAlign(a))
	}
	w.slide.implied = w.slide.implied || w.slide.tables
	w.place(t)
	var stray strays
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		cells := w.cells(row, len(n.Alignments), &stray)
		if row.Kind() == east.KindTableHeader {
			t.Head = slides.Row{Step: t.Step, Cells: cells}
			continue
		}
		t.Rows = append(t.Rows, slides.Row{Step: w.slide.reveal(w.slide.tables), Cells: cells})
	}
	w.slide.implied = w.slide.tables
	w.placeStrays(stray, "table")
}

func tableAlign(a east.Alignment) slides.Align {
	switch a {
	case east.AlignLeft:
		return slides.AlignLeft
	case east.AlignCenter:
		return slides.AlignCenter
	case east.AlignRight:
		return slides.AlignRight
	}
	return slides.AlignDefault
}

// cells converts a row to exactly n cells.
func (w walker) cells(row ast.Node, n int, stray *strays) [][]slides.Inline {
	cells := make([][]slides.Inline, n)
	i := 0
	for c := row.FirstChild(); c != nil && i < n; c = c.NextSibling() {
		in := w.inlines()
		cells[i] = trim(in.children(c))
		stray.pictures(in)
		i++
	}
	return cells
}

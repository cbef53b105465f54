package term

import (
	"fmt"
	"strconv"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

var bullets = []string{"•", "◦", "▪"}

// list lays out a list. What is in an item stands below its text, and other things than lists keep a
// distance.
func (l *layouter) list(b *slides.List, left, width int) []ansi.Line {
	var rows []ansi.Line
	digits := 0
	for _, it := range b.Items {
		digits = max(digits, len(strconv.Itoa(it.Number)))
	}
	apart := false
	for _, it := range b.Items {
		if it.Step > l.step {
			continue
		}
		if gap := max(b.Newlines-1, 0); len(rows) > 0 {
			if apart {
				gap = max(gap, 1)
			}
			rows = append(rows, make([]ansi.Line, min(gap, 50))...)
		}
		item := l.item(it, mark(b, it, digits), left, width)
		l.reveal(it.Step, len(rows), len(item))
		rows, apart = append(rows, item...), false
		hang := left + text.Width(mark(b, it, digits)) + 1
		for _, bl := range it.Blocks {
			if bl.Common().Step > l.step {
				continue
			}
			first := len(l.placed)
			nested, is := bl.(*slides.List)
			var part []ansi.Line
			if is {
				part = l.list(nested, hang, width)
			} else {
				part = l.inside(bl, hang, width)
			}
			if len(part) > 0 && (!is || apart) {
				rows = append(rows, nil)
			}
			l.move(first, len(rows), 0)
			rows, apart = append(rows, part...), !is
		}
	}
	return rows
}

// inside lays out a block in an item, below its text. Without room to indent, it stands at the edge.
func (l *layouter) inside(b slides.Block, hang, width int) []ansi.Line {
	if hang*2 > width {
		hang = 0
	}
	first := len(l.placed)
	rows := l.blocks([]slides.Block{b}, width-hang)
	l.move(first, 0, hang)
	for i := range rows {
		rows[i] = indent(rows[i], hang)
	}
	return rows
}

// mark returns the mark of an item: a bullet or its number.
func mark(b *slides.List, it *slides.Item, digits int) string {
	if !b.Ordered {
		return bullets[max(b.Depth, 0)%len(bullets)]
	}
	delim := "."
	if b.Delim == ')' {
		delim = ")"
	}
	return fmt.Sprintf("%*d%s", digits, it.Number, delim)
}

// item lays out the text of an item. Its mark is left cells from the edge.
func (l *layouter) item(it *slides.Item, mark string, left, width int) []ansi.Line {
	before := join(spaces(min(left, width/2), style{}), run(mark+" ", style{FG: l.pal.Accent}))
	hang := before.Width()
	if hang*2 > width { // no room to indent: the text continues at the edge
		before, hang = run(mark+" ", style{FG: l.pal.Accent}), 0
		text := append([]slides.Inline{&slides.Text{Text: before.Text()}}, it.Text...)
		return l.text(text, style{}, width)
	}
	rows := l.text(it.Text, style{}, width-hang)
	for i := range rows {
		if i == 0 {
			rows[i] = join(before, rows[i])
		} else {
			rows[i] = indent(rows[i], hang)
		}
	}
	return rows
}

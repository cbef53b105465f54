package term

import (
	"strings"

	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// table lays out a table as wide as its content. If that is too wide, the widest columns shrink and
// their cells wrap.
func (l *layouter) table(b *slides.Table, width int) []ansi.Line {
	all := append([]slides.Row{b.Head}, b.Rows...)
	widths := l.columnWidths(all, width)
	if widths == nil {
		return l.narrowTable(b, width)
	}
	rows := l.tableRow(b, b.Head, widths, style{Bold: true})
	rules := make([]string, len(widths))
	for i, w := range widths {
		rules[i] = repeat("─", w)
	}
	rows = append(rows, run(strings.Join(rules, "─┼─"), style{FG: l.pal.Hairline}))
	for _, r := range b.Rows {
		if r.Step <= l.step {
			part := l.tableRow(b, r, widths, style{})
			l.reveal(r.Step, len(rows), len(part))
			rows = append(rows, part...)
		}
	}
	return rows
}

const leastCell = 3

// columnWidths returns the width of each column, nil if the columns do not fit.
func (l *layouter) columnWidths(rows []slides.Row, width int) []int {
	n := len(rows[0].Cells)
	free := width - 3*(n-1)
	if n == 0 || free < n*leastCell {
		return nil
	}
	widths, sum := make([]int, n), 0
	for _, r := range rows {
		for i, cell := range r.Cells[:min(n, len(r.Cells))] {
			for _, line := range l.text(cell, style{}, 1<<16) {
				widths[i] = max(widths[i], line.Width(), 1)
			}
		}
	}
	for _, w := range widths {
		sum += w
	}
	for sum > free {
		widest := 0
		for i := range widths {
			if widths[i] > widths[widest] {
				widest = i
			}
		}
		cut := max((sum-free)/n, 1)
		cut = min(cut, widths[widest]-leastCell)
		widths[widest] -= cut
		sum -= cut
	}
	return widths
}

// tableRow lays out the cells of a row side by side. It centres header cells.
func (l *layouter) tableRow(b *slides.Table, r slides.Row, widths []int, st style) []ansi.Line {
	cells, height := make([][]ansi.Line, len(widths)), 1
	for i := range widths {
		if i < len(r.Cells) {
			cells[i] = l.text(r.Cells[i], st, widths[i])
		}
		height = max(height, len(cells[i]))
	}
	rows := make([]ansi.Line, height)
	for n := range rows {
		var line ansi.Line
		for i, w := range widths {
			if i > 0 {
				line = append(line, run(" │ ", style{FG: l.pal.Hairline})...)
			}
			var cell ansi.Line
			if n < len(cells[i]) {
				cell = cells[i][n]
			}
			a := slides.AlignCenter
			if !st.Bold && i < len(b.Aligns) {
				a = b.Aligns[i]
			} else if !st.Bold {
				a = slides.AlignDefault
			}
			line = append(line, pad(align(cell, w, a), w, style{})...)
		}
		rows[n] = line
	}
	return rows
}

// narrowTable lists the cells of each row one below another, with the names of their columns.
func (l *layouter) narrowTable(b *slides.Table, width int) []ansi.Line {
	var rows []ansi.Line
	for _, r := range b.Rows {
		if r.Step > l.step {
			continue
		}
		if len(rows) > 0 {
			rows = append(rows, run(repeat("─", width), style{FG: l.pal.Hairline}))
		}
		from := len(rows)
		for i, cell := range r.Cells {
			if i < len(b.Head.Cells) {
				rows = append(rows, l.text(b.Head.Cells[i], style{Bold: true}, width)...)
			}
			rows = append(rows, l.text(cell, style{}, width)...)
		}
		l.reveal(r.Step, from, len(rows)-from)
	}
	if len(b.Rows) == 0 {
		for _, cell := range b.Head.Cells {
			rows = append(rows, l.text(cell, style{Bold: true}, width)...)
		}
	}
	return rows
}

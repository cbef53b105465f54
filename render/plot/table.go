package plot

import (
	"github.com/slidexec/slidexec/slides"
)

// Limits on tables: a page has no place for more.
const (
	mostTableRows = 120
	mostColumns   = 64
)

// between is the space between columns, in sizes of text.
const between = 2.2

// grid of a table: text in cells, and how wide the columns are.
type cells struct {
	rows  [][][]letter
	spans [][][]span
	least []float64 // the widest word
	whole []float64 // the widest text in one line
}

func (s *sheet) table(t *slides.Table) {
	n := s.node.child("Table")
	rows := append([]slides.Row{t.Head}, t.Rows[:min(len(t.Rows), mostTableRows)]...)
	columns := min(len(t.Head.Cells), mostColumns)
	if columns == 0 {
		return
	}
	head, body := n.child("THead"), n.child("TBody")
	nodes := make([][]*node, len(rows))
	for i, r := range rows {
		up, tag := body, "TD"
		if i == 0 {
			up, tag = head, "TH"
		}
		tr := up.child("TR")
		for range min(columns, len(r.Cells)) {
			td := tr.child(tag)
			if i == 0 {
				td.attr = newDict("O", "Table", "Scope", "Column")
			}
			nodes[i] = append(nodes[i], td)
		}
	}
	em, w := s.em, s.w
	c := s.tableCells(rows, nodes, columns)
	need, z := float64(columns-1)*between*em, 1.0
	for _, l := range c.least {
		need += l
	}
	for z > .35 && need*z > w { // smaller, until every word has a place
		z -= .05
	}
	if z < 1 {
		s.em = em * z
		c = s.tableCells(rows, nodes, columns)
	}
	widths := shared(c, max(w-float64(columns-1)*between*s.em, float64(columns)))
	total := float64(columns-1) * between * s.em
	for _, cw := range widths {
		total += cw
	}
	x := s.x
	switch t.Align {
	case slides.AlignCenter:
		s.x += max(w-total, 0) / 2
	case slides.AlignRight:
		s.x += max(w-total, 0)
	}
	step := s.step
	for i, r := range rows {
		s.step = max(step, r.Step)
		if s.full() {
			s.lost += len(rows) - i
			break
		}
		s.tableRow(c, i, widths, t.Aligns, total)
	}
	s.step = step
	s.x = x
	if left := len(t.Rows) - mostTableRows; left > 0 {
		s.more(left, "row", s.em)
	}
	if left := len(t.Head.Cells) - mostColumns; left > 0 {
		s.more(left, "column", s.em)
	}
	s.w, s.em = w, em
}

// tableCells measures the cells of a table.
func (s *sheet) tableCells(rows []slides.Row, nodes [][]*node, columns int) cells {
	c := cells{least: make([]float64, columns), whole: make([]float64, columns)}
	for i, r := range rows {
		var texts [][]letter
		var all [][]span
		for j, cell := range r.Cells[:min(columns, len(r.Cells))] {
			st := style{size: s.em, color: s.pal.Text, node: nodes[i][j]}
			if i == 0 {
				st.cut = bold
			}
			spans := s.spans(cell, st)
			text := s.flat(spans)
			word, line := 0.0, 0.0
			for k, l := range text {
				if l.r == '\n' {
					word, line = 0, 0
					continue
				}
				line += l.width
				word += l.width
				if l.r == ' ' || k > 0 && breakable(text[k-1].r, l.r) {
					word = 0
				}
				c.least[j] = max(c.least[j], min(word, s.w/3))
				c.whole[j] = max(c.whole[j], line)
			}
			texts, all = append(texts, text), append(all, spans)
		}
		c.rows, c.spans = append(c.rows, texts), append(c.spans, all)
	}
	return c
}

// shared gives columns their widths: all they want if there is room, else more to those that want more.
func shared(c cells, room float64) []float64 {
	least, whole := 0.0, 0.0
	for i := range c.least {
		least += c.least[i]
		whole += c.whole[i]
	}
	out := make([]float64, len(c.least))
	for i := range out {
		switch {
		case whole <= room:
			out[i] = c.whole[i]
		case least >= room:
			out[i] = room * c.least[i] / least
		default:
			out[i] = c.least[i] + (room-least)*(c.whole[i]-c.least[i])/(whole-least)
		}
		out[i] += .02
	}
	return out
}

// tableRow draws a row.
func (s *sheet) tableRow(c cells, i int, widths []float64, aligns []slides.Align, total float64) {
	y, lowest, x, w := s.y, s.y+s.em*(1.4+.36), s.x, s.w
	for j, text := range c.rows[i] {
		s.y, s.w = y+.36*s.em, widths[j]
		for _, r := range broken(text, s.w) {
			if s.full() {
				s.lost++
				break
			}
			at := s.x
			align := slides.AlignDefault
			if j < len(aligns) {
				align = aligns[j]
			}
			switch align {
			case slides.AlignCenter:
				at += (s.w - r.width) / 2
			case slides.AlignRight:
				at += s.w - r.width
			}
			s.line(c.spans[i][j], r, at, s.y+baseline(1.4*s.em, s.em), s.step)
			s.y += 1.4 * s.em
		}
		lowest = max(lowest, s.y)
		s.x += widths[j] + between*s.em
	}
	s.x, s.w, s.y = x, w, lowest+.36*s.em
	thick := 1.0
	if i == 0 {
		thick = 2
	}
	s.add(item{kind: area, x: s.x, y: s.y, w: total, h: thick, fill: s.pal.Hairline, step: s.step})
	s.y += thick
}

package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Tables are those of GitHub. The parser is our own, and makes goldmark's nodes, because goldmark's package
// of extensions compiles patterns for web addresses at every start of the program, which takes longer
// than to parse a talk.

// tableTransformer makes tables of the ends of paragraphs.
type tableTransformer struct{}

func (tableTransformer) Transform(p *ast.Paragraph, r text.Reader, pc parser.Context) {
	lines := p.Lines()
	if tooWide(lines, r.Source()) {
		return
	}
	for i := 1; i < lines.Len(); i++ {
		if aligns := delimiters(lines.At(i), r.Source()); aligns != nil {
			makeTable(p, i, aligns, r.Source(), pc)
			return
		}
	}
}

// makeTable makes a table of the lines of a paragraph from the one before the delimiters on, if the head
// has as many cells as there are delimiters.
func makeTable(p *ast.Paragraph, delimiters int, aligns []east.Alignment, src []byte, pc parser.Context) {
	lines := p.Lines()
	head := tableRow(lines.At(delimiters-1), aligns, len(src), src, pc)
	if head.ChildCount() != len(aligns) {
		return
	}
	table := east.NewTable()
	table.Alignments = aligns
	table.SetPos(p.Pos())
	table.AppendChild(table, east.NewTableHeader(head))
	for j := delimiters + 1; j < lines.Len(); j++ {
		table.AppendChild(table, tableRow(lines.At(j), aligns, len(aligns), src, pc))
	}
	parent := p.Parent()
	parent.InsertAfter(parent, p, table)
	if lines.SetSliced(0, delimiters-1); lines.Len() == 0 {
		parent.RemoveChild(parent, p)
		return
	}
	last := lines.At(lines.Len() - 1)
	last.Stop-- // without its line feed
	lines.Set(lines.Len()-1, last)
}

// tooWide reports whether lines would become a table with far more cells than bytes, because short rows
// are as wide as the head.
func tooWide(lines *text.Segments, src []byte) bool {
	size, cols := 0, 0
	for i := range lines.Len() {
		seg := lines.At(i)
		size += seg.Len()
		line := seg.Value(src)
		if i > 0 && len(bytes.Trim(line, "|:-"+blanks)) == 0 {
			cols = max(cols, bytes.Count(line, []byte{'|'})+1)
		}
	}
	return cols*lines.Len() > 2*size+spareCells
}

// blanks are the characters around a delimiter.
const blanks = " \t\r\n"

// delimiters returns the alignments of a row of delimiters such as |:-|-:|, nil if the line is none. A
// line of hyphens alone is none, for it makes a heading.
func delimiters(line text.Segment, src []byte) []east.Alignment {
	value := line.Value(src)
	if indent, _ := util.IndentWidth(value, 0); indent > 3 || len(bytes.Trim(value, "-")) == 0 {
		return nil
	}
	cols := bytes.Split(value, []byte{'|'})
	if util.IsBlank(cols[0]) {
		cols = cols[1:]
	}
	if len(cols) > 0 && util.IsBlank(cols[len(cols)-1]) {
		cols = cols[:len(cols)-1]
	}
	var aligns []east.Alignment
	for _, col := range cols {
		col = bytes.Trim(col, blanks)
		rule := bytes.TrimPrefix(col, []byte{':'})
		left := len(rule) < len(col)
		width := len(rule)
		rule = bytes.TrimSuffix(rule, []byte{':'})
		right := len(rule) < width
		if len(rule) == 0 || len(bytes.Trim(rule, "-")) > 0 {
			return nil
		}
		align := east.AlignNone
		switch {
		case left && right:
			align = east.AlignCenter
		case left:
			align = east.AlignLeft
		case right:
			align = east.AlignRight
		}
		aligns = append(aligns, align)
	}
	return aligns
}

// tableRow makes a row of a line: at least a cell for each alignment, and at most most cells.
func tableRow(line text.Segment, aligns []east.Alignment, most int, src []byte, pc parser.Context) *east.TableRow {
	row := east.NewTableRow(aligns)
	row.SetPos(line.Start)
	trimmed := line.TrimLeftSpace(src)
	trimmed = trimmed.TrimRightSpace(src)
	value := trimmed.Value(src)
	at, end := 0, len(value)
	if len(value) > 0 && value[0] == '|' {
		at++
	}
	if len(value) > 0 && value[end-1] == '|' {
		end--
	}
	n := 0
	for ; at < end && n < most; n++ {
		cell := east.NewTableCell()
		cell.SetPos(line.Start + at - line.Padding)
		if n < len(aligns) {
			cell.Alignment = aligns[n]
		}
		stop, escapes := cellEnd(value[:end], at)
		for i := range escapes {
			escapes[i] += trimmed.Start
		}
		if len(escapes) > 0 {
			cells, _ := pc.Get(escapesKey).([]escapedCell)
			pc.Set(escapesKey, append(cells, escapedCell{cell, escapes}))
		}
		seg := text.NewSegment(trimmed.Start+at, trimmed.Start+stop)
		seg = seg.TrimLeftSpace(src)
		cell.Lines().Append(seg.TrimRightSpace(src))
		row.AppendChild(row, cell)
		at = stop + 1
	}
	for ; n < len(aligns); n++ {
		row.AppendChild(row, east.NewTableCell())
	}
	return row
}

// cellEnd returns the index after the cell that begins at at, and the backslashes before bars that may
// stand in code.
func cellEnd(row []byte, at int) (end int, escapes []int) {
	code := false
	for end = at; end < len(row); end++ {
		switch {
		case row[end] == '`':
			code = true
		case row[end] != '|':
		case end == 0 || row[end-1] != '\\':
			return end, escapes
		case code:
			escapes = append(escapes, end-1)
		}
	}
	return end, escapes
}

// escapedCell is a cell with bars behind backslashes, where code may be.
type escapedCell struct {
	*east.TableCell
	escapes []int // offsets of the backslashes, ascending
}

var escapesKey = parser.NewContextKey()

// barTransformer removes the backslashes before bars in the code of cells: a backslash means itself in
// code, except there.
type barTransformer struct{}

func (barTransformer) Transform(_ *ast.Document, _ text.Reader, pc parser.Context) {
	cells, _ := pc.Get(escapesKey).([]escapedCell)
	pc.Set(escapesKey, nil)
	for _, c := range cells {
		_ = ast.Walk(c.TableCell, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if entering && n.Kind() == ast.KindCodeSpan {
				for child := n.FirstChild(); child != nil; child = child.NextSibling() {
					if t, ok := child.(*ast.Text); ok {
						child = c.unescape(t)
					}
				}
			}
			return ast.WalkContinue, nil
		})
	}
}

// unescape cuts a text at the backslashes in it, and returns the last part.
func (c escapedCell) unescape(t *ast.Text) *ast.Text {
	parent := t.Parent()
	for _, at := range c.escapes {
		if seg := t.Segment; seg.Start <= at && at < seg.Stop {
			before, after := ast.NewRawTextSegment(seg.WithStop(at)), ast.NewRawTextSegment(seg.WithStart(at+1))
			parent.InsertAfter(parent, t, before)
			parent.InsertAfter(parent, before, after)
			parent.RemoveChild(parent, t)
			t = after
		}
	}
	return t
}

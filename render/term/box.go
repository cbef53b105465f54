package term

import (
	"cmp"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// box is a panel with an edge on its left, and a caption in its first row.
type box struct {
	edge        string
	color       ansi.Color // of the edge
	left, right ansi.Line  // of the caption
	short       ansi.Line  // replaces left if left and right do not fit into a row
	body        []ansi.Line
	hard        bool // the body is code: it wraps anywhere, with a mark
	bare        bool // no panel, no edge: +no_background

	padX, padY int   // empty columns and rows around the body
	ink        style // colours of the theme for the body; the default ones: those of all text on a panel
}

const (
	outputEdge = "▌"
	codeEdge   = "│"
)

// inner returns the width of the text in a box.
func (b *box) inner(width int) (inner int, tight bool) {
	inner = width - 4 // edge, space … space, space
	if b.bare || inner < 4 {
		return width, !b.bare
	}
	return inner, false
}

// around returns the empty rows above and below the body.
func (b *box) around() int {
	if len(b.body) == 0 {
		return 0
	}
	return b.padY
}

// line returns the width of a line of the body in a box that has inner columns, and what stands before it.
func (b *box) line(inner int) (room int, head ansi.Line) {
	side := max(min(b.padX, (inner-leastCol)/2), 0)
	return inner - 2*side, spaces(side, style{})
}

// box lays out a box over the whole width.
func (l *layouter) box(b box, width int) []ansi.Line {
	rows, _ := l.boxed(b, width)
	return rows
}

// boxed is box, and returns the first row of each line of the body.
func (l *layouter) boxed(b box, width int) (rows []ansi.Line, starts []int) {
	inner, tight := b.inner(width)
	if len(b.left) > 0 || len(b.right) > 0 {
		if len(b.short) > 0 && b.left.Width()+2+b.right.Width() > inner {
			b.left = b.short
		}
		rows = ends(b.left, b.right, inner)
	}
	hang := l.hang()
	if b.ink.BG == l.pal.Code.Background { // the mark stands on the ground of code
		hang.Style.FG = l.pal.CodeColors().Comment
	}
	starts = make([]int, len(b.body))
	empty := make([]ansi.Line, b.around())
	rows = append(rows, empty...)
	room, head := b.line(inner)
	for i, line := range b.body {
		starts[i] = len(rows)
		var part []ansi.Line
		if l.page.Clip && b.hard {
			part = []ansi.Line{Clip(line, 0, room)}
		} else if b.hard {
			part = render.WrapCode(line, room, hang)
		} else {
			part = render.Wrap(line, room)
		}
		for _, r := range part {
			rows = append(rows, onInk(join(head, r), b.ink.FG))
		}
	}
	rows = append(rows, empty...)
	if b.bare {
		return rows, starts
	}
	ground := style{BG: cmp.Or(b.ink.BG, l.pal.Panel)}
	for i, r := range rows {
		r = onGround(r, ground.BG)
		if !tight {
			r = join(run(b.edge, style{FG: b.color, BG: ground.BG}), spaces(1, ground), r)
		}
		rows[i] = pad(r, width, ground)
	}
	return rows, starts
}

// hang is the mark of a row that continues a line of code or output.
func (l *layouter) hang() ansi.Run { return ansi.Run{Text: "↪ ", Style: style{FG: l.pal.Dim}} }

// problem lays out an error of the deck at its place.
func (l *layouter) problem(b *slides.Problem, width int) []ansi.Line {
	color := l.pal.Error
	if b.Diag.Severity == slides.Warning {
		color = l.pal.Note
	}
	out := box{edge: outputEdge, color: color, hard: true}
	out.left = run(b.Diag.Severity.String(), style{Bold: true, FG: color})
	if b.Diag.Pos.IsValid() {
		out.right = run(b.Diag.Pos.String(), style{FG: l.pal.Dim})
	}
	inner := max(width-4, 1)
	out.body = append(out.body, render.Wrap(run(b.Diag.Msg, style{}), inner)...)
	for _, line := range lines(b.Diag.Window(inner)) {
		out.body = append(out.body, run(line, style{FG: l.pal.Dim}))
	}
	if b.Diag.Hint != "" {
		out.body = append(out.body, render.Wrap(run("hint: "+b.Diag.Hint, style{}), inner)...)
	}
	return l.box(out, width)
}

package term

import (
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// Grid is the place of a pseudo terminal on a sheet.
type Grid struct {
	Rect                      // the cells that show it
	Cols, Rows int            // the size that the program's terminal should have: the fence's or what the room allows
	Back       int            // rows that are scrolled back
	Screen     *slides.Screen // nil: nothing was drawn yet

	first int // the row of the history and the screen that is shown first
	shown []ansi.Line
}

// Least size of a pseudo terminal whose size the fence does not give.
const (
	leastGridRows = 5
	leastGridCols = 10
)

// waits reports whether a program keeps its place on the slide before it runs: a screen on standby.
func (l *layouter) waits(s *slides.Snippet) bool {
	return l.page.Live && s.Exec.OnScreen() && s.Exec.Standby
}

// grid places the screen of a program, below head rows of its box.
func (l *layouter) grid(s *slides.Snippet, r slides.Result, width, head int) *Grid {
	g := &Grid{Cols: s.Exec.PtyCols, Rows: s.Exec.PtyRows, Screen: r.Screen}
	if g.Cols <= 0 {
		g.Cols = max(width, leastGridCols)
	}
	if g.Rows <= 0 {
		g.Rows = slides.DefaultRows
		if l.page.Height > 0 {
			g.Rows = max(l.below(head), leastGridRows)
		}
	}
	rows := g.Rows
	if g.Screen != nil {
		rows = g.Screen.Rows
		if r.State == slides.Done && !g.Screen.Alternate {
			rows = used(g.Screen)
		}
		g.Back = max(min(l.page.Offset[s.Key], len(g.Screen.Back)), 0)
	}
	rows = max(min(rows, maxPrinted), 1)
	g.draw(rows, width)
	g.Rect = Rect{Height: rows, Width: min(g.Cols, width)}
	return g
}

// used returns how many rows of a screen have text.
func used(s *slides.Screen) int {
	n := min(len(s.Lines), s.Rows)
	for n > 0 && s.Lines[n-1] == "" {
		n--
	}
	return n
}

// draw makes the rows that are shown: those of the screen or, scrolled back, of its history before.
func (g *Grid) draw(rows, width int) {
	g.shown = make([]ansi.Line, rows)
	if g.Screen == nil {
		return
	}
	g.first = len(g.Screen.Back) - g.Back
	for i := range g.shown {
		text, at := "", g.first+i
		if at < len(g.Screen.Back) {
			text = g.Screen.Back[at]
		} else if at -= len(g.Screen.Back); at < len(g.Screen.Lines) {
			text = g.Screen.Lines[at]
		}
		if text == "" {
			continue
		}
		if drawn := ansi.Output([]slides.Chunk{{Data: []byte(text)}}); len(drawn) > 0 {
			g.shown[i] = Clip(drawn[0], 0, width)
		}
	}
}

func (g *Grid) lines() []ansi.Line { return g.shown[:len(g.shown):len(g.shown)] }

// Cursor returns the cell of the sheet where the program's cursor is, and whether it shows.
func (g *Grid) Cursor() (row, col int, ok bool) {
	if g.Screen == nil || !g.Screen.Cursor {
		return 0, 0, false
	}
	row, col = g.Row+g.Screen.Row+g.Back, g.Col+g.Screen.Col
	return row, col, g.Contains(row, col)
}

// Cell returns the cell of the program's terminal that a cell of the sheet shows, and whether there
// is one.
func (g *Grid) Cell(row, col int) (atRow, atCol int, ok bool) {
	atRow, atCol = row-g.Row-g.Back, col-g.Col
	return atRow, atCol, g.Contains(row, col) && atRow >= 0
}

package html

import (
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// The terminal of a program. In a file, it is the last screen, without empty rows at its end. In a served
// page, a running program's terminal has all its rows, so that nothing below it moves; above them are
// rows that have left the screen, and the box scrolls back to them. The page's script sends
// the keyboard's input while the box has the focus and the visitor has asked for that.

// back is the most rows above the screen in a served page. Every frame of a program that prints fast
// moves all of them.
const back = 200

// screenBody writes the content of an output box that shows a terminal.
func (b *builder) screenBody(o box, label string) {
	r := o.result
	sc := r.Screen
	running := b.page.live && r.State == slides.Running
	rows, above := render.Terminal(sc, 0)
	if running && !sc.Alternate {
		rows, above = render.Terminal(sc, back)
	}
	why, try := b.page.view.Why(o.snippet, r)
	b.raw("<div")
	b.class("in", "tty", b.rows(sc.Rows))
	b.raw(` tabindex="0" role="group"`)
	b.attr("aria-label", label)
	if running {
		b.num("data-cols", sc.Cols)
		b.num("data-rows", sc.Rows)
		if sc.Mouse {
			b.raw(` data-mouse=""`)
		}
		for len(rows) < above+sc.Rows {
			rows = append(rows, nil)
		}
		if at := above + sc.Row; sc.Cursor && at < len(rows) {
			rows[at] = withCursor(rows[at], sc.Col)
		}
	}
	b.raw("><pre")
	b.demand(sc.Cols, true)
	b.class(b.cells(sc.Cols))
	b.raw("><samp>")
	b.outputLines(rows, false)
	b.raw("</samp></pre>")
	b.why(why, try)
	b.raw("</div>")
}

// withCursor returns a row with the cell at a column in reverse colours.
func withCursor(row ansi.Line, col int) ansi.Line {
	var out ansi.Line
	at := 0 // the column behind out
	for i, r := range row {
		before := 0 // bytes of the run before the cell
		for c, width := range text.Graphemes(r.Text) {
			if at += width; at <= col {
				before += len(c)
				continue
			}
			lit := r
			lit.Style.Reverse = !lit.Style.Reverse
			for _, part := range []struct {
				of   ansi.Run
				text string
			}{{r, r.Text[:before]}, {lit, c}, {r, r.Text[before+len(c):]}} {
				if part.of.Text = part.text; part.text != "" {
					out = append(out, part.of)
				}
			}
			return append(out, row[i+1:]...)
		}
		out = append(out, r)
	}
	if col > at {
		out = append(out, ansi.Run{Text: strings.Repeat(" ", col-at)})
	}
	return append(out, ansi.Run{Text: " ", Style: ansi.Style{Reverse: true}})
}

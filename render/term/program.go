package term

import (
	"cmp"
	"fmt"
	"time"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// Box is the place of a program on a sheet: its code, or its output.
type Box struct {
	Rect
	Snippet *slides.Snippet
	Result  slides.Result
	Source  bool // the code; otherwise the output

	Lines int   // lines of output, without remarks about the run
	Page  Span  // the lines that are shown
	Paged bool  // there are more lines than are shown
	Grid  *Grid // of a program with a pseudo terminal

	caption *caption
}

// Key returns the key of the program.
func (b *Box) Key() slides.Key { return b.Snippet.Key }

// Status returns the state of the program in words, and its outcome.
func (b *Box) Status(now time.Time) (string, render.Outcome) {
	return render.Status(b.Snippet, b.Result, now)
}

// Turn returns the offset for the next page of output, or for the one before if pages is negative.
func (b *Box) Turn(pages int) int {
	size := max(b.Page.To-b.Page.From, 1)
	return max(min(b.Page.From+pages*size, b.Lines-size), 0)
}

// caption is the first rows of a box, which change with the time while its program runs.
type caption struct {
	height int
	rows   func(now time.Time) []ansi.Line
}

// caption returns the caption of a box whose right end is status at a time.
func (l *layouter) caption(b box, width int, status func(time.Time) ansi.Line) *caption {
	b.body = nil
	rows := func(now time.Time) []ansi.Line {
		b := b
		b.right = status(now)
		return l.box(b, width)
	}
	return &caption{height: len(rows(l.now)), rows: rows}
}

// Tick shows the time that programs have been running at now, without another layout. It reports
// whether the sheet holds; false asks for a new one, since a caption needs other rows.
func (s *Sheet) Tick(now time.Time) bool {
	for _, b := range s.Boxes {
		if b.caption == nil || b.Result.State != slides.Running {
			continue
		}
		rows := b.caption.rows(now)
		if len(rows) != b.caption.height || b.Row+len(rows) > len(s.Rows) {
			return false
		}
		for i, r := range rows {
			s.Rows[b.Row+i] = Overlay(s.Rows[b.Row+i], b.Col, r)
		}
	}
	return true
}

// put notes a box of some rows.
func (l *layouter) put(b *Box, height, width int) *Box {
	b.Rect = Rect{Height: height, Width: width}
	l.out.Boxes, l.placed = append(l.out.Boxes, b), append(l.placed, &b.Rect)
	if b.Grid != nil {
		l.placed = append(l.placed, &b.Grid.Rect)
	}
	return b
}

// output lays out a placeholder. If no snippet has its id, it is empty: a problem before it says so.
func (l *layouter) output(b *slides.Output, width int) []ansi.Line {
	if b.Snippet == nil {
		return nil
	}
	return l.result(b.Snippet, l.copies.Result(l.view, b), width)
}

// status returns the status of a result in its colour.
func (l *layouter) status(s *slides.Snippet, r slides.Result, now time.Time) ansi.Line {
	text, outcome := render.Status(s, r, now)
	return run(cmp.Or(text, "not run"), style{FG: l.pal.Outcome(outcome), BG: l.pal.Behind(outcome), Bold: outcome != render.None})
}

// result lays out an output box.
func (l *layouter) result(s *slides.Snippet, r slides.Result, width int) []ansi.Line {
	_, outcome := render.Status(s, r, l.now)
	dim := style{FG: l.pal.Dim}
	left, short := run("output", dim), ansi.Line(nil)
	if s.ID != "" {
		left, short = run("output · "+s.ID, dim), run(s.ID, dim)
	}
	out := box{
		edge: outputEdge, color: l.pal.Outcome(outcome), hard: true,
		left: left, short: short, right: l.status(s, r, l.now),
	}
	if l.page.Focus == s.Key && l.page.Live && s.Exec.OnScreen() {
		out.color, out.edge = l.pal.Accent, focusEdge
		out.left, out.short = l.keyboard(left), l.keyboard(nil)
	}
	return l.program(out, s, r, width)
}

const focusEdge = "█"

// keyboard adds to a caption that the keyboard belongs to the program.
func (l *layouter) keyboard(left ansi.Line) ansi.Line {
	words := "⌨ keyboard"
	if l.page.Leave != "" {
		words += ", " + l.page.Leave + " leaves"
	}
	if len(left) > 0 {
		words = " · " + words
	}
	return join(left, run(words, style{FG: l.pal.Accent, Bold: true}))
}

// replaced lays out an output that replaces its code. A good run has no caption.
func (l *layouter) replaced(s *slides.Snippet, r slides.Result, width int) []ansi.Line {
	_, outcome := render.Status(s, r, l.now)
	if outcome != render.Good || l.page.Live && s.Exec.OnScreen() {
		return l.result(s, r, width)
	}
	return l.program(box{edge: outputEdge, color: l.pal.Outcome(outcome), hard: true, bare: s.Show.NoBackground}, s, r, width)
}

// program fills a box with what a program has printed or drawn, and notes its place.
func (l *layouter) program(out box, s *slides.Snippet, r slides.Result, width int) []ansi.Line {
	b := &Box{Snippet: s, Result: r}
	out.padX, out.padY = l.padding("execution_output")
	out.ink = l.coloured(l.look().Pair("execution_output.colors"), style{})
	inner, tight := out.inner(width)
	inner, lead := out.line(inner)
	out.body = nil
	head := len(l.box(out, width))
	if l.page.Live && s.Exec.OnScreen() {
		b.Grid = l.grid(s, r, inner, head)
		out.body = b.Grid.lines()
		b.Grid.Rect.Row, b.Grid.Rect.Col = head+out.padY, lead.Width()
		if !tight && !out.bare {
			b.Grid.Rect.Col += 2
		}
	} else {
		out.body = l.printed(b, inner)
	}
	out.body = append(out.body, l.remarks(s, r, max(width-4, 1))...)
	rows := l.box(out, width)
	if len(out.right) > 0 {
		b.caption = l.caption(out, width, func(now time.Time) ansi.Line { return l.status(s, r, now) })
	}
	l.put(b, len(rows), width)
	return rows
}

// maxPrinted is the limit on lines of output on a slide: nobody scrolls through more, and a flood must
// not push the talk out of the terminal's history. In a player, boxes have pages instead.
const maxPrinted = 200

// printed returns the lines of a program's output that its box shows.
func (l *layouter) printed(b *Box, width int) []ansi.Line {
	body := l.kept.output(l.view, b.Snippet, b.Result)
	b.Lines, b.Page = len(body), Span{0, len(body)}
	if l.page.Live {
		most := l.pageRows()
		body = l.pieces(b, body, width, most)
		b.Lines = len(body)
		return l.paged(b, body, width, most)
	}
	if more := len(body) - maxPrinted; more > 0 {
		b.Page.To, b.Paged = maxPrinted, true
		body = append(body[:maxPrinted:maxPrinted], run(fmt.Sprintf("… %d more lines not shown", more), style{FG: l.pal.Dim}))
	}
	return body[:len(body):len(body)]
}

// leastPage is the least number of rows of a page of output.
const leastPage = 3

// pageRows returns how many rows a page of output has: 60 % of the window's height.
func (l *layouter) pageRows() int {
	if l.page.Height > 0 {
		return max(l.page.Height*6/10, leastPage)
	}
	return 1 << 20
}

// pieces returns lines of output in which a line that is longer than a page is cut into its rows, so that pages can
// begin within it. View.Output bounds the length of a line.
func (l *layouter) pieces(b *Box, body []ansi.Line, width, most int) []ansi.Line {
	if len(b.Result.Log) == 0 {
		return body
	}
	key := versionOf(b.Snippet, b.Result)
	key.width, key.most = width, most
	return l.kept.lines(l.view.Deck, key, func() []ansi.Line {
		var out []ansi.Line
		for i, line := range body {
			if bytesOf(line) <= width*most/4 { // a row takes more of them
				if out != nil {
					out = append(out, line)
				}
				continue
			}
			if rows := l.wrapped(line, width); len(rows) > most {
				if out == nil {
					out = append(make([]ansi.Line, 0, len(body)+len(rows)), body[:i]...)
				}
				out = append(out, rows...)
			} else if out != nil {
				out = append(out, line)
			}
		}
		if out == nil {
			return body
		}
		return out
	})
}

// bytesOf returns how many bytes of text a line has, which are not fewer than its cells.
func bytesOf(line ansi.Line) int {
	n := 0
	for _, r := range line {
		n += len(r.Text)
	}
	return n
}

// paged returns a page of output of at most most rows, and what else there is. The end shows while the program
// runs, and the beginning afterwards.
func (l *layouter) paged(b *Box, body []ansi.Line, width, most int) []ansi.Line {
	from, chosen := l.page.Offset[b.Snippet.Key]
	if !chosen && b.Result.State == slides.Running {
		from = -1
	}
	if from < 0 {
		from = len(body)
		for rows := 0; from > 0; from-- {
			if rows += len(l.wrapped(body[from-1], width)); rows > most {
				break
			}
		}
		from = min(from, max(len(body)-1, 0))
	}
	from = max(min(from, len(body)-1), 0)
	var page []ansi.Line
	to := from
	for ; to < len(body) && len(page) < most; to++ {
		part := l.wrapped(body[to], width)
		if len(page) > 0 && len(page)+len(part) > most {
			break
		}
		page = append(page, part...)
	}
	for to == len(body) && from > 0 { // the last page is full
		part := l.wrapped(body[from-1], width)
		if len(page)+len(part) > most {
			break
		}
		page, from = append(part, page...), from-1
	}
	b.Page, b.Paged = Span{from, to}, from > 0 || to < len(body)
	if b.Paged {
		page = append(page, l.more(b, width))
	}
	return page
}

// more returns the line below a page of output, as long as it fits.
func (l *layouter) more(b *Box, width int) ansi.Line {
	says := fmt.Sprintf("lines %d-%d of %d", b.Page.From+1, b.Page.To, b.Lines)
	if n := b.Page.From; n > 0 {
		says += fmt.Sprintf(" · ↑ %d", n)
	}
	if n := b.Lines - b.Page.To; n > 0 {
		says += fmt.Sprintf(" · ↓ %d", n)
	}
	if key := l.page.Pages; key != "" {
		says += " · " + key
	}
	return run(text.Cut(says, width), style{FG: l.pal.Accent})
}

// wrapped wraps a line of output.
func (l *layouter) wrapped(line ansi.Line, width int) []ansi.Line {
	if line.Width() <= width {
		return []ansi.Line{line}
	}
	return render.WrapCode(line, width, l.hang())
}

// remarks returns what there is to say about a run below its output.
func (l *layouter) remarks(s *slides.Snippet, r slides.Result, width int) []ansi.Line {
	var body []ansi.Line
	if cut := render.Cut(r); cut != "" {
		body = append(body, run(cut, style{FG: l.pal.Dim}))
	}
	why, try := l.view.Why(s, r)
	if v := slides.Judge(s, r); v.Ruling != slides.Bad && !r.Failed() && r.Status != slides.Skipped {
		return body
	}
	if why != "" {
		body = append(body, render.Wrap(run(why, style{FG: l.pal.Error}), width)...)
	}
	if try != "" {
		body = append(body, render.Wrap(run("hint: "+try, style{FG: l.pal.Dim}), width)...)
	}
	return body
}

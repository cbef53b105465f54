package term

import (
	"cmp"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// Page is one slide at one step in a window of some size.
type Page struct {
	Slide  int // index in Deck.Slides
	Step   int // the last revealed step, from 0
	Width  int // columns, at least 1
	Height int // rows of the window with the footer: the least of a slide; 0 for as many as it needs

	// Live lays out for a player: boxes of output show a page of it, programs with a pseudo terminal
	// show their screen.
	Live   bool
	Offset map[slides.Key]int // of a page of output: its first line, -1 the end; of a screen: rows scrolled back
	Pages  string             // the key for the next page, as a box names it
	Focus  slides.Key         // the program that has the keyboard
	Leave  string             // the key that takes the keyboard from it, as the box names it
	Clip   bool               // lines of code and output are cut at the width: for an overview

	// Picture is asked whether a picture can be drawn, and sets its Pixels. Nil: a frame describes
	// pictures, because nobody draws them.
	Picture func(*Picture) bool
	Cell    [2]int // width and height of a cell in pixels; zero: 8×16
	Scale   bool   // the terminal can enlarge text
}

// Rect is a part of a sheet, in cells. Rows and columns count from 0.
type Rect struct{ Row, Col, Height, Width int }

// Contains reports whether a cell lies within r.
func (r Rect) Contains(row, col int) bool {
	return row >= r.Row && row < r.Row+r.Height && col >= r.Col && col < r.Col+r.Width
}

// Span is rows of a sheet from From up to To, which is excluded.
type Span struct{ From, To int }

// Sheet is a slide laid out at a step. It may be taller than the window. No row is wider than Width.
// Text in the default style has the palette's colours for text and background.
type Sheet struct {
	Width    int
	Rows     []ansi.Line
	Footer   ansi.Line   // the last row of the window
	Over     []ansi.Line // rows of the footer above it
	Marks    []*Picture  // pictures of the footer; their rows count from its first one
	Steps    []Span      // for each step up to the page's: the rows that it reveals or highlights
	Boxes    []*Box      // in order of the slide
	Pictures []*Picture
	Texts    []*BigText
	Columns  []Rect // the columns of column layouts
}

// Picture is the place of a picture. The rows there are left empty for it.
type Picture struct {
	Rect
	File    *slides.File // a file of the deck; nil: a program has drawn it
	Snippet *slides.Snippet
	Data    []byte // the picture of the program
	Pixels  [2]int // width and height
	Why     string // why it cannot be drawn, if that is known
	Percent int    // width that the deck asks for, in percent of the room; 0: natural size
}

// BigText is a line of text that takes Scale rows and Scale times its columns. The rows there are left
// empty for it.
type BigText struct {
	Rect
	Line  ansi.Line
	Scale int // 2 to 7
}

// Sheet lays out a page.
func (b Backend) Sheet(v *render.View, p Page) *Sheet {
	if b.Now.IsZero() {
		b.Now = time.Now()
	}
	return newLayouter(v, b).sheet(p)
}

// sheet lays out one slide: a blank row and its blocks, and a footer with its number.
func (l *layouter) sheet(p Page) *Sheet {
	p.Width = max(p.Width, 1)
	if p.Cell[0] <= 0 || p.Cell[1] <= 0 {
		p.Cell = [2]int{8, 16}
	}
	l.page, l.out, l.placed, l.steps, l.cols = p, &Sheet{Width: p.Width}, nil, nil, nil
	slide := l.view.Deck.Slides[p.Slide]
	margin := l.sides(p.Width)
	inner := p.Width - 2*margin
	l.step, l.middle = p.Step, 7
	if p.Height > 0 {
		l.middle = p.Height / 2
	}
	l.footer(slide, p)
	rows := []ansi.Line{nil}
	if slide.Intro {
		rows = append(rows, l.intro(inner, p.Height)...)
		l.move(0, 1, margin)
	}
	l.top = len(rows)
	first := len(l.placed)
	body := l.blocks(slide.Blocks, inner)
	l.move(first, len(rows), margin)
	rows = append(rows, body...)
	rows = append(rows, nil)
	for p.Height > 0 && len(rows) < p.Height-1-len(l.out.Over) {
		rows = append(rows, nil)
	}
	for i := range rows {
		rows[i] = indent(rows[i], margin)
	}
	l.out.Rows = rows
	for _, r := range l.cols {
		l.out.Columns = append(l.out.Columns, *r)
	}
	l.out.Steps = l.spans(p.Step, len(rows))
	return l.out
}

// reveal notes that a step shows these rows of the block that is laid out.
func (l *layouter) reveal(step, row, height int) {
	r := &revealed{step: step, Rect: Rect{Row: row, Height: height}}
	l.steps, l.placed = append(l.steps, r), append(l.placed, &r.Rect)
}

// revealed is a part of a sheet that a step reveals or highlights.
type revealed struct {
	Rect
	step int
}

// move shifts what was placed since the first n things.
func (l *layouter) move(n, rows, cols int) {
	for _, r := range l.placed[n:] {
		r.Row, r.Col = r.Row+rows, r.Col+cols
	}
}

// spans joins the rows that each step reveals. A step that reveals nothing has an empty span at the
// rows of the step before it.
func (l *layouter) spans(last, rows int) []Span {
	out := make([]Span, min(max(last, 0), max(l.view.Deck.Slides[l.page.Slide].Steps-1, 0))+1)
	for _, r := range l.steps {
		if r.step < 0 || r.step >= len(out) || r.Height == 0 {
			continue
		}
		if s := &out[r.step]; s.From == s.To {
			*s = Span{r.Row, r.Row + r.Height}
		} else {
			*s = Span{min(s.From, r.Row), max(s.To, r.Row+r.Height)}
		}
	}
	out[0].From, out[0].To = 0, cmp.Or(out[0].To, min(1, rows))
	for i := range out[1:] {
		if s := &out[i+1]; s.From == s.To {
			s.From, s.To = out[i].From, out[i].From
		}
	}
	return out
}

// Lines returns all rows, the footer last.
func (s *Sheet) Lines() []ansi.Line {
	return append(append(s.Rows[:len(s.Rows):len(s.Rows)], s.Over...), s.Footer)
}

// Room returns how many rows of a sheet a window of some height shows: all but the footer's.
func (s *Sheet) Room(height int) int { return max(height-1-len(s.Over), 1) }

// Clamp returns the nearest first row that a window of some height can begin with.
func (s *Sheet) Clamp(top, height int) int {
	return max(min(top, s.content()-s.Room(height)), 0)
}

// content returns how many rows a sheet has without the empty ones at the end.
func (s *Sheet) content() int {
	n := len(s.Rows)
	for n > 0 && len(s.Rows[n-1]) == 0 {
		n--
	}
	for _, p := range s.Pictures {
		n = max(n, p.Row+p.Height)
	}
	for _, t := range s.Texts {
		n = max(n, t.Row+t.Height)
	}
	return min(n, len(s.Rows))
}

// Reveal returns the first row of a window near top that shows what a step reveals: all of it if it
// fits, else its beginning.
func (s *Sheet) Reveal(step, top, height int) int {
	if len(s.Steps) == 0 {
		return 0
	}
	at := s.Steps[max(min(step, len(s.Steps)-1), 0)]
	top = max(top, at.To-s.Room(height))
	return s.Clamp(min(top, at.From), height)
}

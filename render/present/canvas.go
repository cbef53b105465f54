package present

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/term"
)

// frame is the content of the screen: as many rows as it has, big text over them, and the cursor of a
// program's terminal.
type frame struct {
	rows   []ansi.Line
	texts  []bigText
	cursor *[2]int // column and row, counted from 0; nil: hidden
}

// bigText is a line of big text in the window.
type bigText struct {
	*term.BigText
	row int
}

// spread marks all rows of the text if one of them is marked.
func (t bigText) spread(marks []bool) {
	mine := marks[min(t.row, len(marks)):min(t.row+t.Height, len(marks))]
	if slices.Contains(mine, true) {
		for i := range mine {
			mine[i] = true
		}
	}
}

// canvas is what the terminal shows. Rows that stay as they are are not written.
type canvas struct {
	bare    bool // the terminal knows nothing but movements of the cursor
	painter *term.Painter
	painted []string // the rows, with what lies over them; nil: nobody knows what is shown
	cursor  *[2]int

	out, one bytes.Buffer
}

// forget says that the screen was somebody else's.
func (c *canvas) forget() { c.painted, c.cursor = nil, &[2]int{-1, -1} }

// Synchronised updates: the terminal shows what is between the marks at once.
const (
	begin = "\x1b[?2026h"
	end   = "\x1b[?2026l"
	hide  = "\x1b[?25l"
	show  = "\x1b[?25h"
)

func (c *canvas) mark(s string) {
	if !c.bare {
		c.out.WriteString(s)
	}
}

// diff returns the bytes that turn the screen, which has some columns, into a frame; nil if it shows
// the frame already. The result is valid until the next call.
func (c *canvas) diff(f frame, width int) []byte {
	rows := c.paint(f, width)
	c.out.Reset()
	c.mark(begin)
	if c.cursor != nil {
		c.mark(hide)
	}
	empty := c.out.Len()
	old := c.painted
	if len(old) != len(rows) {
		old = make([]string, len(rows))
	}
	changed := make([]bool, len(rows))
	for i, r := range rows {
		changed[i] = r != old[i]
	}
	for range f.texts { // rows of one text change together, and may be those of another one as well
		for _, t := range f.texts {
			t.spread(changed)
		}
	}
	for i, r := range rows {
		if changed[i] {
			under, _, _ := strings.Cut(r, covered)
			fmt.Fprintf(&c.out, "\x1b[%d;1H%s", i+1, under)
		}
	}
	for _, t := range f.texts {
		if t.row < len(rows) && changed[t.row] {
			fmt.Fprintf(&c.out, "\x1b[%d;%dH", t.row+1, t.Col+1)
			c.painter.Big(&c.out, t.BigText)
		}
	}
	c.painted = rows
	if c.out.Len() == empty && same(c.cursor, f.cursor) {
		return nil
	}
	if c.cursor = f.cursor; c.cursor != nil {
		fmt.Fprintf(&c.out, "\x1b[%d;%dH", c.cursor[1]+1, c.cursor[0]+1)
		c.mark(show)
	}
	c.mark(end)
	return c.out.Bytes()
}

// covered stands between a painted row and what lies over it. No row has this character.
const covered = "\x00"

// paint returns the rows as bytes, and behind them the big text that covers them.
func (c *canvas) paint(f frame, width int) []string {
	rows := make([]string, len(f.rows))
	for i, l := range f.rows {
		c.one.Reset()
		c.painter.Row(&c.one, term.Clip(l, 0, width), width)
		rows[i] = c.one.String()
	}
	for _, t := range f.texts {
		c.one.Reset()
		fmt.Fprint(&c.one, t.row, t.Col)
		c.painter.Big(&c.one, t.BigText)
		for i := t.row; i < t.row+t.Height && i < len(rows); i++ {
			rows[i] += covered + c.one.String()
		}
	}
	return rows
}

func same(a, b *[2]int) bool { return a == b || a != nil && b != nil && *a == *b }

// crop returns the cells of a line from one column up to another, and as many spaces as it has too
// few.
func crop(l ansi.Line, from, to int) ansi.Line {
	out := term.Clip(l, from, max(to-from, 0))
	if n := to - from - out.Width(); n > 0 {
		out = append(out, ansi.Run{Text: blanks(n)})
	}
	return out
}

// blanks returns spaces.
func blanks(n int) string { return strings.Repeat(" ", max(n, 0)) }

func dashes(n int) string { return strings.Repeat("─", max(n, 0)) }

// word returns a line of one run. It makes the text safe, since all words of the player pass here.
func word(s string, st ansi.Style) ansi.Line {
	if s = text.Cells(s); s == "" {
		return nil
	}
	return ansi.Line{{Text: s, Style: st}}
}

// join puts lines one behind another.
func join(lines ...ansi.Line) ansi.Line {
	var out ansi.Line
	for _, l := range lines {
		out = append(out, l...)
	}
	return out
}

// pad fills a line with spaces of a style.
func pad(l ansi.Line, width int, st ansi.Style) ansi.Line {
	if n := width - l.Width(); n > 0 {
		return append(l[:len(l):len(l)], ansi.Run{Text: blanks(n), Style: st})
	}
	return l
}

// ground gives the runs without a background one.
func ground(l ansi.Line, bg ansi.Color) ansi.Line {
	out := make(ansi.Line, len(l))
	for i, r := range l {
		if r.Style.BG.IsDefault() {
			r.Style.BG = bg
		}
		out[i] = r
	}
	return out
}

// short returns a line of at most width cells; an ellipsis stands for the rest.
func short(l ansi.Line, width int) ansi.Line {
	if l.Width() <= width {
		return l
	}
	if width < 1 {
		return nil
	}
	return append(crop(l, 0, width-1), ansi.Run{Text: "…", Style: l[len(l)-1].Style})
}

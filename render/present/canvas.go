package present

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/picture"
	"github.com/slidexec/slidexec/render/term"
)

// frame is the content of the screen: as many rows as it has, what lies over them, and the cursor of a
// program's terminal.
type frame struct {
	rows   []ansi.Line
	covers []cover
	images []shown // the terminal has to have them, for rows that show them
	before string  // is written before them
	cursor *[2]int // column and row, counted from 0; nil: hidden
}

// cover is something in the window that lies over rows: big text, or a picture that is not cells.
type cover struct {
	row, col, height int
	text             *term.BigText
	picture          *picture.Drawn
}

// draw draws the cover at the cursor.
func (t cover) draw(out *bytes.Buffer, p *term.Painter) {
	if t.text != nil {
		p.Big(out, t.text)
		return
	}
	out.Write(t.picture.Over)
}

// mark writes what is different for all that looks different.
func (t cover) mark(out *bytes.Buffer, p *term.Painter) {
	fmt.Fprint(out, t.row, " ", t.col, " ")
	if t.text != nil {
		p.Big(out, t.text)
		return
	}
	fmt.Fprint(out, "picture ", t.picture.Key)
}

// spread marks all rows of the cover if one of them is marked.
func (t cover) spread(marks []bool) {
	mine := marks[min(t.row, len(marks)):min(t.row+t.height, len(marks))]
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
	sent    map[uint32]sent     // the pictures that the terminal has, by number
	frames  int                 // how many there have been
	wrap    func(string) string // for tmux; nil: none

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
	c.out.WriteString(f.before)
	c.send(f.images)
	old := c.painted
	if len(old) != len(rows) {
		old = make([]string, len(rows))
	}
	changed := make([]bool, len(rows))
	for i, r := range rows {
		changed[i] = r != old[i]
	}
	for range f.covers { // rows of one cover change together, and may be those of another one as well
		for _, t := range f.covers {
			t.spread(changed)
		}
	}
	for i, r := range rows {
		if changed[i] {
			under, _, _ := strings.Cut(r, covered)
			fmt.Fprintf(&c.out, "\x1b[%d;1H%s", i+1, under)
		}
	}
	for _, t := range f.covers {
		if t.row < len(rows) && changed[t.row] {
			fmt.Fprintf(&c.out, "\x1b[%d;%dH", t.row+1, t.col+1)
			t.draw(&c.out, c.painter)
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

// sent is a picture that the terminal has.
type sent struct {
	data  *byte
	bytes int
	used  int // the last frame with it
}

// maxSent is the limit on the bytes of pictures that the terminal keeps for us and does not show.
const maxSent = 32 << 20

// send hands the terminal the pictures of a frame that it does not have, and has it forget those that it
// has not shown for long.
func (c *canvas) send(images []shown) {
	c.frames++
	for _, p := range images {
		if len(p.Images) == 0 {
			continue
		}
		i := p.Images[p.frame]
		if c.sent[i.ID].data != &i.Data[0] {
			c.out.Write(i.Data)
		}
		if c.sent == nil {
			c.sent = map[uint32]sent{}
		}
		c.sent[i.ID] = sent{&i.Data[0], len(i.Data), c.frames}
	}
	sum := 0
	for _, s := range c.sent {
		sum += s.bytes
	}
	for sum > maxSent {
		oldest, at := uint32(0), c.frames
		for id, s := range c.sent {
			if s.used < at {
				oldest, at = id, s.used
			}
		}
		if at == c.frames {
			return
		}
		sum -= c.sent[oldest].bytes
		delete(c.sent, oldest)
		c.out.Write(picture.Remove(oldest, c.wrap))
	}
}

// clear returns the bytes that make the terminal forget all pictures that it has.
func (c *canvas) clear() []byte {
	var out []byte
	for _, id := range slices.Sorted(maps.Keys(c.sent)) {
		out = append(out, picture.Remove(id, c.wrap)...)
	}
	c.sent = nil
	return out
}

// covered stands between a painted row and what lies over it. No row has this character.
const covered = "\x00"

// paint returns the rows as bytes, and behind them marks of what covers them.
func (c *canvas) paint(f frame, width int) []string {
	rows := make([]string, len(f.rows))
	for i, l := range f.rows {
		c.one.Reset()
		c.painter.Row(&c.one, term.Clip(l, 0, width), width)
		rows[i] = c.one.String()
	}
	for _, t := range f.covers {
		c.one.Reset()
		t.mark(&c.one, c.painter)
		for i := t.row; i < t.row+t.height && i < len(rows); i++ {
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

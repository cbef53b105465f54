package present

import (
	"bytes"
	"fmt"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/ansi"
)

// frame is the content of the screen: as many rows as it has, and the cursor of a program's terminal.
type frame struct {
	rows   []ansi.Line
	cursor *[2]int // column and row, counted from 0; nil: hidden
}

// canvas is what the terminal shows. Rows that stay as they are are not written.
type canvas struct {
	width   int
	painted []string // the rows; nil: nobody knows what is shown
	cursor  *[2]int
	paint   func(out *bytes.Buffer, l ansi.Line)

	out, one bytes.Buffer
}

// forget says that the screen was somebody else's.
func (c *canvas) forget() { c.painted, c.cursor = nil, &[2]int{-1, -1} }

// Synchronised updates: the terminal shows what is between the marks at once.
const (
	begin = "\x1b[?2026h"
	end   = "\x1b[?2026l"
)

// diff returns the bytes that turn the screen into a frame, nil if it shows the frame already. The
// result is valid until the next call.
func (c *canvas) diff(f frame) []byte {
	c.out.Reset()
	c.out.WriteString(begin)
	if c.cursor != nil {
		c.out.WriteString("\x1b[?25l")
	}
	empty := c.out.Len()
	whole := len(c.painted) != len(f.rows)
	if whole {
		c.painted = make([]string, len(f.rows))
	}
	for i, l := range f.rows {
		c.one.Reset()
		c.paint(&c.one, l)
		if !whole && string(c.one.Bytes()) == c.painted[i] {
			continue
		}
		fmt.Fprintf(&c.out, "\x1b[%d;1H", i+1)
		c.out.Write(c.one.Bytes())
		c.painted[i] = c.one.String()
	}
	if c.out.Len() == empty && same(c.cursor, f.cursor) {
		return nil
	}
	if c.cursor = f.cursor; c.cursor != nil {
		fmt.Fprintf(&c.out, "\x1b[%d;%dH\x1b[?25h", c.cursor[1]+1, c.cursor[0]+1)
	}
	c.out.WriteString(end)
	return c.out.Bytes()
}

func same(a, b *[2]int) bool { return a == b || a != nil && b != nil && *a == *b }

// crop returns the cells of a line from one column up to another, and as many spaces as it has too
// few. A wide character that does not fit wholly is spaces.
func crop(l ansi.Line, from, to int) ansi.Line {
	var out ansi.Line
	at := 0
	for _, r := range l {
		if at >= to {
			break
		}
		wide := text.Width(r.Text)
		if at >= from && at+wide <= to {
			out = append(out, r)
			at += wide
			continue
		}
		if at+wide <= from {
			at += wide
			continue
		}
		part := make([]byte, 0, len(r.Text))
		for g, w := range text.Graphemes(r.Text) {
			switch {
			case at >= to, at+w <= from:
			case at < from, at+w > to:
				for range min(at+w, to) - max(at, from) {
					part = append(part, ' ')
				}
			default:
				part = append(part, g...)
			}
			at += w
		}
		r.Text = string(part)
		out = append(out, r)
	}
	if at = max(at, from); at < to {
		out = append(out, ansi.Run{Text: blanks(to - at)})
	}
	return out
}

// over puts a line on another one, at a column. The result is as wide as the screen.
func over(under, l ansi.Line, at, width int) ansi.Line {
	end := min(at+l.Width(), width)
	out := crop(under, 0, min(at, width))
	out = append(out, crop(l, max(-at, 0), end-at)...)
	return append(out, crop(under, end, width)...)
}

// blanks returns spaces.
func blanks(n int) string {
	if n <= 0 {
		return ""
	}
	return string(bytes.Repeat([]byte{' '}, n))
}

// word returns a line of one run, whose text is safe to show.
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

package vt

import "fmt"

// redrawn are the private modes that Redraw sets.
var redrawn = []int{1, 7, 25, 66, 9, 1000, 1002, 1003, 1004, 1006, 2004}

// Redraw returns what makes another terminal of this size, which has just been reset, the one that the
// program knows: rows, margins, modes, character sets, colours and the cursor. Rows that left at the top
// are no part of it. A program that was lent a real terminal gets it back so, after something else has
// drawn there.
func (s *Screen) Redraw() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b []byte
	if s.page == &s.alt {
		b = append(b, "\x1b[?1049h"...)
	}
	b = append(b, "\x1b[0m\x1b[2J"...)
	for y, r := range s.page.rows {
		if text := r.paint(); text != "" {
			b = fmt.Appendf(b, "\x1b[%dH%s\x1b[0m", y+1, text)
		}
	}
	if s.page.top > 0 || s.page.bottom < s.rows-1 {
		b = fmt.Appendf(b, "\x1b[%d;%dr", s.page.top+1, s.page.bottom+1)
	}
	b = fmt.Appendf(b, "\x1b[%d;%dH", s.y+1, min(s.x, s.cols-1)+1)
	for _, n := range redrawn {
		m := privateModes[n]
		on := m.field != nil && *m.field(&s.modes) || m.field == nil && m.is(s)
		if standard := n == 7 || n == 25; on != standard {
			b = fmt.Appendf(b, "\x1b[?%d%c", n, map[bool]byte{true: 'h', false: 'l'}[on])
		}
	}
	if s.modes.insert {
		b = append(b, "\x1b[4h"...)
	}
	for i, drawing := range s.sets.drawing {
		if drawing {
			b = append(b, 0x1B, "()*+"[i], '0')
		}
	}
	if s.sets.use == 1 { // the others are not lent
		b = append(b, 0x0E)
	}
	if s.style != (style{}) {
		b = append(b, s.style.sgr(true)...)
	}
	return b
}

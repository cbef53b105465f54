package vt

import (
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
)

// ascii prints a run of printable ASCII.
func (s *Screen) ascii(p []byte) {
	if s.modes.insert || !s.modes.wrap || s.sets.special() {
		for _, c := range p {
			s.print(rune(c))
		}
		return
	}
	s.last = rune(p[len(p)-1])
	for len(p) > 0 {
		if s.x >= s.cols {
			s.x = 0
			s.index()
		}
		n := min(len(p), s.cols-s.x)
		r := s.page.rows[s.y]
		r.split(s.x, s.style)
		r.split(s.x+n, s.style)
		r.touch(s.x + n)
		cells := r.cells[s.x : s.x+n]
		st := s.style
		for i, c := range p[:n] {
			cells[i] = cell{r: rune(c), style: st}
		}
		s.x += n
		p = p[n:]
	}
}

// print puts a character at the cursor, or adds it to the one before.
func (s *Screen) print(r rune) {
	r = s.sets.translate(r)
	w := s.look(r)
	if w.mayJoin || r >= 0x80 && s.x > 0 {
		if s.join(r, w) {
			return
		}
	}
	if w.width == 0 {
		return
	}
	s.put(r, int(w.width))
	s.last = r
}

func (s *Screen) put(r rune, width int) {
	if s.x+width > s.cols {
		switch {
		case width > s.cols:
			return
		case s.modes.wrap:
			if s.x < s.cols { // a wide character in the last column
				line := s.page.rows[s.y]
				line.split(s.x, s.style)
				line.touch(s.cols)
				line.cells[s.x] = cell{style: s.style}
			}
			s.x = 0
			s.index()
		case width == 2:
			s.x = s.cols - 1
			return
		default:
			s.x = s.cols - 1
		}
	}
	line := s.page.rows[s.y]
	if s.modes.insert {
		line.insert(s.x, width, s.style.bg)
	}
	line.split(s.x, s.style)
	line.split(s.x+width, s.style)
	line.touch(s.x + width)
	line.cells[s.x] = cell{r: r, style: s.style}
	if width == 2 {
		line.cells[s.x].half = left
		line.cells[s.x+1] = cell{style: s.style, half: right}
	}
	s.x += width
}

// seen is what the screen remembers of a character.
type seen struct {
	r       rune
	width   int8
	mayJoin bool // it belongs to the character before, whichever that is
}

// look returns the width of a character, from a small memory.
func (s *Screen) look(r rune) seen {
	if r < 0x80 {
		return seen{r, 1, false}
	}
	m := &s.widths[uint32(r)%uint32(len(s.widths))]
	if m.r != r {
		*m = seen{r, int8(min(text.Width(string(r)), 2)), false}
		n := 0
		for range text.Graphemes("a" + string(r)) {
			n++
		}
		m.mayJoin = n == 1
		if text.Acts(r) && !m.mayJoin {
			m.width = 0
		}
	}
	return *m
}

// join adds r to the character before the cursor if both are one character to internal/text.
func (s *Screen) join(r rune, w seen) bool {
	x := min(s.x, s.cols) - 1
	if x < 0 {
		return false
	}
	line := s.page.rows[s.y]
	if line.cells[x].half == right && x > 0 {
		x--
	}
	c := line.cells[x]
	if !w.mayJoin && c.r >= 0 && !(regional(c.r) && regional(r)) && !jamo(r) {
		return false
	}
	before := line.chars(c)
	all := before + string(r)
	n := 0
	for range text.Graphemes(all) {
		n++
	}
	if n != 1 {
		return false
	}
	width := text.Width(all)
	switch {
	case len(all) > maxCluster, width > 2, text.Acts(r) && r != 0x200D:
		return true
	case width == 2 && c.half == whole:
		if x+1 >= s.cols { // no room
			return true
		}
		line.split(x+2, s.style)
		line.touch(x + 2)
		line.cells[x].half = left
		line.cells[x+1] = cell{style: c.style, half: right}
		s.x = max(s.x, x+2)
	}
	line.touch(x + 1)
	line.setCluster(x, all)
	return true
}

func regional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

func jamo(r rune) bool { return r >= 0x1100 && r <= 0x11FF || r >= 0xD7B0 && r <= 0xD7FF }

// charsets are G0 to G3 and the one in use.
type charsets struct {
	drawing [4]bool // line drawing, else ASCII
	use     uint8
}

func (c *charsets) designate(inter, final byte) {
	i := 0
	switch inter {
	case '(':
	case ')', '-':
		i = 1
	case '*', '.':
		i = 2
	case '+', '/':
		i = 3
	default:
		return
	}
	c.drawing[i] = final == '0'
}

func (c *charsets) special() bool { return c.drawing[c.use] }

// lines are the characters of the line drawing set from ` on.
var lines = []rune("◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·")

func (c *charsets) translate(r rune) rune {
	if r >= '`' && r < utf8.RuneSelf && c.special() && int(r-'`') < len(lines) {
		return lines[r-'`']
	}
	return r
}

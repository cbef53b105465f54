package vt

import (
	"fmt"
	"strings"
)

// key names a sequence by its bytes without the parameters.
type key struct{ prefix, inter, final byte }

// controls are the C0 controls. Others do nothing.
var controls = [32]func(*Screen){
	'\b': func(s *Screen) { s.x = max(min(s.x, s.cols-1)-1, 0) },
	'\t': func(s *Screen) { s.toTab(1) },
	'\n': (*Screen).lineFeed, '\v': (*Screen).lineFeed, '\f': (*Screen).lineFeed,
	'\r': func(s *Screen) { s.x = 0 },
	0x0E: func(s *Screen) { s.sets.use = 1 },
	0x0F: func(s *Screen) { s.sets.use = 0 },
}

func (s *Screen) control(c byte) {
	if f := controls[c]; f != nil {
		f(s)
		s.last = 0
	}
}

func (s *Screen) lineFeed() {
	if s.modes.newLine {
		s.x = 0
	}
	s.index()
}

// escapes are the sequences of ESC, an intermediate byte and a final one. C1 controls are among them.
var escapes = map[key]func(*Screen){
	{0, 0, 'D'}:   (*Screen).index,
	{0, 0, 'E'}:   func(s *Screen) { s.x = 0; s.index() },
	{0, 0, 'M'}:   (*Screen).reverseIndex,
	{0, 0, 'H'}:   func(s *Screen) { s.tabs[min(s.x, s.cols-1)] = true },
	{0, 0, 'c'}:   (*Screen).reset,
	{0, 0, '7'}:   (*Screen).save,
	{0, 0, '8'}:   (*Screen).restore,
	{0, 0, '='}:   func(s *Screen) { s.modes.keypad = true },
	{0, 0, '>'}:   func(s *Screen) { s.modes.keypad = false },
	{0, 0, 'n'}:   func(s *Screen) { s.sets.use = 2 },
	{0, 0, 'o'}:   func(s *Screen) { s.sets.use = 3 },
	{0, 0, 'Z'}:   func(s *Screen) { s.reply(primary) },
	{0, '#', '8'}: (*Screen).align,
}

// plain are the control sequences without prefix and intermediate bytes, by their final byte.
var plain = [128]func(*Screen){
	'@': (*Screen).insertChars,
	'A': func(s *Screen) { s.move(0, -s.count()) },
	'B': func(s *Screen) { s.move(0, s.count()) },
	'C': func(s *Screen) { s.move(s.count(), 0) },
	'D': func(s *Screen) { s.move(-s.count(), 0) },
	'E': func(s *Screen) { s.move(0, s.count()); s.x = 0 },
	'F': func(s *Screen) { s.move(0, -s.count()); s.x = 0 },
	'G': (*Screen).toColumn, '`': (*Screen).toColumn,
	'H': (*Screen).toPlace, 'f': (*Screen).toPlace,
	'I': func(s *Screen) { s.toTab(s.count()) },
	'J': (*Screen).eraseDisplay,
	'K': (*Screen).eraseLine,
	'L': (*Screen).insertLines,
	'M': (*Screen).deleteLines,
	'P': (*Screen).deleteChars,
	'S': func(s *Screen) { s.scrollUp(s.page.top, s.count(), false) },
	'T': func(s *Screen) {
		if s.parser.n <= 1 { // with more it is about the highlighting of a mouse
			s.scrollDown(s.page.top, s.count())
		}
	},
	'X': (*Screen).eraseChars,
	'Z': func(s *Screen) { s.toTab(-s.count()) },
	'a': func(s *Screen) { s.move(s.count(), 0) },
	'b': (*Screen).repeat,
	'c': func(s *Screen) {
		if s.param(0, 0) == 0 {
			s.reply(primary)
		}
	},
	'd': func(s *Screen) { x := min(s.x, s.cols-1); s.goTo(x, s.count()-1) },
	'e': func(s *Screen) { s.x, s.y = min(s.x, s.cols-1), min(s.y+s.count(), s.rows-1) },
	'g': func(s *Screen) {
		switch s.param(0, 0) {
		case 0:
			s.tabs[min(s.x, s.cols-1)] = false
		case 3:
			clear(s.tabs)
		}
	},
	'h': func(s *Screen) { s.setModes(ansiModes, true) },
	'l': func(s *Screen) { s.setModes(ansiModes, false) },
	'm': (*Screen).sgr,
	'n': func(s *Screen) { s.status("") },
	'r': (*Screen).margins,
	's': (*Screen).save,
	't': func(s *Screen) {
		if s.param(0, 0) == 18 {
			s.reply(fmt.Sprintf("\x1b[8;%d;%dt", s.rows, s.cols))
		}
	},
	'u': (*Screen).restore,
}

// marked are the control sequences with a prefix or an intermediate byte.
var marked = map[key]func(*Screen){
	{'?', 0, 'J'}:   (*Screen).eraseDisplay,
	{'?', 0, 'K'}:   (*Screen).eraseLine,
	{'?', 0, 'h'}:   func(s *Screen) { s.setModes(privateModes, true) },
	{'?', 0, 'l'}:   func(s *Screen) { s.setModes(privateModes, false) },
	{'?', 0, 'n'}:   func(s *Screen) { s.status("?") },
	{'>', 0, 'c'}:   func(s *Screen) { s.reply("\x1b[>0;0;0c") },
	{'>', 0, 'q'}:   func(s *Screen) { s.reply("\x1bP>|slidexec\x1b\\") },
	{'?', '$', 'p'}: func(s *Screen) { s.reportMode("?", privateModes) },
	{0, '$', 'p'}:   func(s *Screen) { s.reportMode("", ansiModes) },
	{0, '!', 'p'}:   (*Screen).softReset,
}

func (s *Screen) dispatch(final byte) {
	p := &s.parser
	var f func(*Screen)
	if p.prefix == 0 && p.inter == 0 {
		f = plain[final]
	} else {
		f = marked[key{p.prefix, p.inter, final}]
	}
	if f != nil {
		f(s)
	}
}

func (s *Screen) toColumn() { s.x = min(s.count()-1, s.cols-1) }

func (s *Screen) toPlace() { s.goTo(max(s.param(1, 1), 1)-1, s.count()-1) }

func (s *Screen) margins() {
	top, bottom := s.count(), min(s.param(1, s.rows), s.rows)
	if bottom == 0 {
		bottom = s.rows
	}
	if top < bottom {
		s.page.top, s.page.bottom = top-1, bottom-1
		s.goTo(0, 0)
	}
}

// softReset is DECSTR.
func (s *Screen) softReset() {
	s.modes.cursor, s.modes.insert, s.modes.origin, s.modes.wrap = true, false, false, true
	s.modes.keypad, s.modes.appCursor = false, false
	s.page.top, s.page.bottom = 0, s.rows-1
	s.page.saved = cursor{}
	s.style, s.sets = style{}, charsets{}
}

// sgr sets the style of the characters to come. What render/ansi leaves out is left out here too:
// blinking, concealing, the colour of an underline.
func (s *Screen) sgr() {
	p := &s.parser
	n := min(p.n, maxParams)
	if n == 0 {
		s.style = style{}
	}
	for i := 0; i < n; {
		end := i + 1
		for end < n && p.sub&(1<<end) != 0 {
			end++
		}
		switch code := s.param(i, 0); {
		case code == 38 || code == 48 || code == 58:
			end = s.colorFrom(code, i, end, n)
		case code == 4 && end > i+1:
			u := s.param(i+1, 1)
			s.style.attr &^= underBits
			if u <= 5 {
				s.style.attr |= underline * attr(u)
			}
		case end == i+1:
			s.style.apply(code)
		}
		i = end
	}
}

// colorFrom reads the colour after a 38, 48 or 58 at i, whose group of colons ends at end, and returns
// where the next parameter is.
func (s *Screen) colorFrom(code, i, end, n int) int {
	at := i + 1
	colons := end > at
	if !colons {
		end = min(n, at+map[int]int{5: 2, 2: 4}[s.param(at, 0)])
		if end == at {
			end = n // no one knows where this colour ends
		}
	} else if s.param(at, 0) == 2 && end-at >= 5 {
		at++ // the colour space
	}
	var c color
	part := func(i int) color { return color(s.param(i, 0)) }
	switch kind := s.param(i+1, 0); {
	case kind == 5 && end-at >= 2 && part(at+1) <= 255:
		c = indexed | part(at+1)
	case kind == 2 && end-at >= 4 && max(part(at+1), part(at+2), part(at+3)) <= 255:
		c = direct | part(at+1)<<16 | part(at+2)<<8 | part(at+3)
	default:
		return end
	}
	switch code {
	case 38:
		s.style.fg = c
	case 48:
		s.style.bg = c
	}
	return end
}

// switches are the parameters of SGR that turn attributes on and off.
var switches = [30]struct{ off, on attr }{
	1: {on: bold}, 2: {on: dim}, 3: {on: italic}, 4: {underBits, underline}, 7: {on: reverse}, 9: {on: strike},
	21: {underBits, 2 * underline}, 22: {off: bold | dim}, 23: {off: italic}, 24: {off: underBits},
	27: {off: reverse}, 29: {off: strike},
}

func (t *style) apply(code int) {
	switch n := color(code % 10); {
	case code == 0:
		*t = style{}
	case code < 30:
		t.attr = t.attr&^switches[code].off | switches[code].on
	case code >= 30 && code <= 37:
		t.fg = indexed | n
	case code == 39:
		t.fg = 0
	case code >= 40 && code <= 47:
		t.bg = indexed | n
	case code == 49:
		t.bg = 0
	case code >= 90 && code <= 97:
		t.fg = indexed | (n + 8)
	case code >= 100 && code <= 107:
		t.bg = indexed | (n + 8)
	}
}

// maxReplies is how many bytes of answers wait for a program that does not read them.
const maxReplies = 4 << 10

const primary = "\x1b[?62;22c" // a VT220 with colours

func (s *Screen) reply(text string) {
	if len(s.replies)+len(text) <= maxReplies {
		s.replies = append(s.replies, text...)
	}
}

// status answers DSR.
func (s *Screen) status(prefix string) {
	switch s.param(0, 0) {
	case 5:
		if prefix == "" {
			s.reply("\x1b[0n")
		}
	case 6:
		y := s.y
		if s.modes.origin {
			y -= s.page.top
		}
		s.reply(fmt.Sprintf("\x1b[%s%d;%dR", prefix, y+1, min(s.x, s.cols-1)+1))
	}
}

// The colours that a program is told. They are those of a dark terminal.
const foreground, background = "rgb:dddd/dddd/dddd", "rgb:0000/0000/0000"

// osc answers questions for colours. Titles, links, the clipboard and all else have no effect.
func (s *Screen) osc(str string) {
	num, rest, _ := strings.Cut(str, ";")
	answer, ok := map[string]string{"10": foreground, "11": background, "12": foreground}[num]
	if ok && rest == "?" {
		s.reply("\x1b]" + num + ";" + answer + "\x1b\\")
	}
	if num == "4" {
		var n int
		if _, err := fmt.Sscanf(rest, "%d;?", &n); err == nil && n >= 0 && n <= 255 && strings.HasSuffix(rest, ";?") {
			r, g, b := palette(n)
			s.reply(fmt.Sprintf("\x1b]4;%d;rgb:%02[2]x%02[2]x/%02[3]x%02[3]x/%02[4]x%02[4]x\x1b\\", n, r, g, b))
		}
	}
}

// dcs answers the questions for settings and capabilities: there is no such thing.
func (s *Screen) dcs(str string) {
	switch {
	case strings.HasPrefix(str, "$q"):
		s.reply("\x1bP0$r\x1b\\")
	case strings.HasPrefix(str, "+q"):
		s.reply("\x1bP0+r\x1b\\")
	}
}

// palette returns a colour of xterm's palette.
func palette(n int) (r, g, b int) {
	level := func(i int) int {
		if i == 0 {
			return 0
		}
		return 55 + 40*i
	}
	switch {
	case n < 16:
		v := 0xCD
		if n >= 8 {
			v = 0xFF
		}
		return n & 1 * v, n >> 1 & 1 * v, n >> 2 & 1 * v
	case n < 232:
		n -= 16
		return level(n / 36), level(n / 6 % 6), level(n % 6)
	}
	v := 8 + 10*(n-232)
	return v, v, v
}

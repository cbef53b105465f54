package tty

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A program to which the real terminal is lent comes from a deck, and is hostile. It may draw on the
// screen, and choose how keys, the mouse and pastes are told to it. It gets no way to anything else: the
// clipboard, the title, the scrollback, the window's size, printers, files, pictures that a terminal
// reads from files, and questions, whose answers the terminal would type. Hyperlinks are no exception,
// because the address is not on the screen. The filter knows what passes, by the tables below; whatever
// else a program writes is dropped, and text around it stays.

// filter passes what draws. It keeps the beginning of a sequence until its end came, so that nothing
// incomplete ever reaches the terminal.
type filter struct {
	inside bool // we are on the alternate screen already, and the program must not leave it
	held   []byte
	drop   byte // in a string that is dropped: its introducer
}

// plainFinals are control sequences without a prefix that draw or move the cursor.
const plainFinals = "ABCDEFGHIJKLMPSTXZ@`abdefmrsu"

// passedModes are private modes that a program may set and reset; resetProgram resets them. Origin mode
// is none of them: nothing could reset it without moving the cursor.
var passedModes = []int{1, 5, 7, 12, 25, 66, 1000, 1002, 1003, 1004, 1006, 2004, 2026}

// screenModes switch to the alternate screen and back.
var screenModes = []int{47, 1047, 1048, 1049}

// resetProgram undoes everything that passes. The cursor stays where it is.
const resetProgram = "\x1b[?2026l\x0f\x1b(B\x1b)B\x1b*B\x1b+B\x1b[0m\x1b[4l\x1b7\x1b[r\x1b8\x1b[0m\x1b[?1l\x1b>\x1b[?66l\x1b[?5l\x1b[?12l\x1b[?7h" +
	"\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1006l\x1b[?2004l\x1b[>4m" + popKeys + "\x1b[0 q\x1b[?25h"

// popKeys takes back how keys are told, on the present screen: each of the two has a stack of its own.
const popKeys = "\x1b[<99u"

// maxHeld bounds a control sequence.
const maxHeld = 256

// pass returns what the terminal may see of p.
func (f *filter) pass(p []byte) []byte {
	p = append(f.held, p...)
	f.held = nil
	out := make([]byte, 0, len(p))
	for len(p) > 0 {
		if f.drop != 0 {
			n, done := f.skip(p)
			p = p[n:]
			if done {
				f.drop = 0
			} else if n == 0 {
				break
			}
			continue
		}
		if n := bytes.IndexFunc(p, func(r rune) bool { return r < ' ' || r >= 0x7f }); n != 0 { // mostly it is text
			if n < 0 {
				n = len(p)
			}
			out, p = append(out, p[:n]...), p[n:]
			continue
		}
		n, keep := f.token(p)
		if n == 0 {
			break
		}
		out, p = append(out, keep...), p[n:]
	}
	f.held = bytes.Clone(p)
	return out
}

// skip finds the end of a string that is dropped.
func (f *filter) skip(p []byte) (n int, done bool) {
	for i, c := range p {
		switch {
		case c == 0x07 && f.drop == ']':
			return i + 1, true
		case c == 0x18 || c == 0x1a:
			return i + 1, true
		case c == 0x1b && i+1 == len(p):
			return i, false
		case c == 0x1b && p[i+1] == '\\':
			return i + 2, true
		case c == 0x1b: // another sequence ends it
			return i, true
		}
	}
	return len(p), false
}

// token returns the length of the first character or sequence, 0 if it is not complete, and what passes
// of it.
func (f *filter) token(p []byte) (n int, keep string) {
	switch c := p[0]; {
	case c >= utf8.RuneSelf:
		if !utf8.FullRune(p) {
			return 0, ""
		}
		r, n := utf8.DecodeRune(p)
		if r == utf8.RuneError && n == 1 || r < 0xa0 { // a control in one byte, or in two
			return n, ""
		}
		return n, string(p[:n])
	case c != 0x1b:
		if bytes.IndexByte([]byte("\a\b\t\n\v\f\r\x0e\x0f"), c) >= 0 {
			return 1, string(p[:1])
		}
		return 1, ""
	case len(p) == 1:
		return 0, ""
	case p[1] == '[':
		return f.control(p)
	case strings.IndexByte("]PX^_", p[1]) >= 0:
		f.drop = p[1]
		return 2, ""
	case p[1] >= 0x20 && p[1] <= 0x2f: // ESC ( B
		if len(p) == 2 {
			return 0, ""
		}
		switch {
		case p[2] < 0x30 || p[2] > 0x7e: // no end: the bytes count for themselves
			return 2, ""
		case strings.IndexByte("()*+", p[1]) >= 0 && strings.IndexByte("B0A", p[2]) >= 0, p[1] == '#' && p[2] == '8':
			return 3, string(p[:3])
		}
		return 3, ""
	case p[1] == 'c': // a reset would reach the modes of the talk
		return 2, "\x1b[!p\x1b[0m\x1b[H\x1b[2J"
	case strings.IndexByte("78DEM=>", p[1]) >= 0:
		return 2, string(p[:2])
	case p[1] < ' ' || p[1] >= 0x7f:
		return 1, ""
	}
	return 2, ""
}

// control judges a control sequence.
func (f *filter) control(p []byte) (n int, keep string) {
	i := 2
	for i < len(p) && i < maxHeld && p[i] >= 0x20 && p[i] <= 0x3f {
		i++
	}
	switch {
	case i >= maxHeld:
		return i, ""
	case i == len(p):
		return 0, ""
	case p[i] < 0x40 || p[i] > 0x7e: // it breaks off
		return i, ""
	}
	body, final := string(p[2:i]), p[i]
	whole := string(p[:i+1])
	params := strings.TrimLeft(body, "<=>?")
	prefix := body[:len(body)-len(params)]
	params = strings.TrimRight(params, " !\"#$%&'()*+,-./")
	between := body[len(prefix)+len(params):]
	if strings.Trim(params, "0123456789;:") != "" || slices.ContainsFunc(fields(params), func(n string) bool { return len(n) > 5 }) {
		return i + 1, ""
	}
	switch form := prefix + between + string(final); {
	case (form == "J" || form == "?J") && slices.ContainsFunc(fields(params), func(n string) bool { return strings.TrimLeft(n, "0") == "3" }):
		// the scrollback is not theirs
	case prefix+between == "" && strings.IndexByte(plainFinals, final) >= 0:
		return i + 1, whole
	case (form == "h" || form == "l") && params == "4": // insert
		return i + 1, whole
	case form == "?h" || form == "?l":
		return i + 1, f.modes(params, final)
	case form == ">m" && (params == "4" || strings.HasPrefix(params, "4;")): // how keys with modifiers are told
		return i + 1, whole
	case slices.Contains([]string{"?J", "?K", ">u", "<u", "=u", " q", "!p"}, form):
		return i + 1, whole
	}
	return i + 1, ""
}

// fields returns the numbers among parameters.
func fields(params string) []string {
	return strings.FieldsFunc(params, func(r rune) bool { return r == ';' || r == ':' })
}

// modes lets known modes pass, of several in a row, too.
func (f *filter) modes(params string, final byte) string {
	var b strings.Builder
	for field := range strings.SplitSeq(params, ";") {
		n, err := strconv.Atoi(field)
		switch {
		case err != nil:
		case slices.Contains(passedModes, n):
			b.WriteString("\x1b[?" + field + string(final))
		case slices.Contains(screenModes, n) && !f.inside:
			if n != 1048 && final == 'l' {
				b.WriteString(popKeys) // nobody comes back to the other screen to do so
			}
			b.WriteString("\x1b[?" + field + string(final))
		case n == 47 || n == 1047 || n == 1049:
			b.WriteString("\x1b[0m\x1b[2J\x1b[H")
		}
	}
	return b.String()
}

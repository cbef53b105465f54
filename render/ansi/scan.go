package ansi

import (
	"bytes"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
)

const (
	maxControl = 256     // bytes of parameters of a control sequence
	maxLink    = 2048    // bytes of an address
	maxPayload = 1 << 16 // bytes within which a payload has to end, or it ends with its line
)

// stream decodes what one file descriptor wrote and moves the screen it shares with the other.
type stream struct {
	screen *screen
	style  Style
	href   string
	rest   []byte // an incomplete character or sequence at the end of a chunk

	// How far the sequence in rest was looked at, and where its first line ends, so that one that
	// comes in many chunks is not looked at again and again.
	seen, line int
}

// write consumes a chunk. What is incomplete at its end waits for the next one.
func (t *stream) write(p []byte) {
	if len(t.rest) == 0 {
		n := t.consume(p, false)
		t.rest = bytes.Clone(p[n:])
		return
	}
	t.rest = append(t.rest, p...)
	t.rest = t.rest[t.consume(t.rest, false):]
}

// end consumes what is left incomplete.
func (t *stream) end() {
	t.consume(t.rest, true)
	t.rest = nil
}

// consume returns how much of p it used; at the end of the stream, all of it.
func (t *stream) consume(p []byte, last bool) int {
	i := 0
	for i < len(p) {
		switch c := p[i]; {
		case c == 0x1b:
			n := t.escape(p[i:], last)
			if n == 0 {
				return i
			}
			i += n
			t.seen, t.line = 0, 0
		case c < 0x20 || c == 0x7f:
			t.control(c)
			i++
		case c < 0x7f:
			t.screen.put(rune(c), t.style, t.href)
			i++
		default:
			if !last && !utf8.FullRune(p[i:]) {
				return i
			}
			r, n := utf8.DecodeRune(p[i:])
			t.screen.put(text.Cell(r), t.style, t.href)
			i += n
		}
	}
	return i
}

// control acts on a C0 control. Those that move nothing and show nothing on a terminal are
// dropped, the others are shown as their picture.
func (t *stream) control(c byte) {
	switch c {
	case '\n':
		t.screen.feed()
	case '\r':
		t.screen.move(0)
	case '\b':
		t.screen.move(t.screen.x - 1)
	case '\t':
		t.screen.tab()
	case 0x00, 0x07, 0x0e, 0x0f, 0x7f:
	default:
		t.screen.put(text.Cell(rune(c)), t.style, t.href)
	}
}

// escape consumes the sequence at the beginning of p and returns its length, 0 if it is not
// complete yet.
func (t *stream) escape(p []byte, last bool) int {
	if len(p) < 2 {
		return atEnd(p, last)
	}
	switch c := p[1]; {
	case c == '[':
		return t.csi(p, last)
	case c == ']', c == 'P', c == 'X', c == '^', c == '_':
		return t.payload(p, last)
	case c >= 0x20 && c <= 0x2f: // intermediate bytes, then a final one
		n := 2
		for n < len(p) && p[n] >= 0x20 && p[n] <= 0x2f && n < maxControl {
			n++
		}
		switch {
		case n == len(p):
			return atEnd(p, last)
		case p[n] >= 0x30 && p[n] <= 0x7e:
			n++
		}
		return n
	case c >= 0x30 && c <= 0x7e:
		return 2
	}
	return 1 // a control, another ESC or text follows: it stands for itself
}

// atEnd returns the length of an incomplete sequence at the end of a stream, 0 before that.
func atEnd(p []byte, last bool) int {
	if last {
		return len(p)
	}
	return 0
}

// csi consumes a control sequence. A control character or a byte that cannot be part of one ends
// it early; it is dropped without what follows.
func (t *stream) csi(p []byte, last bool) int {
	for n := max(2, t.seen); n < len(p); n++ {
		c := p[n]
		switch {
		case c >= 0x40 && c <= 0x7e:
			if n < maxControl {
				t.dispatch(p[2:n], c)
			}
			return n + 1
		case c == 0x18, c == 0x1a:
			return n + 1
		case c < 0x20, c >= 0x7f:
			return n
		}
	}
	t.seen = len(p)
	if len(p) > maxPayload {
		return len(p)
	}
	return atEnd(p, last)
}

// dispatch acts on a control sequence with the given parameters.
func (t *stream) dispatch(params []byte, final byte) {
	if final == 'm' {
		t.style = t.style.apply(params)
		return
	}
	if strings.Trim(string(params), "0123456789;") != "" { // private ones
		return
	}
	first, _, _ := bytes.Cut(params, []byte(";"))
	n := number(first)
	s := t.screen
	count := max(n, 1)
	switch final {
	case 'K':
		s.eraseLine(n)
	case 'J':
		if n == 0 {
			s.eraseBelow()
		}
	case 'G', '`':
		s.move(count - 1)
	case 'C', 'a':
		s.move(s.x + count)
	case 'D':
		s.move(s.x - count)
	case 'A':
		s.vertical(-count)
	case 'B', 'e':
		s.vertical(count)
	case 'E':
		s.vertical(count)
		s.move(0)
	case 'F':
		s.vertical(-count)
		s.move(0)
	case 'P':
		s.deleteChars(count)
	case 'X':
		row := *s.row()
		s.erase(row, s.x, s.x+count)
	}
}

// number parses digits; it saturates where no parameter can be meant.
func number(digits []byte) int {
	n := 0
	for _, c := range digits {
		n = min(n*10+int(c-'0'), 1<<16)
	}
	return n
}

// payload consumes OSC, DCS, APC, PM or SOS with everything up to its terminator: ST, or BEL for
// OSC. Where none comes within reach, or another sequence begins before, it ends with its line.
func (t *stream) payload(p []byte, last bool) int {
	osc := p[1] == ']'
	for n := max(2, t.seen); n < min(len(p), maxPayload); n++ {
		switch c := p[n]; {
		case c == '\n' && t.line == 0:
			t.line = n
		case c == 0x07 && osc:
			t.osc(p[2:n])
			return n + 1
		case c == 0x18, c == 0x1a:
			return n + 1
		case c == 0x1b && n+1 == len(p):
			t.seen = n
			return t.unfinished(p, last)
		case c == 0x1b && p[n+1] == '\\':
			t.osc(p[2:n])
			return n + 2
		case c == 0x1b:
			return t.firstLine(n)
		}
	}
	t.seen = len(p)
	return t.unfinished(p, last)
}

// unfinished gives up on a payload at the end of the stream or when it is too long.
func (t *stream) unfinished(p []byte, last bool) int {
	if len(p) < maxPayload && !last {
		return 0
	}
	return t.firstLine(len(p))
}

// firstLine returns where a payload without a terminator ends: with its line, else at n.
func (t *stream) firstLine(n int) int {
	if t.line > 0 {
		return t.line
	}
	return n
}

// osc opens or closes a link; everything else that an OSC can do is not for a slide.
func (t *stream) osc(data []byte) {
	rest, ok := bytes.CutPrefix(data, []byte("8;"))
	_, target, found := bytes.Cut(rest, []byte(";"))
	if !ok || !found || t.line > 0 {
		return
	}
	t.href = webAddress(string(target))
}

// webAddress returns an address as it may be linked to, "" for what is not http or https.
func webAddress(s string) string {
	if len(s) > maxLink || !utf8.ValidString(s) || strings.ContainsFunc(s, unsafeInLink) {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return s
}

// unsafeInLink reports characters that no address has and that end one in a terminal or a page.
func unsafeInLink(r rune) bool {
	return r <= ' ' || r == '"' || r == '<' || r == '>' || r == '\\' || r >= 0x7f && r <= 0xa0 ||
		r == utf8.RuneError || text.Reorders(r)
}

package ansi

import (
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
)

const (
	maxControl = 256     // bytes of parameters of a control sequence
	maxPayload = 1 << 16 // most bytes of a sequence; a payload without an end ends with its line
)

// sink receives the tokens of a scanner.
type sink interface {
	plain(p []byte)                    // printable ASCII
	char(r rune)                       // any other character, or the replacement of one that acts
	move(c byte)                       // \n, \r, \b or \t
	control(params []byte, final byte) // a control sequence
	command(data []byte)               // the payload of an OSC on one line
}

// scanner splits the bytes of one stream into tokens. No other code does, so all backends agree on which
// bytes are text.
type scanner struct {
	to   sink
	rest []byte // an incomplete character or sequence at the end of a chunk

	// seen is the scanned length of the sequence in rest, and line the end of its first line. With
	// them, the scanner reads a sequence in many chunks only once.
	seen, line int
}

// write consumes a chunk. An incomplete sequence at its end waits for the next chunk.
func (t *scanner) write(p []byte) {
	if len(t.rest) == 0 {
		n := t.consume(p, false)
		t.rest = append(t.rest, p[n:]...)
		return
	}
	t.rest = append(t.rest, p...)
	t.rest = t.rest[:copy(t.rest, t.rest[t.consume(t.rest, false):])]
}

// end consumes an incomplete rest.
func (t *scanner) end() {
	t.consume(t.rest, true)
	t.rest, t.seen, t.line = t.rest[:0], 0, 0
}

// consume returns the number of bytes of p that it used: at the end of the stream, all.
func (t *scanner) consume(p []byte, last bool) int {
	i := 0
	for i < len(p) {
		switch c := p[i]; {
		case c >= 0x20 && c < 0x7f:
			n := i + 1
			for n < len(p) && p[n] >= 0x20 && p[n] < 0x7f {
				n++
			}
			t.to.plain(p[i:n])
			i = n
		case c == 0x1b:
			n := t.escape(p[i:], last)
			if n == 0 {
				return i
			}
			i += n
			t.seen, t.line = 0, 0
		case c <= 0x7f:
			t.c0(c)
			i++
		default:
			if !last && !utf8.FullRune(p[i:]) {
				return i
			}
			r, n := utf8.DecodeRune(p[i:])
			t.to.char(text.Cell(r))
			i += n
		}
	}
	return i
}

// c0 passes a movement on. It drops controls that do nothing visible on a terminal, and replaces the
// others by their pictures.
func (t *scanner) c0(c byte) {
	switch c {
	case '\n', '\r', '\b', '\t':
		t.to.move(c)
	case 0x00, 0x07, 0x0e, 0x0f, 0x7f:
	default:
		t.to.char(text.Cell(rune(c)))
	}
}

// escape consumes the sequence at the beginning of p and returns its length, 0 if it is not
// complete yet.
func (t *scanner) escape(p []byte, last bool) int {
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
	return 1 // a control, another ESC or text follows: the ESC stands alone
}

// atEnd returns the length of an incomplete sequence at the end of a stream, 0 before that.
func atEnd(p []byte, last bool) int {
	if last {
		return len(p)
	}
	return 0
}

// csi consumes a control sequence. If a control character or an invalid byte ends the sequence early,
// csi drops the bytes before it.
func (t *scanner) csi(p []byte, last bool) int {
	for n := max(2, t.seen); n < min(len(p), maxPayload); n++ {
		c := p[n]
		switch {
		case c >= 0x40 && c <= 0x7e:
			if n < maxControl {
				t.to.control(p[2:n], c)
			}
			return n + 1
		case c == 0x18, c == 0x1a:
			return n + 1
		case c < 0x20, c >= 0x7f:
			return n
		}
	}
	t.seen = len(p)
	if len(p) >= maxPayload {
		return maxPayload
	}
	return atEnd(p, last)
}

// payload consumes OSC, DCS, APC, PM or SOS with everything up to its terminator: ST, or BEL for OSC.
// If no terminator comes within the limit, or another sequence begins first, it ends with its line.
func (t *scanner) payload(p []byte, last bool) int {
	osc := p[1] == ']'
	for n := max(2, t.seen); n < min(len(p), maxPayload); n++ {
		switch c := p[n]; {
		case c == '\n' && t.line == 0:
			t.line = n
		case c == 0x07 && osc:
			t.command(p[2:n])
			return n + 1
		case c == 0x18, c == 0x1a:
			return n + 1
		case c == 0x1b && n+1 == len(p):
			t.seen = n
			return t.unfinished(p, last)
		case c == 0x1b && p[n+1] == '\\':
			if osc {
				t.command(p[2:n])
			}
			return n + 2
		case c == 0x1b:
			return t.firstLine(n)
		}
	}
	t.seen = len(p)
	return t.unfinished(p, last)
}

// unfinished gives up on a payload at the end of the stream or when it is too long.
func (t *scanner) unfinished(p []byte, last bool) int {
	if len(p) < maxPayload && !last {
		return 0
	}
	return t.firstLine(min(len(p), maxPayload))
}

// firstLine returns the end of a payload without a terminator: the end of its line, or n.
func (t *scanner) firstLine(n int) int {
	if t.line > 0 {
		return t.line
	}
	return n
}

// command passes on the payload of an OSC. A payload over several lines is not one: see payload.
func (t *scanner) command(data []byte) {
	if t.line == 0 {
		t.to.command(data)
	}
}

package input

import (
	"bytes"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Decoder turns bytes into events. The zero value is ready. It belongs to one goroutine.
//
// The decoder frames first and interprets then: frame finds the end of a sequence by the grammar of
// ECMA-48, so that no interpretation ever sees the half of one. The decoder of the package
// ultraviolet was measured and not taken: its init takes 0.25 ms of every command's start, and it needs a
// reader around it that frames, because its events depend on the split.
type Decoder struct {
	buf   []byte // the beginning of a sequence
	skip  bool   // buf is the beginning of a string too long to be an answer: the rest is dropped
	paste bool   // between the marks of a paste
	text  []byte // of the paste
	cr    bool   // the last byte of the paste was a carriage return
}

const (
	esc = 0x1b

	maxSequence = 64      // bytes of a control sequence; the longest known has 40
	maxString   = 8 << 10 // bytes of an answer
	maxPaste    = 1 << 20 // bytes of a piece of a paste
)

var pasteBegin, pasteEnd = []byte("\x1b[200~"), []byte("\x1b[201~")

// Decode takes bytes, and returns the events that they complete.
func (d *Decoder) Decode(p []byte) []Event {
	var out []Event
	d.buf = append(d.buf, p...)
	rest := d.buf
	for len(rest) > 0 {
		if d.paste {
			n, done := d.pasted(rest)
			rest = rest[n:]
			if len(d.text) >= maxPaste || done {
				out = d.cut(out, done)
			}
			if n == 0 {
				break
			}
			continue
		}
		n := frame(rest, d.skip)
		if n == 0 {
			break
		}
		switch seq := rest[:n]; {
		case d.skip:
			d.skip = false
		case bytes.Equal(seq, pasteBegin):
			d.paste = true
		default:
			out = interpret(out, seq)
		}
		rest = rest[n:]
	}
	if !d.paste {
		rest = d.shorten(rest)
	}
	d.buf = append(d.buf[:0], rest...)
	if cap(d.buf) > maxPaste && len(d.buf) == 0 {
		d.buf = nil
	}
	return out
}

// Wait returns how long to wait for further bytes before Flush; 0: nothing is unfinished.
func (d *Decoder) Wait() time.Duration {
	switch {
	case d.paste:
		return pasteWait
	case len(d.buf) == 0:
		return 0
	case d.skip || len(d.buf) > 2 && slices.Contains([]byte("]P_"), d.buf[1]):
		return answerWait
	}
	return keyWait
}

// Flush ends what is unfinished, because nothing followed: a lone ESC was the key, ESC and [ were a key
// with Alt, and the beginning of anything longer is dropped.
func (d *Decoder) Flush() []Event {
	var out []Event
	switch b := d.buf; {
	case d.paste:
		d.text = append(d.text, b...)
		out = d.cut(nil, true)
	case d.skip || len(b) == 0:
	case b[0] == esc && len(b) == 1:
		out = []Event{Key("<Esc>")}
	case b[0] == esc && b[1] == esc: // the Escape key twice, or once and then the beginning of a sequence
		d.buf = b[1:]
		return append([]Event{Key("<Esc>")}, d.Flush()...)
	case b[0] == esc && (len(b) == 2 || b[len(b)-1] == '$'): // a key with Alt; one with Shift, of rxvt
		out = interpret(nil, b)
	}
	d.buf, d.skip = nil, false
	return out
}

// Typed returns the bytes that somebody typed, pasted or did with the mouse, as they came, and leaves
// out answers of the terminal; nil is a Flush. A decoder is used for either Typed or Decode.
func (d *Decoder) Typed(p []byte) []byte {
	if p == nil {
		rest := d.buf
		d.buf = nil
		if d.skip || len(rest) > 2 && answers(rest) {
			d.skip, rest = false, nil
		}
		return rest
	}
	var out []byte
	rest := append(d.buf, p...)
	for len(rest) > 0 {
		n := frame(rest, d.skip)
		if n == 0 {
			break
		}
		if !d.skip && !answers(rest[:n]) {
			out = append(out, rest[:n]...)
		}
		d.skip, rest = false, rest[n:]
	}
	d.buf = slices.Clone(d.shorten(rest))
	return out
}

// answers reports whether a sequence is an answer, known or not.
func answers(seq []byte) bool {
	if len(seq) > 2 && seq[0] == esc && seq[1] != '[' {
		return strings.Contains(begins[seq[1]], string(rune(seq[2])))
	}
	for _, e := range interpret(nil, seq) {
		switch e.(type) {
		case Key, Mouse, Focus:
		default:
			return true
		}
	}
	return false
}

// shorten keeps only the mark of a string that is too long for an answer.
func (d *Decoder) shorten(rest []byte) []byte {
	if len(rest) <= maxString {
		return rest
	}
	last := rest[len(rest)-1]
	if d.skip, rest = true, rest[:2]; last == esc { // the terminator may have begun
		rest = append(rest, esc)
	}
	return rest
}

// pasted takes bytes of a paste, and reports how many and whether they end it.
func (d *Decoder) pasted(p []byte) (n int, done bool) {
	n = min(len(p), maxPaste-len(d.text))
	if i := bytes.Index(p[:min(len(p), n+len(pasteEnd)-1)], pasteEnd); i >= 0 {
		d.text = append(d.text, p[:i]...)
		return i + len(pasteEnd), true
	}
	for k := min(len(pasteEnd)-1, len(p)); k > 0; k-- { // the end of the paste may have begun
		if bytes.HasSuffix(p, pasteEnd[:k]) {
			n = min(n, len(p)-k)
			break
		}
	}
	d.text = append(d.text, p[:n]...)
	return n, false
}

// cut makes an event of the pasted text so far. If the paste goes on, the beginning of a character
// stays for the next piece.
func (d *Decoder) cut(out []Event, done bool) []Event {
	keep := 0
	if !done {
		for i := 1; i < utf8.UTFMax && i <= len(d.text); i++ {
			if c := d.text[len(d.text)-i]; utf8.RuneStart(c) {
				if c >= utf8.RuneSelf && !utf8.FullRune(d.text[len(d.text)-i:]) {
					keep = i
				}
				break
			}
		}
	}
	var b strings.Builder
	for _, r := range string(bytes.ToValidUTF8(d.text[:len(d.text)-keep], []byte("\ufffd"))) {
		switch {
		case r == '\n' && d.cr: // the second byte of one line break
		case r == '\r':
			b.WriteByte('\n')
		case r == '\t' || r == '\n' || r >= ' ' && (r < 0x7f || r > 0x9f):
			b.WriteRune(r)
		}
		d.cr = r == '\r'
	}
	if b.Len() > 0 {
		out = append(out, Paste(b.String()))
	}
	d.text = append(d.text[:0], d.text[len(d.text)-keep:]...)
	if done {
		d.text, d.paste, d.cr = nil, false, false
	}
	return out
}

// frame returns the length of the first sequence of p, 0 if p is only its beginning. skip says that the
// sequence is a string and has no bound.
func frame(p []byte, skip bool) int {
	if p[0] != esc {
		if p[0] < utf8.RuneSelf || utf8.FullRune(p) {
			_, n := utf8.DecodeRune(p)
			return n
		}
		return 0
	}
	if len(p) == 1 {
		return 0
	}
	switch p[1] {
	case esc: // the Escape key, or a key with Alt: ESC ESC [ A
		if len(p) == 2 || (p[2] == '[' || p[2] == 'O') && len(p) == 3 {
			return 0
		}
		if n := 0; p[2] == '[' || p[2] == 'O' {
			if n = frame(p[1:], false); n == 0 {
				return 0
			}
			return n + 1
		}
		return 1
	case '[':
		return frameCSI(p)
	case 'O':
		return frameSS3(p)
	case ']', 'P', '_':
		return frameString(p, skip)
	}
	if n := frame(p[1:], false); n > 0 {
		return n + 1
	}
	return 0
}

// frameCSI finds the end of a control sequence. A byte that cannot be part of it ends it before, so that
// the byte counts.
func frameCSI(p []byte) int {
	for i := 2; i < len(p); i++ {
		switch c := p[i]; {
		case i == 2 && c == '[': // function keys of the Linux console: ESC [ [ A
			if len(p) == 3 {
				return 0
			}
			if p[3] < 'A' || p[3] > 'E' {
				return 3
			}
			return 4
		case i == 2 && c == 'M': // the mouse as xterm told it first: three bytes follow
			if len(p) < 6 {
				return 0
			}
			return 6
		case c == '$' && i > 2 && len(p) > i+1 && (p[i+1] < ' ' || p[i+1] > '~'): // a key with Shift of rxvt: ESC [ 3 $
			return i + 1
		case c >= '@' && c <= '~':
			return i + 1
		case c < ' ' || c > '~' || i >= maxSequence:
			return i
		}
	}
	return 0
}

// frameSS3 finds the end of a key such as ESC O A, or ESC O 5 A.
func frameSS3(p []byte) int {
	for i := 2; i < len(p); i++ {
		if c := p[i]; c < '0' || c > '9' || i > 4 {
			if c <= ' ' || c > '~' {
				return i
			}
			return i + 1
		}
	}
	return 0
}

// begins are the bytes with which the strings begin that terminals answer. Other bytes follow a key with Alt.
var begins = map[byte]string{']': "0123456789", 'P': "0123456789>=?!+$", '_': "G"}

// frameString finds the end of an answer in a string: OSC, DCS or APC.
func frameString(p []byte, skip bool) int {
	if len(p) == 2 {
		return 0
	}
	if !skip && !strings.Contains(begins[p[1]], string(rune(p[2]))) {
		return 2
	}
	for i := 2; i < len(p); i++ {
		switch c := p[i]; {
		case c == 0x07:
			return i + 1
		case c == esc && i+1 == len(p):
			return 0
		case c == esc && p[i+1] == '\\':
			return i + 2
		case c < ' ', c == 0x7f: // whatever it is, it is not part of the answer
			return i
		}
	}
	return 0
}

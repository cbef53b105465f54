package ansi

import "io"

// Filter returns a writer that passes program output on to a terminal: text, tabs, line ends and
// SGR (colours) go through, every other escape sequence and control character is dropped with its
// payload. It keeps its state between writes, so a sequence may come in pieces.
//
// A streaming filter beside Output, because a terminal shows output as it comes: carriage returns
// pass, so that progress bars work.
func Filter(w io.Writer) io.Writer { return &filter{w: w} }

type filter struct {
	w     io.Writer
	state filterState
	seq   []byte // an escape sequence so far
	utf8  []byte // an incomplete character so far
}

type filterState int

const (
	ground        filterState = iota
	escape                    // after ESC
	control                   // after ESC [
	payload                   // in OSC, DCS, APC, PM, SOS: until ST or BEL
	payloadEscape             // ESC within a payload
)

const maxSequence = 256 // bytes; what is longer is no colour

// Write filters p. It reports len(p) unless the underlying writer failed.
func (f *filter) Write(p []byte) (int, error) {
	out := make([]byte, 0, len(p))
	for _, c := range p {
		out = f.step(out, c)
	}
	if _, err := f.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// step consumes one byte and appends what may be shown.
func (f *filter) step(out []byte, c byte) []byte {
	switch f.state {
	case escape:
		return f.afterEscape(out, c)
	case control:
		f.seq = append(f.seq, c)
		switch {
		case c == 'm' && plainSGR(f.seq):
			out = append(append(out, "\x1b["...), f.seq...)
			f.state = ground
		case c >= 0x40 && c <= 0x7e, c == 0x18, c == 0x1a, len(f.seq) > maxSequence:
			f.state = ground
		case c == 0x1b:
			f.state = escape
		}
		return out
	case payload:
		switch c {
		case 0x07, 0x18, 0x1a:
			f.state = ground
		case 0x1b:
			f.state = payloadEscape
		case '\n': // no payload spans lines: a stray introducer must not swallow the rest
			f.state = ground
			return append(out, c)
		}
		return out
	case payloadEscape:
		f.state = ground
		if c == '\\' {
			return out
		}
		return f.afterEscape(out, c)
	}
	return f.text(out, c)
}

func (f *filter) afterEscape(out []byte, c byte) []byte {
	f.state, f.seq = ground, f.seq[:0]
	switch {
	case c == '[':
		f.state = control
	case c == ']', c == 'P', c == 'X', c == '^', c == '_':
		f.state = payload
	case c == 0x1b, c >= 0x20 && c <= 0x2f: // intermediates: one more byte ends it
		f.state = escape
	case c == '\n':
		return append(out, c)
	}
	return out
}

// text consumes a byte outside of any sequence.
func (f *filter) text(out []byte, c byte) []byte {
	if len(f.utf8) > 0 || c >= 0x80 {
		return f.multibyte(out, c)
	}
	switch {
	case c == 0x1b:
		f.state = escape
	case c == '\n', c == '\t', c == '\r', c >= 0x20 && c != 0x7f:
		out = append(out, c)
	}
	return out
}

// plainSGR reports whether the parameters of a sequence ending in m are those of SGR: digits and
// separators, no private markers.
func plainSGR(seq []byte) bool {
	for _, c := range seq[:len(seq)-1] {
		if (c < '0' || c > '9') && c != ';' && c != ':' {
			return false
		}
	}
	return true
}

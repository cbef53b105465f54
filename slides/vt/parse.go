package vt

import (
	"unicode/utf8"
)

// The states of the parser, as ECMA-48 and the parser of the VT500 have them.
type state uint8

const (
	ground state = iota
	escape
	escapeMore // after an intermediate byte
	csi
	csiIgnore
	osc
	dcs
	ignored // SOS, PM, APC
)

const (
	maxParams = 32
	maxValue  = 99999
	maxString = 4 << 10 // bytes of an OSC or DCS that are kept
)

type parser struct {
	state  state
	utf    [utf8.UTFMax]byte // the beginning of a character
	utfLen int
	prefix byte             // one of <=>? after CSI
	inter  byte             // the intermediate byte, 0xFF for several
	params [maxParams]int32 // -1 where there is no number
	n      int              // parameters
	sub    uint32           // bit i: parameter i came after a colon
	str    []byte
}

// parse feeds bytes to the parser, until enough cells have changed, and returns how many. A run of plain
// text takes the short way.
func (s *Screen) parse(p []byte) int {
	i := 0
	for i < len(p) && s.spent < maxSpent {
		if s.parser.state == ground && s.parser.utfLen == 0 {
			if c := p[i]; c >= 0x20 && c < 0x7F {
				end := i + 1
				for end < len(p) && p[end] >= 0x20 && p[end] < 0x7F {
					end++
				}
				s.ascii(p[i:end])
				i = end
				continue
			} else if c >= 0xC2 {
				if r, n := utf8.DecodeRune(p[i:]); n > 1 {
					s.ground(r)
					i += n
					continue
				}
			}
		}
		s.step(p[i])
		i++
	}
	return i
}

func (s *Screen) step(c byte) {
	p := &s.parser
	switch {
	case p.state == osc || p.state == dcs || p.state == ignored:
		s.inString(c)
	case p.state == ground && (p.utfLen > 0 || c >= 0x80):
		s.utf8(c)
	case c == 0x1B:
		p.begin(escape)
	case c == 0x18 || c == 0x1A:
		p.state = ground
	case c < 0x20:
		s.control(c)
	case c == 0x7F:
	case p.state == ground:
		s.print(rune(c))
	case c >= 0x80: // breaks the sequence off
		p.state = ground
		s.utf8(c)
	case p.state == escape || p.state == escapeMore:
		s.inEscape(c)
	default:
		s.inCSI(c)
	}
}

func (p *parser) begin(st state) {
	p.state, p.prefix, p.inter, p.n, p.sub = st, 0, 0, 0, 0
	p.str = p.str[:0]
}

// utf8 collects the bytes of a character. Broken ones become U+FFFD, as the Unicode standard counts.
func (s *Screen) utf8(c byte) {
	p := &s.parser
	p.utf[p.utfLen] = c
	b := p.utf[:p.utfLen+1]
	if !utf8.FullRune(b) {
		p.utfLen++
		return
	}
	r, _ := utf8.DecodeRune(b)
	again := r == utf8.RuneError && len(b) > 1 && !utf8.Valid(b)
	p.utfLen = 0
	s.ground(r)
	if again {
		s.step(c)
	}
}

// ground takes a character outside of sequences, maybe a C1 control.
func (s *Screen) ground(r rune) {
	switch {
	case r < 0x80 || r > 0x9F:
		s.print(r)
	default:
		s.parser.begin(escape)
		s.inEscape(byte(r) - 0x40)
	}
}

func (s *Screen) inString(c byte) {
	p := &s.parser
	kind := p.state
	n := len(p.str)
	switch {
	case c == 0x18 || c == 0x1A:
		p.state = ground
		return
	case c == 0x9C && n > 0 && p.str[n-1] == 0xC2: // ST as a C1 control
		p.str = p.str[:n-1]
		p.state = ground
	case c == 0x07 && kind == osc:
		p.state = ground
	case c == 0x1B:
		p.state = escape
	default:
		if n < maxString {
			p.str = append(p.str, c)
		} else { // too long: only its end matters
			p.str[n-1] = c
		}
		return
	}
	switch {
	case len(p.str) >= maxString-1:
	case kind == osc:
		s.osc(string(p.str))
	case kind == dcs:
		s.dcs(string(p.str))
	}
	p.begin(p.state)
}

func (s *Screen) inEscape(c byte) {
	p := &s.parser
	if c < 0x30 {
		if p.state == escapeMore {
			c = 0xFF
		}
		p.state, p.inter = escapeMore, c
		return
	}
	if p.inter == 0 {
		switch c {
		case '[':
			p.begin(csi)
			return
		case ']':
			p.begin(osc)
			return
		case 'P':
			p.begin(dcs)
			return
		case 'X', '^', '_':
			p.begin(ignored)
			return
		}
	}
	p.state = ground
	if f := escapes[key{inter: p.inter, final: c}]; f != nil {
		f(s)
	} else if p.inter >= '(' && p.inter <= '/' {
		s.sets.designate(p.inter, c)
	}
	s.last = 0
}

func (s *Screen) inCSI(c byte) {
	p := &s.parser
	switch {
	case c >= 0x40:
		run := p.state == csi && p.inter != 0xFF
		p.state = ground
		if run {
			s.dispatch(c)
		}
		if c != 'b' {
			s.last = 0
		}
	case p.state == csiIgnore:
	case c < 0x30:
		if p.inter != 0 {
			c = 0xFF
		}
		p.inter = c
	case p.inter != 0 || c >= '<' && (p.n > 0 || p.prefix != 0):
		p.state = csiIgnore
	case c >= '<':
		p.prefix = c
	default:
		p.parameter(c)
	}
}

// parameter takes a digit or a separator. Parameters beyond the bound are dropped.
func (p *parser) parameter(c byte) {
	if p.n == 0 {
		p.params[0], p.n = -1, 1
	}
	if c >= ':' {
		if p.n < maxParams {
			p.params[p.n] = -1
			if c == ':' {
				p.sub |= 1 << p.n
			}
		}
		p.n = min(p.n+1, maxParams+1)
		return
	}
	if p.n <= maxParams {
		v := &p.params[p.n-1]
		*v = min(max(*v, 0)*10+int32(c-'0'), maxValue)
	}
}

// param returns parameter i, or a default where it is missing.
func (s *Screen) param(i, missing int) int {
	if p := &s.parser; i < min(p.n, maxParams) && p.params[i] >= 0 {
		return int(p.params[i])
	}
	return missing
}

// count returns the first parameter as a number of things: at least 1.
func (s *Screen) count() int { return max(s.param(0, 1), 1) }

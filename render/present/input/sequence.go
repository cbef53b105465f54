package input

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/slidexec/slidexec/internal/text"
)

// interpret appends the events of one whole sequence. Sequences that nobody knows are dropped.
func interpret(out []Event, seq []byte) []Event {
	var e Event
	switch {
	case seq[0] != esc:
		r, _ := utf8.DecodeRune(seq)
		e = char(0, r)
	case len(seq) == 1:
		e = Key("<Esc>")
	case seq[1] == esc:
		rest := interpret(nil, seq[1:])
		if len(rest) == 1 {
			if k, ok := rest[0].(Key); ok {
				return append(out, withAlt(k))
			}
		}
		return append(append(out, Key("<Esc>")), rest...)
	case len(seq) == 2:
		r, _ := utf8.DecodeRune(seq[1:])
		e = char(modAlt, r)
	case len(seq) > maxString:
	case seq[1] == '[':
		return control(out, string(seq[2:]))
	case seq[1] == 'O':
		e = ss3(string(seq[2:]))
	case seq[1] == ']':
		e = osc(body(seq))
	case seq[1] == 'P':
		if v, ok := strings.CutPrefix(body(seq), ">|"); ok {
			e = Version(v)
		}
	case seq[1] == '_':
		e = graphics(body(seq))
	default:
		r, _ := utf8.DecodeRune(seq[1:])
		e = char(modAlt, r)
	}
	if e != nil {
		out = append(out, e)
	}
	return out
}

// withAlt is the key with Alt too.
func withAlt(k Key) Key {
	s := string(k)
	if len(s) < 3 || strings.HasPrefix(s, "<a-") || strings.HasPrefix(s, "<c-a-") {
		return k
	}
	if rest, ok := strings.CutPrefix(s, "<c-"); ok {
		return Key("<c-a-" + rest)
	}
	return Key("<a-" + s[1:])
}

// body is what a string says, without its introducer and terminator. A string that was cut says nothing.
func body(seq []byte) string {
	s := string(seq[2:])
	for _, end := range []string{"\a", "\x1b\\"} {
		if b, ok := strings.CutSuffix(s, end); ok {
			return b
		}
	}
	return ""
}

// control interprets a control sequence: parameters and the final byte.
func control(out []Event, s string) []Event {
	final := s[len(s)-1]
	if s[0] == '[' && len(s) == 2 { // the Linux console
		return add(out, name(0, "F"+string(rune('1'+final-'A'))))
	}
	if s[0] == 'M' && len(s) == 4 {
		return add(out, mouse(int(s[1])-' ', int(s[2])-' ', int(s[3])-' ', false))
	}
	params := parameters(s[:len(s)-1])
	if e, private := report(s, params); private {
		return add(out, e)
	}
	switch {
	case final == '~' && params.at(0) == 27: // modifyOtherKeys
		return add(out, coded(params.mods(), params.at(2), 0, ""))
	case final == '~' || final == '^' || final == '@' || final == '$':
		mods := params.mods()
		switch final { // rxvt
		case '^':
			mods |= modCtrl
		case '@':
			mods |= modCtrl | modShift
		case '$':
			mods |= modShift
		}
		return params.press(out, name(mods, tildes[params.at(0)]))
	case final == 'u' && len(s) == 1:
	case final == 'u':
		text := ""
		if len(params) > 2 {
			for _, n := range params[2] {
				text += string(rune(n))
			}
		}
		shifted := 0
		if len(params[0]) > 1 {
			shifted = params[0][1]
		}
		return params.press(out, coded(params.mods(), params.at(0), shifted, text))
	case final >= 'a' && final <= 'd': // rxvt
		return add(out, name(modShift, letters[final-'a'+'A']))
	case final == 'Z':
		return params.press(out, name(params.mods()|modShift, "Tab"))
	case final == 'I' && len(s) == 1:
		return add(out, Focus(true))
	case final == 'O' && len(s) == 1:
		return add(out, Focus(false))
	case final != 'M' && final != 'I' && params.at(0) <= 1:
		return params.press(out, name(params.mods(), letters[final]))
	}
	return out
}

// reports are answers, by what stands before and after their numbers.
var reports = map[string]func(p params) Event{
	"?c": func(p params) Event {
		var a Attributes
		for i := range p {
			a = append(a, p.at(i))
		}
		return a
	},
	"?$y": func(p params) Event { return Mode{p.at(0), p.at(1)} },
	"?u":  func(p params) Event { return Keyboard(p.at(0)) },
	"?n": func(p params) Event {
		if p.at(0) == 997 && (p.at(1) == 1 || p.at(1) == 2) {
			return Scheme{Dark: p.at(1) == 1}
		}
		return nil
	},
	"<M": func(p params) Event { return mouse(p.at(0), p.at(1), p.at(2), false) },
	"<m": func(p params) Event { return mouse(p.at(0), p.at(1), p.at(2), true) },
	"t": func(p params) Event {
		switch kind := p.at(0); {
		case len(p) < 3 || p.at(1) <= 0 || p.at(2) <= 0:
			return nil
		case kind == 4:
			return WindowPixels{Width: p.at(2), Height: p.at(1)}
		case kind == 6:
			return CellPixels{Width: p.at(2), Height: p.at(1)}
		case kind == 8 || kind == 48:
			return Size{Cols: p.at(2), Rows: p.at(1)}
		}
		return nil
	},
}

// report interprets an answer or the mouse; private says that the sequence can be nothing else.
func report(s string, p params) (e Event, private bool) {
	head, tail := "", s[len(s)-1:]
	if s[0] >= '<' && s[0] <= '?' {
		head = s[:1]
	}
	if i := len(s) - 2; i >= 0 && s[i] == '$' {
		tail = s[i:]
	}
	f := reports[head+tail]
	if f == nil {
		return nil, head != ""
	}
	return f(p), true
}

// params are the numbers of a control sequence, each with its parts: "1;5:3". A missing one is 0.
type params [][]int

func parameters(s string) params {
	s = strings.TrimLeft(s, "<=>?")
	s = strings.TrimRight(s, " !\"#$%&'()*+,-./")
	p := params{}
	for field := range strings.SplitSeq(s, ";") {
		var parts []int
		for part := range strings.SplitSeq(field, ":") {
			parts = append(parts, max(0, number(part)))
		}
		p = append(p, parts)
	}
	return p
}

func (p params) at(i int) int {
	if i >= len(p) {
		return 0
	}
	return p[i][0]
}

// mods are the modifiers of a key. Locks are none.
func (p params) mods() int { return max(0, p.at(1)-1) & (modShift | modAlt | modCtrl | modDesktop) }

// press appends the key, unless it is released.
func (p params) press(out []Event, e Event) []Event {
	if len(p) > 1 && len(p[1]) > 1 && p[1][1] == 3 {
		return out
	}
	return add(out, e)
}

func add(out []Event, e Event) []Event {
	if e == nil {
		return out
	}
	return append(out, e)
}

// mouse interprets what the mouse did at a cell, counted from 1.
func mouse(b, col, row int, release bool) Event {
	m := Mouse{Col: max(0, col-1), Row: max(0, row-1), Button: b&3 + 1}
	switch {
	case b&128 != 0: // buttons that go back and forward
		return nil
	case b&64 != 0 && b&3 > 1: // the wheel turns sideways
		return nil
	case b&64 != 0:
		m.Action, m.Button = "wheel", 2*(b&3)-1
	case b&32 != 0:
		m.Action, m.Button = "move", m.Button%4
	case release || b&3 == 3:
		m.Action, m.Button = "release", m.Button%4
	default:
		m.Action = "press"
	}
	return m
}

// ss3 interprets a key such as A, or 5A.
func ss3(s string) Event {
	final, mods := s[len(s)-1], 0
	if n := number(s[:len(s)-1]); n > 1 {
		mods = (n - 1) & (modShift | modAlt | modCtrl | modDesktop)
	}
	if i := strings.IndexByte(keypad, final); i >= 0 && i%2 == 0 {
		return name(mods, keypad[i+1:i+2])
	}
	if final >= 'a' && final <= 'd' { // rxvt
		return name(modCtrl, letters[final-'a'+'A'])
	}
	return name(mods, letters[final])
}

// osc interprets the answer to a question for a colour.
func osc(s string) Event {
	colour, ok := strings.CutPrefix(s, "11;")
	if !ok {
		return nil
	}
	if hex, ok := strings.CutPrefix(colour, "#"); ok && len(hex)%3 == 0 && len(hex) > 0 {
		n := len(hex) / 3
		return background(hex[:n], hex[n:2*n], hex[2*n:])
	}
	for _, kind := range []string{"rgb:", "rgba:"} {
		if c, ok := strings.CutPrefix(colour, kind); ok {
			if f := strings.Split(c, "/"); len(f) >= 3 {
				return background(f[0], f[1], f[2])
			}
		}
	}
	return nil
}

// background scales parts of 1 to 4 hexadecimal digits to 8 bits.
func background(parts ...string) Event {
	var v [3]uint8
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 16, 16)
		if err != nil || len(p) > 4 {
			return nil
		}
		v[i] = uint8(n * 255 / (1<<(4*len(p)) - 1))
	}
	return Background{v[0], v[1], v[2]}
}

// graphics interprets an answer of kitty's protocol: "Gi=1;OK".
func graphics(s string) Event {
	keys, message, _ := strings.Cut(strings.TrimPrefix(s, "G"), ";")
	message = text.Line(message)
	g := Graphics{OK: message == "OK", Message: message}
	for field := range strings.SplitSeq(keys, ",") {
		if id, ok := strings.CutPrefix(field, "i="); ok {
			n, err := strconv.ParseUint(id, 10, 32)
			if err != nil {
				return nil
			}
			g.ID = int(n)
		}
	}
	if s == "" {
		return nil
	}
	return g
}

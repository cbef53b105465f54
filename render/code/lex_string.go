package code

import (
	"slices"
	"strings"
)

// stringStart scans a string, a regular expression or a lifetime.
func (s *scanner) stringStart() bool {
	c := s.code[s.pos]
	if c == '\'' && s.ticks {
		return s.tick()
	}
	if s.regex && c == '/' && !s.operand {
		return s.regexp()
	}
	if q, ok := s.quoteAt(s.pos); ok {
		s.emit(String, s.pos+len(q.open))
		s.inString(q)
		return true
	}
	return s.prefix != "" && strings.IndexByte(s.prefix, c) >= 0 && s.prefixed()
}

func (s *scanner) quoteAt(i int) (quote, bool) {
	for _, q := range s.quotes {
		if strings.HasPrefix(s.code[i:], q.open) {
			return q, true
		}
	}
	return quote{}, false
}

// prefixed scans a string with letters before its quote: f"…", br#"…"#, R"x(…)x".
func (s *scanner) prefixed() bool {
	if s.pos > 0 && WordByte(s.code[s.pos-1]) {
		return false
	}
	i := s.pos
	for i < len(s.code) && i < s.pos+3 && strings.IndexByte(s.prefix, s.code[i]) >= 0 {
		i++
	}
	letters, hashes := s.code[s.pos:i], 0
	raw := strings.ContainsAny(letters, "rR@")
	for raw && s.macros && i < len(s.code) && s.code[i] == '#' {
		i, hashes = i+1, hashes+1
	}
	q, ok := s.quoteAt(i)
	if !ok {
		return false
	}
	q.raw, q.lines = raw, q.lines || raw
	q.open = s.code[s.pos : i+len(q.open)]
	q.close += strings.Repeat("#", hashes)
	if s.hash && strings.HasSuffix(letters, "R") { // C++: the delimiter is part of the quotes
		if p := strings.IndexByte(s.code[i:min(len(s.code), i+20)], '('); p > 0 {
			q.close = ")" + s.code[i+1:i+p] + `"`
		}
	}
	s.emit(String, s.pos+len(q.open))
	s.inString(q)
	return true
}

// inString scans a string behind its opening quote.
func (s *scanner) inString(q quote) {
	from := s.pos
	class := s.stringClass(q)
	for i := s.pos; i < len(s.code); i++ {
		switch c := s.code[i]; {
		case strings.HasPrefix(s.code[i:], q.close):
			s.emit(class, i+len(q.close))
			s.recolor(from, class)
			return
		case c == '\n' && !q.lines:
			s.emit(class, i)
			return
		case c == '\\' && !q.raw && i+1 < len(s.code) && s.code[i+1] != '\n':
			s.emit(class, i)
			i = s.escapeEnd(i) - 1
			s.emit(Escape, i+1)
		case q.interp != "" && s.depth < maxNesting && strings.HasPrefix(s.code[i:], q.interp):
			s.emit(class, i)
			s.interpolate(q.interp)
			i = s.pos - 1
		}
	}
	s.emit(class, len(s.code))
}

// stringClass returns what a string is: "…": in JSON is a key.
func (s *scanner) stringClass(q quote) Class {
	if !s.members {
		return String
	}
	i := s.pos
	for i < len(s.code) && s.code[i] != '\n' && s.code[i] != q.close[0] {
		if s.code[i] == '\\' {
			i++
		}
		i++
	}
	if i < len(s.code) && strings.HasPrefix(strings.TrimLeft(s.code[i+1:min(len(s.code), i+20)], " "), ":") {
		return Attribute
	}
	return String
}

// recolor gives the opening quote the class that the string turned out to have.
func (s *scanner) recolor(from int, c Class) {
	if n := len(s.line); c != String && n > 0 && s.line[n-1].Class == String && s.start == from {
		s.start -= len(s.line[n-1].Text)
		s.line = s.line[:n-1]
	}
}

// escapeEnd returns where the escape sequence at i ends: \n, \x1b, \u{1f600}.
func (s *scanner) escapeEnd(i int) int {
	end := i + 2
	switch s.code[i+1] {
	case 'x', 'u', 'U', '0':
		if end < len(s.code) && s.code[end] == '{' {
			if n := strings.IndexByte(s.code[end:min(len(s.code), end+12)], '}'); n > 0 {
				return end + n + 1
			}
		}
		for end < len(s.code) && end < i+10 && hexDigit(s.code[end]) {
			end++
		}
	}
	return min(end, len(s.code))
}

func hexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// interpolate scans code within a string.
func (s *scanner) interpolate(open string) {
	if open == "$" {
		s.variable()
		return
	}
	s.depth++
	defer func() { s.depth-- }()
	s.emit(Escape, s.pos+len(open))
	closing := byte('}')
	if strings.HasSuffix(open, "(") {
		closing = ')'
	}
	s.operand = false
	s.program(closing)
	s.emit(Escape, min(s.pos+1, len(s.code)))
}

// variable scans $name, ${…}, $(…) or $1.
func (s *scanner) variable() {
	next := s.ahead(1)
	switch {
	case next == '{':
		end := s.endOfLine()
		if i := strings.IndexByte(s.rest(), '}'); i >= 0 {
			end = min(end, s.pos+i+1)
		}
		s.emit(Constant, end)
	case next == '(' && s.depth < maxNesting:
		s.depth++
		s.emit(Escape, s.pos+2)
		s.program(')')
		s.emit(Escape, min(s.pos+1, len(s.code)))
		s.depth--
	case WordByte(next):
		end := s.pos + 1
		for end < len(s.code) && WordByte(s.code[end]) {
			end++
		}
		s.emit(Constant, end)
	case strings.IndexByte("?!#@*$-", next) >= 0 && next != 0:
		s.emit(Constant, s.pos+2)
	default:
		s.emit(Unmarked, s.pos+1)
	}
	s.last, s.operand = "", true
}

// regexp scans /…/flags; false where it is none after all.
func (s *scanner) regexp() bool {
	end, class := s.endOfLine(), false
	for i := s.pos + 1; i < end; i++ {
		switch s.code[i] {
		case '\\':
			i++
		case '[':
			class = true
		case ']':
			class = false
		case '/':
			if class || i == s.pos+1 {
				continue
			}
			s.emit(String, s.wordEnd(i+1))
			return true
		}
	}
	return false
}

// tick scans 'x' as a character and 'a as a lifetime.
func (s *scanner) tick() bool {
	end := s.endOfLine()
	for n, i := 0, s.pos+1; i < end && n < 12; n, i = n+1, i+1 {
		switch c := s.code[i]; {
		case c == '\'' && i > s.pos+1:
			s.emit(String, i+1)
			return true
		case c == '\\':
			i++
		case n > 0 && s.code[s.pos+1] != '\\' && s.code[s.pos+1] < 0x80:
			n = 12 // a character is one character
		}
	}
	s.emit(Attribute, max(s.wordEnd(s.pos+1), s.pos+1))
	return true
}

// heredocStart scans <<WORD and remembers the word.
func (s *scanner) heredocStart() {
	i := s.pos + 2
	for i < len(s.code) && strings.IndexByte("-~<", s.code[i]) >= 0 {
		i++
	}
	quoted := i < len(s.code) && (s.code[i] == '\'' || s.code[i] == '"')
	if quoted {
		i++
	}
	end := s.wordEnd(i)
	if end == i || s.code[i] >= '0' && s.code[i] <= '9' {
		s.emit(Operator, s.pos+2)
		return
	}
	s.docs = append(s.docs, s.code[i:end])
	if quoted && end < len(s.code) {
		end++
	}
	s.emit(String, min(end, s.endOfLine()))
}

// heredocs scans the texts of the here-documents that the line before announced.
func (s *scanner) heredocs() {
	for len(s.docs) > 0 && s.pos < len(s.code) {
		end := s.endOfLine()
		if strings.TrimSpace(s.code[s.pos:end]) == s.docs[0] {
			s.docs = slices.Delete(s.docs, 0, 1)
		}
		s.emit(String, end)
		s.emit(Unmarked, min(end+1, len(s.code)))
	}
}

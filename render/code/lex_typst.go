package code

import "strings"

// Typst is text with code in it: after # stands an expression, within it code in (…) and {…} and text
// again in […].

const maxTypst = 32 // text in code in text

// typst scans text up to the bracket that closes it, or up to the end.
func (s *scanner) typst(inside bool) {
	s.depth++
	defer func() { s.depth-- }()
	level := 0
	for s.pos < len(s.code) {
		c := s.code[s.pos]
		switch {
		case inside && c == ']' && level == 0:
			return
		case s.fresh && strings.IndexByte("=-+", c) >= 0 && s.mark(c), s.comment():
		case c == '\\' && s.ahead(1) != '\n' && s.ahead(1) != 0 && s.ahead(1) < 0x80:
			s.emit(Escape, s.pos+2)
		case c == '`':
			s.rawText()
		case c == '$':
			s.formula()
		case c == '#' && s.depth < maxTypst:
			s.expression()
		case (c == '<' || c == '@') && WordByte(s.ahead(1)): // a label, and a reference to it
			end := s.wordEnd(s.pos + 1)
			if c == '<' && end < len(s.code) && s.code[end] == '>' {
				end++
			}
			s.emit(Attribute, end)
		default:
			switch c {
			case '[':
				level++
			case ']':
				level--
			}
			s.upTo("\\`$#<@[]/*=-+\n")
		}
	}
}

// mark scans what begins a line of text: = of a heading, - and + of a list.
func (s *scanner) mark(c byte) bool {
	end := s.pos
	for end < len(s.code) && s.code[end] == c {
		end++
	}
	switch {
	case end == len(s.code) || s.code[end] != ' ' || c != '=' && end > s.pos+1:
		return false
	case c == '=':
		s.emit(Title, s.endOfLine())
	default:
		s.emit(Operator, end)
	}
	return true
}

// rawText scans `…` and ```…```.
func (s *scanner) rawText() {
	n := 0
	for s.ahead(n) == '`' {
		n++
	}
	limit := len(s.code)
	if n < 3 {
		limit = s.endOfLine()
	}
	mark := s.code[s.pos : s.pos+n]
	if i := strings.Index(s.code[s.pos+n:limit], mark); n != 2 && i >= 0 {
		s.emit(String, s.pos+2*n+i)
		return
	}
	s.emit(Unmarked, s.pos+n)
}

// expression scans # and the code behind it.
func (s *scanner) expression() {
	end := s.wordEnd(s.pos + 1)
	class, known := s.classOf(s.code[s.pos+1 : end])
	switch {
	case end == s.pos+1 && strings.IndexByte("({[", s.ahead(1)) < 0:
		s.emit(Unmarked, end)
		return
	case known && class == Keyword:
		s.emit(Keyword, end)
		s.statement(true)
		return
	case known:
		s.emit(class, end)
	case end == s.pos+1:
		s.emit(Operator, end)
	default:
		s.emit(Function, end)
	}
	for s.pos < len(s.code) {
		c, next := s.code[s.pos], s.ahead(1)
		switch {
		case c == '(', c == '{', c == '[':
			s.group()
		case c == '.' && WordByte(next) && !digit(next):
			s.emit(Unmarked, s.pos+1)
			s.emit(Function, s.wordEnd(s.pos))
		default:
			return
		}
	}
}

// group scans (…), {…} or […].
func (s *scanner) group() {
	text := s.code[s.pos] == '['
	s.emit(Unmarked, s.pos+1)
	s.last, s.operand = "", false
	switch {
	case s.depth >= maxTypst:
		return
	case text:
		s.typst(true)
	default:
		s.statement(false)
	}
	s.emit(Unmarked, min(s.pos+1, len(s.code)))
	s.last, s.operand = "", true
}

// statement scans code up to the end of the line, or up to the bracket that closes it.
func (s *scanner) statement(line bool) {
	s.depth++
	defer func() { s.depth-- }()
	for s.pos < len(s.code) {
		switch c := s.code[s.pos]; {
		case line && c == '\n', strings.IndexByte(")}]", c) >= 0:
			return
		case strings.IndexByte("({[", c) >= 0:
			s.group()
			if line && c != '(' && !s.goesOn() {
				return
			}
		case c == '`':
			s.rawText()
		case c == '$':
			s.formula()
		default:
			s.next(c)
		}
	}
}

// goesOn reports whether a statement goes on after a block: else, + [more], .method.
func (s *scanner) goesOn() bool {
	rest := strings.TrimLeft(s.code[s.pos:s.endOfLine()], " ")
	return strings.HasPrefix(rest, "else") || rest != "" && strings.IndexByte("+.(", rest[0]) >= 0
}

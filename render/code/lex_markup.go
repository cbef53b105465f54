package code

import "strings"

// embedded returns the syntax of the code after a tag or <% of ASP, and the text that closes it.
func embedded(tag string) (name, closing string) {
	switch strings.ToLower(tag) {
	case "<script":
		return "typescript", "</script"
	case "<style":
		return "scss", "</style"
	case "<%":
		return "vb", "%>"
	}
	return "", ""
}

// embed scans the code of another language up to the text that closes it.
func (s *scanner) embed(tag string) {
	name, closing := embedded(tag)
	if name == "" || strings.Contains(s.unclosed, closing) {
		return
	}
	end := strings.Index(s.rest(), closing)
	if end < 0 {
		s.unclosed += closing // no later text closes it either
		return
	}
	whole, outer := s.code, s.syntax
	s.code, s.syntax = whole[:s.pos+end], syntaxes[name]
	s.operand, s.last = false, ""
	s.program(0)
	s.code, s.syntax = whole, outer
}

// markup scans HTML and XML.
func (s *scanner) markup() {
	for s.pos < len(s.code) {
		switch rest := s.rest(); {
		case strings.HasPrefix(rest, "<!--"):
			s.until(Comment, "-->")
		case strings.HasPrefix(rest, "<%"):
			s.emit(Attribute, s.pos+2)
			s.embed("<%")
			s.emit(Attribute, min(s.pos+2, len(s.code)))
		case strings.HasPrefix(rest, "<!"), strings.HasPrefix(rest, "<?"):
			s.until(Attribute, ">")
		case rest[0] == '<' && (WordByte(s.ahead(1)) || s.ahead(1) == '/'):
			s.tag()
		case rest[0] == '&':
			if i := strings.IndexByte(rest[:min(len(rest), 12)], ';'); i > 0 {
				s.emit(Escape, s.pos+i+1)
				continue
			}
			s.emit(Unmarked, s.pos+1)
		default:
			s.emit(Unmarked, s.pos+max(1, strings.IndexAny(rest, "<&")))
		}
	}
}

// until emits everything up to the end of the closing text, or all of the rest.
func (s *scanner) until(c Class, closing string) {
	end := len(s.code)
	if i := strings.Index(s.rest(), closing); i >= 0 {
		end = s.pos + i + len(closing)
	}
	s.emit(c, end)
}

// tag scans <name attribute="value">.
func (s *scanner) tag() {
	i := s.pos + 1
	for i < len(s.code) && (WordByte(s.code[i]) || strings.IndexByte("/:-.", s.code[i]) >= 0) {
		i++
	}
	name := s.code[s.pos:i]
	s.emit(Tag, i)
	for s.pos < len(s.code) {
		switch c := s.code[s.pos]; {
		case c == '>':
			s.emit(Tag, s.pos+1)
			s.embed(name)
			return
		case c == '<':
			return
		case c == '"' || c == '\'':
			end := len(s.code)
			if n := strings.IndexByte(s.code[s.pos+1:], c); n >= 0 {
				end = s.pos + n + 2
			}
			s.emit(String, end)
		case c == '/':
			s.emit(Tag, s.pos+1)
		case WordByte(c):
			i := s.pos
			for i < len(s.code) && (WordByte(s.code[i]) || strings.IndexByte(":-.@", s.code[i]) >= 0) {
				i++
			}
			s.emit(Attribute, i)
		default:
			s.emit(Unmarked, s.pos+1)
		}
	}
}

// lineClasses scans line by line. Each line has one class.
func (s *scanner) lineClasses(class func(line string) Class) {
	for s.pos < len(s.code) {
		end := s.endOfLine()
		s.emit(class(s.code[s.pos:end]), end)
		s.emit(Unmarked, min(end+1, len(s.code)))
	}
}

// diff scans a patch.
func (s *scanner) diff() {
	s.lineClasses(func(l string) Class {
		switch {
		case strings.HasPrefix(l, "+++"), strings.HasPrefix(l, "---"), strings.HasPrefix(l, "diff "):
			return Title
		case strings.HasPrefix(l, "@@"):
			return Attribute
		case strings.HasPrefix(l, "+"), strings.HasPrefix(l, ">"):
			return Inserted
		case strings.HasPrefix(l, "-"), strings.HasPrefix(l, "<"):
			return Deleted
		}
		return Unmarked
	})
}

// console scans a session at a shell. Typed lines stand out from printed lines.
func (s *scanner) console() {
	s.lineClasses(func(l string) Class {
		if len(l) > 1 && l[1] == ' ' && strings.IndexByte("$#>%", l[0]) >= 0 {
			return Unmarked
		}
		return Comment
	})
}

// markdown scans Markdown, as far as single lines tell their class.
func (s *scanner) markdown() {
	fenced := false
	s.lineClasses(func(l string) Class {
		t := strings.TrimSpace(l)
		switch fence := strings.HasPrefix(t, "```") || strings.HasPrefix(t, "~~~"); {
		case fence:
			fenced = !fenced
			return Attribute
		case fenced:
			return String
		case strings.HasPrefix(t, "#"), t != "" && (strings.Trim(t, "=") == "" || strings.Trim(t, "-") == ""):
			return Title
		case strings.HasPrefix(t, "<!--"), strings.HasPrefix(t, ">"):
			return Comment
		}
		return Unmarked
	})
}

// latex scans commands, comments and formulas.
func (s *scanner) latex() {
	for s.pos < len(s.code) {
		switch c := s.code[s.pos]; {
		case c == '\\' && (s.ahead(1)|0x20 >= 'a' && s.ahead(1)|0x20 <= 'z' || s.ahead(1) == '@'):
			end := s.pos + 2
			for end < len(s.code) && (s.code[end]|0x20 >= 'a' && s.code[end]|0x20 <= 'z' || s.code[end] == '@' || s.code[end] == '*') {
				end++
			}
			name := s.code[s.pos+1 : end]
			s.emit(Keyword, end)
			if close := strings.IndexByte(s.code[s.pos:s.endOfLine()], '}'); (name == "begin" || name == "end") && s.ahead(0) == '{' && close > 0 {
				s.emit(Unmarked, s.pos+1)
				s.emit(Type, s.pos+close-1)
			}
		case c == '\\' && s.ahead(1) != 0 && s.ahead(1) < 0x80 && s.ahead(1) != '\n':
			s.emit(Escape, s.pos+2)
		case c == '%':
			s.emit(Comment, s.endOfLine())
		case c == '$':
			s.formula()
		default:
			s.emit(Unmarked, s.pos+max(1, strings.IndexAny(s.rest(), "\\%$")))
		}
	}
}

// formula scans $…$ and $$…$$. A $ that is not closed in its paragraph is a character.
func (s *scanner) formula() {
	mark := "$"
	if s.ahead(1) == '$' {
		mark = "$$"
	}
	body := s.code[s.pos+len(mark):]
	if i := strings.Index(body, mark); i >= 0 && !strings.Contains(body[:i], "\n\n") {
		s.emit(String, s.pos+i+2*len(mark))
		return
	}
	s.emit(Unmarked, s.pos+len(mark))
}

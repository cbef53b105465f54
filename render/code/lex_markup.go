package code

import "strings"

// markup scans HTML and XML.
func (s *scanner) markup() {
	for s.pos < len(s.code) {
		switch rest := s.rest(); {
		case strings.HasPrefix(rest, "<!--"):
			s.until(Comment, "-->")
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

// until emits everything up to and with the closing text, or to the end.
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
	s.emit(Tag, i)
	for s.pos < len(s.code) {
		switch c := s.code[s.pos]; {
		case c == '>':
			s.emit(Tag, s.pos+1)
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

// lineClasses scans line by line.
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

// console scans a session at a shell: what was typed stands out against what was printed.
func (s *scanner) console() {
	s.lineClasses(func(l string) Class {
		if len(l) > 1 && l[1] == ' ' && strings.IndexByte("$#>%", l[0]) >= 0 {
			return Unmarked
		}
		return Comment
	})
}

// markdown scans Markdown, as far as a line tells what it is.
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

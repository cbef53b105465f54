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
	s.within(syntaxes[name], s.pos+end)
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
		case strings.HasPrefix(rest, "<![CDATA["):
			s.emit(Attribute, s.pos+len("<![CDATA["))
			if i := strings.Index(s.rest(), "]]>"); i >= 0 {
				s.emit(Unmarked, s.pos+i)
				s.emit(Attribute, s.pos+len("]]>"))
			} else {
				s.emit(Unmarked, len(s.code))
			}
		case s.braces != "" && strings.HasPrefix(rest, s.braces):
			s.template()
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
			s.upTo("<&" + s.braces)
		}
	}
}

// template scans code within the text of a page: {{ x }} of Vue, {x}, {#if x}, {/if} of Svelte.
func (s *scanner) template() {
	end := s.delimited(s.pos)
	if end < 0 {
		s.emit(Unmarked, s.pos+1)
		return
	}
	n := len(s.braces)
	s.emit(Operator, s.pos+n)
	if n == 1 && strings.IndexByte("#:/@", s.ahead(0)) >= 0 {
		s.emit(Keyword, s.letters(s.pos+1))
	}
	s.within(syntaxes["typescript"], max(s.pos, end-n))
	s.emit(Operator, end)
}

// upTo emits at least one byte, up to one of the characters.
func (s *scanner) upTo(chars string) {
	if i := strings.IndexAny(s.code[s.pos+1:], chars); i >= 0 {
		s.emit(Unmarked, s.pos+1+i)
	} else {
		s.emit(Unmarked, len(s.code))
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
		case c == '{' && s.braces == "{":
			s.template()
		case c == '=' && strings.IndexByte("\"'{> \n", s.ahead(1)) < 0: // a value without quotes
			s.emit(Unmarked, s.pos+1)
			end := s.endOfLine()
			if i := strings.IndexAny(s.code[s.pos:end], " >"); i >= 0 {
				end = s.pos + i
			}
			s.emit(String, end)
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

// markdown scans Markdown, as far as single lines tell what they are, and blocks of code by their
// languages.
func (s *scanner) markdown() {
	for s.pos < len(s.code) {
		end := s.endOfLine()
		line := s.code[s.pos:end]
		t := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(t, "```"), strings.HasPrefix(t, "~~~"):
			s.emit(Attribute, end)
			s.fenced(t)
		case strings.HasPrefix(t, "#"), t != "" && (strings.Trim(t, "=") == "" || strings.Trim(t, "-") == ""):
			s.emit(Title, end)
		case strings.HasPrefix(t, "<!--"):
			s.until(Comment, "-->")
		default:
			if n := listMark(t); n > 0 {
				s.emit(Unmarked, s.pos+len(line)-len(strings.TrimLeft(line, " \t")))
				s.emit(Keyword, s.pos+n)
			}
			s.prosaic(end)
		}
		if s.pos != end { // several lines
			end = s.endOfLine()
		}
		s.emit(Unmarked, min(end+1, len(s.code)))
	}
}

// fenced scans a block of code after the line that opens it, up to the line that closes it.
func (s *scanner) fenced(open string) {
	mark := open[:3]
	info := strings.TrimLeft(open, mark[:1])
	name := info
	if i := strings.IndexFunc(info, func(r rune) bool { return r == ' ' || r == '{' || r == ',' }); i >= 0 {
		name = info[:i]
	}
	end := len(s.code)
	for i := s.pos; i < len(s.code); {
		line := s.code[i+1:]
		if n := strings.IndexByte(line, '\n'); n >= 0 {
			line = line[:n]
		}
		if strings.HasPrefix(strings.TrimLeft(line, " "), mark) {
			end = i + 1
			break
		}
		i += 1 + len(line)
	}
	if inner := findSyntax(name); inner != nil && inner.by != markdown {
		s.within(inner, end)
	} else {
		s.emit(String, end)
	}
	if s.pos < len(s.code) {
		s.emit(Attribute, s.endOfLine())
	}
}

// listMark returns the length of what begins an item of a list or a quote.
func listMark(t string) int {
	i := 0
	for i < len(t) && digit(t[i]) {
		i++
	}
	switch {
	case i == 0 && t != "" && strings.IndexByte("-*+>", t[0]) >= 0 && (len(t) == 1 || t[1] == ' '):
		return 1
	case i > 0 && i+1 < len(t) && (t[i] == '.' || t[i] == ')') && t[i+1] == ' ':
		return i + 1
	}
	return 0
}

// prosaic scans a line of text: code between backticks is a string.
func (s *scanner) prosaic(end int) {
	for s.pos < end {
		text := s.code[s.pos:end]
		open := strings.IndexByte(text, '`')
		if open < 0 {
			s.emit(Unmarked, end)
			return
		}
		n := open
		for n < len(text) && text[n] == '`' {
			n++
		}
		s.emit(Unmarked, s.pos+open)
		if close := strings.Index(text[n:], text[open:n]); close >= 0 {
			s.emit(String, s.pos+close+2*(n-open))
		} else {
			s.emit(Unmarked, s.pos+n-open)
		}
	}
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
			s.upTo("\\%$")
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

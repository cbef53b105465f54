package code

import "strings"

// Values without quotes, as in YAML: text as a whole, up to the end of the line, a comment or, within
// brackets, the next comma.

// scalar scans a value without quotes that begins with c, and a text of several lines.
func (s *scanner) scalar(c byte) bool {
	switch {
	case !s.atValue():
		return false
	case c == '|' || c == '>':
		return s.lines()
	case strings.IndexByte("!&*@%`\"'#{}[],?", c) >= 0:
		return false
	case (c == '-' || c == ':') && strings.IndexByte(" \n", s.ahead(1)) >= 0:
		return false
	}
	start, end := s.pos, s.endOfLine()
	for i := start; i < end; i++ {
		b := s.code[i]
		if b == '#' && s.code[i-1] == ' ' || b == ':' && strings.IndexByte(" \n", s.code[i+1]) >= 0 ||
			s.brackets > 0 && strings.IndexByte(",]}", b) >= 0 {
			end = i
			break
		}
	}
	text := strings.TrimRight(s.code[start:end], " \t")
	class, _ := s.classOf(text)
	if class == Unmarked && numeric(text) {
		class = Number
	}
	s.emit(class, start+len(text))
	return len(text) > 0
}

// numeric reports whether a whole text is a number: 1, -2.5e3, 0x1f, 1_000, .inf.
func numeric(text string) bool {
	text = strings.TrimLeft(text, "+-")
	if text == ".inf" || text == ".nan" || text == ".NaN" {
		return true
	}
	if text == "" || !digit(text[0]) && !(text[0] == '.' && len(text) > 1 && digit(text[1])) {
		return false
	}
	allowed := "0123456789_.eE+-"
	if strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0o") || strings.HasPrefix(text, "0b") {
		allowed = "0123456789abcdefABCDEF_xo"
	}
	return strings.Trim(text, allowed) == "" && strings.Count(text, ".") <= 1 && strings.LastIndexAny(text, "+-") < 1+strings.IndexAny(text, "eE")
}

// lines scans a text of several lines, which | or > announces. It is what follows with more indentation.
func (s *scanner) lines() bool {
	end := s.endOfLine()
	head := s.code[s.pos+1 : end]
	rest := strings.TrimLeft(head, "+-0123456789 \t")
	if rest != "" && rest[0] != '#' {
		return false
	}
	head = head[:len(head)-len(rest)]
	first := s.pos
	for first > 0 && s.code[first-1] != '\n' {
		first--
	}
	least := indentation(s.code[first:]) + 1
	s.emit(Operator, s.pos+1+len(strings.TrimRight(head, " \t")))
	stop := end
	for i := end; i < len(s.code); {
		line := s.code[i+1:]
		if n := strings.IndexByte(line, '\n'); n >= 0 {
			line = line[:n]
		}
		if line == "" && i+1 >= len(s.code) {
			break
		}
		if strings.TrimSpace(line) != "" {
			n := indentation(line)
			if n < least {
				break
			}
			if stop == end {
				least = n
			}
			stop = i + 1 + len(line)
		}
		i += 1 + len(line)
	}
	if !s.comment() {
		s.emit(Unmarked, end)
	}
	s.emit(String, stop)
	return true
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

package code

import (
	"strings"
	"unicode/utf8"
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
	if s.percent && c == '%' && !s.operand || s.tilde && c == '~' {
		if s.literal() {
			return true
		}
	}
	if s.char != "" && c == s.char[0] && s.character() {
		return true
	}
	if s.ansi && strings.HasPrefix(s.rest(), "$'") {
		s.emit(String, s.pos+2)
		s.inString(quote{pair: pair{"$'", "'"}, lines: true})
		return true
	}
	if q, ok := s.quoteAt(s.pos); ok {
		if s.pos > 0 && !s.opens(s.code[s.pos-1], c) {
			return false
		}
		s.emit(String, s.pos+len(q.open))
		s.inString(q)
		return true
	}
	return s.prefix != "" && strings.IndexByte(s.prefix, c) >= 0 && s.prefixed()
}

// opens reports whether the quote c after before begins a string.
func (s *scanner) opens(before, c byte) bool {
	switch {
	case s.apart:
		return !WordByte(before) && before != '\\'
	case s.prose && c == '\'' && WordByte(before): // It's, in elements of JSX
		class, _ := s.classOf(s.last)
		return class == Keyword
	case s.adjoint && c == '\'':
		return !WordByte(before) && strings.IndexByte(")]}'.", before) < 0
	case s.value:
		return s.atValue()
	}
	return true
}

// atValue reports whether a value may begin here: at the beginning of a line, after a bracket, a
// comma, "key: ", "- ", "!tag ", and in settings after "key=".
func (s *scanner) atValue() bool {
	i := s.pos
	for i > 0 && (s.code[i-1] == ' ' || s.code[i-1] == '\t') {
		i--
	}
	if i == 0 || strings.IndexByte("\n[{,(", s.code[i-1]) >= 0 || s.code[i-1] == '=' && s.key == "=" {
		return true
	}
	if i == s.pos || strings.IndexByte(":-?", s.code[i-1]) >= 0 {
		return i < s.pos
	}
	for i > 0 && WordByte(s.code[i-1]) {
		i--
	}
	return i > 0 && (s.code[i-1] == '!' || s.code[i-1] == '&')
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
	if strings.ContainsAny(letters, s.formats) {
		q.interp, q.format = "{", !s.dollar
		if s.dollar {
			q.interp = "("
		}
	}
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

// inString scans a string from after its opening quote.
func (s *scanner) inString(q quote) {
	from := s.pos
	class := s.stringClass(q)
	escape := byte('\\')
	if s.escape != 0 {
		escape = s.escape
	}
	for i := s.pos; i < len(s.code); i++ {
		switch c := s.code[i]; {
		case c == q.close[0] && strings.HasPrefix(s.code[i:], q.close):
			if q.twice && strings.HasPrefix(s.code[i+len(q.close):], q.close) {
				i += 2*len(q.close) - 1
				continue
			}
			s.emit(class, i+len(q.close))
			s.recolor(from, class)
			return
		case c == '\n' && !q.lines:
			s.emit(class, i)
			return
		case c == escape && !q.raw && i+1 < len(s.code) && s.code[i+1] != '\n':
			s.emit(class, i)
			i = s.escapeEnd(i) - 1
			s.emit(Escape, i+1)
		case q.format && (c == '{' || c == '}') && q.interp == "{" && i+1 < len(s.code) && s.code[i+1] == c:
			s.emit(class, i)
			i++
			s.emit(Escape, i+1)
		case q.interp != "" && c == q.interp[0] && s.depth < maxNesting && strings.HasPrefix(s.code[i:], q.interp):
			s.emit(class, i)
			s.interpolate(q)
			i = s.pos - 1
		}
	}
	s.emit(class, len(s.code))
}

// stringClass returns the class of a string: in JSON, "…": is a key.
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

// recolor gives the opening quote the class of its string, which is known only at the end.
func (s *scanner) recolor(from int, c Class) {
	if n := len(s.line); c != String && n > 0 && s.line[n-1].Class == String && s.start == from {
		s.start -= len(s.line[n-1].Text)
		s.line = s.line[:n-1]
	}
}

// escapeEnd returns the end of the escape sequence at i: \n, \x1b, \u{1f600}.
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
func (s *scanner) interpolate(q quote) {
	open := q.interp
	switch {
	case open == "%":
		if end := s.batchEnd(s.pos); end > s.pos+1 {
			s.emit(Constant, end)
		} else {
			s.emit(String, end)
		}
		return
	case open == "$" && s.inner && s.ahead(1) == '{':
		open = "${"
	case open == "$" && s.inner && !(WordByte(s.ahead(1)) && !digit(s.ahead(1))):
		s.emit(String, s.pos+1)
		return
	case open == "$":
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
	whole := s.code
	if q.format || !q.lines { // what is not closed ends with its line
		s.code = whole[:s.fieldEnd(q)]
	}
	s.program(closing)
	s.code = whole
	if q.format && s.pos < len(s.code) && s.code[s.pos] != '}' && s.code[s.pos] != '\n' { // {x!r}, {x:>8.2f}
		end := s.endOfLine()
		if i := strings.IndexByte(s.code[s.pos:end], '}'); i >= 0 {
			end = s.pos + i
		}
		s.emit(Escape, end)
	}
	if s.pos < len(s.code) && s.code[s.pos] == closing {
		s.emit(Escape, s.pos+1)
	}
}

// fieldEnd returns the end of the code that an interpolation may have: the end of the line, and before a
// format the beginning of the format.
func (s *scanner) fieldEnd(q quote) int {
	end := s.endOfLine()
	if !q.format {
		return end
	}
	level := 0
	for i := s.pos; i < end; i++ {
		switch c := s.code[i]; {
		case strings.IndexByte("([{", c) >= 0:
			level++
		case strings.IndexByte(")]}", c) >= 0:
			if level--; level < 0 {
				return i + 1
			}
		case level > 0:
		case c == ':' && (i+1 == end || s.code[i+1] != ':'), c == '!' && i+1 < end && s.code[i+1] != '=':
			return i
		case strings.HasPrefix(s.code[i:], q.close):
			return i
		}
	}
	return end
}

// variable scans $name, ${…}, $(…) or $1.
func (s *scanner) variable() {
	next := s.ahead(1)
	switch {
	case next == '{':
		end := s.endOfLine()
		if i := strings.IndexByte(s.code[s.pos:end], '}'); i >= 0 {
			end = s.pos + i + 1
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

// regexp scans /…/flags. It reports false if the text is not a regular expression.
func (s *scanner) regexp() bool {
	end, class := s.endOfLine(), false
	if end-s.pos > s.patience() {
		return false
	}
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
	s.vain += end - s.pos
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
	for i < len(s.code) && i < s.pos+4 && strings.IndexByte("-~<", s.code[i]) >= 0 {
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

// heredocs scans the texts of the here-documents that the previous line began.
func (s *scanner) heredocs() {
	for len(s.docs) > 0 && s.pos < len(s.code) {
		end := s.endOfLine()
		if strings.TrimSpace(s.code[s.pos:end]) == s.docs[0] {
			s.docs = s.docs[1:]
		}
		s.emit(String, end)
		s.emit(Unmarked, min(end+1, len(s.code)))
	}
}

// quoteLike scans the operand of a Perl operator with quotes of its own: q{…}, qw(…), m!…!, s/…/…/. The
// operator ends at end.
func (s *scanner) quoteLike(word string, end int) bool {
	parts := map[string]int{"q": 1, "qq": 1, "qw": 1, "qr": 1, "qx": 1, "m": 1, "s": 2, "tr": 2, "y": 2}[word]
	if parts == 0 || end >= len(s.code) || s.pos > 0 && strings.IndexByte("$@%&>{", s.code[s.pos-1]) >= 0 {
		return false
	}
	if c := s.code[end]; WordByte(c) || strings.IndexByte(" \t\n,;)=.-", c) >= 0 {
		if rest := strings.TrimLeft(s.code[end:], " "); c != ' ' || rest == "" || strings.IndexByte("{([<", rest[0]) < 0 {
			return false
		}
		end = len(s.code) - len(strings.TrimLeft(s.code[end:], " "))
	}
	for ; parts > 0 && end < len(s.code); parts-- {
		open := s.code[end]
		i := s.delimited(end)
		if i < 0 {
			end = max(end, s.endOfLine())
			break
		}
		end = i
		if parts == 2 && strings.IndexByte("{([<", open) >= 0 {
			end = len(s.code) - len(strings.TrimLeft(s.code[end:], " \n"))
		} else if parts == 2 {
			end-- // the two parts share the delimiter between them
		}
	}
	s.emit(String, s.letters(end)) // with its flags
	s.last, s.operand = "", true
	return true
}

// delimited returns the end of the text whose delimiter stands at i, or -1. Brackets nest. It searches
// only 2 KiB, and less where it searched much in vain.
func (s *scanner) delimited(i int) int {
	code := s.code[:min(len(s.code), i+min(2<<10, s.patience()))]
	if i >= len(code) {
		return -1
	}
	open := code[i]
	closing := open
	if k := strings.IndexByte("{([<", open); k >= 0 {
		closing = "})]>"[k]
	}
	level := 0
	for j := i + 1; j < len(code); j++ {
		switch c := code[j]; {
		case c == '\\':
			j++
		case c == closing && level == 0:
			return j + 1
		case c == closing:
			level--
		case c == open:
			level++
		}
	}
	s.vain += len(code) - i
	return -1
}

// patience returns how many bytes may still be searched in vain: that keeps the work for any code in
// proportion to its length.
func (s *scanner) patience() int { return max(0, 512<<10-s.vain) }

// literal scans %w[…] of Ruby or ~w(…) of Elixir.
func (s *scanner) literal() bool {
	i := s.pos + 1
	for i < len(s.code) && i < s.pos+3 && (s.code[i]|0x20 >= 'a' && s.code[i]|0x20 <= 'z') {
		i++
	}
	open := byte(0)
	if i < len(s.code) {
		open = s.code[i]
	}
	switch {
	case i == s.pos+1 && (s.tilde || strings.IndexByte("([{", open) < 0):
		return false
	case strings.IndexByte("([{</|!\"'", open) < 0 || open == 0:
		return false
	}
	if s.tilde && strings.HasPrefix(s.code[i:], `"""`) {
		s.emit(String, i+3)
		s.inString(quote{pair: triple.pair, lines: true})
		return true
	}
	end := s.delimited(i)
	if end < 0 {
		return false
	}
	s.emit(String, s.letters(end))
	return true
}

// letters returns the end of the letters at i.
func (s *scanner) letters(i int) int {
	for i < len(s.code) && s.code[i]|0x20 >= 'a' && s.code[i]|0x20 <= 'z' {
		i++
	}
	return i
}

// character scans a character without a closing quote: $x of Erlang, #\x of Racket, \newline of Clojure.
func (s *scanner) character() bool {
	if !strings.HasPrefix(s.rest(), s.char) || s.pos > 0 && WordByte(s.code[s.pos-1]) {
		return false
	}
	i := s.pos + len(s.char)
	if i >= len(s.code) || s.code[i] == '\n' || s.code[i] == ' ' && s.char != "$" {
		return false
	}
	_, n := utf8.DecodeRuneInString(s.code[i:])
	end := i + n
	switch {
	case s.code[i] == '\\' && s.char == "$":
		end = s.escapeEnd(i)
	case s.char != "$" && WordByte(s.code[i]):
		end = max(end, s.wordEnd(i))
	}
	s.emit(String, end)
	return true
}

// pod scans a comment that begins with = at the beginning of a line: =begin … =end, =pod … =cut.
func (s *scanner) pod() bool {
	if s.pos > 0 && s.code[s.pos-1] != '\n' {
		return false
	}
	words := strings.Fields(s.pods)
	for _, open := range words[:len(words)-1] {
		if !strings.HasPrefix(s.rest(), open) {
			continue
		}
		end := len(s.code)
		if i := strings.Index(s.rest(), "\n"+words[len(words)-1]); i >= 0 {
			end = s.pos + i + 1
			if n := strings.IndexByte(s.code[end:], '\n'); n >= 0 {
				end += n
			}
		}
		s.emit(Comment, end)
		return true
	}
	return false
}

package code

import (
	"strings"
	"unicode/utf8"
)

// scanner walks over code and classifies each piece. It cannot lose text: emit classifies the next
// bytes, and bytes without a class become Unmarked.
type scanner struct {
	*syntax
	code     string
	pos      int // length of the classified code
	start    int // start of the open token
	class    Class
	line     []Token
	out      [][]Token
	fresh    bool   // only spaces so far on this line
	last     string // the last word, "" after anything else
	operand  bool   // the last token ends an operand, so / divides
	docs     []string
	depth    int
	vain     int    // bytes that were searched for an end that is not there
	brackets int    // open ones, where values are plain
	unclosed string // closing texts of embedded code that do not occur in the rest
}

const maxNesting = 8 // strings in code in strings

// tokenise returns the tokens of each line of code. In code, a line feed follows each line.
func tokenise(s *syntax, code string, lines int) [][]Token {
	sc := scanner{syntax: s, code: code, out: make([][]Token, 0, lines), fresh: true}
	sc.scan()
	sc.emit(Unmarked, len(code))
	return sc.out
}

// scan scans all of the code in the way of its syntax.
func (s *scanner) scan() {
	switch s.by {
	case markup:
		s.markup()
	case latex:
		s.latex()
	case diff:
		s.diff()
	case console:
		s.console()
	case markdown:
		s.markdown()
	case typst:
		s.typst(false)
	default:
		s.program(0)
	}
}

// within scans the code up to end, which is in another language.
func (s *scanner) within(other *syntax, end int) {
	whole, outer, docs := s.code, s.syntax, s.docs
	s.code, s.syntax, s.docs = whole[:end], other, nil
	s.operand, s.last = false, ""
	s.scan()
	s.emit(Unmarked, end)
	s.code, s.syntax, s.docs = whole, outer, docs
}

// emit gives the code up to end a class. Neighbours of one class become one token, and spaces join the
// open token.
func (s *scanner) emit(c Class, end int) {
	for s.pos < end {
		if s.code[s.pos] == '\n' {
			s.flush()
			s.out = append(s.out, s.line)
			s.line = nil
			s.pos++
			s.start, s.class, s.fresh = s.pos, Unmarked, true
			continue
		}
		stop := end
		if i := strings.IndexByte(s.code[s.pos:end], '\n'); i >= 0 {
			stop = s.pos + i
		}
		blank := stop == s.pos+1 && s.code[s.pos] == ' '
		if c != s.class && !blank {
			s.flush()
			s.class = c
		}
		s.pos = stop
		s.fresh = s.fresh && blank
	}
}

// flush ends the open token.
func (s *scanner) flush() {
	if s.pos > s.start {
		s.line = append(s.line, Token{s.class, s.code[s.start:s.pos]})
	}
	s.start = s.pos
}

// rest returns the code that is not scanned yet.
func (s *scanner) rest() string { return s.code[s.pos:] }

// ahead returns the byte i after the position, 0 beyond the end.
func (s *scanner) ahead(i int) byte {
	if s.pos+i < len(s.code) {
		return s.code[s.pos+i]
	}
	return 0
}

// endOfLine returns the offset of the next line feed.
func (s *scanner) endOfLine() int {
	if i := strings.IndexByte(s.rest(), '\n'); i >= 0 {
		return s.pos + i
	}
	return len(s.code)
}

// program scans code up to the end, or to the brace that closes an interpolation.
func (s *scanner) program(stop byte) {
	open := byte('{')
	if stop == ')' {
		open = '('
	}
	level := 0
	for s.pos < len(s.code) {
		c := s.code[s.pos]
		switch {
		case stop != 0 && c == open:
			level++
		case stop != 0 && c == stop:
			if level--; level < 0 {
				return
			}
		}
		s.next(c)
	}
}

// next scans one token that begins with c.
func (s *scanner) next(c byte) {
	switch {
	case c == '\n':
		s.emit(Unmarked, s.pos+1)
		s.last, s.operand = "", false
		s.heredocs()
		return
	case c == ' ' || c == '\t':
		s.emit(Unmarked, s.pos+1)
		return
	case s.escapes && c == '\\' && s.pos+1 < len(s.code) && s.code[s.pos+1] != '\n':
		_, n := utf8.DecodeRuneInString(s.code[s.pos+1:])
		s.emit(Unmarked, s.pos+1+n)
		s.last = ""
		return
	case s.fresh && s.lineStart(c):
		return
	case s.comment():
		return
	case s.stringStart():
		s.last, s.operand = "", true
		return
	case s.plain && s.scalar(c):
		s.last, s.operand = "", true
		return
	case s.signs && !s.operand && (c == '-' || c == '+') && digit(s.ahead(1)) && (s.pos == 0 || !WordByte(s.code[s.pos-1])):
		s.emit(Number, s.pos+1)
		s.number()
		return
	case WordByte(c) || strings.IndexByte(s.inWord, c) >= 0 && s.wordFollows():
		s.word()
		return
	}
	s.last = ""
	s.symbol(c)
}

// wordFollows reports whether the current character, one that words may contain, begins a word.
func (s *scanner) wordFollows() bool {
	c := s.ahead(1)
	return WordByte(c) && !digit(c) && !strings.ContainsRune("-./'", rune(s.ahead(0)))
}

// WordByte reports whether a byte is part of words: a letter, a digit, an underscore, or a byte of a
// character beyond ASCII.
func WordByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c >= utf8.RuneSelf
}

// lineStart scans constructs that are special at the beginning of a line.
func (s *scanner) lineStart(c byte) bool {
	switch {
	case s.hash && c == '#':
		end := s.pos + 1
		for end < len(s.code) && (WordByte(s.code[end]) || s.code[end] == ' ') {
			end++
		}
		s.emit(Attribute, end)
		if s.ahead(0) == '<' {
			s.emit(String, s.pos+1+max(strings.IndexByte(s.code[s.pos:s.endOfLine()], '>'), 0))
		}
		return true
	case s.pods != "" && c == '=':
		return s.pod()
	case s.section && c == '[':
		s.emit(Title, s.endOfLine())
		return true
	case s.key != "" && c == '-' && s.ahead(1) == ' ':
		s.emit(Operator, s.pos+1)
		s.fresh = true
		return true
	case s.key != "" && (WordByte(c) || c == '.' && strings.IndexByte(s.inWord, c) >= 0):
		return s.lineKey()
	}
	return false
}

// lineKey scans the key of "key: value" or "key = value".
func (s *scanner) lineKey() bool {
	end := s.pos
	for end < len(s.code) && (WordByte(s.code[end]) || strings.IndexByte(s.inWord, s.code[end]) >= 0) {
		end++
	}
	sep := end
	for sep < len(s.code) && s.code[sep] == ' ' {
		sep++
	}
	if sep == len(s.code) || strings.IndexByte(s.key, s.code[sep]) < 0 {
		return false
	}
	if c, _ := s.classOf(s.code[s.pos:end]); c == Keyword {
		return false
	}
	if s.key == ":" && sep+1 < len(s.code) && strings.IndexByte(" \n", s.code[sep+1]) < 0 {
		return false
	}
	s.emit(Attribute, end)
	s.last, s.operand = "", false
	return true
}

// comment scans a comment.
func (s *scanner) comment() bool {
	rest := s.rest()
	for _, p := range s.block {
		if strings.HasPrefix(rest, p.open) {
			s.emit(Comment, s.commentEnd(p))
			return true
		}
	}
	for _, open := range s.syntax.line {
		if strings.HasPrefix(rest, open) && (s.pos == 0 || s.mayComment(open, s.code[s.pos-1])) {
			s.emit(Comment, s.endOfLine())
			return true
		}
	}
	return false
}

// commentEnd returns the end of the comment that begins at the position.
func (s *scanner) commentEnd(p pair) int {
	i, level := s.pos+len(p.open), 1
	nests := strings.Contains(s.nests, p.open)
	for i < len(s.code) {
		n := strings.Index(s.code[i:], p.close)
		if n < 0 {
			break
		}
		if nests {
			level += strings.Count(s.code[i:i+n], p.open)
		}
		i += n + len(p.close)
		if level--; level == 0 {
			return i
		}
	}
	return len(s.code)
}

// mayComment reports whether open begins a comment after c. It does not if it belongs to one construct
// with c: $#, ${x#y}, a#b, https://.
func (s *scanner) mayComment(open string, c byte) bool {
	switch {
	case open == "#" && s.spaced:
		return strings.IndexByte(" \t\n;&|()", c) >= 0
	case open == "#":
		return !WordByte(c) && c != '$' && c != '{' && c != '&'
	case open == "//":
		return !s.urls || c != ':'
	case open == "%": // of LaTeX and Erlang
		return c != '\\'
	}
	return !WordByte(open[0]) || !WordByte(c) && c != '.'
}

// word scans a word or a number.
func (s *scanner) word() {
	c := s.code[s.pos]
	if digit(c) {
		s.number()
		return
	}
	end := s.pos + 1
	for end < len(s.code) && (WordByte(s.code[end]) || strings.IndexByte(s.inWord, s.code[end]) >= 0) {
		end++
	}
	text := s.code[s.pos:end]
	if s.perl && s.quoteLike(text, end) {
		return
	}
	after := byte(0)
	if end < len(s.code) {
		after = s.code[end]
	}
	if s.macros && after == '!' && end+1 < len(s.code) && s.code[end+1] != '=' {
		s.emit(Function, end+1)
		s.last, s.operand = text, false
		return
	}
	class := s.wordClass(text, after)
	if s.labels && after == ':' && end+1 < len(s.code) && strings.IndexByte(" \n", s.code[end+1]) >= 0 && (s.pos == 0 || s.code[s.pos-1] != ':') {
		class = Constant
	}
	s.emit(class, end)
	s.last, s.operand = text, class != Keyword
}

// naming maps keywords to the class of the next word.
var naming = map[string]Class{
	"fn": Function, "func": Function, "function": Function, "fun": Function,
	"def": Function, "defp": Function, "sub": Function,
	"class": Type, "struct": Type, "enum": Type, "trait": Type, "interface": Type,
	"type": Type, "impl": Type, "module": Type, "defmodule": Type,
}

func (s *scanner) wordClass(text string, after byte) Class {
	known := text
	if s.anyCase {
		known = strings.ToLower(text)
	}
	member := s.pos > 0 && s.code[s.pos-1] == '.'
	class, ok := s.classOf(known)
	before, _ := s.classOf(s.last)
	switch {
	case ok && !member && (class != Keyword || !s.leading || strings.EqualFold(s.last, "onbuild") || s.leads()):
		return class
	case naming[s.last] != "" && before == Keyword && !(s.last == "function" && s.nocalls):
		return naming[s.last]
	case after == '(' && !s.nocalls:
		return Function
	case s.upper && text[0] >= 'A' && text[0] <= 'Z' && strings.ContainsFunc(text, lower):
		return Type
	}
	return Unmarked
}

// leads reports whether the current word is the first of a line that does not continue another line.
func (s *scanner) leads() bool {
	before := strings.TrimRight(s.code[:s.pos], " \t")
	return before == "" || strings.HasSuffix(before, "\n") && !strings.HasSuffix(before, "\\\n")
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func lower(r rune) bool { return r >= 'a' && r <= 'z' }

// number scans a number with its suffix: 0x1f, 1_000u64, 1.5e-3, 10ms.
func (s *scanner) number() {
	end := s.pos + 1
	for end < len(s.code) {
		c, prev := s.code[end], s.code[end-1]
		more := end+1 < len(s.code) && digit(s.code[end+1])
		switch {
		case WordByte(c), c == '.' && more:
		case (c == '+' || c == '-') && (prev|0x20) == 'e' && more && !strings.HasPrefix(s.rest(), "0x"):
		case c == s.radix && c != 0 && end+1 < len(s.code) && WordByte(s.code[end+1]):
		case c == '#' && c == s.radix && strings.Count(s.code[s.pos:end], "#") == 1: // 16#ff#
		case (c == '-' || c == ':') && more && s.section && digit(prev): // 1979-05-27 07:32:00
		case c == '\'' && more && s.hash: // a separator of C++ and C
		default:
			s.emit(Number, end)
			s.operand = true
			return
		}
		end++
	}
	s.emit(Number, end)
}

// symbol scans everything but words, strings and comments.
func (s *scanner) symbol(c byte) {
	next := s.ahead(1)
	switch {
	case s.syntax.at && c == '@' && WordByte(next):
		s.emit(Attribute, s.wordEnd(s.pos+1))
	case s.macros && c == '#' && (next == '[' || next == '!'): // #[derive(…)]
		if i := strings.IndexByte(s.code[s.pos:s.endOfLine()], ']'); i >= 0 {
			s.emit(Attribute, s.pos+i+1)
			return
		}
		s.emit(Unmarked, s.pos+1)
	case c == '$' && strings.IndexByte(s.sigils, '$') >= 0:
		s.variable()
	case c == '%' && s.escape == '^':
		s.emit(Constant, s.batchEnd(s.pos))
	case s.hex && c == '#' && s.hexColour():
		s.emit(Number, s.wordEnd(s.pos+1))
	case c == s.radix && c == '\'' && (next|0x20 == 'b' || next|0x20 == 'd' || next|0x20 == 'h' || next|0x20 == 'o'):
		s.emit(Number, s.wordEnd(s.pos+1))
		s.operand = true
	case strings.IndexByte(s.sigils, c) >= 0 && WordByte(next) && (s.pos == 0 || !WordByte(s.code[s.pos-1])):
		s.emit(Constant, s.wordEnd(s.pos+1))
		s.operand = true
	case s.heredoc && c == '<' && next == '<':
		s.heredocStart()
	case strings.IndexByte("+-*/%=<>!&|^~?", c) >= 0:
		s.emit(Operator, s.pos+1)
		s.operand = false
	default:
		_, n := utf8.DecodeRuneInString(s.rest())
		s.emit(Unmarked, s.pos+n)
		switch {
		case !s.plain:
		case c == '[' || c == '{':
			s.brackets++
		case c == ']' || c == '}':
			s.brackets = max(0, s.brackets-1)
		}
		s.operand = c == ')' || c == ']' || c == '}'
	}
}

// hexColour reports whether # begins a colour and not the name of an element.
func (s *scanner) hexColour() bool {
	end := s.pos + 1
	for end < len(s.code) && hexDigit(s.code[end]) {
		end++
	}
	n := end - s.pos - 1
	if n != 3 && n != 4 && n != 6 && n != 8 || end < len(s.code) && (WordByte(s.code[end]) || s.code[end] == '-') {
		return false
	}
	rest := strings.TrimLeft(s.code[end:min(len(s.code), end+8)], " ")
	return !s.fresh && !strings.HasPrefix(rest, "{")
}

// batchEnd returns the end of a variable of a batch file at i: %NAME%, %1, %~n0, %%f.
func (s *scanner) batchEnd(i int) int {
	end := i + 1
	for end < len(s.code) && (s.code[end] == '%' && end == i+1 || s.code[end] == '~') {
		end++
	}
	from := end
	for end < len(s.code) && (WordByte(s.code[end]) || s.code[end] == ':' && end > from) {
		if digit(s.code[end]) && end == from { // %1
			return end + 1
		}
		end++
	}
	switch {
	case end < len(s.code) && end > from && s.code[end] == '%':
		return end + 1
	case from > i+1 && s.code[from-1] == '~': // %%~nxf
		return s.letters(from)
	case from > i+1:
		return min(from+1, end)
	}
	return i + 1
}

// wordEnd returns the end of the word at i.
func (s *scanner) wordEnd(i int) int {
	for i < len(s.code) && (WordByte(s.code[i]) || s.code[i] == '-' && strings.IndexByte(s.inWord, '-') >= 0) {
		i++
	}
	return i
}

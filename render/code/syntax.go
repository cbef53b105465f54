package code

import (
	"strings"
	"sync"

	"github.com/slidexec/slidexec/slides/lang"
)

// Highlighting is done by one scanner and this table instead of a library of regular expressions.
// chroma was tried first. Reading its 280 lexers costs every start of slidexec 5 to 13 ms, and each
// sandboxed run is such a start. Its expressions take 0.5 ms for a block of ten lines and have
// pathological cases. A scanner over bytes takes a hundredth of that and has no such cases. It gives
// up grammar, which nobody can see from the last row. A new language is one entry.

// syntax describes a language for the scanner. Spaces separate the words of lists.
type syntax struct {
	keywords, types, constants string

	line   []string // beginnings of comments up to the end of the line
	block  []pair   // comments with an end
	quotes []quote  // longer openings first

	inWord  string // characters of words beyond letters, digits, underscore
	prefix  string // letters that may stand before a quote: r"…", f"…"
	formats string // those of them whose strings have code in braces: f"{x:.2f}"
	sigils  string // a word after one of these is a variable: $HOME
	at      bool   // @word is an attribute
	hash    bool   // # at the beginning of a line is a directive
	upper   bool   // Capitalised words are types
	macros  bool   // word! is a function
	regex   bool   // /…/ where an operand is expected
	ticks   bool   // 'a without a closing quote is a lifetime, a label or a type variable
	heredoc bool   // <<WORD
	anyCase bool   // words are compared in lower case
	nocalls bool   // a word before ( is nothing special
	key     string // characters that make the word at the beginning of a line a key
	section bool   // [line] is a heading
	members bool   // "string": is a key
	escapes bool   // a backslash outside of strings takes the next character's meaning away
	ansi    bool   // $'…' is a string with escapes
	spaced  bool   // # begins a comment only where a word could begin
	apart   bool   // a quote within a word is a character
	value   bool   // a quote begins a string only where a value begins
	plain   bool   // values without quotes are text as a whole: 1.2.3, no way
	signs   bool   // a sign belongs to its number
	urls    bool   // // after a colon is part of an address
	leading bool   // keywords are the first words of lines
	perl    bool   // q{…}, qw(…), s/…/…/
	dollar  bool   // $"…" has code in parentheses
	percent bool   // %w[…], %q(…)
	tilde   bool   // ~w(…), ~s"…"
	inner   bool   // ${…} in strings holds code
	prose   bool   // ' within a word is an apostrophe
	labels  bool   // a word right before a colon is a name: do: 1
	radix   byte   // what stands between a base and digits: 16#ff, 8'hff
	nests   string // openings of comments that may hold comments of their kind
	pods    string // a comment begins in a line with one of these and ends after its last word's line
	char    string // what a character begins with: $x, #\x, ?x
	hex     bool   // #0b5cad is a number
	escape  byte   // what takes a character's meaning away in strings, 0: a backslash
	braces  string // opens code in markup
	adjoint bool   // ' after an operand is an operator

	by special // for languages not made of words, strings and comments

	split sync.Once // splits the lists into words
	known map[string]Class
}

// special names a scanner of its own.
type special int

const (
	words special = iota // made of words, strings and comments
	markup
	latex
	diff
	console
	markdown
	typst
)

type pair struct{ open, close string }

// quote is a kind of string.
type quote struct {
	pair
	raw    bool   // a backslash is a backslash
	lines  bool   // may have several lines
	twice  bool   // two closing quotes are one character of the string
	interp string // opens code within: ${
	format bool   // the code within may end in a format, and doubled braces are braces
}

var (
	double = quote{pair: pair{`"`, `"`}}
	single = quote{pair: pair{`'`, `'`}}
	long   = quote{pair: pair{`"`, `"`}, lines: true}
	rawer  = quote{pair: pair{`'`, `'`}, raw: true, lines: true}
	sql    = quote{pair: pair{`'`, `'`}, raw: true, twice: true}
	basic  = quote{pair: pair{`"`, `"`}, raw: true, twice: true}
	ticked = quote{pair: pair{"`", "`"}, raw: true, lines: true}
	apos   = quote{pair: pair{`'`, `'`}, lines: true}
	ticks  = quote{pair: pair{"`", "`"}, lines: true}
	triple = quote{pair: pair{`"""`, `"""`}, lines: true}
	three1 = quote{pair: pair{`'''`, `'''`}, lines: true}
	cBlock = []pair{{"/*", "*/"}}
	slash  = []string{"//"}
	pound  = []string{"#"}
)

func interp(q quote, open string) quote {
	q.interp = open
	return q
}

// classOf returns the class of a word of the language. The first call splits the lists, so that no start
// of slidexec pays for languages that its deck does not use.
func (s *syntax) classOf(word string) (Class, bool) {
	s.split.Do(func() {
		s.known = map[string]Class{}
		for class, list := range map[Class]string{Keyword: s.keywords, Type: s.types, Constant: s.constants} {
			for w := range strings.FieldsSeq(list) {
				s.known[w] = class
			}
		}
	})
	c, ok := s.known[word]
	return c, ok
}

// findSyntax returns the syntax of a language by its name or an alias, nil if it has none.
func findSyntax(language string) *syntax {
	l, _ := lang.Lookup(language)
	return syntaxes[l.Colour]
}

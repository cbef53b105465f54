package render

import (
	"strings"
	"time"

	"github.com/alecthomas/chroma/v2"
)

// tokenise runs a lexer over code, which is the lines with a line feed behind each. A lexer is a
// pile of regular expressions made for well-behaved input: what it returns is checked against the
// input, and plain lines stand in for anything that went wrong.
func tokenise(lexer chroma.Lexer, code string, lines []string) (out [][]Token) {
	if len(code) > maxCode || !lexable(code, lines) {
		return plainTokens(lines)
	}
	defer func() {
		if recover() != nil { // lexers panic on their own mistakes
			out = plainTokens(lines)
		}
	}()
	it, err := lexer.Tokenise(&chroma.TokeniseOptions{State: "root"}, code)
	if err != nil {
		return plainTokens(lines)
	}
	b := lineBuilder{code: code, out: make([][]Token, 0, len(lines))}
	deadline := time.Now().Add(maxLexing)
	for n, t := 0, it(); t != chroma.EOF; n, t = n+1, it() {
		if !b.add(classOf(t.Type), t.Value) || n%64 == 63 && time.Now().After(deadline) {
			return plainTokens(lines)
		}
	}
	if b.pos != len(code) || len(b.out) != len(lines) {
		return plainTokens(lines)
	}
	return b.out
}

// lexable reports whether no line is too long or holds a line end of its own.
func lexable(code string, lines []string) bool {
	for _, l := range lines {
		if len(l) > maxCodeLine {
			return false
		}
	}
	return strings.Count(code, "\n") == len(lines)
}

// lineBuilder cuts tokens into lines and joins neighbours of one class. Texts are slices of code:
// a token costs no copy of its text.
type lineBuilder struct {
	code  string
	pos   int // how much of code has been seen
	start int // where the open token begins
	class Class
	line  []Token
	out   [][]Token
}

// add takes the next token; false when it is not what the code goes on with.
func (b *lineBuilder) add(c Class, text string) bool {
	if !strings.HasPrefix(b.code[b.pos:], text) {
		return false
	}
	if c != b.class && strings.TrimLeft(text, " ") != "" { // spaces have no look: they join what is open
		b.flush()
		b.class = c
	}
	end := b.pos + len(text)
	for {
		i := strings.IndexByte(b.code[b.pos:end], '\n')
		if i < 0 {
			break
		}
		b.pos += i
		b.flush()
		b.out = append(b.out, b.line)
		b.line = nil
		b.pos++
		b.start = b.pos
	}
	b.pos = end
	return true
}

// flush ends the open token.
func (b *lineBuilder) flush() {
	if b.pos > b.start {
		b.line = append(b.line, Token{b.class, b.code[b.start:b.pos]})
	}
	b.start = b.pos
}

// classes maps what lexers tell apart to what gets a look of its own. The most specific entry
// wins: the type itself, then its subcategory, then its category.
var classes = map[chroma.TokenType]Class{
	chroma.Keyword:               Keyword,
	chroma.KeywordConstant:       Constant,
	chroma.KeywordType:           Type,
	chroma.NameAttribute:         Attribute,
	chroma.NameBuiltin:           Builtin,
	chroma.NameClass:             Type,
	chroma.NameConstant:          Constant,
	chroma.NameDecorator:         Attribute,
	chroma.NameEntity:            Escape,
	chroma.NameException:         Type,
	chroma.NameFunction:          Function,
	chroma.NameFunctionMagic:     Function,
	chroma.NameTag:               Tag,
	chroma.Literal:               String,
	chroma.LiteralString:         String,
	chroma.LiteralStringEscape:   Escape,
	chroma.LiteralStringInterpol: Escape,
	chroma.LiteralNumber:         Number,
	chroma.LiteralDate:           Number,
	chroma.Operator:              Operator,
	chroma.OperatorWord:          Keyword,
	chroma.Punctuation:           Unmarked,
	chroma.Comment:               Comment,
	chroma.CommentPreproc:        Attribute,
	chroma.CommentPreprocFile:    String,
	chroma.GenericDeleted:        Deleted,
	chroma.GenericInserted:       Inserted,
	chroma.GenericHeading:        Title,
	chroma.GenericSubheading:     Title,
	chroma.GenericPrompt:         Comment,
	chroma.GenericOutput:         Comment,
}

func classOf(t chroma.TokenType) Class {
	for _, t := range [...]chroma.TokenType{t, t.SubCategory(), t.Category()} {
		if c, ok := classes[t]; ok {
			return c
		}
	}
	return Unmarked
}

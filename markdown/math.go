package markdown

import (
	"bytes"
	"strings"

	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// With the option math, text between dollars is a formula in the notation of LaTeX. $x$ stands within a line, with
// no space inside of the dollars and no digit behind the second: $5 and $10 are prices. Lines from one that begins
// with $$ to one that ends so are a formula of its own; a blank line ends it as well, so that one that nobody closed
// does not take the rest of the deck.

// withMath are the parsers of formulas, besides those of every deck.
func withMath() []parser.Option {
	return []parser.Option{
		parser.WithBlockParsers(util.Prioritized(mathBlockParser{}, 690)),
		parser.WithInlineParsers(util.Prioritized(few(mathSpanParser{}), 110)),
	}
}

var (
	kindMathSpan  = ast.NewNodeKind("MathSpan")
	kindMathBlock = ast.NewNodeKind("MathBlock")
)

// mathSpan is $…$ or $$…$$ within a line.
type mathSpan struct {
	ast.BaseInline
	at text.Segment // with the dollars
}

func (*mathSpan) Kind() ast.NodeKind         { return kindMathSpan }
func (n *mathSpan) Dump(src []byte, lvl int) { ast.DumpHelper(n, src, lvl, nil, nil) }

type mathSpanParser struct{}

func (mathSpanParser) Trigger() []byte { return []byte{'$'} }

func (mathSpanParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	n := formulaIn(line)
	if n == 0 || block.PrecendingCharacter() == '$' {
		return nil
	}
	block.Advance(n)
	return &mathSpan{at: text.NewSegment(segment.Start, segment.Start+n)}
}

// formulaIn returns the length of the formula that the line begins with, with its dollars, or 0.
func formulaIn(line []byte) int {
	mark := 1
	if bytes.HasPrefix(line, []byte("$$")) {
		mark = 2
	}
	for i := mark; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '\n', '\r', '`': // the dollar of $5 does not reach into code
			return 0
		case '$':
			if mark == 2 && !bytes.HasPrefix(line[i:], []byte("$$")) {
				return 0
			}
			end := i + mark
			blank := len(bytes.TrimSpace(line[mark:i])) == 0
			if blank || mark == 1 && (line[mark] == ' ' || line[i-1] == ' ' || end < len(line) && '0' <= line[end] && line[end] <= '9') {
				return 0
			}
			return end
		}
	}
	return 0
}

// mathBlock is a formula on lines of its own, which are its Lines, with the dollars.
type mathBlock struct {
	ast.BaseBlock
	closed bool
}

func (*mathBlock) Kind() ast.NodeKind         { return kindMathBlock }
func (*mathBlock) IsRaw() bool                { return true }
func (n *mathBlock) Dump(src []byte, lvl int) { ast.DumpHelper(n, src, lvl, nil, nil) }

type mathBlockParser struct{}

func (mathBlockParser) Trigger() []byte { return []byte{'$'} }

func (mathBlockParser) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	at := pc.BlockOffset()
	if at < 0 || !bytes.HasPrefix(line[at:], []byte("$$")) {
		return nil, parser.NoChildren
	}
	rest := bytes.TrimSpace(line[at+2:])
	n := &mathBlock{closed: len(rest) >= 2 && bytes.HasSuffix(rest, []byte("$$"))}
	if i := bytes.Index(rest, []byte("$$")); i >= 0 && (!n.closed || i+2 < len(rest)) {
		return nil, parser.NoChildren // text with formulas in it
	}
	n.Lines().Append(text.NewSegment(segment.Start+at, segment.Stop))
	reader.AdvanceToEOL()
	return n, parser.NoChildren
}

func (mathBlockParser) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	n := node.(*mathBlock)
	line, segment := reader.PeekLine()
	if n.closed || util.IsBlank(line) {
		return parser.Close
	}
	n.Lines().Append(segment)
	n.closed = bytes.HasSuffix(bytes.TrimSpace(line), []byte("$$"))
	reader.AdvanceToEOL()
	return parser.Continue | parser.NoChildren
}

func (mathBlockParser) Close(ast.Node, text.Reader, parser.Context) {}
func (mathBlockParser) CanInterruptParagraph() bool                 { return true }
func (mathBlockParser) CanAcceptIndentedLine() bool                 { return false }

// formula adds a formula on lines of its own: a block of code that is drawn.
func (w walker) formula(n *mathBlock) {
	at := w.nodeSpan(n)
	s := w.mathSnippet(at, w.codeLines(n.Lines()))
	if !n.closed {
		w.failAt(firstLine(at), "the formula has no end", "end its last line with $$")
		s.Exec = slides.Exec{}
	}
	w.code(s, at)
}

// mathSpan returns a formula within a line.
func (c *inliner) mathSpan(n *mathSpan) *slides.Math {
	at := c.span(n.at.Start, n.at.Stop)
	code := string(n.at.Value(c.src.text))
	m := &slides.Math{At: at.Pos, Text: c.src.clean(code), Snippet: c.mathSnippet(at, []codeLine{{text: code, at: at.Pos}})}
	c.deck.Snippets = append(c.deck.Snippets, m.Snippet)
	c.snippets = append(c.snippets, m.Snippet)
	return m
}

func (b *builder) mathSnippet(at slides.Span, lines []codeLine) *slides.Snippet {
	l := b.language("math")
	s := &slides.Snippet{At: at, Info: at.Pos, Slide: -1, Lang: l.Name, Word: strings.ToLower(l.Name), Exec: slides.Exec{Mode: slides.ModeRender, Auto: true}}
	b.program(s, l, lines)
	return s
}

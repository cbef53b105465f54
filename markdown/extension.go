package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// newParser returns a goldmark parser for the dialect: CommonMark, tables, strikethrough,
// superscript, wikilinks, footnotes in place, alerts and quotes between lines of >>>.
//
// Footnotes are our own because goldmark's extension moves the definitions to the end of the
// document. Containers and inline constructs are limited (limit.go) because goldmark, like most
// parsers, is quadratic in their number, and a deck may come from a stranger.
func newParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(shallow{parser.NewListParser()}, 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(fenceParser{parser.NewFencedCodeBlockParser()}, 700),
			util.Prioritized(shallow{wideQuoteParser{}}, 790),
			util.Prioritized(shallow{parser.NewBlockquoteParser()}, 800),
			util.Prioritized(parser.NewHTMLBlockParser(), 900),
			util.Prioritized(shallow{footnoteParser{}}, 950),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithParagraphTransformers(
			util.Prioritized(alertTransformer{}, 50),
			util.Prioritized(linkReferences{parser.LinkReferenceParagraphTransformer}, 100),
			util.Prioritized(tableTransformer{}, 200),
		),
		parser.WithASTTransformers(util.Prioritized(barTransformer{}, 100)),
		parser.WithInlineParsers(
			util.Prioritized(few(parser.NewCodeSpanParser()), 100),
			util.Prioritized(few(footnoteRefParser{}), 150),
			util.Prioritized(few(wikilinkParser{}), 160),
			util.Prioritized(few(parser.NewLinkParser()), 200),
			util.Prioritized(few(parser.NewAutoLinkParser()), 300),
			util.Prioritized(few(parser.NewRawHTMLParser()), 400),
			util.Prioritized(few(parser.NewEmphasisParser()), 500),
			util.Prioritized(few(strikethroughParser{}), 500),
			util.Prioritized(few(superscriptParser{}), 500),
		),
	)
}

// Kinds of nodes that goldmark does not have. Its registry of kinds is append-only and global.
var (
	kindSuperscript = ast.NewNodeKind("Superscript")
	kindWikilink    = ast.NewNodeKind("Wikilink")
	kindFootnote    = ast.NewNodeKind("SlideFootnote")
	kindFootnoteRef = ast.NewNodeKind("SlideFootnoteRef")
	kindWideQuote   = ast.NewNodeKind("WideQuote")
	kindAlertTitle  = ast.NewNodeKind("AlertTitle")
)

// strikethroughParser parses ~text~ and ~~text~~.
type strikethroughParser struct{}

func (strikethroughParser) Trigger() []byte         { return []byte{'~'} }
func (strikethroughParser) IsDelimiter(c byte) bool { return c == '~' }
func (strikethroughParser) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char
}
func (strikethroughParser) OnMatch(int) ast.Node { return east.NewStrikethrough() }

func (p strikethroughParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if block.PrecendingCharacter() == '~' {
		return nil
	}
	return takeDelimiter(block, pc, 2, p)
}

// takeDelimiter takes a delimiter of at most most characters.
func takeDelimiter(block text.Reader, pc parser.Context, most int, p parser.DelimiterProcessor) ast.Node {
	line, segment := block.PeekLine()
	d := parser.ScanDelimiter(line, block.PrecendingCharacter(), 1, p)
	if d == nil || d.OriginalLength > most {
		return nil
	}
	d.Segment = segment.WithStop(segment.Start + d.OriginalLength)
	block.Advance(d.OriginalLength)
	pc.PushDelimiter(d)
	return d
}

// superscript is ^text^.
type superscript struct{ ast.BaseInline }

func (*superscript) Kind() ast.NodeKind         { return kindSuperscript }
func (n *superscript) Dump(src []byte, lvl int) { ast.DumpHelper(n, src, lvl, nil, nil) }

type superscriptParser struct{}

func (superscriptParser) Trigger() []byte         { return []byte{'^'} }
func (superscriptParser) IsDelimiter(c byte) bool { return c == '^' }
func (superscriptParser) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	return opener.Char == closer.Char
}
func (superscriptParser) OnMatch(int) ast.Node { return &superscript{} }

func (p superscriptParser) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	return takeDelimiter(block, pc, 1, p)
}

// wikilink is [[title|url]] or [[url]].
type wikilink struct {
	ast.BaseInline
	title, dest text.Segment
}

func (*wikilink) Kind() ast.NodeKind         { return kindWikilink }
func (n *wikilink) Dump(src []byte, lvl int) { ast.DumpHelper(n, src, lvl, nil, nil) }

type wikilinkParser struct{}

func (wikilinkParser) Trigger() []byte { return []byte{'['} }

func (wikilinkParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	if !bytes.HasPrefix(line, []byte("[[")) {
		return nil
	}
	end := bytes.IndexAny(line[2:], "[]\n")
	if end < 1 || !bytes.HasPrefix(line[2+end:], []byte("]]")) {
		return nil
	}
	n := &wikilink{dest: text.NewSegment(segment.Start+2, segment.Start+2+end)}
	if bar := bytes.IndexByte(line[2:2+end], '|'); bar >= 0 {
		n.title = text.NewSegment(segment.Start+2, segment.Start+2+bar)
		n.dest.Start += bar + 1
	}
	block.Advance(end + 4)
	return n
}

// footnoteRef is [^name]. It counts only if a definition exists, perhaps further down.
type footnoteRef struct {
	ast.BaseInline
	name string
}

func (*footnoteRef) Kind() ast.NodeKind         { return kindFootnoteRef }
func (n *footnoteRef) Dump(src []byte, lvl int) { ast.DumpHelper(n, src, lvl, nil, nil) }

// footnoteName returns the name in "[^name]" at the start of line, and the length with brackets.
func footnoteName(line []byte) (string, int) {
	if !bytes.HasPrefix(line, []byte("[^")) {
		return "", 0
	}
	end := bytes.IndexAny(line[2:], "[] \t\r\n")
	if end < 1 || line[2+end] != ']' {
		return "", 0
	}
	return string(line[2 : 2+end]), end + 3
}

type footnoteRefParser struct{}

func (footnoteRefParser) Trigger() []byte { return []byte{'['} }

func (footnoteRefParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	name, n := footnoteName(line)
	if n == 0 {
		return nil
	}
	block.Advance(n)
	return &footnoteRef{name: name}
}

// footnotesKey holds the names defined in a file.
var footnotesKey = parser.NewContextKey()

// footnote is a definition, [^name]: text.
type footnote struct {
	ast.BaseBlock
	name string
}

func (*footnote) Kind() ast.NodeKind         { return kindFootnote }
func (n *footnote) Dump(src []byte, lvl int) { ast.DumpHelper(n, src, lvl, nil, nil) }

type footnoteParser struct{}

func (footnoteParser) Trigger() []byte { return []byte{'['} }

func (footnoteParser) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	at := pc.BlockOffset()
	name, n := footnoteName(line[max(at, 0):])
	if at < 0 || n == 0 || !bytes.HasPrefix(line[at+n:], []byte(":")) {
		return nil, parser.NoChildren
	}
	names := pc.ComputeIfAbsent(footnotesKey, func() any { return map[string]bool{} }).(map[string]bool)
	names[name] = true
	reader.Advance(at + n + 1)
	return &footnote{name: name}, parser.HasChildren
}

func (footnoteParser) Continue(_ ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	pos, padding := util.IndentPosition(line, reader.LineOffset(), 4)
	if pos < 0 {
		return parser.Close
	}
	reader.AdvanceAndSetPadding(pos, padding)
	return parser.Continue | parser.HasChildren
}

func (footnoteParser) Close(ast.Node, text.Reader, parser.Context) {}
func (footnoteParser) CanInterruptParagraph() bool                 { return true }
func (footnoteParser) CanAcceptIndentedLine() bool                 { return false }

// wideQuote is a quote between lines of >>>.
type wideQuote struct {
	ast.BaseBlock
	length int
	closed bool
}

func (*wideQuote) Kind() ast.NodeKind         { return kindWideQuote }
func (n *wideQuote) Dump(src []byte, lvl int) { ast.DumpHelper(n, src, lvl, nil, nil) }

// quoteFence returns the number of > that the line consists of, or 0 if it has other characters.
func quoteFence(line []byte) int {
	line = bytes.TrimSpace(line)
	if len(bytes.TrimLeft(line, ">")) > 0 || len(line) < 3 {
		return 0
	}
	return len(line)
}

type wideQuoteParser struct{}

func (wideQuoteParser) Trigger() []byte { return []byte{'>'} }

func (wideQuoteParser) Open(_ ast.Node, reader text.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	n := quoteFence(line)
	if n == 0 {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return &wideQuote{length: n}, parser.HasChildren
}

func (wideQuoteParser) Continue(node ast.Node, reader text.Reader, _ parser.Context) parser.State {
	q := node.(*wideQuote)
	line, _ := reader.PeekLine()
	if w, _ := util.IndentWidth(line, reader.LineOffset()); w < 4 && quoteFence(line) >= q.length {
		q.closed = true
		reader.AdvanceToEOL()
		return parser.Close
	}
	return parser.Continue | parser.HasChildren
}

func (wideQuoteParser) Close(ast.Node, text.Reader, parser.Context) {}
func (wideQuoteParser) CanInterruptParagraph() bool                 { return true }
func (wideQuoteParser) CanAcceptIndentedLine() bool                 { return false }

package markdown

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Limits on constructs that take goldmark quadratic time or worse. Package budget has the limits on
// sums of costs. Beyond a limit, the text is shown as written. No text by people comes near one.
const (
	maxDepth      = 48   // open containers
	maxInlines    = 1000 // brackets, emphasis, tags … of a kind in one block
	maxReferences = 1000 // lines of a paragraph that may be link references
	spareCells    = 1000 // cells of a table, beyond two a byte
)

// shallow is a container's block parser that opens no container beyond maxDepth: goldmark asks every
// open container at every line.
type shallow struct{ parser.BlockParser }

func (p shallow) Open(parent ast.Node, r text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if len(pc.OpenedBlocks()) >= maxDepth {
		return nil, parser.NoChildren
	}
	return p.BlockParser.Open(parent, r, pc)
}

// limited is an inline parser that gives up after maxInlines tries in one block.
type limited struct {
	parser.InlineParser
	key parser.ContextKey
}

// closing is a limited parser that also needs to know about the end of a block.
type closing struct {
	limited
	parser.CloseBlocker
}

type tries struct {
	block ast.Node
	n     int
}

func few(p parser.InlineParser) parser.InlineParser {
	l := limited{p, triesKey}
	if c, ok := p.(parser.CloseBlocker); ok {
		return closing{l, c}
	}
	return l
}

// triesKey holds the tries of all constructs.
var triesKey = parser.NewContextKey()

func (l limited) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	t := pc.ComputeIfAbsent(l.key, func() any { return &tries{} }).(*tries)
	if t.block != parent {
		*t = tries{block: parent}
	}
	t.n++
	if t.n > maxInlines {
		return nil
	}
	return l.InlineParser.Parse(parent, block, pc)
}

// linkReferences looks for link reference definitions, but in short paragraphs only.
type linkReferences struct{ parser.ParagraphTransformer }

func (t linkReferences) Transform(p *ast.Paragraph, r text.Reader, pc parser.Context) {
	if p.Lines().Len() <= maxReferences {
		t.ParagraphTransformer.Transform(p, r, pc)
	}
}

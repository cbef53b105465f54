package markdown

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// tablesOf dumps what a parser of tables and one of struck text make of a source, among goldmark's parsers.
func tablesOf(src string, tables parser.ParagraphTransformer, bars parser.ASTTransformer, struck parser.InlineParser) string {
	p := parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(append(parser.DefaultInlineParsers(), util.Prioritized(struck, 500))...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(), util.Prioritized(tables, 200))...),
		parser.WithASTTransformers(util.Prioritized(bars, 100)),
	)
	var b strings.Builder
	_ = ast.Walk(p.Parse(text.NewReader([]byte(src))), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			b.WriteString(")")
			return ast.WalkContinue, nil
		}
		fmt.Fprintf(&b, "\n(%v %d", n.Kind(), n.Pos())
		switch n := n.(type) {
		case *ast.Text:
			fmt.Fprintf(&b, " %v %q %v", n.Segment, n.Segment.Value([]byte(src)), n.IsRaw())
		case *east.Table:
			fmt.Fprint(&b, " ", n.Alignments)
		case *east.TableRow:
			fmt.Fprint(&b, " ", n.Alignments)
		case *east.TableCell:
			fmt.Fprint(&b, " ", n.Alignment)
		}
		if n.Type() == ast.TypeBlock {
			for i := range n.Lines().Len() {
				fmt.Fprint(&b, " ", n.Lines().At(i))
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// sameTables checks that this package's parsers make of a source what goldmark's extension makes of it.
func sameTables(t *testing.T, src string) (table bool) {
	t.Helper()
	got := tablesOf(src, tableTransformer{}, barTransformer{}, strikethroughParser{})
	want := tablesOf(src, extension.NewTableParagraphTransformer(), extension.NewTableASTTransformer(), extension.NewStrikethroughParser())
	if got != want {
		t.Errorf("of %q\nthis: %s\n\ngoldmark: %s", src, got, want)
	}
	return strings.Contains(want, "(Table ")
}

// TestTablesLikeGoldmark: tables and struck text are those of goldmark's own extension.
func TestTablesLikeGoldmark(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"|", "|", "|", "a", "b c", "`", "`x`", "\\|", "`a\\|b\\|c`", "``d\\|e` f``", "~", "~~", "~a~", "*", "[x](y)", " ", "\t", "\f", "\v", "é", "\\"}
	rules := []string{"|", "|", ":", "-", "--", "---", " ", "\t", "\f", "\v", ":-:", ":--", "-:", "|-|-|", "-|-", ":-|:-:"}
	pick := func(from []string, most int) (out string) {
		for range random.IntN(most) {
			out += from[random.IntN(len(from))]
		}
		return out
	}
	tables := 0
	for range 10_000 {
		var b strings.Builder
		for range 1 + random.IntN(5) {
			if random.IntN(3) == 0 {
				b.WriteString([]string{"> ", "- ", "   ", "    ", "\t"}[random.IntN(5)])
			}
			if random.IntN(3) == 0 {
				b.WriteString(pick(rules, 6))
			} else {
				b.WriteString(pick(pieces, 10))
			}
			b.WriteString([]string{"\n", "\n", "\n", "\r\n", " \n"}[random.IntN(5)])
		}
		if sameTables(t, b.String()) {
			tables++
		}
		if t.Failed() {
			break
		}
	}
	if tables < 300 {
		t.Errorf("only %d sources have a table", tables)
	}
}

func FuzzTables(f *testing.F) {
	f.Add("a|b\n-|-\n`c\\|d`|e\n")
	f.Add("text\n| a | ~b~ |\n|:-:|--:|\n| c\n")
	f.Fuzz(func(t *testing.T, src string) {
		var lines text.Segments
		for at := 0; at < len(src); {
			end := len(src)
			if i := strings.IndexByte(src[at:], '\n'); i >= 0 {
				end = at + i + 1
			}
			lines.Append(text.NewSegment(at, end))
			at = end
		}
		if len(src) < 2000 && !tooWide(&lines, []byte(src)) {
			sameTables(t, src)
		}
	})
}

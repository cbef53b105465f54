package markdown

import (
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// alertKinds returns the kinds of alerts.
func alertKinds() []string { return []string{"note", "tip", "important", "warning", "caution"} }

var alertLine = pattern.New(`^\[!([A-Za-z]+)\][ \t]*`)

// alertTitle is the first line of an alert: its kind, and its title as inline content.
type alertTitle struct {
	ast.BaseBlock
	kind string
	at   text.Segment // the word of the kind
}

func (*alertTitle) Kind() ast.NodeKind         { return kindAlertTitle }
func (n *alertTitle) Dump(src []byte, lvl int) { ast.DumpHelper(n, src, lvl, nil, nil) }

// alertTransformer removes the title line from an alert's first paragraph before inline parsing, so
// that emphasis cannot reach from the title into the text.
type alertTransformer struct{}

func (alertTransformer) Transform(p *ast.Paragraph, reader text.Reader, _ parser.Context) {
	quote, ok := p.Parent().(*ast.Blockquote)
	if !ok || quote.FirstChild() != p || p.Lines().Len() == 0 {
		return
	}
	first, src := p.Lines().At(0), reader.Source()
	line := first.Value(src)
	m := alertLine().FindSubmatchIndex(line)
	// The reference wants a space between > and [.
	if m == nil || first.Start == 0 || src[first.Start-1] != ' ' {
		return
	}
	title := &alertTitle{
		kind: strings.ToLower(string(line[m[2]:m[3]])),
		at:   text.NewSegment(first.Start+m[2], first.Start+m[3]),
	}
	title.SetPos(first.Start)
	rest := text.NewSegment(first.Start+m[1], first.Stop)
	if rest = rest.TrimRightSpace(src); !rest.IsEmpty() {
		title.Lines().Append(rest)
	}
	quote.InsertBefore(quote, p, title)
	lines := text.NewSegments()
	for _, l := range p.Lines().Sliced(1, p.Lines().Len()) {
		lines.Append(l)
	}
	p.SetLines(lines)
	if lines.Len() == 0 {
		quote.RemoveChild(quote, p)
	}
}

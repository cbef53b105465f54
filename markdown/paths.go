package markdown

import (
	"bytes"
	"strings"

	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
)

// namesFile records a place where the deck's text names a file by a relative path. A Parser parses the
// part with that place each time, so that it need not move Deck.Paths.
func (b *builder) namesFile(at slides.Span) {
	if isLocal(at.Text()) {
		b.touched = true
		b.deck.Paths = append(b.deck.Paths, at)
	}
}

// isLocal reports whether a destination is a relative path: not an address, not a place in the same
// file, and not an absolute path.
func isLocal(dest string) bool {
	if dest == "" || strings.ContainsRune("/#?", rune(dest[0])) {
		return false
	}
	scheme, _, ok := strings.Cut(dest, ":")
	return !ok || !isWord(strings.Map(schemeRune, scheme))
}

// schemeRune maps the characters that a scheme may have besides letters to a letter.
func schemeRune(r rune) rune {
	if strings.ContainsRune("+-.0123456789", r) {
		return 'a'
	}
	return r
}

// namesDest records the destination of a link or picture that begins at from, unless a definition
// elsewhere holds the destination.
func (b *builder) namesDest(from int, block ast.Node, dest []byte) {
	if at, ok := b.findDest(from, block, dest); ok {
		b.namesFile(at)
	}
}

// findDest returns the source of the destination of a link or picture that begins at from, unless a definition
// elsewhere holds the destination.
func (b *builder) findDest(from int, block ast.Node, dest []byte) (at slides.Span, ok bool) {
	end := len(b.src.text)
	if k := block.Lines().Len(); k > 0 {
		end = block.Lines().At(k - 1).Stop
	}
	text := b.src.text[from:max(from, end)]
	label := 0
	if bytes.HasPrefix(text, []byte("!")) {
		label = 1
	}
	open := behindBracket(text, label, '[', ']')
	if open >= len(text) || text[open] != '(' || len(dest) == 0 {
		return slides.Span{}, false
	}
	return b.destAfter(from+open+1, from+len(text), dest)
}

// destAfter returns the source of a destination that follows at from, after white space or <.
func (b *builder) destAfter(from, end int, dest []byte) (at slides.Span, ok bool) {
	for from < end && strings.IndexByte(" \t\r\n<", b.src.text[from]) >= 0 {
		from++
	}
	if !bytes.HasPrefix(b.src.text[from:end], dest) {
		return slides.Span{}, false
	}
	return b.span(from, from+len(dest)), true
}

// namesReferences records the destinations of link reference definitions.
func (b *builder) namesReferences(doc ast.Node) {
	_ = ast.Walk(doc, func(n ast.Node, in bool) (ast.WalkStatus, error) {
		if n.Type() == ast.TypeInline {
			return ast.WalkSkipChildren, nil
		}
		if ref, ok := n.(*ast.LinkReferenceDefinition); ok && in && ref.Lines().Len() > 0 {
			line := ref.Lines().At(0)
			if i := bytes.Index(b.src.text[line.Start:], []byte("]:")); i >= 0 {
				if at, ok := b.destAfter(line.Start+i+len("]:"), len(b.src.text), ref.Destination); ok {
					b.namesFile(at)
				}
			}
		}
		return ast.WalkContinue, nil
	})
}

// inBlock returns the block that an inline node is in.
func inBlock(n ast.Node) ast.Node {
	for n.Type() == ast.TypeInline && n.Parent() != nil {
		n = n.Parent()
	}
	return n
}

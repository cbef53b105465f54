package markdown

import (
	"bytes"
	"strings"

	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// This file finds the beginnings and ends of goldmark's blocks in the source.

// firstLine shortens a span to its first line, for carets.
func firstLine(at slides.Span) slides.Span {
	for i := at.Off; i < at.End; i++ {
		if c := at.File.Src[i]; c == '\n' || c == '\r' {
			at.End = i
		}
	}
	return at
}

// nodeSpan returns the source of a block, without the line ending of its last line.
func (b *builder) nodeSpan(n ast.Node) slides.Span {
	from := b.nodeStart(n)
	end := max(from, b.nodeEnd(n))
	// end is after the last byte of content, which may be a line ending.
	if end > from && b.src.text[end-1] == '\n' {
		end--
	}
	return b.span(from, b.src.lineEnd(min(max(from, b.src.lineStart(end)), end)))
}

// nodeStart returns the offset of a block's first byte. If goldmark knows no place for a block, the
// block begins with its first child.
func (b *builder) nodeStart(n ast.Node) int {
	if n.Kind() == east.KindTable && n.HasChildren() { // goldmark gives the start of the paragraph before it
		n = n.FirstChild()
	}
	if at := n.Pos(); at >= 0 {
		for at < len(b.src.text) && (b.src.text[at] == ' ' || b.src.text[at] == '\t') {
			at++
		}
		return b.backToMark(n.Kind(), at)
	}
	if c := n.FirstChild(); c != nil {
		return b.nodeStart(c)
	}
	return 0
}

// backToMark moves a block's place back to the mark at its beginning. If only a part of a tab is
// indentation, goldmark's place is some columns too far right.
func (b *builder) backToMark(kind ast.NodeKind, at int) int {
	at = min(at, len(b.src.text))
	marks := blockMarks(kind)
	if marks == "" || at < len(b.src.text) && strings.IndexByte(marks, b.src.text[at]) >= 0 {
		return at
	}
	end := at
	for range 2 { // the place may even be past the line
		start := b.src.lineStart(end)
		if i := bytes.LastIndexAny(b.src.text[start:end], marks); i >= 0 {
			return start + i
		}
		end = max(start-1, 0)
	}
	return at
}

// blockMarks returns the characters that a block can begin with, "" for any. It is a switch and not a
// map for speed: the parser calls it several times for every block.
func blockMarks(kind ast.NodeKind) string {
	switch kind {
	case ast.KindBlockquote, kindWideQuote:
		return ">"
	case ast.KindHTMLBlock:
		return "<"
	case ast.KindFencedCodeBlock:
		return "`~"
	case ast.KindThematicBreak:
		return "*-_"
	case kindFootnote:
		return "["
	case ast.KindList, ast.KindListItem:
		return "*-+0123456789"
	}
	return ""
}

// nodeEnd returns an offset on the block's last line, or just after that line.
func (b *builder) nodeEnd(n ast.Node) int {
	end := b.nodeStart(n)
	if k := n.Lines().Len(); k > 0 {
		end = max(end, n.Lines().At(k-1).Stop)
	}
	switch n := n.(type) {
	case *ast.HTMLBlock:
		if n.HasClosure() {
			end = max(end, n.ClosureLine.Stop)
		}
		return end
	case *ast.FencedCodeBlock:
		end, _ = b.fenceEnd(n)
		return end
	case *ast.Heading:
		if b.isSetext(n) {
			return b.src.lineEnd(b.src.nextLine(end - 1))
		}
		return end
	}
	if c := n.LastChild(); c != nil && c.Type() == ast.TypeBlock {
		end = max(end, b.nodeEnd(c))
	}
	switch n := n.(type) {
	case *wideQuote:
		if n.closed {
			end = b.closingQuote(end)
		}
	case *east.Table:
		if n.ChildCount() == 1 { // the table has only a head, and the delimiter row ends it
			end = b.src.lineEnd(b.src.nextLine(end))
		}
	}
	return end
}

// closingQuote returns the end of the line of >>> at or after off.
func (b *builder) closingQuote(off int) int {
	for at := b.src.lineStart(off); at < len(b.src.text); at = b.src.nextLine(at) {
		if end := b.src.lineEnd(at); at >= off && quoteFence(b.src.text[at:end]) > 0 {
			return end
		}
	}
	return off
}

// trimEnd moves end back over white space.
func (b *builder) trimEnd(from, end int) int {
	for end > from && (b.src.text[end-1] <= ' ') {
		end--
	}
	return end
}

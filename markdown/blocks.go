package markdown

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// walk parses a file and takes its blocks into the deck. It is called again for included files.
func (b *builder) walk(src *source) { b.walkRange(src, 0, len(src.text)) }

// walkRange is walk for a stretch of a file, from a place where no block is open.
func (b *builder) walkRange(src *source, from, to int) {
	outer := b.src
	b.src = src
	pc := parser.NewContext()
	r := text.NewReader(src.text[:to])
	r.SetPosition(0, text.NewSegment(from, from))
	r.AdvanceLine()
	doc := b.md.Parse(r, parser.WithContext(pc))
	names, _ := pc.Get(footnotesKey).(map[string]bool)
	if len(pc.References()) > 0 {
		b.global = true
		b.namesReferences(doc)
	}
	b.global = b.global || len(names) > 0
	w := walker{b, names}
	for n := doc.FirstChild(); n != nil; {
		next := n.NextSibling()
		// An underlined paragraph that a table ends comes behind the table, but stands before it.
		if n.Kind() == east.KindTable && next != nil && b.nodeStart(next) < b.nodeStart(n) {
			n, next = next, n
			doc.RemoveChild(doc, next)
			doc.InsertAfter(doc, n, next)
		}
		before := w.slide
		w.contain(n)
		if w.slide != before && src.parent == nil {
			b.endPart(n)
		}
		n = next
	}
	b.filled = nil
	b.src = outer
}

// walker takes the blocks of one file.
type walker struct {
	*builder
	footnotes map[string]bool // names defined in the file
}

// contain takes one top-level block. A fault of ours costs the author that block and no other.
func (w walker) contain(n ast.Node) {
	src := w.src
	var err error
	func() {
		defer slides.Contain("reading a block", &err)
		w.block(n)
	}()
	if err != nil {
		w.src = src
		w.failAt(firstLine(w.nodeSpan(n)), err.Error(), slides.FaultHint)
	}
}

// block takes one top-level block.
func (w walker) block(n ast.Node) {
	if n.Kind() == ast.KindLinkReferenceDefinition {
		return
	}
	if f, ok := n.(*ast.FencedCodeBlock); ok && w.isFilled(f) {
		return
	}
	if c, ok := n.(*ast.HTMLBlock); ok && c.HTMLBlockType == ast.HTMLBlockType2 {
		w.slide.extend(w.nodeSpan(n))
		w.filled = nil
		w.comments(c)
		return
	}
	w.filled = nil
	if h, ok := n.(*ast.Heading); ok && w.isTitle(h) {
		w.title(h)
		return
	}
	if _, ok := n.(*ast.ThematicBreak); ok && w.opts.EndSlideShorthand {
		w.slide.extend(w.nodeSpan(n))
		w.cut(w.pos(w.nodeSpan(n).End))
		return
	}
	w.slide.content = true
	w.slide.extend(w.nodeSpan(n))
	w.content(n)
}

// content takes a block that shows something.
func (w walker) content(n ast.Node) {
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock:
		w.paragraph(n)
	case *ast.Heading:
		c := w.inlines()
		h := &slides.Heading{Base: w.base(n), Level: n.Level, Text: trim(c.children(n))}
		w.place(h)
		w.placeImages(c)
	case *ast.List:
		w.list(n)
	case *ast.FencedCodeBlock:
		w.fence(n)
	case *ast.CodeBlock:
		w.indented(n)
	case *ast.Blockquote, *wideQuote:
		w.quote(n)
	case *east.Table:
		w.table(n)
	case *ast.ThematicBreak:
		w.place(&slides.Rule{Base: w.base(n)})
	case *footnote:
		w.footnote(n)
	case *ast.HTMLBlock:
		at := firstLine(w.nodeSpan(n))
		w.failAt(at, "HTML is not supported",
			"a deck takes comments, <span> and <sup>; put HTML into an html code block to show it")
	default:
		panic(fmt.Sprintf("markdown: unexpected block %s", n.Kind()))
	}
}

func (b *builder) base(n ast.Node) slides.Base { return slides.Base{At: b.nodeSpan(n)} }

// firstLine cuts a span down to its first line, for carets.
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
	// End stands behind the last byte of content, which may be a line ending.
	if end > from && b.src.text[end-1] == '\n' {
		end--
	}
	return b.span(from, b.src.lineEnd(min(max(from, b.src.lineStart(end)), end)))
}

// nodeStart returns the offset of a block's first byte; goldmark knows no place for some, which
// then begin with their first child.
func (b *builder) nodeStart(n ast.Node) int {
	if n.Kind() == east.KindTable && n.HasChildren() { // goldmark says where the paragraph before it begins
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

// backToMark moves a block's place to the mark that it begins with: behind a tab that is only in
// part indentation, goldmark's places are some columns too far.
func (b *builder) backToMark(kind ast.NodeKind, at int) int {
	at = min(at, len(b.src.text))
	marks := blockMarks(kind)
	if marks == "" || at < len(b.src.text) && strings.IndexByte(marks, b.src.text[at]) >= 0 {
		return at
	}
	end := at
	for range 2 { // the place may even be behind the line
		start := b.src.lineStart(end)
		if i := bytes.LastIndexAny(b.src.text[start:end], marks); i >= 0 {
			return start + i
		}
		end = max(start-1, 0)
	}
	return at
}

// blockMarks returns the characters that a block can begin with, "" for any. It is called for every
// block several times, so it is not a map.
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

// nodeEnd returns an offset on the block's last line, or just behind that line.
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
		if n.ChildCount() == 1 { // only a head: the delimiter row belongs to it
			end = b.src.lineEnd(b.src.nextLine(end))
		}
	}
	return end
}

// closingQuote returns the end of the line of >>> at or behind off.
func (b *builder) closingQuote(off int) int {
	for at := b.src.lineStart(off); at < len(b.src.text); at = b.src.nextLine(at) {
		if end := b.src.lineEnd(at); at >= off && quoteFence(b.src.text[at:end]) > 0 {
			return end
		}
	}
	return off
}

// isSetext reports whether a heading is underlined.
func (b *builder) isSetext(n *ast.Heading) bool {
	at := b.nodeStart(n)
	return n.Lines().Len() > 0 && (b.src.text[at] != '#' || n.Lines().At(0).Start <= at)
}

// isTitle reports whether a heading is the title of its slide.
func (b *builder) isTitle(n *ast.Heading) bool {
	if b.isSetext(n) {
		return len(b.slide.Title) == 0 || b.opts.ImplicitSlideEnds
	}
	return n.Level == 1 && b.opts.H1SlideTitles && (len(b.slide.Title) == 0 || b.opts.ImplicitSlideEnds)
}

// title makes a heading the title of its slide, or of the next one where titles end slides.
func (w walker) title(n *ast.Heading) {
	at := w.nodeSpan(n)
	if w.opts.ImplicitSlideEnds && w.slide.content {
		w.cut(at.Pos)
	}
	s := w.slide
	if len(s.Blocks) > 0 && s.content {
		w.warn(firstLine(at), "the slide's title is not at its beginning",
			"it is shown on top; put <!-- end_slide --> before it if a new slide was meant")
	}
	s.extend(at)
	s.content = true
	s.afterList = nil
	c := w.inlines()
	s.Title = splitLines(trim(c.children(n)))
	w.placeImages(c)
}

// splitLines cuts inline content at its hard breaks.
func splitLines(in []slides.Inline) []slides.Line {
	lines := []slides.Line{nil}
	for _, n := range in {
		if _, ok := n.(*slides.Break); ok {
			lines = append(lines, nil)
			continue
		}
		last := &lines[len(lines)-1]
		*last = append(*last, n)
	}
	return lines
}

// paragraph takes a paragraph; pictures in it split it.
func (w walker) paragraph(n ast.Node) {
	at := w.nodeSpan(n)
	for first := n.FirstChild(); first != nil; {
		if img, ok := first.(*ast.Image); ok {
			w.image(img)
			first = first.NextSibling()
			continue
		}
		stop := first
		for stop != nil && stop.Kind() != ast.KindImage {
			stop = stop.NextSibling()
		}
		c := w.inlines()
		text := trim(c.run(first, stop))
		if len(text) > 0 {
			p := &slides.Paragraph{Base: slides.Base{At: at}, Text: text}
			if first != n.FirstChild() {
				p.At.Pos = text[0].Pos()
			}
			if stop != nil {
				p.At.End = w.trimEnd(p.At.Off, max(stop.Pos(), p.At.Off))
			}
			w.place(p)
		}
		w.placeImages(c)
		first = stop
	}
}

// trimEnd moves an end back over white space.
func (b *builder) trimEnd(from, end int) int {
	for end > from && (b.src.text[end-1] <= ' ') {
		end--
	}
	return end
}

// footnote takes a definition; its paragraphs are shown as one.
func (w walker) footnote(n *footnote) {
	f := &slides.Footnote{Base: w.base(n), Name: w.src.clean(n.name)}
	var stray strays
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if !isText(c) {
			stray.add(c)
			continue
		}
		in := w.inlines()
		f.Text = append(f.Text, in.children(c)...)
		stray.pictures(in)
	}
	w.place(f)
	w.placeStrays(stray, "footnote")
}

func isText(n ast.Node) bool {
	return n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock
}

// strays are blocks that stand where none of their kind can, and are shown behind it.
type strays struct{ nodes []ast.Node }

func (s *strays) add(n ast.Node) {
	if n.Kind() != ast.KindLinkReferenceDefinition {
		s.nodes = append(s.nodes, n)
	}
}

// pictures adds the pictures that c met.
func (s *strays) pictures(c *inliner) {
	for _, img := range c.images {
		s.add(img)
	}
}

// placeStrays shows what cannot stand inside a container behind it.
func (w walker) placeStrays(s strays, in string) {
	var before ast.Node // the node that w.filled is about
	for _, n := range s.nodes {
		if f, ok := n.(*ast.FencedCodeBlock); ok && before != nil && n.PreviousSibling() == before && w.isFilled(f) {
			before = nil
			continue
		}
		w.filled, before = nil, n
		if img, ok := n.(*ast.Image); ok {
			w.warn(w.span(img.Pos(), img.Pos()+1), "a picture inside a "+in+" is shown below it",
				"put it on a line of its own")
			w.image(img)
			continue
		}
		if c, ok := n.(*ast.HTMLBlock); ok && c.HTMLBlockType == ast.HTMLBlockType2 {
			w.nestedComments(c, in)
			continue
		}
		w.warn(firstLine(w.nodeSpan(n)), describe(n)+" inside a "+in+" is shown below it",
			"end the "+in+" before it")
		w.content(n)
	}
}

// describe names a block for messages.
func describe(n ast.Node) string {
	names := map[ast.NodeKind]string{
		ast.KindFencedCodeBlock: "a code block", ast.KindCodeBlock: "an indented code block",
		ast.KindBlockquote: "a quote", kindWideQuote: "a quote", ast.KindHeading: "a heading",
		ast.KindThematicBreak: "a rule", ast.KindHTMLBlock: "HTML", ast.KindList: "a list",
		east.KindTable: "a table", kindFootnote: "a footnote", ast.KindParagraph: "a paragraph",
	}
	if s, ok := names[n.Kind()]; ok {
		return s
	}
	return n.Kind().String()
}

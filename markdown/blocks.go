package markdown

import (
	"fmt"

	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// walk parses a file and adds its blocks to the deck. An include calls it again for another file.
func (b *builder) walk(src *source) { b.walkRange(src, 0, len(src.text)) }

// walkRange does the work of walk for a stretch of a file. No block may be open where it begins.
func (b *builder) walkRange(src *source, from, to int) {
	outer := b.src
	b.src = src
	pc := parser.NewContext()
	r := text.NewReader(src.text[:to:to]) // goldmark appends to text whose last line has no end
	r.SetPosition(0, text.NewSegment(from, from))
	r.AdvanceLine()
	doc := b.parser().Parse(r, parser.WithContext(pc))
	names, _ := pc.Get(footnotesKey).(map[string]bool)
	if len(pc.References()) > 0 {
		b.global = true
		b.namesReferences(doc)
	}
	b.global = b.global || len(names) > 0
	w := walker{b, names}
	for n := doc.FirstChild(); n != nil; {
		next := n.NextSibling()
		// If a table ends an underlined paragraph, goldmark gives the table first, though it stands second.
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

// walker adds the blocks of one file to the deck.
type walker struct {
	*builder
	footnotes map[string]bool // names defined in the file
}

// contain adds one top-level block. If our code panics, the author loses that block and no other.
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

// block adds one top-level block.
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
	if f, ok := n.(*footnote); ok && w.opts.CommonMarkdown {
		w.define(f)
		return
	}
	w.slide.content = true
	w.slide.extend(w.nodeSpan(n))
	w.content(n)
}

// content adds a visible block.
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
	case *mathBlock:
		w.formula(n)
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

// isSetext reports whether a heading is underlined.
func (b *builder) isSetext(n *ast.Heading) bool {
	at := b.nodeStart(n)
	return n.Lines().Len() > 0 && (b.src.text[at] != '#' || n.Lines().At(0).Start <= at)
}

// isTitle reports whether a heading is the title of its slide.
func (b *builder) isTitle(n *ast.Heading) bool {
	if b.isSetext(n) {
		return !b.slide.titled || b.opts.ImplicitSlideEnds
	}
	return n.Level == 1 && b.opts.H1SlideTitles && (!b.slide.titled || b.opts.ImplicitSlideEnds)
}

// title makes a heading the title of its slide, or of the next one if titles end slides.
func (w walker) title(n *ast.Heading) {
	at := w.nodeSpan(n)
	if w.opts.ImplicitSlideEnds && w.slide.content {
		w.cut(at.Pos)
	}
	s := w.slide
	s.extend(at)
	s.content, s.titled = true, true
	c := w.inlines()
	w.place(&slides.Title{Base: slides.Base{At: at}, Text: trim(c.children(n))})
	w.placeImages(c)
}

// paragraph adds a paragraph. Pictures in it split it.
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

// footnote adds a footnote definition. Its paragraphs are shown as one.
func (w walker) footnote(n *footnote) {
	f, stray := w.note(n)
	w.place(f)
	w.placeStrays(stray, "footnote")
}

// note reads a footnote definition.
func (w walker) note(n *footnote) (*slides.Footnote, strays) {
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
	return f, stray
}

func isText(n ast.Node) bool {
	return n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock
}

// strays are blocks inside a container that cannot hold them. They are shown below the container.
type strays struct{ nodes []ast.Node }

func (s *strays) add(n ast.Node) {
	if n.Kind() != ast.KindLinkReferenceDefinition {
		s.nodes = append(s.nodes, n)
	}
}

// pictures adds the pictures that c found.
func (s *strays) pictures(c *inliner) {
	for _, img := range c.images {
		s.add(img)
	}
}

// placeStrays shows the strays of a container below it.
func (w walker) placeStrays(s strays, in string) {
	var before ast.Node // w.filled, if set, belongs to this node
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
		kindMathBlock:  "a formula",
		east.KindTable: "a table", kindFootnote: "a footnote", ast.KindParagraph: "a paragraph",
	}
	if s, ok := names[n.Kind()]; ok {
		return s
	}
	return n.Kind().String()
}

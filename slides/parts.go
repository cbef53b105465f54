package slides

// Each kind of block and of inline lists its parts once, in its parts method. All code that visits
// a whole deck uses that: Walk, copies that have moved (Move), fingerprints, dumps, checks of
// places, and comparisons of filled decks. So a new kind needs a type with its parts, a parser, and
// a drawing in each backend.
//
// A table of fields found by reflection would do the same. But at every save the author waits until
// 1,000 slides are copied and fingerprinted.

// Parts says what to do with the parts of blocks and inlines, in document order. If a function is
// nil, its parts are skipped. Functions must not write through the pointers that they get.
type Parts struct {
	Kind   func(name string) // of a slide, note, block, item, row or inline, before its parts
	Block  func(Block)       // before its parts
	Leave  func(Block)       // behind its parts
	Inline func(Inline)      // before its parts
	// Text is called with each stretch of inline content; its inlines are then not visited.
	Text func(name string, in []Inline)

	List  func(name string, n int)       // n parts of the name follow
	Value func(name string, v any)       // a pointer to a number, a string or the like, or to a list of them
	Pos   func(*Pos)                     // the place where an inline begins
	Span  func(name string, at *Span)    // a place in the source
	Own   func(name string, s **Snippet) // the program that a block shows
	Ref   func(name string, s **Snippet) // the program that a block refers to, or nil
	File  func(name string, f **File)    // may be nil
	Diag  func(*Diag)

	// Sum, if not nil, takes in the kinds, the lengths of lists and the values. It needs no
	// function for that: calling one for each would be half of the cost of a fingerprint.
	Sum *Sum

	move *Move // makes copies of all visited parts; the originals stay as they are
}

// Slide visits a slide and returns it or its copy.
func (p *Parts) Slide(s *Slide) *Slide {
	s = own(p, "slide", s)
	p.span("at", &s.At)
	p.num("steps", &s.Steps)
	p.value("no_footer", &s.NoFooter)
	p.value("intro", &s.Intro)
	for i := range list(p, "notes", &s.Notes) {
		s.Notes[i].parts(p)
	}
	p.Blocks("blocks", &s.Blocks)
	return s
}

// parts visits a note in place, as a row's does.
func (n *Note) parts(p *Parts) {
	p.kind("note")
	p.span("at", &n.At)
	p.num("step", &n.Step)
	p.str("text", &n.Text)
}

// Blocks visits a list of blocks, and replaces them by their copies.
func (p *Parts) Blocks(name string, blocks *[]Block) {
	for i, b := range list(p, name, blocks) {
		if b = p.block(b); p.move != nil {
			(*blocks)[i] = b
		}
	}
}

func (p *Parts) block(b Block) Block {
	if p.Block != nil {
		p.Block(b)
	}
	to := b.parts(p)
	if p.move != nil {
		p.move.copied(b, to)
	}
	if p.Leave != nil {
		p.Leave(b)
	}
	return to
}

// Inlines visits inline content, and replaces it by its copy.
func (p *Parts) Inlines(name string, in *[]Inline) {
	if p.Text != nil {
		p.Text(name, *in)
		return
	}
	if p.move == nil && p.Sum == nil && p.Inline == nil && p.Value == nil && p.Pos == nil && p.Own == nil {
		return // no function asks for its content
	}
	for i, n := range list(p, name, in) {
		if p.Inline != nil {
			p.Inline(n)
		}
		if n = n.parts(p); p.move != nil {
			(*in)[i] = n
		}
	}
}

// own announces v and returns the value to visit: v or a copy of it.
func own[T any](p *Parts, kind string, v *T) *T {
	p.kind(kind)
	if p.move == nil {
		return v
	}
	c := *v
	return &c
}

// list announces the elements of a list and returns them, or those of a copy that may be changed.
func list[T any](p *Parts, name string, l *[]T) []T {
	if p.List != nil {
		p.List(name, len(*l))
	}
	if p.Sum != nil {
		p.Sum.Int(len(*l))
	}
	if p.move != nil && *l != nil {
		c := make([]T, len(*l))
		copy(c, *l)
		*l = c
	}
	return *l
}

func (p *Parts) kind(name string) {
	if p.Sum != nil {
		p.Sum.str(name)
	}
	if p.Kind != nil {
		p.Kind(name)
	}
}

// Most values of a walk are not asked for, so the check is in line.

func (p *Parts) num(name string, n *int) {
	if p.Sum != nil || p.Value != nil {
		p.tellNum(name, n)
	}
}

func (p *Parts) tellNum(name string, n *int) {
	if p.Sum != nil {
		p.Sum.num(*n)
	}
	if p.Value != nil {
		p.Value(name, n)
	}
}

func (p *Parts) str(name string, s *string) {
	if p.Sum != nil || p.Value != nil {
		p.tellStr(name, s)
	}
}

func (p *Parts) tellStr(name string, s *string) {
	if p.Sum != nil {
		p.Sum.str(*s)
	}
	if p.Value != nil {
		p.Value(name, s)
	}
}

// value is for values of other types: a pointer to one, or to a list.
func (p *Parts) value(name string, v any) {
	if p.Sum != nil || p.Value != nil {
		p.tell(name, v)
	}
}

func (p *Parts) tell(name string, v any) {
	if p.Sum != nil {
		p.Sum.value(v)
	}
	if p.Value != nil {
		p.Value(name, v)
	}
}

func (p *Parts) pos(at *Pos) {
	if p.move != nil || p.Pos != nil {
		p.tellPos(at)
	}
}

func (p *Parts) tellPos(at *Pos) {
	if p.move != nil {
		*at = p.move.Pos(*at)
	}
	if p.Pos != nil {
		p.Pos(at)
	}
}

func (p *Parts) span(name string, at *Span) {
	if p.move != nil || p.Span != nil {
		p.tellSpan(name, at)
	}
}

func (p *Parts) tellSpan(name string, at *Span) {
	if p.move != nil {
		*at = p.move.Span(*at)
	}
	if p.Span != nil {
		p.Span(name, at)
	}
}

func (p *Parts) base(b *Base) {
	p.span("at", &b.At)
	if p.Sum != nil {
		p.Sum.num(b.Step)
		p.Sum.num(int(b.Align))
		p.Sum.num(b.Size)
	}
	if p.Value != nil {
		p.Value("step", &b.Step)
		p.Value("align", &b.Align)
		p.Value("size", &b.Size)
	}
}

func (b *Title) parts(p *Parts) Block {
	b = own(p, "title", b)
	p.base(&b.Base)
	p.Inlines("text", &b.Text)
	return b
}

func (b *Heading) parts(p *Parts) Block {
	b = own(p, "heading", b)
	p.base(&b.Base)
	p.num("level", &b.Level)
	p.Inlines("text", &b.Text)
	return b
}

func (b *Paragraph) parts(p *Parts) Block {
	b = own(p, "paragraph", b)
	p.base(&b.Base)
	p.Inlines("text", &b.Text)
	return b
}

func (b *List) parts(p *Parts) Block {
	b = own(p, "list", b)
	p.base(&b.Base)
	p.value("ordered", &b.Ordered)
	p.num("start", &b.Start)
	p.value("delim", &b.Delim)
	p.num("depth", &b.Depth)
	p.num("newlines", &b.Newlines)
	p.value("joined", &b.Joined)
	for i, it := range list(p, "items", &b.Items) {
		if it = it.parts(p); p.move != nil {
			b.Items[i] = it
		}
	}
	return b
}

func (it *Item) parts(p *Parts) *Item {
	it = own(p, "item", it)
	p.span("at", &it.At)
	p.num("step", &it.Step)
	p.num("number", &it.Number)
	p.Inlines("text", &it.Text)
	p.Blocks("blocks", &it.Blocks)
	return it
}

func (b *Table) parts(p *Parts) Block {
	b = own(p, "table", b)
	p.base(&b.Base)
	p.value("aligns", &b.Aligns)
	b.Head.parts(p)
	for i := range list(p, "rows", &b.Rows) {
		b.Rows[i].parts(p)
	}
	return b
}

// parts visits a row in place: if a copy is wanted, its table is one.
func (r *Row) parts(p *Parts) {
	p.kind("row")
	p.num("step", &r.Step)
	for i := range list(p, "cells", &r.Cells) {
		p.Inlines("cell", &r.Cells[i])
	}
}

func (b *Quote) parts(p *Parts) Block {
	b = own(p, "quote", b)
	p.base(&b.Base)
	p.Blocks("blocks", &b.Blocks)
	return b
}

func (b *Alert) parts(p *Parts) Block {
	b = own(p, "alert", b)
	p.base(&b.Base)
	p.str("kind", &b.Kind)
	p.Inlines("title", &b.Title)
	p.Blocks("blocks", &b.Blocks)
	return b
}

func (b *Code) parts(p *Parts) Block {
	b = own(p, "code", b)
	p.base(&b.Base)
	p.ownSnippet(&b.Snippet)
	p.value("frames", &b.Frames)
	p.span("filled", &b.Filled)
	p.value("unclosed", &b.Unclosed)
	return b
}

// ownSnippet visits the program that a part shows, if it has one.
func (p *Parts) ownSnippet(s **Snippet) {
	if *s == nil {
		return
	}
	if p.move != nil {
		*s = p.move.Snippet(*s)
	}
	if p.Own != nil {
		p.Own("snippet", s)
	}
}

func (b *Output) parts(p *Parts) Block {
	b = own(p, "output", b)
	p.base(&b.Base)
	p.str("id", &b.ID)
	if p.move != nil {
		b.Snippet = nil // Move finds it again
	}
	if p.Ref != nil {
		p.Ref("snippet", &b.Snippet)
	}
	p.span("filled", &b.Filled)
	return b
}

func (b *Image) parts(p *Parts) Block {
	b = own(p, "image", b)
	p.base(&b.Base)
	if p.File != nil {
		p.File("file", &b.File)
	}
	p.str("alt", &b.Alt)
	p.str("title", &b.Title)
	p.str("dest", &b.Dest)
	if p.File != nil && b.Linked != nil {
		p.File("linked", &b.Linked)
	}
	p.num("width", &b.Width)
	return b
}

func (b *Columns) parts(p *Parts) Block {
	b = own(p, "columns", b)
	p.base(&b.Base)
	p.value("ratios", &b.Ratios)
	for i := range list(p, "columns", &b.Cols) {
		p.Blocks("column", &b.Cols[i])
	}
	return b
}

func (b *Gap) parts(p *Parts) Block {
	b = own(p, "gap", b)
	p.base(&b.Base)
	p.num("lines", &b.Lines)
	return b
}

func (b *Middle) parts(p *Parts) Block {
	b = own(p, "middle", b)
	p.base(&b.Base)
	return b
}

func (b *Rule) parts(p *Parts) Block {
	b = own(p, "rule", b)
	p.base(&b.Base)
	return b
}

func (b *Footnote) parts(p *Parts) Block {
	b = own(p, "footnote", b)
	p.base(&b.Base)
	p.str("name", &b.Name)
	p.Inlines("text", &b.Text)
	return b
}

func (b *Problem) parts(p *Parts) Block {
	b = own(p, "problem", b)
	p.base(&b.Base)
	if p.move != nil {
		b.Diag = p.move.Diag(b.Diag)
	}
	if p.Diag != nil {
		p.Diag(&b.Diag)
	}
	return b
}

func (n *Text) parts(p *Parts) Inline {
	n = own(p, "text", n)
	p.pos(&n.At)
	p.str("text", &n.Text)
	return n
}

func (n *CodeSpan) parts(p *Parts) Inline {
	n = own(p, "code", n)
	p.pos(&n.At)
	p.str("text", &n.Text)
	return n
}

func (n *Strong) parts(p *Parts) Inline {
	n = own(p, "strong", n)
	p.pos(&n.At)
	p.Inlines("text", &n.Text)
	return n
}

func (n *Emph) parts(p *Parts) Inline {
	n = own(p, "emph", n)
	p.pos(&n.At)
	p.Inlines("text", &n.Text)
	return n
}

func (n *Strike) parts(p *Parts) Inline {
	n = own(p, "strike", n)
	p.pos(&n.At)
	p.Inlines("text", &n.Text)
	return n
}

func (n *Sup) parts(p *Parts) Inline {
	n = own(p, "sup", n)
	p.pos(&n.At)
	p.Inlines("text", &n.Text)
	return n
}

func (n *Tagged) parts(p *Parts) Inline {
	n = own(p, "tagged", n)
	p.pos(&n.At)
	p.str("tag", &n.Tag)
	p.Inlines("text", &n.Text)
	return n
}

func (n *Link) parts(p *Parts) Inline {
	n = own(p, "link", n)
	p.pos(&n.At)
	p.str("dest", &n.Dest)
	p.num("slide", &n.Slide)
	if p.File != nil && n.File != nil {
		p.File("file", &n.File)
	}
	p.str("title", &n.Title)
	p.Inlines("text", &n.Text)
	return n
}

func (n *Styled) parts(p *Parts) Inline {
	n = own(p, "styled", n)
	p.pos(&n.At)
	p.str("fg", &n.FG)
	p.str("bg", &n.BG)
	p.str("class", &n.Class)
	p.Inlines("text", &n.Text)
	return n
}

func (n *Math) parts(p *Parts) Inline {
	n = own(p, "math", n)
	p.pos(&n.At)
	p.str("text", &n.Text)
	p.ownSnippet(&n.Snippet)
	return n
}

func (n *Break) parts(p *Parts) Inline {
	n = own(p, "break", n)
	p.pos(&n.At)
	return n
}

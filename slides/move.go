package slides

// Move copies parts of a deck to where they stand after an edit elsewhere in their file: what an
// edit did not touch need not be parsed again, only placed. The originals stay as they are, and
// the copies share with them what has no place of its own.
//
// What is copied twice is one copy: a snippet of the deck and the one that a block shows.
type Move struct {
	From, To *File
	By       int // bytes, forward; negative: towards the beginning

	snippets []pair[*Snippet]
	outputs  []pair[*Output]
}

// A pair is an original and its copy. There are few of them in a Move, which is for some slides.
type pair[T comparable] struct{ from, to T }

func find[T comparable](in []pair[T], from T) (to T, ok bool) {
	for _, p := range in {
		if p.from == from {
			return p.to, true
		}
	}
	return to, false
}

// Pos returns where p is now; places in other files are as they were.
func (m *Move) Pos(p Pos) Pos {
	if p.File == m.From {
		return Pos{File: m.To, Off: p.Off + m.By}
	}
	return p
}

// Span returns where s is now.
func (m *Move) Span(s Span) Span {
	if s.File == m.From {
		return Span{Pos: m.Pos(s.Pos), End: s.End + m.By}
	}
	return s
}

// Diag returns a copy of d.
func (m *Move) Diag(d Diag) Diag {
	d.Pos = m.Pos(d.Pos)
	return d
}

// Snippet returns the copy of s, on the slide with the same number.
func (m *Move) Snippet(s *Snippet) *Snippet {
	if c, ok := find(m.snippets, s); ok {
		return c
	}
	c := *s
	c.At, c.Info = m.Span(s.At), m.Pos(s.Info)
	c.Lines = each(s.Lines, m.Pos)
	m.snippets = append(m.snippets, pair[*Snippet]{s, &c})
	return &c
}

// Output returns the copy of o. It has no snippet.
func (m *Move) Output(o *Output) *Output {
	if c, ok := find(m.outputs, o); ok {
		return c
	}
	c := &Output{Base: m.base(o.Base), ID: o.ID, Filled: m.Span(o.Filled)}
	m.outputs = append(m.outputs, pair[*Output]{o, c})
	return c
}

// Slide returns a copy of s.
func (m *Move) Slide(s *Slide) *Slide {
	c := *s
	c.At = m.Span(s.At)
	c.Blocks = m.blocks(s.Blocks)
	c.Notes = each(s.Notes, func(n Note) Note {
		n.At = m.Span(n.At)
		return n
	})
	return &c
}

// each returns f of every element; nil stays nil.
func each[T any](in []T, f func(T) T) []T {
	if in == nil {
		return nil
	}
	out := make([]T, len(in))
	for i, v := range in {
		out[i] = f(v)
	}
	return out
}

func (m *Move) base(b Base) Base {
	b.At = m.Span(b.At)
	return b
}

func (m *Move) blocks(in []Block) []Block { return each(in, m.block) }

// block copies one block. It knows all of them, as a backend does.
func (m *Move) block(b Block) Block {
	switch b := b.(type) {
	case *Title:
		return &Title{m.base(b.Base), m.inlines(b.Text)}
	case *Heading:
		return &Heading{m.base(b.Base), b.Level, m.inlines(b.Text)}
	case *Paragraph:
		return &Paragraph{m.base(b.Base), m.inlines(b.Text)}
	case *List:
		return m.list(b)
	case *Table:
		return &Table{m.base(b.Base), b.Aligns, m.row(b.Head), each(b.Rows, m.row)}
	case *Quote:
		return &Quote{m.base(b.Base), m.blocks(b.Blocks)}
	case *Alert:
		return &Alert{m.base(b.Base), b.Kind, m.inlines(b.Title), m.blocks(b.Blocks)}
	case *Code:
		return &Code{m.base(b.Base), m.Snippet(b.Snippet), b.Frames, m.Span(b.Filled), b.Unclosed}
	case *Output:
		return m.Output(b)
	case *Columns:
		return &Columns{m.base(b.Base), b.Ratios, each(b.Cols, m.blocks)}
	case *Footnote:
		return &Footnote{m.base(b.Base), b.Name, m.inlines(b.Text)}
	case *Problem:
		return &Problem{m.base(b.Base), m.Diag(b.Diag)}
	}
	return m.plain(b)
}

// plain copies the blocks that have nothing in them with a place of its own.
func (m *Move) plain(b Block) Block {
	switch b := b.(type) {
	case *Image:
		c := *b
		c.Base = m.base(b.Base)
		return &c
	case *Gap:
		return &Gap{m.base(b.Base), b.Lines}
	case *Middle:
		return &Middle{m.base(b.Base)}
	case *Rule:
		return &Rule{m.base(b.Base)}
	}
	panic("slides: cannot move a block of a new kind")
}

func (m *Move) list(l *List) *List {
	c := *l
	c.Base = m.base(l.Base)
	c.Items = each(l.Items, func(it *Item) *Item {
		i := *it
		i.At = m.Span(it.At)
		i.Text = m.inlines(it.Text)
		i.Lists = each(it.Lists, m.list)
		return &i
	})
	return &c
}

func (m *Move) row(r Row) Row {
	return Row{Step: r.Step, Cells: each(r.Cells, m.inlines)}
}

func (m *Move) inlines(in []Inline) []Inline { return each(in, m.inline) }

func (m *Move) inline(n Inline) Inline {
	switch n := n.(type) {
	case *Text:
		return &Text{m.Pos(n.At), n.Text}
	case *CodeSpan:
		return &CodeSpan{m.Pos(n.At), n.Text}
	case *Strong:
		return &Strong{m.Pos(n.At), m.inlines(n.Text)}
	case *Emph:
		return &Emph{m.Pos(n.At), m.inlines(n.Text)}
	case *Strike:
		return &Strike{m.Pos(n.At), m.inlines(n.Text)}
	case *Sup:
		return &Sup{m.Pos(n.At), m.inlines(n.Text)}
	case *Link:
		return &Link{m.Pos(n.At), n.Dest, n.Title, m.inlines(n.Text)}
	case *Styled:
		return &Styled{m.Pos(n.At), n.FG, n.BG, n.Class, m.inlines(n.Text)}
	case *Break:
		return &Break{m.Pos(n.At)}
	}
	panic("slides: cannot move an inline of a new kind")
}

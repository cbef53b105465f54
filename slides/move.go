package slides

// Move copies parts of a deck to their places after an edit elsewhere in their file: parts that the
// edit did not touch need not be parsed again, only placed. The originals stay as they are, and the
// copies share with them everything that has no place.
//
// Until the next Part, a second copy of a thing is the first one: a snippet of the deck and the one
// that a block shows are the same.
type Move struct {
	From, To *File
	By       int // bytes, forward; negative: towards the beginning

	snippets []pair[*Snippet]
	outputs  []pair[*Output]
	copies   *Parts
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

// Part begins another part of the deck, which has moved by that many bytes.
func (m *Move) Part(by int) {
	m.By, m.snippets, m.outputs = by, m.snippets[:0], m.outputs[:0]
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
	for i, p := range list(m.parts(), "lines", &c.Lines) {
		c.Lines[i] = m.Pos(p)
	}
	m.snippets = append(m.snippets, pair[*Snippet]{s, &c})
	return &c
}

// Output returns the copy of o. It has no snippet.
func (m *Move) Output(o *Output) *Output {
	if c, ok := find(m.outputs, o); ok {
		return c
	}
	return m.parts().block(o).(*Output)
}

// Slide returns a copy of s.
func (m *Move) Slide(s *Slide) *Slide { return m.parts().Slide(s) }

// parts returns the Parts that make copies.
func (m *Move) parts() *Parts {
	if m.copies == nil {
		m.copies = &Parts{move: m}
	}
	return m.copies
}

// copied notes the copies of parts that callers ask for on their own.
func (m *Move) copied(from, to Block) {
	if o, ok := from.(*Output); ok {
		m.outputs = append(m.outputs, pair[*Output]{o, to.(*Output)})
	}
}

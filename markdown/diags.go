package markdown

import (
	"fmt"
	"slices"

	"github.com/slidexec/slidexec/slides"
)

// summary adds a diagnostic that counts the ones left out.
func (b *builder) summary() {
	for _, d := range b.tally.More() {
		if p := b.over[d.Pos]; p != nil {
			p.Diag = d
		}
		b.deck.Diags = append(b.deck.Diags, d)
	}
}

// diag records a diagnostic and reports whether the limit left room for it.
func (b *builder) diag(d slides.Diag) bool {
	d.Len = max(d.Len, 1)
	if !b.tally.Room(d) {
		return false
	}
	for s := b.src; s != nil && s.parent != nil; s = s.parent {
		if d.Pos.File != s.file {
			continue
		}
		for ; s.parent != nil; s = s.parent {
			d.Hint = join(d.Hint, fmt.Sprintf("included at %s", s.at.Pos))
		}
		break
	}
	b.deck.Diags = append(b.deck.Diags, d.Short())
	return true
}

func join(hint, more string) string {
	if hint == "" {
		return more
	}
	return hint + "; " + more
}

// fail reports an error and adds a Problem block at the current place of the deck.
func (b *builder) fail(d slides.Diag) {
	d.Severity = slides.Error
	if !b.diag(d) {
		b.leaveOut(d)
		return
	}
	d = b.deck.Diags[len(b.deck.Diags)-1]
	if b.slide == nil {
		b.late = append(b.late, d)
		return
	}
	b.problem(d)
}

// leaveOut adds a Problem for the number of errors of a file that are left out, at the place of the
// first one, d.
func (b *builder) leaveOut(d slides.Diag) {
	for p := range b.over {
		if p.File == d.Pos.File {
			return
		}
	}
	if b.slide == nil {
		return
	}
	if b.over == nil {
		b.over = map[slides.Pos]*slides.Problem{}
	}
	b.over[d.Pos] = b.problem(d)
}

// failAt calls fail for a stretch of source.
func (b *builder) failAt(at slides.Span, msg, hint string) {
	b.fail(slides.Diag{Pos: at.Pos, Len: at.End - at.Off, Msg: msg, Hint: hint})
}

// warn reports a mistake that hides nothing: the deck shows the text in some way.
func (b *builder) warn(at slides.Span, msg, hint string) {
	b.diag(slides.Diag{Pos: at.Pos, Len: at.End - at.Off, Severity: slides.Warning, Msg: msg, Hint: hint})
}

func (b *builder) problem(d slides.Diag) *slides.Problem {
	p := &slides.Problem{Diag: d}
	p.At = slides.Span{Pos: d.Pos, End: d.Pos.Off + d.Len}
	if d.Pos.IsValid() {
		p.At.End = min(p.At.End, len(d.Pos.File.Src))
	}
	b.put(p)
	return p
}

// placeLate puts the Problems of the front matter on the first slide.
func (b *builder) placeLate() {
	for _, d := range b.late {
		b.problem(d)
	}
	b.late = nil
}

// sortDiags sorts diagnostics by file, in the order of the deck's files, and then by place.
func (b *builder) sortDiags() {
	rank := map[*slides.File]int{}
	for i, f := range b.deck.Files {
		rank[f] = i
	}
	slices.SortStableFunc(b.deck.Diags, func(x, y slides.Diag) int {
		return rank[x.Pos.File] - rank[y.Pos.File]
	})
	b.deck.Diags.Sort()
}

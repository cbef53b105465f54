package markdown

import (
	"bytes"
	"reflect"
	"slices"

	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
)

// While an author edits, most of a deck stays the same. If the deck has some thousand slides, parsing
// all of it takes longer than a screen takes to change. So Parser cuts the deck into parts wherever a
// comment or a rule at the top level ends a slide: no block is open there, and the text before such a
// place does not change how the text after it is read. If the bytes of a part are the same, Parser
// copies its slides to their new place and does not parse it again.
//
// Parser makes everything that connects parts anew each time: ids, keys, the order of diagnostics. It
// parses parts that depend on other files each time. If the deck has link references or footnotes,
// which reach across parts, or if its options change, Parser parses the whole deck.

// Parser parses a deck again and again while an author edits it. It returns the same as Parse.
// Several goroutines must not use it at once.
type Parser struct {
	Config Config // must not change between calls, but for Options

	last *builder
}

// Parse parses the current version of the deck.
func (p *Parser) Parse(name string, src []byte) (*slides.Deck, error) {
	return contained(name, src, func() (*slides.Deck, error) {
		last := p.last
		p.last = nil // after a panic, nothing can be reused
		b := begin(name, src, p.Config)
		if last == nil || !b.reuse(last) {
			b = begin(name, src, p.Config)
			b.walk(b.src)
		}
		deck, err := b.end()
		p.last = b
		return deck, err
	})
}

// A part is a stretch of the deck's own file that ends right after a comment or rule that ends a
// slide. It begins at the end of the part before. Its counts are the lengths of the builder's lists
// at its end.
type part struct {
	end, next int  // offsets of its end and of the line after
	fixed     bool // depends on more than its text
	counts
}

type counts struct{ slides, snippets, named, waiting, anchors, diags int }

func (b *builder) counts() counts {
	return counts{len(b.deck.Slides), len(b.deck.Snippets), len(b.named), len(b.waiting), len(b.anchors), len(b.deck.Diags)}
}

func (b *builder) idPlace(at slides.Span) idPlace { return idPlace{at, b.src, len(b.parts)} }

// endPart ends a part after n, which has ended a slide.
func (b *builder) endPart(n ast.Node) {
	if n.Kind() != ast.KindHTMLBlock && n.Kind() != ast.KindThematicBreak {
		return // a title begins the next slide instead of ending one
	}
	end := b.nodeSpan(n).End
	if b.slide.At.Off != end || b.slide.At.File != b.src.file {
		return // there is something between
	}
	b.parts = append(b.parts, part{end: end, next: b.src.nextLine(end), fixed: b.touched, counts: b.counts()})
	b.touched = false
}

// reuse makes the deck from parts of its last version and reports whether that was possible.
func (b *builder) reuse(last *builder) bool {
	if !b.follows(last) {
		return false
	}
	was, is := last.src.file.Src, b.src.file.Src
	same := edit{by: len(is) - len(was)}
	same.head = commonPrefix(was, is)
	same.tail = len(was) - commonSuffix(was[same.head:], is[same.head:])
	if len(is) > len(was)/2 { // else the lists would keep room for removed text
		b.grow(last)
	}
	move := &slides.Move{From: last.deck.Files[0], To: b.src.file}
	at := 0 // up to here the deck is made
	for i := 1; i < len(last.parts); i++ {
		by, ok := same.part(last.parts[i-1], last.parts[i])
		if !ok {
			continue
		}
		from := last.parts[i-1].end + by
		if from > at && !b.through(at, from) {
			return false
		}
		move.Part(by)
		b.adopt(last, i, move)
		at = last.parts[i].end + by
	}
	b.walkRange(b.src, at, len(is))
	return !b.global && !b.tally.Over() && len(b.spent.ended) == 0
}

// grow makes room for slightly more names than the last version had.
func (b *builder) grow(last *builder) {
	const more = 16
	b.named = slices.Grow(b.named, len(last.named)+more)
	b.waiting = slices.Grow(b.waiting, len(last.waiting)+more)
	b.parts = slices.Grow(b.parts, len(last.parts)+more)
}

// follows reports whether this version may reuse parts of the last one.
func (b *builder) follows(last *builder) bool {
	file, was := b.src.file, last.deck.Files[0]
	return file.Name == was.Name && file.Path == was.Path && !b.src.dirty && !last.top().dirty && !last.global &&
		!last.lacking && len(last.spent.ended) == 0 && reflect.DeepEqual(b.opts, last.opts) &&
		sameLook(b.deck.Meta.Look, last.deck.Meta.Look)
}

// top returns the source of the deck's own file.
func (b *builder) top() *source {
	for b.src.parent != nil {
		b.src = b.src.parent
	}
	return b.src
}

// edit says which text two versions share: before head, and from tail on in the old version.
type edit struct{ head, tail, by int }

// part reports whether a part is the same in both versions, and how far it has moved.
func (e edit) part(before, p part) (by int, ok bool) {
	switch {
	case p.fixed:
		return 0, false
	case p.next <= e.head:
		return 0, true
	}
	return e.by, before.end >= e.tail
}

// through parses a stretch and reports whether its end is the end of a part.
func (b *builder) through(from, to int) bool {
	b.walkRange(b.src, from, to)
	n := len(b.parts)
	return !b.global && n > 0 && b.parts[n-1].end == to
}

// adopt moves part i of the last version into this one.
func (b *builder) adopt(last *builder, i int, m *slides.Move) {
	from, to := last.parts[i-1].counts, last.parts[i].counts
	shift := len(b.deck.Slides) - from.slides
	for _, s := range last.deck.Snippets[from.snippets:to.snippets] {
		c := m.Snippet(s)
		if c.Slide >= 0 {
			c.Slide += shift
		}
		b.deck.Snippets = append(b.deck.Snippets, c)
	}
	for _, s := range last.deck.Slides[from.slides:to.slides] {
		b.deck.Slides = append(b.deck.Slides, m.Slide(s))
	}
	for _, s := range last.named[from.named:to.named] {
		b.named = append(b.named, named{m.Snippet(s.Snippet), b.idPlace(m.Span(s.at))})
	}
	for _, o := range last.waiting[from.waiting:to.waiting] {
		b.waiting = append(b.waiting, placeholder{m.Output(o.Output), b.idPlace(m.Span(o.at)), o.skipped})
	}
	for _, a := range last.anchors[from.anchors:to.anchors] {
		b.anchors = append(b.anchors, anchor{a.slug, b.idPlace(m.Span(a.at))})
	}
	for _, d := range last.parsed[from.diags:to.diags] {
		if d = m.Diag(d); b.tally.Room(d) { // else the deck is parsed anew
			b.deck.Diags = append(b.deck.Diags, d)
		}
	}
	p := last.parts[i]
	b.parts = append(b.parts, part{end: p.end + m.By, next: p.next + m.By, counts: b.counts()})
	b.startSlide(b.pos(p.end + m.By))
}

// commonPrefix returns the number of bytes that a and b share at the beginning.
func commonPrefix(a, b []byte) int {
	n, block := min(len(a), len(b)), 4096
	i := 0
	for i+block <= n && bytes.Equal(a[i:i+block], b[i:i+block]) {
		i += block
	}
	for i < n && a[i] == b[i] {
		i++
	}
	return i
}

// commonSuffix returns the number of bytes that a and b share at the end.
func commonSuffix(a, b []byte) int {
	n, block := min(len(a), len(b)), 4096
	i := 0
	for i+block <= n && bytes.Equal(a[len(a)-i-block:len(a)-i], b[len(b)-i-block:len(b)-i]) {
		i += block
	}
	for i < n && a[len(a)-1-i] == b[len(b)-1-i] {
		i++
	}
	return i
}

package markdown

import (
	"bytes"
	"reflect"
	"slices"

	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
)

// While an author edits, most of a deck stays as it is, and parsing all of it takes longer than a
// screen takes to change once it has some thousand slides. So the deck is cut into parts where a
// comment or a rule at the top level ends a slide: no block is open there, and nothing that stands
// before such a place changes what is read behind it. A part whose bytes are the same is not
// parsed again, its slides are copied to where they stand now.
//
// What means something elsewhere is made anew each time: ids, keys, the order of diagnostics. Parts
// that depend on other files are parsed each time, and so is the whole deck when it has link
// references or footnotes, which reach over parts, or when its options change.

// Parser parses a deck again and again while it is being edited. What it returns is what Parse
// does. It is not for use by several goroutines at once.
type Parser struct {
	Config Config // not to be changed between calls

	last *builder
}

// Parse parses the deck as it is now.
func (p *Parser) Parse(name string, src []byte) (*slides.Deck, error) {
	return contained(name, src, func() (*slides.Deck, error) {
		last := p.last
		p.last = nil // a fault leaves nothing to go by
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

// A part is a stretch of the deck's own file that ends right behind what ends a slide. What has
// been made when it ends are lengths of the builder's lists; it begins where the one before ends.
type part struct {
	end, next int  // offsets: behind it, and of the line after
	fixed     bool // depends on more than its text
	counts
}

type counts struct{ slides, snippets, named, waiting, diags int }

func (b *builder) counts() counts {
	return counts{len(b.deck.Slides), len(b.deck.Snippets), len(b.named), len(b.waiting), len(b.deck.Diags)}
}

func (b *builder) idPlace(at slides.Span) idPlace { return idPlace{at, b.src, len(b.parts)} }

// endPart ends a part behind n, which has ended a slide.
func (b *builder) endPart(n ast.Node) {
	if n.Kind() != ast.KindHTMLBlock && n.Kind() != ast.KindThematicBreak {
		return // an implicit end stands before n
	}
	end := b.nodeSpan(n).End
	if b.slide.At.Off != end || b.slide.At.File != b.src.file {
		return // there is something between
	}
	b.parts = append(b.parts, part{end: end, next: b.src.nextLine(end), fixed: b.touched, counts: b.counts()})
	b.touched = false
}

// reuse makes the deck with the help of its last version and reports whether that could be done.
func (b *builder) reuse(last *builder) bool {
	if !b.follows(last) {
		return false
	}
	was, is := last.src.file.Src, b.src.file.Src
	same := edit{by: len(is) - len(was)}
	same.head = commonPrefix(was, is)
	same.tail = len(was) - commonSuffix(was[same.head:], is[same.head:])
	if len(is) > len(was)/2 { // else what was cut away should not leave its room
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

// grow makes room for as many names as the last version had, and some more.
func (b *builder) grow(last *builder) {
	const more = 16
	b.named = slices.Grow(b.named, len(last.named)+more)
	b.waiting = slices.Grow(b.waiting, len(last.waiting)+more)
	b.parts = slices.Grow(b.parts, len(last.parts)+more)
}

// follows reports whether parts of the last version can be parts of this one.
func (b *builder) follows(last *builder) bool {
	file, was := b.src.file, last.deck.Files[0]
	return file.Name == was.Name && file.Path == was.Path && !b.src.dirty && !last.top().dirty && !last.global &&
		!last.lacking && len(last.spent.ended) == 0 && reflect.DeepEqual(b.opts, last.opts)
}

// top returns the deck's own source, whichever was the last.
func (b *builder) top() *source {
	for b.src.parent != nil {
		b.src = b.src.parent
	}
	return b.src
}

// edit says what two versions of a text have in common: up to head, and from tail of the old one.
type edit struct{ head, tail, by int }

// part reports whether a part is the same in both, and how far it has moved.
func (e edit) part(before, p part) (by int, ok bool) {
	switch {
	case p.fixed:
		return 0, false
	case p.next <= e.head:
		return 0, true
	}
	return e.by, before.end >= e.tail
}

// through parses a stretch and reports whether it ends as a part does.
func (b *builder) through(from, to int) bool {
	b.walkRange(b.src, from, to)
	n := len(b.parts)
	return !b.global && n > 0 && b.parts[n-1].end == to
}

// adopt takes part i of the last version, which has moved.
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
	for _, d := range last.parsed[from.diags:to.diags] {
		if d = m.Diag(d); b.tally.Room(d) { // else the deck is parsed anew
			b.deck.Diags = append(b.deck.Diags, d)
		}
	}
	p := last.parts[i]
	b.parts = append(b.parts, part{end: p.end + m.By, next: p.next + m.By, counts: b.counts()})
	b.startSlide(b.pos(p.end + m.By))
}

// commonPrefix returns how many bytes a and b begin with that are the same.
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

// commonSuffix returns how many bytes a and b end with that are the same.
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

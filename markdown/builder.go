package markdown

import (
	"fmt"
	"slices"

	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/parser"
)

// maxDiags bounds what a hostile deck makes us remember.
const maxDiags = 1000

// builder makes a deck out of the Markdown of one file after another.
type builder struct {
	cfg      Config
	deck     *slides.Deck
	opts     slides.Options
	md       parser.Parser
	commands map[string]*command
	attrs    map[string]*attribute
	display  map[string]string       // every language name to its canonical one
	files    map[string]*slides.File // by clean path

	src      *source
	slide    *slide
	includes int // how many were made, and their bytes: hostile decks include exponentially
	bytes    int

	late     []slides.Diag     // errors from before the first slide, whose Problems go on it
	snippets []*slides.Snippet // of the slide under way
	waiting  []placeholder     // every one, for link
	named    []named           // every snippet with an id
	parts    []part            // of the deck's own file, for Parser
	touched  bool              // the part under way is made of more than its text
	global   bool              // some of the deck's text means something elsewhere in it
	parsed   slides.Diags      // Deck.Diags before link, in the order of the parts
	intro    bool              // the front matter asks for an intro slide

	filled *fillable // what an output block coming next belongs to
}

// fillable is a block that an earlier export may have put an output block behind.
type fillable struct {
	file *slides.File
	span *slides.Span
}

// idPlace is a place that link may have to point at.
type idPlace struct {
	at   slides.Span
	src  *source
	part int // index in parts
}

type placeholder struct {
	*slides.Output
	idPlace
}

type named struct {
	*slides.Snippet
	idPlace
}

func newBuilder(cfg Config) *builder {
	if cfg.Stat == nil {
		cfg.Stat = defaultStat(cfg.ReadFile)
	}
	if cfg.ReadFile == nil {
		cfg.ReadFile = readRegular
	}
	b := &builder{
		cfg:      cfg,
		deck:     &slides.Deck{},
		md:       newParser(),
		commands: map[string]*command{},
		attrs:    map[string]*attribute{},
		display:  displayIndex(),
		files:    map[string]*slides.File{},
	}
	b.opts = slides.Options{ImageAttributesPrefix: "image:", ListItemNewlines: 1}
	for _, c := range commandTable() {
		b.commands[c.name] = &c
		if c.alias != "" {
			b.commands[c.alias] = &c
		}
	}
	for _, a := range attributeTable() {
		b.attrs[a.name] = &a
	}
	return b
}

func (b *builder) pos(off int) slides.Pos { return slides.Pos{File: b.src.file, Off: off} }

func (b *builder) span(from, to int) slides.Span {
	return slides.Span{Pos: b.pos(from), End: max(from, to)}
}

// diag records a diagnostic and reports whether there was still room for it.
func (b *builder) diag(d slides.Diag) bool {
	if len(b.deck.Diags) >= maxDiags {
		return false
	}
	d.Len = max(d.Len, 1)
	for s := b.src; s != nil && s.parent != nil; s = s.parent {
		if d.Pos.File != s.file {
			continue
		}
		for ; s.parent != nil; s = s.parent {
			d.Hint = join(d.Hint, fmt.Sprintf("included at %s", s.at.Pos))
		}
		break
	}
	b.deck.Diags = append(b.deck.Diags, d)
	return true
}

func join(hint, more string) string {
	if hint == "" {
		return more
	}
	return hint + "; " + more
}

// fail reports an error and leaves a Problem where the deck is being built.
func (b *builder) fail(d slides.Diag) {
	d.Severity = slides.Error
	if !b.diag(d) {
		return
	}
	d = b.deck.Diags[len(b.deck.Diags)-1]
	if b.slide == nil {
		b.late = append(b.late, d)
		return
	}
	b.problem(d)
}

// failAt is fail for a stretch of source.
func (b *builder) failAt(at slides.Span, msg, hint string) {
	b.fail(slides.Diag{Pos: at.Pos, Len: at.End - at.Off, Msg: msg, Hint: hint})
}

// warn reports what the author should know, though all of it is shown in some way.
func (b *builder) warn(at slides.Span, msg, hint string) {
	b.diag(slides.Diag{Pos: at.Pos, Len: at.End - at.Off, Severity: slides.Warning, Msg: msg, Hint: hint})
}

func (b *builder) problem(d slides.Diag) {
	p := &slides.Problem{Diag: d}
	p.At = slides.Span{Pos: d.Pos, End: d.Pos.Off + d.Len}
	if d.Pos.IsValid() {
		p.At.End = min(p.At.End, len(d.Pos.File.Src))
	}
	b.put(p)
}

// placeLate puts the Problems of the front matter on the first slide.
func (b *builder) placeLate() {
	for _, d := range b.late {
		b.problem(d)
	}
	b.late = nil
}

// finish ends the last slide and resolves what names something elsewhere in the deck.
func (b *builder) finish() {
	b.endSlide()
	b.parsed = slices.Clone(b.deck.Diags)
	b.link()
	b.keys()
	b.deck.Meta.Options = b.opts
	b.sortDiags()
}

// sortDiags sorts by file, in the order of the deck's files, and place.
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

// keys gives every snippet the key of its result.
func (b *builder) keys() {
	seen := map[slides.Key]int{}
	for _, s := range b.deck.Snippets {
		key := s.Key.Nth(0)
		if key == "" {
			key = slides.MakeKey(s, 0)
		}
		s.Key = key.Nth(seen[key])
		seen[key]++
	}
}

package markdown

import (
	"slices"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/yuin/goldmark/parser"
)

// builder makes a deck out of the Markdown of one file after another.
type builder struct {
	cfg      Config
	deck     *slides.Deck
	opts     slides.Options
	md       parser.Parser
	commands map[string]*command
	attrs    map[string]*attribute
	files    map[string]*slides.File // by clean path
	looked   map[*slides.File]found  // what became of looking for a picture
	root     string                  // the deck's folder

	src   *source
	slide *slide
	spent spending

	tally    slides.Tally // of diagnostics
	over     map[slides.Pos]*slides.Problem
	late     []slides.Diag     // errors from before the first slide, whose Problems go on it
	snippets []*slides.Snippet // of the slide under way
	waiting  []placeholder     // every one, for link
	named    []named           // every snippet with an id
	parts    []part            // of the deck's own file, for Parser
	touched  bool              // the part under way is made of more than its text
	global   bool              // some of the deck's text means something elsewhere in it
	parsed   slides.Diags      // Deck.Diags before link, in the order of the parts
	lacking  bool              // some are left out of parsed
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
	skipped bool // its slide is
}

type named struct {
	*slides.Snippet
	idPlace
}

func newBuilder(cfg Config) *builder {
	b := &builder{
		cfg:      cfg,
		deck:     &slides.Deck{},
		md:       newParser(),
		commands: map[string]*command{},
		attrs:    map[string]*attribute{},
		files:    map[string]*slides.File{},
		looked:   map[*slides.File]found{},
		spent:    newSpending(),
	}
	if b.cfg.Language == nil {
		b.cfg.Language = lang.Lookup
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

// finish ends the last slide and resolves what names something elsewhere in the deck.
func (b *builder) finish() {
	b.endSlide()
	allSkipped := len(b.deck.Slides) == 0
	b.parsed, b.lacking = slices.Clone(b.deck.Diags), b.tally.Over()
	if allSkipped {
		b.nothing()
	}
	b.link()
	b.keys()
	b.deck.Meta.Options = b.opts
	b.summary()
	b.sortDiags()
}

// nothing says on a slide that there are no others: every one is skipped.
func (b *builder) nothing() {
	at := b.slide.skipAt
	d := slides.Diag{Pos: at.Pos, Len: at.End - at.Off, Severity: slides.Warning, Msg: "every slide is skipped: there is nothing to show",
		Hint: "remove a <!-- skip_slide -->"}
	if b.diag(d) {
		b.startSlide(at.Pos)
		b.problem(d)
		b.endSlide()
	}
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

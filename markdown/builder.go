package markdown

import (
	"slices"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/theme"
	"github.com/yuin/goldmark/parser"
)

// builder makes a deck from the Markdown of one file after another.
type builder struct {
	cfg      Config
	deck     *slides.Deck
	opts     slides.Options
	md       parser.Parser
	tuned    [2]bool // the options that md knows: math and common_markdown
	commands map[string]*command
	attrs    map[string]*attribute
	files    map[string]*slides.File // by clean path
	links    map[string]linkEnd      // by path
	looked   map[*slides.File]found  // result of looking for a picture
	root     string                  // the deck's folder

	src   *source
	slide *slide
	spent spending

	tally    slides.Tally // of diagnostics
	over     map[slides.Pos]*slides.Problem
	late     []slides.Diag     // errors from before the first slide; it shows their Problems
	snippets []*slides.Snippet // of the current slide
	waiting  []placeholder     // all placeholders, for link
	anchors  []anchor          // all links to titles, for anchored
	named    []named           // every snippet with an id
	parts    []part            // of the deck's own file, for Parser
	touched  bool              // the current part depends on more than its text
	global   bool              // some text of the deck, such as a link reference, affects other parts
	parsed   slides.Diags      // Deck.Diags before link, in the order of the parts
	lacking  bool              // parsed leaves some out
	look     theme.Ref         // what the front matter says of the theme
	intro    bool              // the front matter asks for an intro slide
	refs     []noteRef         // with the option common_markdown: slides that refer to footnotes
	defs     map[notedAt]*slides.Footnote
	defining bool      // the text is that of a footnote
	other    neighbour // the tool that the deck was written for

	lists []listing // of slides

	filled *fillable // the block that a following output block belongs to
}

// fillable is a block after which an earlier export may have put an output block.
type fillable struct {
	file *slides.File
	span *slides.Span
}

// idPlace is the place of an id, which a diagnostic of link may point at.
type idPlace struct {
	at   slides.Span
	src  *source
	part int // index in parts
}

type placeholder struct {
	*slides.Output
	idPlace
	skipped bool // its slide is skipped
}

type named struct {
	*slides.Snippet
	idPlace
}

func newBuilder(cfg Config) *builder {
	b := &builder{
		cfg:      cfg,
		deck:     &slides.Deck{},
		commands: map[string]*command{},
		attrs:    map[string]*attribute{},
		files:    map[string]*slides.File{},
		links:    map[string]linkEnd{},
		looked:   map[*slides.File]found{},
		spent:    newSpending(),
	}
	if b.cfg.Language == nil {
		b.cfg.Language = lang.Lookup
	}
	if b.opts = DefaultOptions(); cfg.Options != nil {
		b.opts = *cfg.Options
	}
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

// parser returns the parser of Markdown with what the options add.
func (b *builder) parser() parser.Parser {
	is := [2]bool{b.opts.Math, b.opts.CommonMarkdown}
	if b.md != nil && b.tuned == is {
		return b.md
	}
	b.md, b.tuned = newParser(), is
	if b.opts.Math {
		b.md.AddOptions(withMath()...)
	}
	if b.opts.CommonMarkdown {
		b.md.AddOptions(commonParsers())
	}
	return b.md
}

func (b *builder) pos(off int) slides.Pos { return slides.Pos{File: b.src.file, Off: off} }

func (b *builder) span(from, to int) slides.Span {
	return slides.Span{Pos: b.pos(from), End: max(from, to)}
}

// finish ends the last slide and resolves references between parts of the deck.
func (b *builder) finish() {
	b.endSlide()
	allSkipped := len(b.deck.Slides) == 0
	b.parsed, b.lacking = slices.Clone(b.deck.Diags), b.tally.Over()
	if allSkipped {
		b.nothing()
	}
	b.link()
	b.anchored()
	b.listSlides()
	b.notes()
	b.uncut()
	b.keys()
	b.deck.Meta.Options = b.opts
	b.summary()
	b.sortDiags()
}

// nothing adds a slide that says that every slide is skipped.
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

// keys sets the result key of every snippet.
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

// Package markdown parses a talk deck into the model of package slides.
//
// A deck is CommonMark with tables, alerts, footnotes and the like (extension.go), cut into slides
// and steps by comments (commands.go holds the table of them) and with programs in fenced blocks
// whose info string says what becomes of them (fence.go holds the table of attributes).
//
// Nothing makes Parse refuse a deck. What an author got wrong becomes a diagnostic with its exact
// place, an error also a Problem block where it happened, and everything else is parsed as if the
// mistake were not there. Nothing here runs programs, and files are read through Config.ReadFile.
package markdown

import (
	"path/filepath"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
)

// Config is what Parse has to know about the world. The zero value reads files from disk and knows
// no language.
type Config struct {
	// ReadFile reads the files a deck is made of. Nil: Files, at most 16 MiB of each.
	ReadFile func(name string) ([]byte, error)
	// Files opens pictures, while the deck is parsed to see whether they are there, and later on
	// to read them. Nil: what ReadFile reads, or without that the files beneath the deck's folder.
	// Of a Parser's Config, it may become another one that opens the same files.
	Files slides.Opener
	// Dir is where the deck's relative paths start; empty: the directory of its name.
	Dir string
	// Language looks a fence's language up, by its name or an alias. Nil: lang.Lookup.
	Language func(name string) (lang.Language, bool)
	// Strict turns warnings about comments that are not commands into errors.
	Strict bool
}

// Parse parses a deck. The name is what messages call it; "-" is standard input. The deck is never
// nil. The error is nil or a slides.Diags, when one of the deck's diagnostics is an Error;
// Deck.Diags has all of them, warnings too.
func Parse(name string, src []byte, cfg Config) (*slides.Deck, error) {
	return contained(name, src, func() (*slides.Deck, error) {
		b := begin(name, src, cfg)
		b.walk(b.src)
		return b.end()
	})
}

// contained parses a deck. A fault of ours outside of any block leaves a deck that says so.
func contained(name string, src []byte, parse func() (*slides.Deck, error)) (deck *slides.Deck, err error) {
	func() {
		defer slides.Contain("reading the deck", &err)
		deck, err = parse()
	}()
	if slides.AsFault(err) == nil {
		return deck, err
	}
	file := slides.NewFile(name, name, src)
	d := slides.Diag{Pos: file.LineStart(1), Len: 1, Msg: err.Error(), Hint: slides.FaultHint}
	p := &slides.Problem{Diag: d}
	p.At = slides.Span{Pos: d.Pos}
	return &slides.Deck{
		Files:  []*slides.File{file},
		Slides: []*slides.Slide{{Steps: 1, Blocks: []slides.Block{p}}},
		Diags:  slides.Diags{d},
	}, slides.Diags{d}
}

// begin makes a builder of a deck up to the front matter.
func begin(name string, src []byte, cfg Config) *builder {
	b := newBuilder(cfg)
	path := name
	if name == "-" {
		path = ""
	}
	file := slides.NewFile(name, path, lines(src))
	b.deck.Files = append(b.deck.Files, file)
	if path != "" {
		b.files[filepath.Clean(path)] = file
	}
	b.root = b.dir(name)
	b.opener()
	b.src = newSource(file, b.root)
	b.spent.text.Spend(min(len(src), b.spent.text.Left()))
	b.bound()
	b.checkBytes()
	if err := b.frontMatter(); err != nil {
		b.fail(*err)
	}
	b.startSlide(b.pos(b.src.body))
	b.placeLate()
	return b
}

// end completes the deck.
func (b *builder) end() (*slides.Deck, error) {
	b.finish()
	if b.deck.Diags.Failed() {
		return b.deck, b.deck.Diags
	}
	return b.deck, nil
}

// opener fills in how files are read.
func (b *builder) opener() {
	if b.cfg.Files == nil && b.cfg.ReadFile != nil {
		b.cfg.Files = reader(b.cfg.ReadFile)
	} else if b.cfg.Files == nil {
		b.cfg.Files = newDisk(b.root)
	}
	if b.cfg.ReadFile == nil {
		b.cfg.ReadFile = func(path string) ([]byte, error) { return b.cfg.Files.Read(path, int64(budget.File.Limit)) }
	}
}

// dir returns where the relative paths of the deck start.
func (b *builder) dir(name string) string {
	switch {
	case b.cfg.Dir != "":
		return b.cfg.Dir
	case name == "-":
		return "."
	}
	return filepath.Dir(name)
}

// Package markdown parses a talk deck into the model of package slides.
//
// A deck is CommonMark with tables, alerts, footnotes and the like (extension.go). Comments cut it
// into slides and steps (commands.go has the table of commands). Programs stand in fenced blocks, and
// the info string says how to show and run them (fence.go has the table of attributes).
//
// Parse never refuses a deck. Each mistake of the author becomes a diagnostic with its exact place.
// An error also becomes a Problem block at that place. Parse reads everything else as if the mistake
// were not there. This package runs no programs and reads files through Config alone.
package markdown

import (
	"path/filepath"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
)

// Config says how Parse reads files and looks up languages. The zero value reads files from disk and
// knows the languages of package lang.
type Config struct {
	// ReadFile reads the files that a deck is made of. Nil: Parse reads Files, at most 16 MiB of each.
	ReadFile func(name string) ([]byte, error)
	// Files opens pictures: Parse checks that they exist, and backends read them later. Nil: pictures
	// are read with ReadFile; if that is nil too, Parse opens the files beneath the deck's folder. In
	// a Parser's Config, Files may be replaced by another opener of the same files.
	Files slides.Opener
	// Dir is where the deck's relative paths start; empty: the directory of its name.
	Dir string
	// Language looks up a fence's language by its name or an alias. Nil: lang.Lookup.
	Language func(name string) (lang.Language, bool)
	// Options are the options of a deck whose front matter sets none. Nil: DefaultOptions.
	Options *slides.Options
	// Themes finds the user's own themes by name. Nil: there are none.
	Themes func(name string) *slides.File
	// Code finds the user's own colours of code by name: a file, or nil without an error. Nil: there are none.
	Code func(name string) (*slides.File, error)
	// Strict turns warnings about comments that are not commands into errors.
	Strict bool
}

// Parse parses a deck. Messages call the deck name; "-" is standard input. The deck is never nil. The
// error is a slides.Diags if one of the deck's diagnostics is an Error, and nil otherwise. Deck.Diags
// has all diagnostics, warnings too.
func Parse(name string, src []byte, cfg Config) (*slides.Deck, error) {
	return contained(name, src, func() (*slides.Deck, error) {
		b := begin(name, src, cfg)
		b.walk(b.src)
		return b.end()
	})
}

// contained parses a deck. If our code panics outside of any block, it returns a deck that says so.
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

// begin makes a builder and parses the deck up to the front matter.
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
	b.dress()
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

// opener fills in the defaults of Config for reading files.
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

// dir returns the directory at which the deck's relative paths start.
func (b *builder) dir(name string) string {
	switch {
	case b.cfg.Dir != "":
		return b.cfg.Dir
	case name == "-":
		return "."
	}
	return filepath.Dir(name)
}

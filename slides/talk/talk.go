// Package talk opens a talk: a deck with the settings beside it, with the permissions of its
// programs, and with the runner for them. Open and Play do that once, Follow again on every save.
// Both report events: the deck first, and then each state of its programs.
//
// The order is always the same. The deck is found and its settings are read before parsing, because
// they decide which files the deck may use. Then the permissions of programs are merged, once
// (grants.go): flags, requests of the settings, and answers of the user, now or earlier. If that
// gives the deck more files than before, it is parsed once more.
package talk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run"
)

// Options say which talk is opened and how. Name is needed.
type Options struct {
	Name string // of the deck: a path, or "-" for standard input

	// Read returns at most most bytes of the file that the user named; nil: files.ReadNamed. Follow
	// reads files itself.
	Read func(ctx context.Context, name string, most int64) ([]byte, error)

	Theme string // the name of the theme, over the one that the deck names; "": the deck decides

	Allow permit.Set  // the user's grants for every program, with paths as written
	Run   run.Options // how programs are run; Open fills in the deck and its permissions

	Output string // an output file beside the deck; programs do not depend on it

	Unattended bool // nobody can type to programs with a pseudo terminal of a talk that Follow opens

	// Lend lends the user's terminal to the program that Play runs, if it runs one only, and if that
	// one needs a terminal. Nil: it cannot be lent.
	Lend run.Lend

	Ask func(ctx context.Context, q Question) (Answer, error) // asks the user; nil: the user cannot be asked
	Say func(msg, hint string)                                // tells the user, each in a line; may be nil
}

func (o *Options) say(msg, hint string) {
	if o.Say != nil {
		o.Say(msg, hint)
	}
}

// Which picks the programs of a deck to run. An error ends Play.
type Which func(*slides.Deck) ([]*slides.Snippet, error)

// All picks every executable snippet.
func All(d *slides.Deck) ([]*slides.Snippet, error) { return d.Executable(), nil }

// Talk is an opened deck. It is for one goroutine.
type Talk struct {
	Deck *slides.Deck // never nil; its Diags also have mistakes in the files beside it
	At   permit.Deck  // the identity of the deck

	o      *opener
	src    []byte
	folder permit.Folder
	file   *config.Config // the settings beside the deck
	conf   *config.Config // the part of them for this deck
	terms  terms
	opts   defaults
	runner *run.Runner
}

// Open reads and parses a deck with the grants of flags and the user's earlier answers. It asks
// nobody. An error says why there is no deck to show; a *FlagError says why flags cannot grant
// something. Mistakes in the deck itself, or in its settings, are in its Diags.
func Open(ctx context.Context, o Options) (*Talk, error) {
	if o.Read == nil {
		o.Read = files.ReadNamed
	}
	op := opener{Options: o, answers: answers{}}
	op.deck = func(name string) ([]byte, error) { return o.Read(ctx, name, int64(budget.Deck.Limit)) }
	t, err := op.open()
	if err == nil && t.asksForFiles() && t.recall(func(string, string) {}) { // Play reports it
		err = t.reparse()
	}
	return t, err
}

// Play asks the user about the deck's requests, and runs the programs that which picks; if which is
// nil, it asks nobody and runs nothing. It calls receivers in turn and from one goroutine: with
// Loaded first, then with each Ran with its whole output, which a Board with a Shelf bounds. The
// error comes from which, or says that nothing can be run with these options. Close the talk after
// use.
func (t *Talk) Play(ctx context.Context, which Which, receivers ...func(slides.Event)) error {
	var todo []*slides.Snippet
	var err error
	if which != nil {
		todo, err = which(t.Deck)
		if len(todo) > 0 || t.asksForFiles() {
			if err := t.settle(ctx); err != nil {
				return err
			}
			todo, err = which(t.Deck)
		}
	}
	tell := func(e slides.Event) {
		for _, receive := range receivers {
			receive(e)
		}
	}
	tell(slides.Loaded{Deck: t.Deck})
	if err != nil || len(todo) == 0 {
		return err
	}
	if t.runner, err = t.newRunner(); err != nil {
		return err
	}
	tasks := make([]run.Task, len(todo))
	for i, s := range todo {
		tasks[i].Snippet = s
	}
	if e := todo[0].Exec; len(todo) == 1 && (e.OnScreen() || e.Mode == slides.ModeTerminal) {
		tasks[0].Lend = t.o.Lend
	}
	return t.runner.RunTasks(ctx, tasks, func(r slides.Ran) { tell(r) })
}

// Close ends the work that Play has begun. Call it after writing Output: Close notes that file's
// content as slidexec's own.
func (t *Talk) Close() error {
	if t.runner == nil {
		return nil
	}
	r := t.runner
	t.runner = nil
	return r.Close()
}

// opener opens one talk, once or repeatedly.
type opener struct {
	Options
	deck    func(name string) ([]byte, error)                     // reads the file that the user named
	part    func(from *permit.Files, path string) ([]byte, error) // reads files that the deck names; nil: from disk
	parser  *markdown.Parser                                      // of the earlier deck, nil: none
	reach   string                                                // the files that parser could read
	flags   map[[2]string]permit.Grant                            // see flagged
	answers answers
}

// open reads the present deck.
func (o *opener) open() (*Talk, error) {
	at, missing := permit.FindDeck(o.Name)
	if missing != nil {
		at.Name = o.Name
	}
	src, err := o.deck(at.Name)
	if err != nil {
		return nil, Unread(at.Name, err)
	}
	if missing != nil {
		return nil, missing
	}
	t := &Talk{At: at, o: o, src: src, folder: at.Folder(permit.Home())} // without a home, no path can be below it
	if err := t.settings(); err != nil {
		return nil, err
	}
	if err := t.parse(); err != nil {
		return nil, err
	}
	return t, t.reparse()
}

// settings reads the settings beside the deck and the user's, and finds the places of the flags' grants.
func (t *Talk) settings() error {
	flags, err := t.o.flagged(t.folder, t.At.Dir)
	own := config.Languages(os.Getenv, userDir())
	with := t.o.Run
	with.Language = own.Lookup
	t.terms = termsOf(with, flags)
	t.file = config.Load(t.At, t.folder)
	t.conf = t.file
	t.opts = optionsOf(t.file)
	t.opts.Worn = t.o.Theme
	t.opts.diags = append(t.opts.diags, own.Diags...)
	return err
}

// parse parses the deck with the files that it may use, and finds its other requests.
func (t *Talk) parse() error {
	reach := t.reach()
	if is := names(reach); t.o.parser == nil || t.o.reach != is {
		t.o.parser, t.o.reach = &markdown.Parser{}, is
	}
	opener := t.At.Files(t.folder, reach)
	opener.Lend(func() (permit.Export, bool) { return exported(t.At) })
	cfg := &t.o.parser.Config
	if cfg.Files = opener; t.o.part != nil {
		cfg.ReadFile = func(path string) ([]byte, error) { return t.o.part(opener, path) }
	}
	cfg.Options, cfg.Themes, cfg.Code = &t.opts.Options, OwnTheme, OwnCode
	cfg.Language = t.terms.run.Language
	parsed, err := t.o.parser.Parse(sourceName(t.At), t.src)
	if diags := (slides.Diags)(nil); err != nil && !errors.As(err, &diags) {
		return err
	}
	deck := *parsed
	t.Deck, t.conf = &deck, t.file.For(parsed)
	deck.Meta.Set = append(slices.Clone(t.opts.set), deck.Meta.Set...)
	deck.Diags = append(slices.Clone(deck.Diags), t.opts.diags...)
	if t.conf.Source != nil {
		deck.Files = append(slices.Clone(deck.Files), t.conf.Source)
		deck.Diags = append(deck.Diags, t.conf.Diags...)
	}
	return nil
}

// reparse parses the deck once more if it may use other files than before.
func (t *Talk) reparse() error {
	if names(t.reach()) == t.o.reach {
		return nil
	}
	return t.parse()
}

// newRunner makes the runner for the deck's programs.
func (t *Talk) newRunner() (*run.Runner, error) {
	o := t.terms.merge(t.conf, t.answered)
	o.Dir = t.At.Dir
	if t.At.File == "" { // the deck has no folder, so its text tells it from others
		o.Content = string(t.Deck.Files[0].Src)
		return t.o.newRunner(o)
	}
	o.Deck = filepath.Base(t.At.File)
	o.Text = t.text()
	return t.o.newRunner(o)
}

// text lists the files of the deck's text.
func (t *Talk) text() []string {
	out := []string{t.Deck.Files[0].Path, t.At.File}
	for _, i := range t.Deck.Includes {
		out = append(out, i.File.Path)
	}
	return out
}

// sourceName returns the parser's name for a deck, to which paths in it are relative. A pipe has
// the user's current folder, like standard input, and not the folder of its own name: beside a
// shell's /dev/fd/63 there are no files.
func sourceName(at permit.Deck) string {
	if at.File == "" {
		return "-"
	}
	return at.Name
}

// exported returns slidexec's record of a deck that it has written itself.
func exported(at permit.Deck) (permit.Export, bool) {
	store, err := permit.UserStore()
	if err != nil || at.File == "" {
		return permit.Export{}, false
	}
	return store.Export(at.File)
}

// Reparse parses a deck that slidexec is about to write, with the options of the deck that it was made from. It reads
// nothing from disk: files are as they were when the deck was read. known are the files that it may name, by path.
func Reparse(src []byte, known map[string]*slides.File, o slides.Options) *slides.Deck {
	return reparse("-", src, known, o)
}

// Copy parses a deck again, from its files as they were when it was read, and with its options; the deck itself is the
// first file. It reads nothing from disk, so pictures have no content.
func Copy(files []*slides.File, o slides.Options) *slides.Deck {
	known := make(map[string]*slides.File, len(files))
	for _, f := range files {
		known[filepath.ToSlash(f.Path)] = f
	}
	return reparse(files[0].Name, files[0].Src, known, o)
}

func reparse(name string, src []byte, known map[string]*slides.File, o slides.Options) *slides.Deck {
	own := config.Languages(os.Getenv, userDir())
	cfg := markdown.Config{Options: &o, Themes: OwnTheme, Code: OwnCode, Language: own.Lookup, ReadFile: func(path string) ([]byte, error) {
		if f := known[filepath.ToSlash(path)]; f != nil {
			return f.Src, nil
		}
		return nil, fs.ErrNotExist
	}}
	deck, _ := markdown.Parse(name, src, cfg) // the mistakes in it are known
	return deck
}

// Player returns the settings of the player for the deck called name, the options of the deck if its front matter sets
// none, and mistakes in the settings. The deck need not exist.
func Player(name string) (config.Player, slides.Options, slides.Diags) {
	at, _ := permit.FindDeck(name) // opening the deck reports the error
	file := config.Load(at, at.Folder(permit.Home()))
	p, diags := file.Player(os.Getenv, userDir())
	return p, optionsOf(file).Options, diags // opening the deck reports mistakes in options
}

// Program returns the runner for a single program without a deck: text tells it from others, and
// dir is its folder, "" for none.
func Program(o Options, dir, text string) (*run.Runner, error) {
	op := opener{Options: o}
	flags, err := op.flagged(permit.Deck{Dir: dir}.Folder(permit.Home()), dir)
	if err != nil {
		return nil, err
	}
	o.Run.Language = Language
	with := termsOf(o.Run, flags).merge(&config.Config{}, func(permit.Request) bool { return false })
	with.Dir, with.Content = dir, text
	return o.newRunner(with)
}

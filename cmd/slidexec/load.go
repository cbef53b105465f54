package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run"
)

// talk is a deck with what stands beside it.
type talk struct {
	*slides.Deck
	at      permit.Deck    // who it is
	files   *permit.Files  // what opens what it names
	conf    *config.Config // what slidexec.yaml says
	program string         // without a Deck: the program that is all there is
}

// source says how a talk is read.
type source struct {
	deck   func(name string) ([]byte, error)                     // reads what the user names
	part   func(from *permit.Files, path string) ([]byte, error) // reads what the deck names; nil: as it is
	parser *markdown.Parser                                      // which may remember the deck
}

// load reads and parses the deck called name, "-" for standard input. An error means that there
// is nothing to show; what is wrong with the deck itself, or beside it, is in its Diags.
func (a *app) load(ctx context.Context, name string) (*talk, error) {
	return a.loadFrom(name, source{
		deck:   func(name string) ([]byte, error) { return a.read(ctx, name, "the deck", int64(budget.Deck.Limit)) },
		parser: &markdown.Parser{Config: parseConfig()},
	})
}

// loadFrom is load with a source of its own.
func (a *app) loadFrom(name string, from source) (*talk, error) {
	at, missing := permit.FindDeck(name)
	if missing != nil {
		at.Name = name
	}
	src, err := from.deck(at.Name)
	if err != nil {
		return nil, unread(at.Name, err)
	}
	if missing != nil {
		return nil, missing
	}
	home := permit.Home() // without one, no path can be below it
	allow, err := a.letsHave(at)
	if err != nil {
		return nil, err
	}
	t := &talk{at: at, files: at.Files(home, allow)}
	t.files.Lend(home, func() (permit.Export, bool) { return exported(at) })
	cfg := &from.parser.Config
	if cfg.Files = t.files; from.part != nil {
		cfg.ReadFile = func(path string) ([]byte, error) { return from.part(t.files, path) }
	}
	parsed, err := from.parser.Parse(sourceName(at), src)
	var diags slides.Diags
	if err != nil && !errors.As(err, &diags) {
		return nil, err
	}
	deck := *parsed
	t.Deck, t.conf = &deck, config.Load(at, home)
	t.conf.Check(t.Deck)
	if t.conf.Source != nil {
		deck.Files = append(slices.Clone(deck.Files), t.conf.Source)
		deck.Diags = append(slices.Clone(deck.Diags), t.conf.Diags...)
	}
	return t, nil
}

// sourceName is what the parser calls a deck, and what paths in it are relative to. A pipe has the
// folder that the user is in, like standard input, and not that of its own name: beside /dev/fd/63
// of a shell there are no files.
func sourceName(at permit.Deck) string {
	if at.File == "" {
		return "-"
	}
	return at.Name
}

// parseConfig tells the parser which languages can be run.
func parseConfig() markdown.Config {
	return markdown.Config{Language: func(name string) (markdown.Language, bool) {
		l, ok := run.Lookup(name)
		if !ok {
			return markdown.Language{}, false
		}
		return markdown.Language{Name: l.Name, Hidden: l.Hidden, Executors: slices.Sorted(maps.Keys(l.Alternatives))}, true
	}}
}

// letsHave returns the files and folders that flags let the deck have.
func (a *app) letsHave(at permit.Deck) (permit.Set, error) {
	all, err := a.allowed()
	if err != nil {
		return nil, err
	}
	return a.resolve(slices.Concat(all.Of(permit.Read), all.Of(permit.Write)), at.Dir)
}

// read returns the bytes of what the user names: a file or a pipe, or "-" for standard input. The end
// of ctx ends it, whoever holds the other end of a pipe; what is typed at a terminal is asked for.
func (a *app) read(ctx context.Context, name, what string, most int64) ([]byte, error) {
	if name != "-" {
		return files.ReadNamed(ctx, name, most)
	}
	if in, ok := a.in.(*os.File); ok {
		if isTerminal(in) {
			a.ui.say("reading %s from the terminal; ctrl+d on a line of its own ends it", what)
		}
		return files.ReadStream(ctx, in, most)
	}
	src, err := io.ReadAll(io.LimitReader(a.in, most+1))
	if int64(len(src)) > most {
		err = &files.Error{Path: name, Err: files.ErrTooLarge, Most: most}
	}
	return src, err
}

// unread says why a deck cannot be read, and what helps.
func unread(name string, err error) error {
	shown := strconv.Quote(name)
	if name == "-" {
		shown = "standard input"
	}
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no deck %s%s", shown, nearbyDecks(name))
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s may not be read by this user", shown)
	case errors.Is(err, files.ErrTooLarge):
		return fmt.Errorf("%s is larger than the %s that a deck may have; %s", shown, budget.Deck.Amount(), budget.Deck.Try)
	case errors.Is(err, files.ErrNotRegular) && isFolder(name):
		return fmt.Errorf("%s is a folder, not a deck%s", shown, nearbyDecks(filepath.Join(name, "x")))
	case errors.Is(err, files.ErrNotRegular):
		return fmt.Errorf("%s is neither a file nor a pipe: it is no deck", shown)
	case errors.Is(err, files.ErrKernel):
		return fmt.Errorf("%s is %w", shown, files.ErrKernel)
	case errors.Is(err, files.ErrNoWriter):
		return fmt.Errorf("%s is %w; - reads a deck from standard input", shown, files.ErrNoWriter)
	}
	return fmt.Errorf("read the deck %s: %w", shown, err)
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// nearbyDecks names the decks in the folder of a file that is not there.
func nearbyDecks(name string) string {
	found, err := filepath.Glob(filepath.Join(filepath.Dir(name), "*.md"))
	if err != nil || len(found) == 0 {
		return ""
	}
	if len(found) > 5 {
		return fmt.Sprintf("; the folder has %d others, such as %q", len(found), found[0])
	}
	for i, f := range found {
		found[i] = strconv.Quote(f)
	}
	last := len(found) - 1
	if last == 0 {
		return "; there is " + found[0]
	}
	return "; there is " + strings.Join(found[:last], ", ") + " and " + found[last]
}

package main

import (
	"cmp"
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
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run"
)

// talk is a deck with what stands beside it.
type talk struct {
	*slides.Deck
	at   permit.Deck    // who it is
	conf *config.Config // what slidexec.yaml says
}

// load reads and parses the deck called name, "-" for standard input. An error means that there
// is nothing to show; what is wrong with the deck itself, or beside it, is in its Diags.
func (a *app) load(name string) (*talk, error) {
	return a.loadWith(name, os.ReadFile, &markdown.Parser{Config: parseConfig()})
}

// loadWith is load for who reads in a way of their own, with a parser that may remember the deck.
func (a *app) loadWith(name string, read func(string) ([]byte, error), p *markdown.Parser) (*talk, error) {
	at, missing := permit.FindDeck(name)
	if missing != nil {
		at.Name = name
	}
	src, err := a.read(at.Name, read)
	if err = cmp.Or(err, missing); err != nil {
		return nil, err
	}
	parsed, err := p.Parse(at.Name, src)
	var diags slides.Diags
	if err != nil && !errors.As(err, &diags) {
		return nil, err
	}
	home, _ := os.UserHomeDir() // without one, no path can be below it
	deck := *parsed
	t := &talk{Deck: &deck, at: at, conf: config.Load(at, home)}
	t.conf.Check(t.Deck)
	if t.conf.Source != nil {
		deck.Files = append(slices.Clone(deck.Files), t.conf.Source)
		deck.Diags = append(slices.Clone(deck.Diags), t.conf.Diags...)
	}
	return t, nil
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

// read returns the bytes of a deck, with a message that helps where there are none.
func (a *app) read(name string, file func(string) ([]byte, error)) ([]byte, error) {
	if name == "-" {
		src, err := io.ReadAll(io.LimitReader(a.in, int64(budget.Deck.Limit)+1))
		if err != nil {
			return nil, fmt.Errorf("read the deck from standard input: %w", err)
		}
		return src, tooLarge("standard input", int64(len(src)))
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no deck %q%s", name, nearbyDecks(name))
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%q may not be read by this user", name)
	case err != nil:
		return nil, fmt.Errorf("read the deck: %w", err)
	case info.IsDir():
		return nil, fmt.Errorf("%q is a folder, not a deck%s", name, nearbyDecks(filepath.Join(name, "x")))
	}
	if err := tooLarge(name, info.Size()); err != nil {
		return nil, err
	}
	src, err := file(name)
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("%q may not be read by this user", name)
	}
	if err != nil {
		return nil, fmt.Errorf("read the deck: %w", err)
	}
	return src, nil
}

func tooLarge(name string, size int64) error {
	if size > int64(budget.Deck.Limit) {
		return fmt.Errorf("%s is larger than the %s that a deck may have; %s", name, budget.Deck.Amount(), budget.Deck.Try)
	}
	return nil
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
	return "; there is " + strings.Join(found, ", ")
}

package main

import (
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render/md"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/permit"
)

// A filled deck is parsed before it is written: what a program printed must not have become part of
// the deck. Nothing is read from disk for that, all is as it was when the deck was read.

// reparse parses a filled deck. known are those that it may name, by path.
func reparse(src []byte, known map[string]*slides.File) *slides.Deck {
	cfg := parseConfig()
	cfg.ReadFile = func(path string) ([]byte, error) {
		if f := known[filepath.ToSlash(path)]; f != nil {
			return f.Src, nil
		}
		return nil, fs.ErrNotExist
	}
	deck, _ := markdown.Parse("-", src, cfg) // what is wrong with it is known
	return deck
}

// baseOf returns the path from the folder of an output to that of its deck, "" where they are the
// same or there is no telling.
func baseOf(output, deck string) string {
	at, err := permit.FindDeck(deck)
	if err != nil || at.Dir == "" || output == "" {
		return ""
	}
	path, err := files.Target{Name: output}.Path()
	if err != nil { // Write says it
		return ""
	}
	rel, err := filepath.Rel(filepath.Dir(path), at.Dir)
	if err != nil || rel == "." {
		return ""
	}
	return filepath.ToSlash(rel)
}

// exported is what slidexec remembers of a deck that it has written itself.
func exported(at permit.Deck) (permit.Export, bool) {
	store, err := openStore()
	if err != nil || at.File == "" {
		return permit.Export{}, false
	}
	return store.Export(at.File)
}

// rememberExport lets a filled deck that lies in another folder than its deck have the files that
// both name: the user chose the place.
func (j *renderJob) rememberExport(deck *slides.Deck) {
	if _, fills := j.backend.(md.Backend); !fills || j.look.base == "" {
		return
	}
	at, err := permit.FindDeck(j.deck)
	path, err2 := j.target(deck).Path()
	if err != nil || err2 != nil {
		return // it is gone again
	}
	e := permit.Export{From: at.Dir, Since: time.Now()}
	spliced := map[*slides.File]bool{}
	for _, inc := range deck.Includes {
		spliced[inc.File] = true
	}
	for _, f := range deck.Files[1:] {
		rel, err := filepath.Rel(filepath.Dir(at.Name), f.Path)
		if err == nil && filepath.IsLocal(rel) && !spliced[f] && filepath.Base(f.Path) != config.Name {
			e.Files = append(e.Files, filepath.Join(at.Dir, rel))
		}
	}
	slices.Sort(e.Files)
	store, err := openStore()
	if err == nil {
		err = store.RememberExport(path, e)
	}
	if err != nil {
		j.ui.say("note: %s names files outside of its folder, which slidexec opens with --allow read=%s alone: %v",
			text.Name(j.output), text.Name(at.Dir), err)
	}
}

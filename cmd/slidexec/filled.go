package main

import (
	"io/fs"
	"path/filepath"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/slides"
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
	folder, err := files.Target{Name: output}.Folder()
	if err != nil { // Write says it
		return ""
	}
	rel, err := filepath.Rel(folder, at.Dir)
	if err != nil || rel == "." {
		return ""
	}
	return filepath.ToSlash(rel)
}

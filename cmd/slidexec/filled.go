package main

import (
	"path/filepath"
	"slices"
	"time"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/md"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/permit"
)

// baseOf returns the path from the folder of an output to that of its deck, "" where they are the
// same or there is no telling.
func baseOf(output string, at permit.Deck) string {
	if at.Dir == "" || output == "" {
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

// rememberExport lets a filled deck that lies in another folder than its deck have the files that
// both name: the user chose the place.
func (j *renderJob) rememberExport(deck *slides.Deck) {
	if _, fills := j.backend.(md.Backend); !fills || j.look.base == "" {
		return
	}
	at := j.at
	path, err := j.target(deck).Path()
	if err != nil {
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
	store, err := permit.UserStore()
	if err == nil {
		err = store.RememberExport(path, e)
	}
	if err != nil {
		j.ui.say("note: %s names files outside of its folder, which slidexec opens with --allow read=%s alone: %v",
			text.Name(j.output), text.Name(at.Dir), err)
	}
}

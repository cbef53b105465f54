package main

import (
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// A page is one file, or a site: a folder with the page and its files. Links to files beside the deck lead to copies
// in a site. From a single page they lead to the files themselves, as long as the page is in the deck's folder too:
// from elsewhere, the way would tell about this machine and end at the next one.

// linker finds the addresses of the deck's files for a single page.
type linker struct {
	deck   string      // a path to the deck
	base   string      // from the page's folder to the deck's, see baseOf
	missed atomic.Bool // a link became text
}

// address returns the address of a file, "" if the page does not reach it.
func (l *linker) address(f *slides.File) string {
	within := !slices.ContainsFunc(strings.Split(l.base, "/"), func(s string) bool { return s != "" && s != ".." })
	rel, err := filepath.Rel(filepath.Dir(l.deck), f.Path)
	if !within || err != nil || !filepath.IsLocal(rel) {
		l.missed.Store(true)
		return ""
	}
	return (&url.URL{Path: path.Join(l.base, filepath.ToSlash(rel))}).String()
}

// note says what a page lacks, once until that changes.
func (j *renderJob) note(left []string) {
	if j.links != nil && j.links.missed.Swap(false) {
		left = append(left, "links to files beside the deck are text in "+text.Name(j.output)+
			", which is in another folder: write a folder with copies of them, with -o DIR/")
	}
	if !slices.Equal(left, j.noted) {
		for _, l := range left {
			j.ui.say("note: %s", l)
		}
	}
	j.noted = left
}

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/render/paper"
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

// checkURL reads --public-url.
func (j *renderJob) checkURL(f format) (err error) {
	if j.look.url == "" {
		return nil
	}
	if !f.site {
		return usageError{errors.New("--public-url is for html: other formats have no previews")}
	}
	if j.look.url, err = slides.PageURL(j.look.url); err != nil {
		return usageError{fmt.Errorf("--public-url: %w", err)}
	}
	return nil
}

// preview returns a picture of the first slide, nil if this machine has no browser to take it. It takes a new
// picture only if that slide has changed since the last one, which may be in the folder.
func (j *renderJob) preview(v *render.View) *html.Preview {
	if _, err := paper.Browser(); err != nil || len(v.Deck.Slides) == 0 {
		return nil // a picture of the deck will do
	}
	first := part{slide: 1}.of(v)
	var page bytes.Buffer
	if err := (&html.Backend{Now: time.Unix(0, 0)}).Render(&page, first); err != nil {
		return nil // the site has the same error
	}
	p := html.NewPreview(page.Bytes())
	if j.picture != nil && j.picture.Name == p.Name {
		return j.picture
	}
	var err error
	if p.Data, err = files.ReadPlain(filepath.Join(j.output, p.Name), slides.MaxPicture); err != nil || !slides.IsPicture(p.Data) {
		err = j.look.press.Pictures(first, false, []paper.Still{{Slide: 1}}, func(_ paper.Still, data []byte) error {
			p.Data = data
			return nil
		})
	}
	if err != nil {
		j.ui.say("note: there is no picture of the first slide for previews: %v", err)
		return nil
	}
	j.picture = p
	return p
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

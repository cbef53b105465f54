package html

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// A site is a talk as a folder: the page index.html, and beside it pictures, script and style sheet in files
// whose names tell their content. It works without a server: the page fetches nothing, and browsers load
// pictures, scripts and style sheets from a disk, too. Servers that forbid scripts within pages run it as well.

// site collects the files of a page, from all goroutines that draw it.
type site struct {
	mu    sync.Mutex
	files map[string][]byte // by name
	links map[string]string // addresses of the copies of files that links lead to, by path
	left  []string          // see Site.Left
}

// Site is a talk as a folder.
type Site struct {
	Files []files.Entry // first the page
	Left  []string      // files to which links lead, and which are not in the folder: a sentence each, says why
}

// add keeps a file and returns its address, which is relative to the page. It keeps equal files once.
func (s *site) add(name, ext string, data []byte) string {
	address := files.Asset(name, hashOf(data), ext)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[address] = data
	return address
}

// extensions of pictures, by which web servers tell their types.
var extensions = map[string]string{
	"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/avif": "avif", "image/svg+xml": "svg",
}

// copyLinked adds the files in the deck's folder that links lead to.
func (s *site) copyLinked(d *slides.Deck) {
	left := budget.Of(budget.Linked)
	take := func(f *slides.File) {
		if f == nil {
			return
		}
		if _, known := s.links[f.Path]; known {
			return
		}
		s.links[f.Path] = ""
		data, err := f.Read(int64(budget.Linked.Limit))
		if err == nil && !left.Spend(len(data)) {
			err = errors.New(budget.Linked.Message() + "; " + budget.Linked.Try)
		}
		if err != nil {
			s.left = append(s.left, fmt.Sprintf("the link to %s is text: %v", text.Name(f.Name), err))
			return
		}
		base := path.Base(filepath.ToSlash(f.Path))
		ext := path.Ext(base)
		s.links[f.Path] = s.add(strings.TrimSuffix(base, ext), strings.TrimPrefix(ext, "."), data)
	}
	parts := slides.Parts{
		Inline: func(n slides.Inline) {
			if l, ok := n.(*slides.Link); ok {
				take(l.File)
			}
		},
		Block: func(bl slides.Block) {
			if im, ok := bl.(*slides.Image); ok {
				take(im.Linked)
			}
		},
	}
	for _, lines := range [][]slides.Line{d.Meta.Title, d.Meta.SubTitle} {
		for _, l := range lines {
			parts.Inlines("line", (*[]slides.Inline)(&l))
		}
	}
	for _, sl := range d.Slides {
		parts.Blocks("blocks", &sl.Blocks)
	}
}

// beside returns the address of a file to which a link leads, or "" if the page has none for it.
func (p *Page) beside(f *slides.File, dest string) string {
	address := ""
	switch {
	case f == nil:
	case p.site != nil:
		address = p.site.links[f.Path]
	case p.link != nil:
		address = p.link(f)
	}
	if address == "" {
		return ""
	}
	_, rest := slides.CutDest(dest)
	return address + rest
}

// Site draws a view as the files of a folder.
func (b *Backend) Site(v *render.View) (*Site, error) {
	p := b.Page(v)
	p.site = &site{files: map[string][]byte{}, links: map[string]string{}}
	p.site.copyLinked(v.Deck)
	parts, css := p.all()
	f := b.frame(p, css)
	f.Sheets = []string{p.site.add("slides", "css", []byte(f.Style))}
	f.Sources = []string{p.site.add("slides", "js", []byte(strings.Join(f.Scripts, "")))}
	f.Style, f.Scripts = "", nil
	var page bytes.Buffer
	if err := f.Write(&page, parts); err != nil {
		return nil, err
	}
	out := &Site{Files: []files.Entry{{Name: files.Page, Data: page.Bytes()}}, Left: p.site.left}
	for name, data := range p.site.files {
		out.Files = append(out.Files, files.Entry{Name: name, Data: data})
	}
	return out, nil
}

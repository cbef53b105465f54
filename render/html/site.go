package html

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

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

// extensions of pictures, by which web servers tell their types. SVG stays with the page: as a file of its own, it could be
// opened as a page, and run the scripts in it.
var extensions = map[string]string{
	"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/avif": "avif",
}

// active are the endings of files that browsers or web servers run. A deck may come from a stranger, and what
// is on a web site has the rights of that site.
var active = strings.Fields(`html htm xhtml xht shtml shtm stm svg svgz xml xsl xslt rdf rss atom mathml mht mhtml hta htc js mjs cjs wasm css swf
	php php3 php4 php5 php7 php8 phtml phar phps cgi fcgi pl asp aspx ashx asmx jsp jspx cfm`)

var errActive = errors.New("such a file would run with the rights of the web site; publish it yourself and link to it with https://")

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
		base := path.Base(filepath.ToSlash(f.Path))
		ext := path.Ext(base)
		var data []byte
		err := errActive
		if !slices.Contains(active, strings.ToLower(strings.TrimPrefix(ext, "."))) {
			data, err = f.Read(int64(budget.Linked.Limit))
		}
		if err == nil && !left.Spend(len(data)) {
			err = errors.New(budget.Linked.Message() + "; " + budget.Linked.Try)
		}
		if err != nil {
			s.left = append(s.left, fmt.Sprintf("the link to %s is text: %v", text.Name(f.Name), err))
			return
		}
		switch base = strings.TrimSuffix(base, ext); {
		case len(ext) > 1 && base != "":
		case utf8.Valid(data): // browsers guess what a file without an ending is, and may take it for a page
			base, ext = base+ext, ".txt"
		default:
			base, ext = base+ext, ".bin"
		}
		s.links[f.Path] = s.add(base, ext[1:], data)
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
	f.Sheets = []string{p.site.add("slides", "css", []byte(f.Style+f.Look))}
	f.Sources = []string{p.site.add("slides", "js", []byte(strings.Join(f.Scripts, "")))}
	f.Style, f.Look, f.Scripts = "", "", nil
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

package html

import (
	"bytes"
	"strings"
	"sync"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/render"
)

// A site is a talk as a folder: the page index.html, and beside it pictures, script and style sheet in files
// whose names tell their content. It works without a server: the page fetches nothing, and browsers load
// pictures, scripts and style sheets from a disk, too. Servers that forbid scripts within pages run it as well.

// site collects the files of a page, from all goroutines that draw it.
type site struct {
	mu    sync.Mutex
	files map[string][]byte // by name
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

// Site draws a view as the files of a folder. The first one is the page.
func (b *Backend) Site(v *render.View) ([]files.Entry, error) {
	p := b.Page(v)
	p.site = &site{files: map[string][]byte{}}
	parts, css := p.all()
	f := b.frame(p, css)
	f.Sheets = []string{p.site.add("slides", "css", []byte(f.Style))}
	f.Sources = []string{p.site.add("slides", "js", []byte(strings.Join(f.Scripts, "")))}
	f.Style, f.Scripts = "", nil
	var page bytes.Buffer
	if err := f.Write(&page, parts); err != nil {
		return nil, err
	}
	list := []files.Entry{{Name: files.Page, Data: page.Bytes()}}
	for name, data := range p.site.files {
		list = append(list, files.Entry{Name: name, Data: data})
	}
	return list, nil
}

package html

import (
	"sync"

	"github.com/slidexec/slidexec/slides"
)

// gallery holds the pictures of a page, each of which is read once, for all goroutines that draw it.
type gallery struct {
	mu   sync.Mutex
	once map[string]func() ([]byte, shot)
}

// shot is what a picture is, or why it is none.
type shot struct {
	slides.Picture
	err error
}

// read returns a picture of the deck. Errors name the reason alone; who shows them names the file.
func (p *gallery) read(f *slides.File) ([]byte, slides.Picture, error) {
	if f.Src != nil {
		return f.Picture()
	}
	p.mu.Lock()
	read, ok := p.once[f.Path]
	if !ok {
		read = sync.OnceValues(func() ([]byte, shot) {
			data, is, err := f.Picture()
			return data, shot{is, err}
		})
		if p.once == nil {
			p.once = map[string]func() ([]byte, shot){}
		}
		p.once[f.Path] = read
	}
	p.mu.Unlock()
	data, s := read()
	return data, s.Picture, s.err
}

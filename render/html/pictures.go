package html

import (
	"errors"
	"fmt"
	"sync"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

const maxPicture = 20 << 20 // bytes of one picture in the page

var errTooLarge = fmt.Errorf("more than the %s that a page takes", render.Bytes(maxPicture))

// gallery holds the pictures of a page, each of which is read once, for all goroutines that draw it.
type gallery struct {
	mu   sync.Mutex
	once map[string]func() ([]byte, error)
}

// read returns what is in a file of a size that a page takes. Errors name the reason alone; who
// shows them names the file.
func (p *gallery) read(f *slides.File) ([]byte, error) {
	p.mu.Lock()
	read, ok := p.once[f.Path]
	if !ok {
		read = sync.OnceValues(func() ([]byte, error) { return readPicture(f) })
		if p.once == nil {
			p.once = map[string]func() ([]byte, error){}
		}
		p.once[f.Path] = read
	}
	p.mu.Unlock()
	return read()
}

func readPicture(f *slides.File) ([]byte, error) {
	data, err := f.Read(maxPicture)
	if errors.Is(err, files.ErrTooLarge) {
		return nil, errTooLarge
	}
	return data, err
}

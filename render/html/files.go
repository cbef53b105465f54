package html

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/slidexec/slidexec/render"
)

const maxPicture = 20 << 20 // bytes of one picture in the page

var (
	errTooLarge   = fmt.Errorf("more than the %s that a page takes", render.Bytes(maxPicture))
	errNotRegular = errors.New("not a regular file")
)

// files reads the pictures of a page, each once, for all goroutines that draw it.
type files struct {
	open func(path string) ([]byte, error)

	mu   sync.Mutex
	once map[string]func() ([]byte, error)
}

func (f *files) read(path string) ([]byte, error) {
	f.mu.Lock()
	read, ok := f.once[path]
	if !ok {
		read = sync.OnceValues(func() ([]byte, error) { return f.open(path) })
		if f.once == nil {
			f.once = map[string]func() ([]byte, error){}
		}
		f.once[path] = read
	}
	f.mu.Unlock()
	return read()
}

// readPicture reads a file of a size that a page takes. Devices and pipes, which might not end,
// are refused. Errors name the reason alone; who shows them names the file.
func readPicture(path string) ([]byte, error) {
	if path == "" {
		return nil, fs.ErrNotExist
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, bare(err)
	case !info.Mode().IsRegular():
		return nil, errNotRegular
	case info.Size() > maxPicture:
		return nil, errTooLarge
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, bare(err)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxPicture+1)) // it may have grown since
	return data, bare(err)
}

// bare returns the reason in a PathError.
func bare(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

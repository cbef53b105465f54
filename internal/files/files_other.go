//go:build !unix

package files

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// walk opens a file beneath a base with os.Root, which follows links that stay beneath it.
type walk struct {
	root *Root
	base base
}

func (w *walk) open(rel string) (*os.File, string, error) {
	at, err := os.OpenRoot(w.base.dir.Name())
	if err != nil {
		return nil, "", err
	}
	defer at.Close()
	info, err := at.Stat(rel)
	switch {
	case err != nil:
		return nil, "", err
	case !info.Mode().IsRegular():
		return nil, "", ErrNotRegular
	}
	f, err := at.Open(rel)
	if err == nil {
		err = w.root.judge(filepath.Join(w.base.at, rel), nil, f)
	}
	if err != nil && f != nil {
		_ = f.Close()
		f = nil
	}
	return f, "", err
}

// OpenPlain opens a regular file that the user names or that slidexec owns. It follows links. The
// error is an *Error.
func OpenPlain(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = ErrNotRegular
	}
	if err != nil {
		return nil, wrap(path, err)
	}
	f, err := os.Open(path)
	return f, wrap(path, err)
}

func openFolder(path string, _ bool) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !info.IsDir() {
		_ = f.Close()
		return nil, ErrNotFolder
	}
	return f, nil
}

// ReadNamed returns the bytes of a regular file that the user names, at most most. The error is an
// *Error.
func ReadNamed(_ context.Context, path string, most int64) ([]byte, error) {
	return ReadPlain(path, most)
}

// ReadStream returns the bytes of an open file until its end, at most most. The error is an *Error.
// On this system, the end of the context does not end the read.
func ReadStream(_ context.Context, f *os.File, most int64) ([]byte, error) {
	return readBounded(f, f.Name(), 0, most)
}

// place is empty here: a walk needs folders that it can hold open.
type place struct{ there bool }

func (Target) find() (*place, error) { return nil, errors.ErrUnsupported }

// dir is empty here, as place is.
type dir struct{}

func (Target) findFolder() (*dir, error) { return nil, errors.ErrUnsupported }

func (*dir) close()                           {}
func (*dir) check() error                     { return errors.ErrUnsupported }
func (*dir) write([]Entry, fs.FileMode) error { return errors.ErrUnsupported }

func (*place) path() string                      { return "" }
func (*place) close()                            {}
func (*place) stream() bool                      { return false }
func (*place) holds([]byte) bool                 { return false }
func (*place) pour([]byte) error                 { return errors.ErrUnsupported }
func (*place) overwrite([]byte) error            { return errors.ErrUnsupported }
func (*place) replace([]byte, fs.FileMode) error { return errors.ErrUnsupported }

package files

import (
	"errors"
	"io/fs"

	"github.com/slidexec/slidexec/internal/text"
)

// Reasons why a file is not opened or not read. Messages put them after the name of the file.
var (
	ErrOutside    = errors.New("outside of the deck's folder")
	ErrNotRegular = errors.New("not a regular file")
	ErrNotFolder  = errors.New("not a folder")
	ErrKernel     = errors.New("not a file but an interface of the kernel")
	ErrSecret     = errors.New("its name says that it holds secrets, and no deck gets those")
	ErrTooLarge   = errors.New("too large")
	ErrName       = errors.New("not a file name")
	ErrLinks      = errors.New("a link that leads in circles")
	ErrNoWriter   = errors.New("a pipe without a writer")
)

// Error says why a file is not opened or not read. It never quotes the content of the file.
type Error struct {
	Path string // of the refused file, after following links
	Err  error  // one of the reasons above, or an error of the system
	Link bool   // a link led out of the folder, to Path
	Most int64  // with ErrTooLarge: the most bytes that are read
}

// Error returns the reason alone: the caller's message names the file.
func (e *Error) Error() string {
	switch {
	case e.Link && e.Err == ErrOutside:
		return "a link that leads out of the deck's folder"
	case e.Err == ErrTooLarge:
		return "larger than " + text.Size(e.Most)
	case errors.Is(e.Err, fs.ErrNotExist):
		return "no such file"
	case errors.Is(e.Err, fs.ErrPermission):
		return "no permission to read it"
	}
	return e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// wrap makes an *Error from an error of the system about a path, without repeating the path.
func wrap(path string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	}
	return &Error{Path: path, Err: err}
}

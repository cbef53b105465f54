package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
)

// UntrustedError says that others than the user can have written to a store, or could replace it.
type UntrustedError struct {
	Path string // the directory or file
	Why  string // "belongs to another user"
	Fix  string // a command, or ""
}

func (e *UntrustedError) Error() string {
	msg := fmt.Sprintf("%s %s", text.Name(e.Path), e.Why)
	if e.Fix != "" {
		msg += "; to fix it: " + e.Fix
	}
	return msg
}

// maxLinks is how many links the kernel follows.
const maxLinks = 40

// checkAbove checks every directory and link on the way to a path, and the path if it exists: a
// user who can write to one of them can replace the store. A directory that everybody can write to
// is fine if it is sticky, as /tmp is: there only the owner can move a name.
func checkAbove(path string) error {
	done := "/"
	rest := strings.Split(strings.Trim(filepath.Clean(path), "/"), "/")
	for links := 0; len(rest) > 0; {
		next := filepath.Join(done, rest[0])
		info, err := os.Lstat(next)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // we make what is missing
		case err != nil:
			return err
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := os.Readlink(next)
			if links++; err == nil && links > maxLinks {
				err = &fs.PathError{Op: "open", Path: path, Err: errors.New("too many links")}
			}
			if err == nil && !ours(info) {
				err = foreign(next)
			}
			if err != nil {
				return err
			}
			if filepath.IsAbs(target) {
				done = "/"
			}
			rest = append(strings.Split(strings.Trim(filepath.Clean(target), "/"), "/"), rest[1:]...)
			continue
		}
		if err := sane(next, info, len(rest) > 1); err != nil {
			return err
		}
		done, rest = next, rest[1:]
	}
	return nil
}

// checkDir checks a directory of the store itself.
func checkDir(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	return sane(dir, info, false)
}

// sane refuses a directory that others can write to. above means that it contains the store; then
// everybody may write to it if it is sticky.
func sane(path string, info fs.FileInfo, above bool) error {
	switch {
	case !info.IsDir():
		return &UntrustedError{Path: path, Why: "is not a directory"}
	case !ours(info):
		return foreign(path)
	case info.Mode().Perm()&0o022 != 0 && !(above && info.Mode()&fs.ModeSticky != 0):
		return &UntrustedError{path, "can be written to by others than you", "chmod go-w " + text.Name(path)}
	}
	return nil
}

func foreign(path string) error {
	return &UntrustedError{path, "belongs to another user", "remove it, or set XDG_CACHE_HOME to a directory of your own"}
}

// openOwn opens a plain file of the store that belongs to us and that nobody else can write. It
// does not follow a link or wait for the other end of a pipe.
func openOwn(path string) (*os.File, error) {
	f, err := openPlain(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case !ours(info):
		err = foreign(path)
	case info.Mode().Perm()&0o022 != 0:
		err = &UntrustedError{path, "can be written to by others than you", "chmod go-w " + text.Name(path)}
	default:
		return f, nil
	}
	_ = f.Close()
	return nil, err
}

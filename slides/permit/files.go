package permit

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/slidexec/slidexec/internal/files"
)

// Files opens the files that a deck and its settings name: files beneath the deck's folder that
// hold no secrets, and files that the user lets programs read or change. A deck without a folder
// uses the user's current one. Several goroutines may use it at once.
type Files struct {
	root *files.Root
	at   Folder
	err  error // instead of a root

	lender func() *lender // for files outside of the folder, nil: none
}

// RefusedError says why a deck may not use a file, and what the user can do about it.
type RefusedError struct {
	why  *files.Error
	hint string
}

// Error returns the reason alone, as a files.Error does.
func (e *RefusedError) Error() string { return e.why.Error() }

func (e *RefusedError) Unwrap() error { return e.why }

// Hint says what to try.
func (e *RefusedError) Hint() string { return e.hint }

// Files returns an opener of the deck's files. at is the deck's Folder, allow are the user's grants
// with their places.
func (d Deck) Files(at Folder, allow Set) *Files {
	named := "."
	if d.Dir != "" {
		named = filepath.Dir(d.Name)
	}
	var places []files.Place
	for _, g := range allow {
		if g.Place.Path != "" {
			places = append(places, files.Place{Path: g.Place.Path, Named: g.Place.Name, File: g.Place.File})
		}
	}
	f := &Files{at: at, err: at.err}
	if f.err == nil {
		f.root, f.err = files.OpenRoot(at.dir, files.Policy{Named: named, Secret: at.secret, Allow: places})
	}
	return f
}

// secret reports whether no deck may read a file of the folder. If the folder holds more than a
// deck, such as a home, all hidden files count as well: settings, histories, keys.
func (f Folder) secret(path string, head func() []byte) bool {
	return Secret(path, head) || f.isWide() && hidden(strings.TrimPrefix(path, strings.TrimSuffix(f.dir, "/")))
}

// Open opens a file. A relative path begins in the user's current folder, as those of a deck's
// files do. If the deck may not have the file, the error is a *RefusedError.
func (f *Files) Open(path string) (*os.File, error) {
	if f.err != nil {
		return nil, f.err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	file, err := f.root.Open(abs)
	if errors.Is(err, files.ErrOutside) {
		if lent, ok := f.lent(abs); ok {
			return lent, nil
		}
	}
	return file, f.refused(err)
}

// Read returns the bytes of a file, at most most.
func (f *Files) Read(path string, most int64) ([]byte, error) {
	file, err := f.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return files.ReadOpen(file, most)
}

// Stat describes the file that Open would open.
func (f *Files) Stat(path string) (fs.FileInfo, error) {
	file, err := f.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return file.Stat()
}

// refused adds a remedy for the user to an error.
func (f *Files) refused(err error) error {
	e, ok := errors.AsType[*files.Error](err)
	if !ok || e.Err != files.ErrOutside && e.Err != files.ErrSecret {
		return err
	}
	path := e.Path
	if rel, err := filepath.Rel(f.at.dir, path); err == nil && filepath.IsLocal(rel) {
		path = rel
	}
	hint := "a deck gets the files of its own folder only" // and no flag names this one
	if _, bad := checkPath(path); bad == nil && (Place{Path: e.Path, Name: e.Path}).usable(path) == nil {
		hint = "to let the deck have this file: " + Flags([]Request{{Grant: Grant{Kind: Read, Arg: path}}})
	}
	return &RefusedError{e, hint}
}

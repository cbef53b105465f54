// Package files opens the files that a deck names, and no others.
//
// slidexec has all of the user's rights, and a deck says which files it opens: includes, pictures,
// environment files, manifests. So whatever a deck or its settings name is opened by the Root of
// that deck:
//
//   - It stays beneath the deck's folder. Links are followed as long as they stay there, too.
//   - More places, outside of the folder, are opened when the user allows them, never by the deck.
//   - Only regular files are opened: reading a pipe could wait forever, and a device may do anything.
//     Files of the kernel's own file systems, /proc and the like, are none: each of them has a
//     meaning of its own, and many have no end.
//   - Names that stand for secrets are refused. A link is judged by its own name, and by the name
//     of every link and file that it leads to.
//   - At most as many bytes are read as the caller says. Sizes are not believed: a file may have
//     none, or grow while it is read.
//
// Opening never waits: not for a pipe's writer, nor for a device.
//
// OpenPlain and ReadPlain open files that the user names on the command line, and files that slidexec
// itself has written, without the first two of these rules and without the fourth. ReadNamed reads
// pipes, too.
package files

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// Policy is what a Root opens besides the files beneath its folder, and what it does not open there.
// The zero Policy opens all files beneath the folder and nothing else.
type Policy struct {
	// Named is another path to the folder, as the user wrote it; "": none.
	Named string
	// Secret reports whether a file holds secrets: by its path, which is absolute, and by how it
	// begins where its name alone does not tell; head returns nil where that cannot be read. It is
	// asked about the file, the links that lead to it, and, with a nil head, the folders that they
	// are in, up to the Root's. Nil: no file does.
	Secret func(path string, head func() []byte) bool
	// Allow are files and folders that the user lets the deck have. A folder stands for all that
	// is in it. No secret is looked for in them: the user has named them.
	Allow []Place
}

// Place is a file or a folder that was found once: what has become a link since is not followed.
type Place struct {
	Path  string   // absolute, every link followed
	Named string   // another absolute path to it, as the user wrote it; "": none
	File  *os.File // the place itself, which stays open as long as the Root is used; nil: not known
}

// Root opens files of one folder. It may be used by several goroutines at once.
type Root struct {
	policy Policy
	dir    base
	allow  []base
	walks  bool // openat2 is not used; tests set it
}

// base is a place at or beneath which files are opened: a folder, or one file of a folder.
type base struct {
	dir   *os.File
	lent  bool      // dir is somebody else's to close
	at    string    // the folder: absolute, every link followed
	file  string    // the file's name in it, "" where all of the folder is meant
	named [2]string // what the place is called: its real path, and an absolute one as it was named
}

// OpenRoot returns the Root of a folder. It keeps the folder open until it is closed or forgotten:
// another one that is put in its place later on is not opened. The error is an *Error; places of
// the policy that are not there are left out.
func OpenRoot(dir string, p Policy) (*Root, error) {
	b, err := openBase(dir)
	if err == nil && p.Named != "" {
		b.named[1], err = filepath.Abs(p.Named)
	}
	if err != nil {
		return nil, wrap(dir, err)
	}
	r := &Root{policy: p, dir: b}
	for _, place := range p.Allow {
		if b, err := place.base(); err == nil {
			r.allow = append(r.allow, b)
		}
	}
	return r, nil
}

// Close gives back what the Root keeps open. Files that it opened stay open.
func (r *Root) Close() {
	r.dir.close()
	for _, b := range r.allow {
		b.close()
	}
}

// Dir returns the folder, an absolute path without links.
func (r *Root) Dir() string { return r.dir.at }

// Open opens a file for reading. A relative name begins at the folder. The error is an *Error.
func (r *Root) Open(name string) (*os.File, error) {
	path, err := r.path(name)
	if err != nil {
		return nil, err
	}
	return r.open(path)
}

// Read returns the bytes of a file, which may be at most most. The error is an *Error.
func (r *Root) Read(name string, most int64) ([]byte, error) {
	f, err := r.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadOpen(f, most)
}

// Stat reports whether Open would open a file, and what it is. The error is an *Error.
func (r *Root) Stat(name string) (fs.FileInfo, error) {
	f, err := r.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	return info, wrap(name, err)
}

// Has reports whether a name is one beneath the folder, before any link is followed.
func (r *Root) Has(name string) bool {
	path, err := r.path(name)
	if err != nil {
		return false
	}
	_, ok := r.dir.rel(path)
	return ok
}

// path makes a name absolute. What it says of "." and ".." is taken as it is written: a/../b is b,
// even if a is a link.
func (r *Root) path(name string) (string, error) {
	switch {
	case name == "" || strings.IndexByte(name, 0) >= 0:
		return "", &Error{Path: name, Err: ErrName}
	case filepath.IsAbs(name):
		return filepath.Clean(name), nil
	}
	return filepath.Join(r.dir.named[1], name), nil
}

// open follows a path from base to base: a link of the folder may lead to a place that the user
// allows.
func (r *Root) open(path string) (*os.File, error) {
	defer runtime.KeepAlive(r) // with its folders
	w := walk{root: r}
	for at := path; ; {
		b, rel, ok := r.base(at)
		if !ok {
			return nil, &Error{Path: at, Err: ErrOutside, Link: at != path}
		}
		w.base = b
		f, next, err := w.open(rel)
		if err != nil || next == "" {
			return f, wrap(at, err)
		}
		at = next
	}
}

// base returns the place that a path is at or beneath. What the user allows comes first: it may lie
// in the deck's folder.
func (r *Root) base(path string) (b base, rel string, ok bool) {
	if b, rel, ok = r.allowed(path); ok {
		return b, rel, true
	}
	rel, ok = r.dir.rel(path)
	return r.dir, rel, ok
}

func (r *Root) allowed(path string) (b base, rel string, ok bool) {
	for _, b := range r.allow {
		if rel, ok := b.rel(path); ok {
			return b, rel, true
		}
	}
	return base{}, "", false
}

// judge refuses a file that holds secrets: by its path, or by one of the links that led to it.
func (r *Root) judge(path string, links []string, f *os.File) error {
	if r.policy.Secret == nil {
		return nil
	}
	if _, _, ok := r.allowed(path); ok {
		return nil
	}
	head := sync.OnceValue(func() []byte { return Head(f) })
	for _, link := range links {
		if r.secret(link, head) || r.policy.Secret(link, nil) {
			return &Error{Path: link, Err: ErrSecret}
		}
	}
	if r.secret(path, head) {
		return &Error{Path: path, Err: ErrSecret}
	}
	return nil
}

// secret reports whether a path names a secret, or something in a folder of secrets.
func (r *Root) secret(path string, head func() []byte) bool {
	for i := len(r.dir.at) + 1; i < len(path); i++ {
		if path[i] == filepath.Separator && r.policy.Secret(path[:i], nil) {
			return true
		}
	}
	return r.policy.Secret(path, head)
}

// headSize is how much of a file is looked at to find out whether it holds a secret.
const headSize = 64 << 10 // bytes

// Head returns how a file begins, nil if that cannot be read.
func Head(f *os.File) []byte {
	b := make([]byte, headSize)
	n, err := f.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		return nil
	}
	return b[:n]
}

// rel returns where a path is beneath the base's folder.
func (b base) rel(path string) (rel string, ok bool) {
	for _, at := range b.named {
		switch {
		case path == at && b.file != "":
			return b.file, true
		case path == at:
			return ".", true
		case b.file != "":
		case at == "/", strings.HasPrefix(path, at+"/"):
			return strings.TrimPrefix(path[len(at):], "/"), true
		}
	}
	return "", false
}

func (b base) close() {
	if !b.lent {
		_ = b.dir.Close()
	}
}

// base opens a place.
func (p Place) base() (b base, err error) {
	b = base{at: p.Path, named: [2]string{p.Path, cmp.Or(p.Named, p.Path)}}
	if isFolder(p.File) {
		b.dir, b.lent = p.File, true
		return b, nil
	}
	b.dir, err = openFolder(b.at, true)
	if errors.Is(err, ErrNotFolder) {
		b.at, b.file = filepath.Dir(p.Path), filepath.Base(p.Path)
		b.dir, err = openFolder(b.at, true)
	}
	return b, wrap(p.Path, err)
}

func isFolder(f *os.File) bool {
	if f == nil {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.IsDir()
}

// openBase opens a folder that slidexec or the user names.
func openBase(path string) (base, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return base{}, wrap(path, err)
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return base{}, wrap(path, err)
	}
	dir, err := openFolder(real, false)
	return base{dir: dir, at: real, named: [2]string{real, abs}}, wrap(path, err)
}

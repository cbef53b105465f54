// Package files opens the files that a deck names, and no others.
//
// slidexec has all of the user's rights, and a deck says which files it opens: includes, pictures,
// environment files, manifests. So the Root of a deck opens every file that the deck or its settings
// name:
//
//   - It stays beneath the deck's folder. It follows links that stay there, too.
//   - It opens places outside of the folder only if the user allows them. A deck cannot allow them.
//   - It opens only regular files: reading a pipe could wait forever, and a device may do anything.
//     Files of the kernel's own file systems, such as /proc, do not count as regular: each has a
//     meaning of its own, and many have no end.
//   - It refuses names that stand for secrets. It judges a link by its own name, and by the name of
//     every link and file that the link leads to.
//   - It reads at most as many bytes as the caller says. It does not believe sizes: a file may have
//     no size, or grow while it is read.
//
// Opening never waits for a pipe's writer or for a device.
//
// OpenPlain and ReadPlain open files that the user names on the command line, and files that slidexec
// itself has written. The first two of these rules and the fourth do not apply to them. ReadNamed also
// reads pipes.
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

// Policy says which places a Root opens besides its folder, and which files it refuses there. The zero
// Policy opens all files beneath the folder and nothing else.
type Policy struct {
	// Named is another path to the folder, as the user wrote it; "" for none.
	Named string
	// Secret reports whether a file holds secrets. It judges by the absolute path and, if the name
	// alone does not tell, by the beginning of the file; head returns nil if that cannot be read. The
	// Root calls it for the file, for the links that lead to it, and, with a nil head, for the folders
	// that hold these, up to the Root's. A nil Secret means that no file holds secrets.
	Secret func(path string, head func() []byte) bool
	// Allow lists files and folders that the user lets the deck read. A folder stands for everything
	// in it. Secret does not apply to them: the user has named them.
	Allow []Place
}

// Place is a file or a folder that was found once. If a link replaces it, a Root does not follow the
// link.
type Place struct {
	Path  string   // absolute, every link followed
	Named string   // another absolute path to it, as the user wrote it; "": none
	File  *os.File // the place itself, open for as long as the Root is used; nil: unknown
}

// Root opens files of one folder. Several goroutines may use it at once.
type Root struct {
	policy Policy
	dir    base
	allow  []base
	walks  bool // openat2 is not used; tests set it
}

// base is a place where a Root opens files: a folder, or one file of a folder.
type base struct {
	dir   *os.File
	lent  bool      // the caller of OpenRoot closes dir
	at    string    // the folder: absolute, every link followed
	file  string    // the file's name in it, "" for the whole folder
	named [2]string // its real path, and the absolute path that the user wrote
}

// OpenRoot returns the Root of a folder. The Root keeps the folder open until it is closed or garbage
// collected, so it never opens files of another folder that replaces this one. OpenRoot leaves out
// places of the policy that do not exist. The error is an *Error.
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

// Close closes the folders of the Root. Files that the Root has opened stay open.
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

// Read returns the bytes of a file, at most most. The error is an *Error.
func (r *Root) Read(name string, most int64) ([]byte, error) {
	f, err := r.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadOpen(f, most)
}

// Stat describes a file that Open would open. The error is an *Error.
func (r *Root) Stat(name string) (fs.FileInfo, error) {
	f, err := r.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	return info, wrap(name, err)
}

// Has reports whether a name lies beneath the folder. It follows no links.
func (r *Root) Has(name string) bool {
	path, err := r.path(name)
	if err != nil {
		return false
	}
	_, ok := r.dir.rel(path)
	return ok
}

// path makes a name absolute. It resolves "." and ".." by their spelling: a/../b is b, even if a is a
// link.
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
	defer runtime.KeepAlive(r) // r holds the folders open
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

// base returns the place that contains a path. Places that the user allows come first, because they
// may lie in the deck's folder.
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

// headSize is the size of the beginning of a file that is searched for secrets.
const headSize = 64 << 10 // bytes

// Head returns the beginning of a file, nil if it cannot be read.
func Head(f *os.File) []byte {
	b := make([]byte, headSize)
	n, err := f.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		return nil
	}
	return b[:n]
}

// rel returns a path relative to the base's folder.
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

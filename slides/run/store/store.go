// Package store keeps on disk, between runs, what running a deck's programs produced: results,
// compiled programs, and the trees that compilers work in.
//
// Everything is kept per trust domain, the folder that a deck lies in. Two decks in different
// folders share nothing, however alike they are, because one of them could have been written to
// prepare something for the other. What the installation alone wrote, and what is fetched from
// registries, is shared.
//
//	v2/domains/ID/            a trust domain, see Domain
//	    domain.json           whose it is
//	    lock                  held, shared, by each process that uses the domain
//	    results/KEY           a checksum line, then the result
//	    bin/KEY, KEY.note     a compiled program; its checksum, and the words of its compiler
//	    target/KEY/           what a compiler keeps
//	    sums                  contents of files, by what stat says of them
//	v2/go/KEY/, v2/cargo/     the compiled standard library, fetched crates
//	v2/tmp/ID/                of one process, which holds the lock in it as long as it lives
//
// A store is used only if nobody but its owner, and root, can have written to it: every directory
// from the root of the file system down is looked at, and every file that is read. Entries do not
// change: they are written aside, synced, and renamed into place, over one of the same name too.
// Nothing is removed that somebody uses, which a lock on it says.
package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// layout is the directory of the present layout. Earlier ones lay directly in the store's directory.
const layout = "v2"

// DefaultCap is how large a store may grow, in bytes.
const DefaultCap = 2 << 30

// Store is a directory of what is kept. Its methods may be called at the same time.
type Store struct {
	Cap int64 // bytes; it is pruned when it has grown beyond

	root  string // the directory that was named
	dir   string // the layout in it
	tmp   string // of this process
	under *Store // read where there is nothing here; nothing is written to it
	temp  bool   // it goes when it is closed

	held    *os.File // the lock in tmp
	grown   atomic.Int64
	pruning sync.WaitGroup
	busy    atomic.Bool // pruning
}

// ReadOnlyError says that a store can be read and not written to.
type ReadOnlyError struct{ Dir string }

func (e *ReadOnlyError) Error() string { return e.Dir + " is not writable" }

// DefaultDir is where a user's store is.
func DefaultDir() (string, error) {
	if dir := os.Getenv("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "slidexec"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	if !filepath.IsAbs(home) {
		return "", fmt.Errorf("home directory %q is not absolute", home)
	}
	if _, err := os.Stat(home); err != nil { // not ours to make
		return "", err
	}
	return filepath.Join(home, ".cache", "slidexec"), nil
}

// storeIn returns the store in a directory that only the user can write to.
func storeIn(dir string) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	return &Store{Cap: DefaultCap, root: dir, dir: filepath.Join(dir, layout)}, checkAbove(dir)
}

// Open opens the store in a directory, and makes it if it is not there. The error is an
// *UntrustedError where others than the user can have written to it, and a *ReadOnlyError where it
// is there and cannot be written to.
func Open(dir string) (*Store, error) {
	s, err := storeIn(dir)
	if err != nil {
		return nil, err
	}
	if err := s.makeDirs("", "domains", "go", "cargo", "tmp"); err != nil {
		if _, ok := errors.AsType[*UntrustedError](err); !ok && readable(s.dir) {
			return nil, &ReadOnlyError{s.root}
		}
		return nil, err
	}
	if err := s.takeTmp(); err != nil {
		if readOnly(err) {
			return nil, &ReadOnlyError{s.root}
		}
		return nil, err
	}
	return s, nil
}

// OpenTemp makes a store that goes when it is closed. under is the directory of a store to read
// from, or "".
func OpenTemp(under string) (*Store, error) {
	dir, err := tempRoot()
	if err != nil {
		return nil, err
	}
	s, err := Open(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	s.temp = true
	if under != "" && checkAbove(under) == nil && checkDir(filepath.Join(under, layout)) == nil {
		s.under = &Store{root: under, dir: filepath.Join(under, layout)}
	}
	return s, nil
}

// tempPattern is the name of temporary stores.
const tempPattern = "slidexec-store-"

// tempRoot makes a directory for a temporary store where others cannot replace it.
func tempRoot() (string, error) {
	var first error
	for _, in := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		dir, err := filepath.Abs(in)
		if err == nil {
			err = checkAbove(filepath.Join(dir, tempPattern))
		}
		if err == nil {
			if dir, err = os.MkdirTemp(dir, tempPattern); err == nil {
				return dir, nil
			}
		}
		if first == nil {
			first = err
		}
	}
	return "", fmt.Errorf("make a temporary directory: %w", first)
}

// makeDirs makes directories of the layout that only their owner can look into.
func (s *Store) makeDirs(names ...string) error {
	for _, name := range names {
		dir := filepath.Join(s.dir, name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := checkDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// takeTmp makes the directory of this process. Whoever comes later removes it if we cannot.
func (s *Store) takeTmp() error {
	dir, err := os.MkdirTemp(filepath.Join(s.dir, "tmp"), "run-")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err == nil {
		err = tryLock(f, true)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	s.tmp, s.held = dir, f
	return nil
}

const lockName = "lock"

// Dir is the directory that the store's parts lie in.
func (s *Store) Dir() string { return s.dir }

// Root is the directory that the store was opened with.
func (s *Store) Root() string { return s.root }

// Temp makes a directory for the time being. What is left of it when the process ends is removed.
func (s *Store) Temp(pattern string) (string, error) { return os.MkdirTemp(s.tmp, pattern) }

// Shared returns a directory for what the installation alone wrote, and what gives it back. It is
// not removed before.
func (s *Store) Shared(ctx context.Context, kind, key string) (string, func(), error) {
	return useTree(ctx, filepath.Join(s.dir, kind, key))
}

// Crates returns the directory for what is fetched from registries, and what gives it back. It is
// not removed before.
func (s *Store) Crates(ctx context.Context) (string, func(), error) {
	unlock, err := lockFile(ctx, s.cratesLock(), false)
	if err != nil {
		return "", nil, err
	}
	dir := filepath.Join(s.dir, "cargo")
	if err := makeOwn(dir); err != nil {
		unlock()
		return "", nil, err
	}
	touch(dir)
	return dir, unlock, nil
}

func (s *Store) cratesLock() string { return filepath.Join(s.dir, "cargo.lock") }

// Close waits for pruning and removes what is temporary.
func (s *Store) Close() error {
	s.pruning.Wait()
	err := RemoveTree(s.tmp)
	if s.temp {
		err = errors.Join(err, RemoveTree(s.root))
	}
	return errors.Join(err, s.held.Close())
}

// write puts data at a path: written aside, synced, renamed.
func (s *Store) write(path string, data []byte) error {
	f, err := os.CreateTemp(s.tmp, "new-") // of mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return s.place(f, path, err)
}

// place syncs a file of the process's directory and renames it to its path.
func (s *Store) place(f *os.File, path string, err error) error {
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// maxFile is more than any file of ours but a program is.
const maxFile = 256 << 20

// read returns the content of a file that nobody else can have written.
func read(path string) ([]byte, error) {
	f, err := openOwn(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(b) > maxFile {
		err = fmt.Errorf("%s is too large", path)
	}
	return b, err
}

// readChecked returns what follows the checksum line of a file, if it is whole.
func readChecked(path string) ([]byte, bool) {
	b, err := read(path)
	if err != nil {
		return nil, false
	}
	sum, body, found := bytes.Cut(b, []byte("\n"))
	return body, found && string(sum) == checksum(body)
}

// checked puts a checksum line before data.
func checked(data []byte) []byte { return append([]byte(checksum(data)+"\n"), data...) }

func checksum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// touch notes that something was used now: what was not used for long is dropped.
func touch(path string) {
	now := time.Now()
	_ = os.Chtimes(path, now, now)
}

func readable(dir string) bool {
	_, err := os.ReadDir(dir)
	return err == nil
}

// readOnly reports whether an error says that a place cannot be written to.
func readOnly(err error) bool { return errors.Is(err, fs.ErrPermission) || isReadOnlyFS(err) }

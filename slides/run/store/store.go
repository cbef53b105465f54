// Package store keeps data of running decks' programs on disk, between runs: results, compiled
// programs, and the trees that compilers work in.
//
// Everything is kept per trust domain, the folder of a deck. Two decks in different folders share
// nothing, however alike they are, because one of them could prepare something for the other. Only
// data that the installation alone wrote, or that comes from registries, is shared.
//
//	v2/domains/ID/            a trust domain, see Domain
//	    domain.json           its folder and decks
//	    lock                  held, shared, by each process that uses the domain
//	    results/KEY           a checksum line, then the result
//	    bin/KEY, KEY.note     a compiled program; its checksum, and the words of its compiler
//	    target/KEY/           the tree of a compiler
//	    sums                  checksums of files, by their stat data
//	v2/go/KEY/, v2/cargo/     the compiled standard library, fetched crates
//	v2/tmp/ID/                files of one process, which holds the lock in it as long as it lives
//
// A store is used only if nobody but its owner, and root, can have written to it: we check every
// directory from the root of the file system down, and every file that we read. Entries do not
// change: a new one is written aside, synced, and renamed into place, over one of the same name
// too. Users of an entry hold a lock on it, and nothing is removed while it is locked.
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

// Store is a directory of kept data. Its methods may be called at the same time.
type Store struct {
	Cap int64 // bytes; beyond it the store is pruned

	root  string // the directory given to Open
	dir   string // the layout in it
	tmp   string // this process's own
	under *Store // read if an entry is missing here, never written
	temp  bool   // Close removes the store

	held    *os.File // the lock in tmp
	grown   atomic.Int64
	pruning sync.WaitGroup
	busy    atomic.Bool // pruning
}

// ReadOnlyError says that a store can be read but not written.
type ReadOnlyError struct{ Dir string }

func (e *ReadOnlyError) Error() string { return e.Dir + " is not writable" }

// DefaultDir returns the directory of the user's store.
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
	if _, err := os.Stat(home); err != nil { // do not make somebody's home
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

// Open opens the store in a directory, and makes a missing one. If others than the user can have
// written to it, the error is an *UntrustedError; if it exists and cannot be written, a
// *ReadOnlyError.
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

// OpenTemp makes a store that Close removes. under is the directory of a store to read from, or "".
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

// tempRoot makes a directory for a temporary store, in a place where others cannot replace it.
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

// makeDirs makes directories of the layout that only their owner can read.
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

// takeTmp makes the directory of this process. If we cannot remove it, a later process does.
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

// Dir returns the directory that holds the store's parts.
func (s *Store) Dir() string { return s.dir }

// Root returns the directory given to Open.
func (s *Store) Root() string { return s.root }

// Temp makes a temporary directory. It is removed when the process ends.
func (s *Store) Temp(pattern string) (string, error) { return os.MkdirTemp(s.tmp, pattern) }

// Shared returns a directory for data that the installation alone wrote, and a function that
// releases it. It is not removed before that.
func (s *Store) Shared(ctx context.Context, kind, key string) (string, func(), error) {
	return useTree(ctx, filepath.Join(s.dir, kind, key))
}

// Crates returns the directory for files from registries, and a function that releases it. It is
// not removed before that.
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

// Close waits for pruning and removes temporary files.
func (s *Store) Close() error {
	s.pruning.Wait()
	err := RemoveTree(s.tmp)
	if s.temp {
		err = errors.Join(err, RemoveTree(s.root))
	}
	return errors.Join(err, s.held.Close())
}

// write puts data at a path: it writes aside, syncs and renames.
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

// maxFile is larger than any file of ours except programs.
const maxFile = 256 << 20

// read returns the content of a file, if nobody else can have written it.
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

// readChecked returns the data after the checksum line of a file, if it is whole.
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

// touch notes a use at this moment: pruning removes entries that were not used for long.
func touch(path string) {
	now := time.Now()
	_ = os.Chtimes(path, now, now)
}

func readable(dir string) bool {
	_, err := os.ReadDir(dir)
	return err == nil
}

// readOnly reports whether an error says that a place cannot be written.
func readOnly(err error) bool { return errors.Is(err, fs.ErrPermission) || isReadOnlyFS(err) }

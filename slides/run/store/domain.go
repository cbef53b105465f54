package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// Identity identifies the folder of a deck: two names of one folder have the same identity, and a
// folder that took another's place has a different one. The zero Identity shares with no other.
type Identity struct {
	Path     string // absolute, every link followed; "" for a deck without a folder
	Dev, Ino uint64
	Name     string // tells decks without a folder apart
}

// Identify returns the identity of a folder.
func Identify(dir string) (Identity, error) {
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return Identity{}, err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return Identity{}, err
	}
	dev, ino, _ := identify(info)
	return Identity{Path: abs, Dev: dev, Ino: ino}, nil
}

// ID returns the identity's name in the store.
func (i Identity) ID() string {
	h := sha256.New()
	for _, s := range []string{i.Path, i.Name} {
		_ = binary.Write(h, binary.LittleEndian, int64(len(s)))
		_, _ = io.WriteString(h, s)
	}
	_ = binary.Write(h, binary.LittleEndian, [2]uint64{i.Dev, i.Ino})
	return hex.EncodeToString(h.Sum(nil)[:20])
}

// Domain is the kept data for the decks of one folder. Its methods may be called at the same time.
type Domain struct {
	s     *Store
	dir   string
	under *Domain // read if an entry is missing here
	sums  func() *Sums
	leave func()
}

// about is the content of domain.json.
type about struct {
	Identity Identity
	Decks    []string // file names
}

// Domain opens the trust domain of a folder. deck is the name of the deck's file, "" if there is
// none; the store's list shows it.
func (s *Store) Domain(ctx context.Context, id Identity, deck string) (*Domain, error) {
	dir := filepath.Join(s.dir, "domains", id.ID())
	if id == (Identity{}) {
		dir = filepath.Join(s.tmp, "domain") // Close of the store removes it
	}
	d := &Domain{s: s, dir: dir}
	unlock, err := d.open(ctx)
	if err != nil {
		return nil, err
	}
	d.leave = unlock
	touch(filepath.Join(dir, lockName))
	if s.under != nil && id != (Identity{}) {
		d.under = &Domain{s: s.under, dir: filepath.Join(s.under.dir, "domains", id.ID())}
		if checkDir(d.under.dir) != nil {
			d.under = nil
		}
	}
	d.sums = sync.OnceValue(func() *Sums { return openSums(filepath.Join(dir, "sums"), d.under) })
	if id != (Identity{}) {
		d.describe(id, deck)
	}
	return d, nil
}

// open makes the domain's directories and a lock that keeps them from being removed.
func (d *Domain) open(ctx context.Context) (func(), error) {
	unlock, err := stay(ctx, d.dir)
	for _, name := range []string{"results", "bin", "target"} {
		if err == nil {
			err = makeOwn(filepath.Join(d.dir, name))
		}
	}
	if err != nil && unlock != nil {
		unlock()
	}
	return unlock, err
}

// stay makes a directory, and keeps it from being removed until the function is called.
func stay(ctx context.Context, dir string) (func(), error) {
	for range 100 { // another process may remove it between the two
		if err := makeOwn(dir); err != nil {
			return nil, err
		}
		unlock, err := lockFile(ctx, filepath.Join(dir, lockName), false)
		if !errors.Is(err, os.ErrNotExist) {
			return unlock, err
		}
	}
	return nil, &os.PathError{Op: "lock", Path: dir, Err: os.ErrNotExist}
}

// makeOwn makes a directory in one of ours, or checks that the existing one is ours.
func makeOwn(dir string) error {
	for range 100 {
		if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
		if err := checkDir(dir); !errors.Is(err, os.ErrNotExist) {
			return err
		} // another process removed it in between
	}
	return &os.PathError{Op: "make", Path: dir, Err: os.ErrNotExist}
}

// describe writes the owner of the domain. Only the list uses it.
func (d *Domain) describe(id Identity, deck string) {
	path := filepath.Join(d.dir, "domain.json")
	a := readAbout(path)
	if a.Identity == id && (deck == "" || slices.Contains(a.Decks, deck)) {
		return
	}
	a.Identity = id
	if deck != "" && len(a.Decks) < 100 {
		a.Decks = append(a.Decks, deck)
	}
	if b, err := json.Marshal(a); err == nil {
		_ = d.s.write(path, b)
	}
}

func readAbout(path string) (a about) {
	if b, err := read(path); err != nil || json.Unmarshal(b, &a) != nil {
		return about{}
	}
	return a
}

// Close releases the domain.
func (d *Domain) Close() error {
	err := d.Save()
	d.leave()
	return err
}

// Save keeps the sums learnt since the last Save.
func (d *Domain) Save() error { return d.sums().save(d.s) }

// Sums returns the known sums of files.
func (d *Domain) Sums() *Sums { return d.sums() }

// Result returns the result kept under a key, if it is whole.
func (d *Domain) Result(key string) ([]byte, bool) {
	path := filepath.Join(d.dir, "results", key)
	if body, ok := readChecked(path); ok {
		touch(path)
		return body, true
	}
	if d.under != nil {
		return d.under.Result(key)
	}
	return nil, false
}

// PutResult keeps a result.
func (d *Domain) PutResult(key string, body []byte) error {
	data := checked(body)
	if err := d.s.write(filepath.Join(d.dir, "results", key), data); err != nil {
		return fmt.Errorf("keep result: %w", err)
	}
	d.s.grew(int64(len(data)))
	return nil
}

// Note reads the value that PutNote kept under a name; if there is none, v stays as it is.
func (d *Domain) Note(name string, v any) {
	if b, err := read(filepath.Join(d.dir, name+".json")); err == nil {
		_ = json.Unmarshal(b, v)
	} else if d.under != nil {
		d.under.Note(name, v)
	}
}

// PutNote keeps a small value under a name.
func (d *Domain) PutNote(name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return d.s.write(filepath.Join(d.dir, name+".json"), b)
}

// Building makes the caller the only one, of all processes, that builds the program of a key, until
// it calls the function.
func (d *Domain) Building(ctx context.Context, key string) (func(), error) {
	return lockFile(ctx, filepath.Join(d.dir, "bin", key+lockEnding), true)
}

// Tree returns a directory for files that a compiler keeps between builds, and a function that
// releases it. The directory stays until then. The domain's own decks may have written anything in
// it.
func (d *Domain) Tree(ctx context.Context, kind, key string) (string, func(), error) {
	if err := makeOwn(filepath.Join(d.dir, kind)); err != nil {
		return "", nil, err
	}
	return useTree(ctx, filepath.Join(d.dir, kind, key))
}

// DropTree empties a tree. It waits until nobody uses it.
func (d *Domain) DropTree(ctx context.Context, kind, key string) error {
	dir := filepath.Join(d.dir, kind, key)
	if _, err := os.Lstat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	unlock, err := lockFile(ctx, filepath.Join(dir, lockName), true)
	if err != nil {
		return err
	}
	defer unlock()
	return RemoveTree(dir)
}

// useTree makes a directory, and a lock that keeps it from being removed.
func useTree(ctx context.Context, dir string) (string, func(), error) {
	unlock, err := stay(ctx, dir)
	if err != nil {
		return "", nil, err
	}
	if err := makeOwn(filepath.Join(dir, "out")); err != nil {
		unlock()
		return "", nil, err
	}
	touch(filepath.Join(dir, lockName))
	return dir, unlock, nil
}

package permit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/slidexec/slidexec/internal/files"
)

// Store is a file with the permissions that a user gave decks for good. It remembers each deck with
// exactly the set of requests that the user saw. Several processes may use the file at a time.
type Store struct{ path string }

// Remembered is a deck with its permissions.
type Remembered struct {
	Deck   string    // absolute path
	Grants []string  // keys of the requests
	Since  time.Time // when the user allowed it
}

// document is the content of the file.
type document struct {
	Version int                 `json:"version"`
	Decks   map[string]decision `json:"decks"`
	Exports map[string]Export   `json:"exports,omitempty"` // by the path of the export
}

type decision struct {
	Grants []string          `json:"grants"`
	Places map[string]string `json:"places,omitempty"` // identities of the places at that time, by Grant
	Since  time.Time         `json:"since"`
}

const storeVersion = 1

// OpenStore returns the Store in a file; it need not exist.
func OpenStore(path string) Store { return Store{path} }

// UserStore returns the user's own Store.
func UserStore() (Store, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return Store{}, fmt.Errorf("find the folder of remembered permissions: %w", err)
	}
	return OpenStore(filepath.Join(dir, "slidexec", "permissions.json")), nil
}

// Path returns the path of the file.
func (s Store) Path() string { return s.path }

// List returns everything remembered, sorted by deck.
func (s Store) List() ([]Remembered, error) {
	doc, err := s.read()
	var out []Remembered
	for _, deck := range slices.Sorted(maps.Keys(doc.Decks)) {
		out = append(out, Remembered{deck, doc.Decks[deck].Grants, doc.Decks[deck].Since})
	}
	for _, file := range slices.Sorted(maps.Keys(doc.Exports)) {
		out = append(out, Remembered{file, doc.Exports[file].grants(), doc.Exports[file].Since})
	}
	return out, err
}

// Allows reports whether the user allowed a deck exactly these requests. If a request's path has
// another target than then, the request is in replaced, and ok is false.
func (s Store) Allows(deck string, requests []Request) (ok bool, replaced []Request, err error) {
	doc, err := s.read()
	d, ok := doc.Decks[deck]
	if !ok || len(requests) == 0 || !slices.Equal(d.Grants, Keys(requests)) {
		return false, nil, err
	}
	for _, r := range requests {
		if r.Place.Path != "" && d.Places[r.key()] != r.Place.Identity() {
			replaced = append(replaced, r)
		}
	}
	return len(replaced) == 0, replaced, err
}

// Remember stores that the user allowed a deck these requests, and forgets its earlier permissions.
func (s Store) Remember(deck string, requests []Request, now time.Time) error {
	return s.change(func(doc *document) {
		d := decision{Grants: Keys(requests), Places: map[string]string{}, Since: now.UTC().Truncate(time.Second)}
		for _, r := range requests {
			if r.Place.Path != "" {
				d.Places[r.key()] = r.Place.Identity()
			}
		}
		doc.Decks[deck] = d
	})
}

// Revoke forgets a deck's permissions and reports whether there were any.
func (s Store) Revoke(deck string) (found bool, err error) {
	if _, err := os.Lstat(s.path); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	err = s.change(func(doc *document) {
		_, allowed := doc.Decks[deck]
		_, exported := doc.Exports[deck]
		found = allowed || exported
		delete(doc.Decks, deck)
		delete(doc.Exports, deck)
	})
	return found, err
}

// RevokeAll forgets everything, even if the file cannot be read.
func (s Store) RevokeAll() error {
	err := os.Remove(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// maxStore is more than anybody's permissions need.
const maxStore = 16 << 20 // bytes

// read returns the file's content. If anybody but the user can write the file, it returns an error.
func (s Store) read() (document, error) {
	empty := document{Version: storeVersion, Decks: map[string]decision{}}
	info, err := os.Stat(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return empty, nil
	case err != nil:
		return empty, fmt.Errorf("read remembered permissions: %w", err)
	case !info.Mode().IsRegular() || info.Size() > maxStore:
		return empty, fmt.Errorf("%s is not a file of remembered permissions", s.path)
	case info.Mode().Perm()&0o022 != 0 || !ownFile(info):
		return empty, fmt.Errorf("others than you can write %s, so slidexec does not trust it", s.path)
	}
	dir := filepath.Dir(s.path) // a user who can write there can replace the file
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm()&0o022 != 0 && info.Mode()&fs.ModeSticky == 0 || !ownFile(info) {
		return empty, fmt.Errorf("others than you can write %s, so slidexec does not trust %s", dir, filepath.Base(s.path))
	}
	src, err := os.ReadFile(s.path)
	if err != nil {
		return empty, fmt.Errorf("read remembered permissions: %w", err)
	}
	var doc document
	if err := json.Unmarshal(src, &doc); err != nil {
		return empty, fmt.Errorf("%s cannot be read: %w", s.path, err)
	}
	if doc.Version != storeVersion {
		return empty, fmt.Errorf("another version of slidexec wrote %s", s.path)
	}
	if doc.Decks == nil {
		doc.Decks = empty.Decks
	}
	return doc, nil
}

// change locks, reads, changes and writes the file.
func (s Store) change(f func(*document)) error {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return fmt.Errorf("remember permissions: %w", err)
	}
	unlock, err := lock(s.path + ".lock")
	if err != nil {
		return fmt.Errorf("remember permissions: %w", err)
	}
	defer unlock()
	doc, err := s.read()
	if err != nil {
		return err
	}
	f(&doc)
	out, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return fmt.Errorf("remember permissions: %w", err)
	}
	return s.write(append(out, '\n'))
}

// write replaces the file: a reader sees the old one or the new one.
func (s Store) write(data []byte) error {
	if err := files.Write(s.path, data, 0o600); err != nil {
		return fmt.Errorf("remember permissions: %w", err)
	}
	return nil
}

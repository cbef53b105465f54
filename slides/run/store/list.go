package store

import (
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Kept is the store's data for one folder, or, without a folder, the data shared by all.
type Kept struct {
	ID       string // of the domain, "" for shared data
	Identity Identity
	Decks    []string // paths of the decks, as far as known
	Gone     bool     // the folder does not exist any more, or another folder has its path
	Items    []Item
}

// Size returns its total size in bytes.
func (k Kept) Size() (n int64) {
	for _, it := range k.Items {
		n += it.Size
	}
	return n
}

// Used returns the time of its last use.
func (k Kept) Used() (t time.Time) {
	for _, it := range k.Items {
		if it.Used.After(t) {
			t = it.Used
		}
	}
	return t
}

// List returns everything kept, the latest used first, and shared data last.
func (s *Store) List() []Kept {
	byID := map[string]*Kept{}
	var shared Kept
	for _, it := range s.Items() {
		if it.Domain == "" {
			shared.Items = append(shared.Items, it)
			continue
		}
		k := byID[it.Domain]
		if k == nil {
			k = s.describeDomain(it.Domain)
			byID[it.Domain] = k
		}
		k.Items = append(k.Items, it)
	}
	var out []Kept
	for _, k := range byID {
		out = append(out, *k)
	}
	slices.SortFunc(out, func(a, b Kept) int {
		if c := b.Used().Compare(a.Used()); c != 0 {
			return c
		}
		return slices.Compare([]string{a.Identity.Path, a.ID}, []string{b.Identity.Path, b.ID})
	})
	if len(shared.Items) > 0 {
		out = append(out, shared)
	}
	return out
}

func (s *Store) describeDomain(id string) *Kept {
	a := readAbout(filepath.Join(s.dir, "domains", id, "domain.json"))
	k := &Kept{ID: id, Identity: a.Identity}
	for _, name := range a.Decks {
		k.Decks = append(k.Decks, filepath.Join(a.Identity.Path, name))
	}
	if a.Identity.Path != "" {
		now, err := Identify(a.Identity.Path)
		k.Gone = err != nil || now != a.Identity
	}
	return k
}

// Clean removes items that were not used for so long, 0 for all, and directories that become empty.
// It returns the number of removed bytes, and of items that stay because they are in use.
func (s *Store) Clean(items []Item, older time.Duration, now time.Time) (freed int64, busy int, err error) {
	for _, it := range items {
		if older > 0 && now.Sub(it.Used) < older {
			continue
		}
		switch removeErr := s.Remove(it); removeErr {
		case nil:
			freed += it.Size
		case ErrInUse:
			busy++
		default:
			err = removeErr
		}
	}
	s.dropEmpty()
	return freed, busy, err
}

// Sweep removes the remains of killed processes and earlier versions.
func (s *Store) Sweep(now time.Time) { s.sweep(now) }

// OpenExisting opens a store to list it or clean it. It makes nothing: if there is no store, it
// returns an empty one.
func OpenExisting(dir string) (*Store, error) {
	s, err := storeIn(dir)
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(s.dir); err == nil {
		return s, checkDir(s.dir)
	}
	return s, nil
}

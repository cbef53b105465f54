package store

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/internal/pattern"
)

const (
	keepFor    = 30 * 24 * time.Hour // items that were not used for longer are removed
	pruneEvery = 24 * time.Hour
	leftFor    = 24 * time.Hour // temporary files without a lock may still be in use
	part       = 16             // pruning begins when a part-th of the cap has been added
)

// Item is a part of the store that can be removed by itself.
type Item struct {
	Kind   string // "result", "program", "tree", "rest" of a program that is gone; "go" and "cargo" are of no domain
	Domain string // its ID, "" for shared data
	Size   int64  // bytes
	Used   time.Time

	paths []string // the files to remove, in this order
	lock  string   // held by its users; "": a reader reads all of it at once
}

// grew counts added bytes and begins pruning when they are many.
func (s *Store) grew(n int64) {
	if s.grown.Add(n) < s.Cap/part || !s.busy.CompareAndSwap(false, true) {
		return
	}
	s.grown.Store(0)
	s.pruning.Go(func() {
		defer s.busy.Store(false)
		_ = s.Prune(time.Now()) // the next pruning tries again
	})
}

// Grew tells the store that a tree has grown.
func (s *Store) Grew(dir string) { s.grew(TreeSize(dir)) }

// PruneDaily prunes if that was not done for a day.
func (s *Store) PruneDaily(now time.Time) error {
	marker := filepath.Join(s.dir, "pruned")
	if info, err := os.Lstat(marker); err == nil {
		if age := now.Sub(info.ModTime()); age >= 0 && age < pruneEvery {
			return nil
		}
	}
	return s.Prune(now)
}

// Prune removes items that were not used for long, then the oldest if there are too many, and the
// remains of killed processes. Items that cannot be removed or read do not stop it.
func (s *Store) Prune(now time.Time) error {
	unlock, err := s.alone()
	if err != nil {
		return nil // another process does it
	}
	defer unlock()
	marker := filepath.Join(s.dir, "pruned")
	if err := s.write(marker, nil); err != nil {
		return err
	}
	_ = os.Chtimes(marker, now, now)
	s.sweep(now)
	items := s.Items()
	var total int64
	for _, it := range items {
		total += it.Size
	}
	slices.SortStableFunc(items, func(a, b Item) int { return a.Used.Compare(b.Used) })
	for _, it := range items {
		if total <= s.Cap && now.Sub(it.Used) < keepFor {
			continue
		}
		if s.Remove(it) == nil {
			total -= it.Size
		}
	}
	s.dropEmpty()
	return nil
}

// alone makes this process the only one that prunes.
func (s *Store) alone() (func(), error) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // do not wait
	return lockFile(ctx, filepath.Join(s.dir, "pruning"), true)
}

// ErrInUse says that an item is in use and stays.
var ErrInUse = errBusy

// Remove removes an item, unless it is in use.
func (s *Store) Remove(it Item) error {
	if it.lock != "" {
		f, err := openPlain(it.lock)
		if err == nil {
			defer f.Close()
			err = tryLock(f, true)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	var errs []error
	for _, path := range it.paths {
		errs = append(errs, removeAtOnce(path))
	}
	return errors.Join(errs...)
}

// removeAtOnce removes a file or tree. No process finds half of it under its name.
func removeAtOnce(path string) error {
	gone := path + goneEnding
	if err := RemoveTree(gone); err != nil {
		return err
	}
	if err := os.Rename(path, gone); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return RemoveTree(gone)
}

const goneEnding = ".removed"

// Items lists the items that can be removed. It leaves out unreadable ones.
func (s *Store) Items() []Item {
	var out []Item
	for _, id := range names(filepath.Join(s.dir, "domains")) {
		out = append(out, domainItems(filepath.Join(s.dir, "domains", id), id)...)
	}
	for _, name := range names(filepath.Join(s.dir, "go")) {
		out = append(out, treeItem("go", "", filepath.Join(s.dir, "go", name)))
	}
	// Programs that need crates fetch them again, so crates go all at once.
	if cargo := filepath.Join(s.dir, "cargo"); len(names(cargo)) > 0 {
		it := treeItem("cargo", "", cargo)
		it.lock = s.cratesLock()
		out = append(out, it)
	}
	return out
}

// domainItems lists the items of a domain.
func domainItems(dir, id string) []Item {
	var out []Item
	for _, name := range names(filepath.Join(dir, "results")) {
		path := filepath.Join(dir, "results", name)
		if info, err := os.Lstat(path); err == nil {
			out = append(out, Item{Kind: "result", Domain: id, Size: info.Size(), Used: past(info.ModTime()), paths: []string{path}})
		}
	}
	bin := filepath.Join(dir, "bin")
	for _, name := range names(bin) {
		key := strings.TrimSuffix(strings.TrimSuffix(name, noteEnding), lockEnding)
		path := filepath.Join(bin, key)
		if key == name {
			out = append(out, programItem(id, path))
		} else if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) { // its program is gone
			rest := filepath.Join(bin, name)
			if info, err := os.Lstat(rest); err == nil {
				out = append(out, Item{Kind: "rest", Domain: id, Size: info.Size(), Used: past(info.ModTime()), paths: []string{rest}, lock: rest})
			}
		}
	}
	for _, name := range names(filepath.Join(dir, "target")) {
		out = append(out, treeItem("tree", id, filepath.Join(dir, "target", name)))
	}
	return out
}

func programItem(id, path string) Item {
	note := path + noteEnding
	return Item{
		Kind: "program", Domain: id, Size: TreeSize(path) + TreeSize(note), Used: lastUsed(path, note), lock: path, paths: []string{note, path},
	}
}

func treeItem(kind, id, path string) Item {
	lock := filepath.Join(path, lockName)
	return Item{Kind: kind, Domain: id, Size: TreeSize(path), Used: lastUsed(path, lock), lock: lock, paths: []string{path}}
}

// lastUsed returns the latest time of the paths.
func lastUsed(paths ...string) (at time.Time) {
	for _, p := range paths {
		if info, err := os.Lstat(p); err == nil && past(info.ModTime()).After(at) {
			at = past(info.ModTime())
		}
	}
	return at
}

// past replaces a time in the future by one long ago: after a wrong clock, an item must not stay
// for ever.
func past(t time.Time) time.Time {
	if t.After(time.Now().Add(time.Hour)) {
		return time.Time{}
	}
	return t
}

// names lists a directory, sorted; for an unreadable one it returns nothing.
func names(dir string) []string {
	if checkDir(dir) != nil {
		return nil
	}
	entries, _ := os.ReadDir(dir) // as far as it can be read
	out := make([]string, 0, len(entries))
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// dropEmpty removes empty domains, unless they are in use. Locks of removed programs do not count.
func (s *Store) dropEmpty() {
	for _, id := range names(filepath.Join(s.dir, "domains")) {
		dir := filepath.Join(s.dir, "domains", id)
		for _, it := range domainItems(dir, id) {
			if it.Kind == "rest" {
				_ = s.Remove(it) // in use: a build is under way, and the domain stays
			}
		}
		if len(domainItems(dir, id)) == 0 {
			_ = s.Remove(Item{paths: []string{dir}, lock: filepath.Join(dir, lockName)})
		}
	}
}

// earlier are the parts of the earlier layout.
var earlier = []string{"results", "bin", "target", "go", "cargo", "tmp", "pruned"}

// isEarlier reports whether a directory has that layout.
func isEarlier(dir string) bool {
	for _, name := range earlier[:3] {
		info, err := os.Lstat(filepath.Join(dir, name))
		if err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// Patterns of temporary files of killed processes.
var (
	leftResult = pattern.New(`^\.[0-9a-f]{40}\.json[0-9]+$`)
	leftStore  = pattern.New(`^slidexec-store-[0-9]+$`)
)

// sweep removes the remains of killed processes and of earlier versions.
func (s *Store) sweep(now time.Time) {
	if isEarlier(s.root) {
		for _, name := range slices.Backward(earlier) { // the part that identifies the layout goes last
			_ = RemoveTree(filepath.Join(s.root, name))
		}
	}
	for _, name := range names(filepath.Join(s.dir, "tmp")) {
		sweepLocked(filepath.Join(s.dir, "tmp", name), "", now)
	}
	temp := os.TempDir()
	entries, _ := os.ReadDir(temp) // as far as it can be read
	for _, e := range entries {
		path := filepath.Join(temp, e.Name())
		switch info, err := e.Info(); {
		case err != nil || !ours(info):
		case leftResult().MatchString(e.Name()) && info.Mode().IsRegular() && now.Sub(info.ModTime()) > leftFor:
			_ = os.Remove(path)
		case leftStore().MatchString(e.Name()) && info.IsDir() && path != s.root:
			sweepTemp(path, now)
		}
	}
}

// sweepTemp removes a temporary store whose process is gone.
func sweepTemp(path string, now time.Time) {
	runs := names(filepath.Join(path, layout, "tmp"))
	if len(runs) == 0 {
		sweepLocked(path, lockName, now)
	}
	for _, run := range runs {
		sweepLocked(path, filepath.Join(layout, "tmp", run, lockName), now)
	}
}

// sweepLocked removes a directory if no process holds the lock in it. A directory without a lock
// may be about to get one, so it must be old.
func sweepLocked(dir, lock string, now time.Time) {
	f, err := openPlain(filepath.Join(dir, cmp.Or(lock, lockName)))
	if err == nil {
		defer f.Close()
		if tryLock(f, true) != nil {
			return
		}
	} else if info, err := os.Lstat(dir); err != nil || now.Sub(info.ModTime()) < leftFor {
		return
	}
	_ = RemoveTree(dir)
}

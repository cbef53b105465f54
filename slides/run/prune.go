package run

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Sizes and ages that pruning keeps to.
const (
	keepResults  = 256 << 20 // bytes
	keepPrograms = 1 << 30
	keepTrees    = 8 << 30 // what compilers keep
	keepFor      = 30 * 24 * time.Hour
	pruneEvery   = 24 * time.Hour
)

// prune drops what was not used for long, and the oldest of what is too much, once a day.
func (s *store) prune(now time.Time) error {
	marker := filepath.Join(s.dir, "pruned")
	if st, err := os.Stat(marker); err == nil && now.Sub(st.ModTime()) < pruneEvery {
		return nil
	}
	if err := os.WriteFile(marker, nil, 0o600); err != nil {
		return err
	}
	if err := os.Chtimes(marker, now, now); err != nil {
		return err
	}
	results, err := s.resultDirs()
	errs := []error{err}
	for _, p := range []struct {
		dirs []string
		age  time.Duration
		most int64
	}{
		{[]string{"tmp"}, pruneEvery, 1 << 40},
		{results, keepFor, keepResults},
		{[]string{"bin"}, keepFor, keepPrograms},
		{[]string{"target"}, keepFor, keepTrees},
		{[]string{"go"}, keepFor, keepTrees},
	} {
		for i, dir := range p.dirs {
			if !filepath.IsAbs(dir) {
				p.dirs[i] = filepath.Join(s.dir, dir)
			}
		}
		_, err := pruneDirs(p.dirs, now.Add(-p.age), p.most)
		errs = append(errs, err)
	}
	// Crates are found again by what needs them, so they go all at once.
	if cargo := filepath.Join(s.dir, "cargo"); treeSize(cargo) > keepTrees {
		errs = append(errs, os.RemoveAll(filepath.Join(cargo, "lock")), os.RemoveAll(filepath.Join(cargo, "home")))
	}
	return errors.Join(errs...)
}

// resultDirs lists the directories that results are spread over.
func (s *store) resultDirs() ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, "results"))
	var out []string
	for _, e := range entries {
		out = append(out, filepath.Join(s.dir, "results", e.Name()))
	}
	return out, err
}

// pruneDirs removes entries of directories that are older than a time, then the oldest until the
// rest is small enough. It returns how many bytes it left.
func pruneDirs(dirs []string, oldest time.Time, most int64) (int64, error) {
	type item struct {
		path string
		used time.Time
		size int64
	}
	var items []item
	var total int64
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return 0, err
		}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil {
				continue // somebody else removed it
			}
			it := item{filepath.Join(dir, e.Name()), info.ModTime(), treeSize(filepath.Join(dir, e.Name()))}
			items = append(items, it)
			total += it.size
		}
	}
	slices.SortFunc(items, func(a, b item) int { return a.used.Compare(b.used) })
	for _, it := range items {
		if total <= most && it.used.After(oldest) {
			break
		}
		if err := removeTree(it.path); err != nil {
			return total, err
		}
		total -= it.size
	}
	return total, nil
}

// removeTree removes what a program has made, which can have taken every right to it from us.
func removeTree(path string) error {
	if os.RemoveAll(path) == nil {
		return nil
	}
	root, err := os.OpenRoot(filepath.Dir(path)) // and no link leads out of there
	if err != nil {
		return err
	}
	defer root.Close()
	return errors.Join(restore(root, filepath.Base(path)), os.RemoveAll(path))
}

// restore gives us back our rights to a directory and those below it. Their names need not be text,
// so this is no fs.WalkDir.
func restore(root *os.Root, dir string) error {
	if err := root.Chmod(dir, 0o700); err != nil {
		return err
	}
	f, err := root.Open(dir)
	if err != nil {
		return err
	}
	entries, err := f.ReadDir(-1)
	err = errors.Join(err, f.Close())
	for _, e := range entries {
		if e.IsDir() && err == nil {
			err = restore(root, filepath.Join(dir, e.Name()))
		}
	}
	return err
}

// treeSize adds up the files of a tree.
func treeSize(dir string) int64 {
	var n int64
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil // vanished, or foreign: it does not count
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			n += info.Size()
		}
		return nil
	})
	return n
}

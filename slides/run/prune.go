package run

import (
	"cmp"
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
	_, tmpErr := pruneDir(filepath.Join(s.dir, "tmp"), now.Add(-pruneEvery), 1<<40)
	errs := []error{tmpErr}
	results, err := os.ReadDir(filepath.Join(s.dir, "results"))
	errs = append(errs, err)
	for _, d := range results {
		_, err := pruneDir(filepath.Join(s.dir, "results", d.Name()), now.Add(-keepFor), keepResults/max(int64(len(results)), 1))
		errs = append(errs, err)
	}
	for name, most := range map[string]int64{"bin": keepPrograms, "target": keepTrees, "go": keepTrees} {
		_, err := pruneDir(filepath.Join(s.dir, name), now.Add(-keepFor), most)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// pruneDir removes entries of a directory that are older than a time, then the oldest until the
// rest is small enough. It returns how many bytes it left.
func pruneDir(dir string, oldest time.Time, most int64) (int64, error) {
	type item struct {
		path string
		used time.Time
		size int64
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	var items []item
	var total int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			continue // somebody else removed it
		}
		it := item{filepath.Join(dir, e.Name()), info.ModTime(), treeSize(filepath.Join(dir, e.Name()))}
		items = append(items, it)
		total += it.size
	}
	slices.SortFunc(items, func(a, b item) int { return cmp.Compare(a.used.UnixNano(), b.used.UnixNano()) })
	for _, it := range items {
		if total <= most && it.used.After(oldest) {
			break
		}
		if err := os.RemoveAll(it.path); err != nil {
			return total, err
		}
		total -= it.size
	}
	return total, nil
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

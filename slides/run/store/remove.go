package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// RemoveTree removes a program's files; the program may have taken all our rights to them away. A
// missing file is no error.
func RemoveTree(path string) error {
	if os.RemoveAll(path) == nil {
		return nil
	}
	root, err := os.OpenRoot(filepath.Dir(path)) // no link leads out of there
	if err != nil {
		return err
	}
	defer root.Close()
	return errors.Join(restore(root, filepath.Base(path)), os.RemoveAll(path))
}

// RemoveIn is RemoveTree for an entry of a folder.
func RemoveIn(root *os.Root, name string) error {
	if root.RemoveAll(name) == nil {
		return nil
	}
	return errors.Join(restore(root, name), root.RemoveAll(name))
}

// restore gives us back our rights to a directory and those below it. Their names need not be valid
// text, so it does not use fs.WalkDir.
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

// TreeSize adds up the files of a tree.
func TreeSize(dir string) int64 {
	var n int64
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil // vanished or unreadable: it does not count
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			n += info.Size()
		}
		return nil
	})
	return n
}

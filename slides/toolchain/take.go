package toolchain

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// Taking says which files to take from a tree that a sandboxed program has left into one of ours.
// It copies plain files with their times and the right to execute, but no other attribute, and
// makes directories. With Links it keeps links to something in the tree. It leaves out everything
// else. Nobody may be writing to the tree any more.
type Taking struct {
	Skip  func(name string) bool // reports whether to leave out a path in the tree, with everything below; may be nil
	Links bool
	Bytes int64 // the most bytes to copy
	Files int   // the most files to copy
}

// ErrTooMuch is wrapped by the error of Take when the tree exceeds Bytes or Files.
var ErrTooMuch = errors.New("the program left too many files")

// complete is a file that cargo puts into an unpacked crate: nothing changes there afterwards.
const complete = ".cargo-ok"

// maxDepth is the deepest nesting of directories.
const maxDepth = 100

// Take copies new files of from. A file in to stays if it has the same size and time. At any
// interruption the copied files are complete: each gets its name when it is whole, and the mark of
// a complete directory comes last.
func (t Taking) Take(from *os.Root, to string) error {
	dst, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer dst.Close()
	a, err := from.Stat(".")
	b, errB := dst.Stat(".")
	if err = errors.Join(err, errB); err != nil || os.SameFile(a, b) { // both are the same directory: nothing to do
		return err
	}
	return (&taker{Taking: t}).dir(from, dst, ".", 0)
}

// A taker is a Take under way.
type taker struct {
	Taking
	temps int
}

func (t *taker) dir(from, to *os.Root, at string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%w: more than %d folders in one another", ErrTooMuch, maxDepth)
	}
	f, err := from.Open(".")
	if err != nil {
		return err
	}
	entries, err := f.ReadDir(-1)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int {
		return cmp.Or(boolInt(a.Name() == complete)-boolInt(b.Name() == complete), cmp.Compare(a.Name(), b.Name()))
	})
	for _, e := range entries {
		name := filepath.Join(at, e.Name())
		if t.Skip != nil && t.Skip(name) {
			continue
		}
		switch e.Type() {
		case fs.ModeDir:
			err = t.enter(from, to, e.Name(), name, depth)
		case 0:
			err = t.file(from, to, e.Name())
		case fs.ModeSymlink:
			err = t.link(from, to, e.Name(), name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// enter takes the directory base, whose path in the tree is name.
func (t *taker) enter(from, to *os.Root, base, name string, depth int) error {
	if _, err := to.Lstat(filepath.Join(base, complete)); err == nil {
		return nil
	}
	if err := t.count(0); err != nil {
		return err
	}
	if st, err := to.Lstat(base); err == nil && !st.IsDir() {
		if err := to.Remove(base); err != nil {
			return err
		}
	}
	if err := to.Mkdir(base, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	// The sandbox's user reads there, whatever the umask is.
	if err := to.Chmod(base, 0o755); err != nil {
		return err
	}
	src, err := from.OpenRoot(base)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := to.OpenRoot(base)
	if err != nil {
		return err
	}
	defer dst.Close()
	return t.dir(src, dst, name, depth+1)
}

// count counts one more file and its size.
func (t *taker) count(size int64) error {
	t.Files--
	t.Bytes -= size
	if t.Files < 0 || t.Bytes < 0 {
		return ErrTooMuch
	}
	return nil
}

func (t *taker) file(from, to *os.Root, name string) error {
	info, err := from.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	old, err := to.Lstat(name)
	if err == nil && old.Mode().IsRegular() && old.Size() == info.Size() && old.ModTime().Equal(info.ModTime()) {
		return nil
	}
	if err == nil && old.IsDir() {
		if err := to.RemoveAll(name); err != nil {
			return err
		}
	}
	if err := t.count(info.Size()); err != nil { // a file with holes counts with its full size
		return err
	}
	in, err := from.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	t.temps++
	temp := ".taken-" + strconv.Itoa(os.Getpid()) + "-" + strconv.Itoa(t.temps)
	out, err := to.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, io.LimitReader(in, info.Size()))
	mode := fs.FileMode(0o644)
	if info.Mode()&0o100 != 0 {
		mode = 0o755
	}
	err = errors.Join(err, out.Chmod(mode), out.Close())
	if err == nil {
		err = to.Chtimes(temp, info.ModTime(), info.ModTime())
	}
	if err == nil {
		err = to.Rename(temp, name)
	}
	if err != nil {
		return errors.Join(err, to.Remove(temp))
	}
	return nil
}

// link copies a link if it leads to something in the tree.
func (t *taker) link(from, to *os.Root, base, name string) error {
	target, err := from.Readlink(base)
	if err != nil || !t.Links || filepath.IsAbs(target) || !filepath.IsLocal(filepath.Join(filepath.Dir(name), target)) {
		return err
	}
	if err := t.count(0); err != nil {
		return err
	}
	if err := to.RemoveAll(base); err != nil {
		return err
	}
	return to.Symlink(target, base)
}

package sandbox

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A layout replaces mounts if there are none: for each place of the policy, it knows the real path
// on the machine. The program is told the real paths instead of the policy's, and they are removed
// from its output. Things that the machine does not have are in a directory that is removed with
// the layout.
type layout struct {
	dir    string
	root   *os.Root // of dir
	places []place  // of the policy, the longest path first
	trees  []place  // the places that are trees of the caller's
}

// A place is a path in the policy with its real path.
type place struct{ path, real string }

func (p place) moved() bool { return p.real != p.path }

// privatePrefix begins the names of these directories; the number of the maker's process follows.
const privatePrefix = "slidexec-box-"

// open makes the directory.
func (l *layout) open() error {
	dir, err := os.MkdirTemp("", privatePrefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return err
	}
	if l.dir, err = filepath.EvalSymlinks(dir); err == nil {
		l.root, err = os.OpenRoot(l.dir)
	}
	if err != nil {
		return errors.Join(err, os.Remove(dir))
	}
	return nil
}

// addParents adds the directories that exist only as parents of places.
func (l *layout) addParents() {
	for _, p := range slices.Clone(l.places) {
		for dir := filepath.Dir(p.path); l.made(p) && dir != "/"; dir = filepath.Dir(dir) {
			if slices.ContainsFunc(l.places, func(o place) bool {
				return o.path == dir || !o.moved() && (strings.HasPrefix(dir, o.path+"/") || strings.HasPrefix(o.path, dir+"/"))
			}) {
				break
			}
			l.places = append(l.places, place{dir, l.dir + dir})
		}
	}
	slices.SortStableFunc(l.places, func(a, b place) int { return len(b.path) - len(a.path) })
}

// made reports whether a place is in the directory.
func (l *layout) made(p place) bool { return p.real == l.dir+p.path }

// fill lays out mounts for a program that has no sandbox.
func (l *layout) fill(mounts []Mount) error {
	for _, m := range mounts {
		p, err := l.put(m)
		if err != nil {
			return err
		}
		if p.path != "" {
			l.places = append(l.places, p)
		}
	}
	l.addParents()
	return nil
}

// put returns the place of m, after making it if needed. A source that does not exist has no place.
// Inside a tree of the caller's, put writes files with content; it leaves all else out, because
// that could only hide something.
func (l *layout) put(m Mount) (place, error) {
	i := slices.IndexFunc(l.trees, func(t place) bool { return strings.HasPrefix(m.Dst, t.path+"/") })
	switch {
	case there(m):
		return place{m.Dst, m.Dst}, nil
	case i >= 0 && (m.Kind != File || len(m.Data) == 0):
		return place{}, nil
	case i >= 0:
		tree, inside := l.trees[i], m.Dst[len(l.trees[i].path)+1:]
		if err := writeBelow(tree.real, inside, m.Data); err != nil {
			return place{}, &SetupError{Op: "write " + inside + " in", Path: tree.real, Err: err}
		}
		return place{m.Dst, tree.real + "/" + inside}, nil
	}
	p := place{m.Dst, l.dir + m.Dst}
	if m.tree() {
		if err := m.Found(); m.Optional && err != nil && !errors.Is(err, ErrReplaced) {
			return place{}, nil
		} else if err != nil {
			return place{}, &SetupError{Op: "find", Path: m.Src, Err: err}
		}
		p.real = m.Src
		l.trees = append(l.trees, p)
	}
	if err := l.add(m); err != nil {
		return place{}, &SetupError{Op: "lay out", Path: m.Dst, Err: err}
	}
	return p, nil
}

// writeBelow writes a file in a tree; links in the tree cannot lead it out.
func writeBelow(tree, name string, data []byte) error {
	root, err := os.OpenRoot(tree)
	if err != nil {
		return err
	}
	err = root.MkdirAll(filepath.Dir(name), 0o700)
	if err == nil {
		err = root.WriteFile(name, data, 0o600)
	}
	return errors.Join(err, root.Close())
}

// there reports whether the machine has what m shows at its place.
func there(m Mount) bool {
	st, err := os.Stat(m.Dst)
	switch {
	case m.Kind == File:
		text, ok := systemTexts[m.Dst]
		return ok && text == string(m.Data)
	case m.Kind == Symlink:
		target, err := os.Readlink(m.Dst)
		return err == nil && target == m.Src
	case m.Kind == Dir, m.Kind == Tmpfs && m.Dst == "/tmp":
		return err == nil && st.IsDir()
	case !m.tree() || err != nil:
		return false
	}
	src, err := os.Stat(m.Src)
	return err == nil && os.SameFile(src, st)
}

// add puts something into the directory. A tree of the caller's becomes a link, for programs that
// list the directory that it is in.
func (l *layout) add(m Mount) error {
	name := m.Dst[1:]
	if err := l.root.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	switch m.Kind {
	case Tmpfs, Dir:
		return l.root.MkdirAll(name, 0o700)
	case File:
		return l.root.WriteFile(name, m.Data, fs.FileMode(0o600|m.Mode))
	}
	return l.root.Symlink(l.host(m.Src), name)
}

// close removes the directory.
func (l *layout) close() error { return errors.Join(l.root.Close(), os.RemoveAll(l.dir)) }

// host replaces places of the policy in an argument or a variable: a path at its beginning, or
// after a character that separates it from something else.
func (l *layout) host(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if i == 0 || strings.IndexByte("=: \t\n", s[i-1]) >= 0 {
			n := slices.IndexFunc(l.places, func(p place) bool {
				after, ok := strings.CutPrefix(s[i:], p.path)
				return ok && (after == "" || strings.IndexByte("/: \t\n", after[0]) >= 0)
			})
			if n >= 0 {
				b.WriteString(l.places[n].real)
				i += len(l.places[n].path) - 1
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// cmd returns c with the real paths.
func (l *layout) cmd(c *Cmd) *Cmd {
	out := *c
	out.Path, out.Dir = l.host(c.Path), l.host(c.Dir)
	out.Args, out.Env = slices.Clone(c.Args), slices.Clone(c.Env)
	for _, list := range [][]string{out.Args, out.Env} {
		for i, s := range list {
			list[i] = l.host(s)
		}
	}
	return &out
}

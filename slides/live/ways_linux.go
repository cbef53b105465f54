package live

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// A path leads elsewhere when a folder on it is renamed, a link on it is replaced, or something that
// was missing appears. The kernel tells none of that to those who watch the folder at its end. To
// watch each folder on the way would wake us whenever somebody makes a file in /tmp or at home. So
// we watch the folders and links themselves (IN_MOVE_SELF, IN_DELETE_SELF), and the entries of a
// folder only where that does not do:
//
//   - where the next name is missing: it may appear;
//   - where we may not read what is behind the name, and so may not watch it;
//   - where the next folder is empty, as far as we know. It can be removed, and if somebody stands in
//     it, it sends no event before he leaves. Others can only be renamed.
//
// A file with several names, or one that is mounted, changes without an event in our folder: such a
// file is watched itself.

// walk is one pass over all ways.
type walk struct {
	*notifier
	steps map[string]*step // by path without links
	loud  map[string]bool  // whether folders send events, by path
	sure  bool             // every change sends an event
}

// step is a name on a way.
type step struct {
	in, name string // the folder, without links, and the name in it
	there    bool   // something has the name
	real     string // what it leads to, without links; "" if it leads nowhere
	dir      bool   // that is a folder
	last     *step  // at the end of a link; the step itself if it is none
}

// ways tells of everything that may make paths lead to other files than now. It replaces the paths
// of earlier calls. It is sure if it knows of no change that goes without an event.
func (n *notifier) ways(paths []string) (sure bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, m := range n.marks {
		m.itself, m.steps = 0, nil
	}
	w := walk{n, map[string]*step{}, map[string]bool{}, n.mounts != nil}
	for _, p := range paths {
		w.follow(".", p)
	}
	full := map[string]bool{}
	for _, s := range w.steps {
		full[s.in] = full[s.in] || s.there
	}
	for path, s := range w.steps {
		if s.there && s.last == s && s.dir && !full[path] {
			w.expect(s.in, s.name)
		}
	}
	for wd := range n.marks {
		n.trim(wd)
	}
	return w.sure
}

// follow marks the way along a path from a folder that is on no link. It returns the last step, nil
// if the way ends before.
func (w *walk) follow(in, path string) *step {
	at := &step{real: in, dir: true}
	if filepath.IsAbs(path) {
		at.real = "/"
	}
	at.last = at
	for name := range strings.SplitSeq(path, "/") {
		if name == "" || name == "." {
			continue
		}
		if !at.dir {
			if at.real != "" { // a file where a folder should be
				w.expect(at.last.in, at.last.name)
			}
			return nil
		}
		at = w.step(at.real, name)
	}
	return at
}

// step marks what a name in a folder leads to.
func (w *walk) step(in, name string) *step {
	if name == ".." {
		return w.up(in)
	}
	path := filepath.Join(in, name)
	if s := w.steps[path]; s != nil {
		return s
	}
	s := &step{in: in, name: name}
	s.last = s
	w.steps[path] = s // a link that leads to itself finds this, and leads nowhere
	for expected := false; ; {
		var st unix.Statx_t
		err := unix.Statx(unix.AT_FDCWD, path, unix.AT_SYMLINK_NOFOLLOW, unix.STATX_TYPE|unix.STATX_NLINK, &st)
		if err == unix.ENOENT && !expected {
			w.expect(in, name)
			expected = true // and look again: it may have come before that
			continue
		}
		mounted := st.Attributes&unix.STATX_ATTR_MOUNT_ROOT != 0
		w.sure = w.sure && w.tells(in) && (!mounted || w.tells(path))
		if err != nil {
			if err == unix.EACCES { // that may change
				err = w.mark(in, fate)
			}
			w.sure = w.sure && (err == nil || err == unix.ENOENT)
			return s
		}
		s.there = true
		switch st.Mode & unix.S_IFMT {
		case unix.S_IFDIR:
			s.real, s.dir = path, true
			w.pass(s, path, fate)
		case unix.S_IFLNK:
			w.pass(s, path, fate)
			target, err := os.Readlink(path)
			if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOENT) {
				continue // it has been replaced
			}
			if end := w.follow(in, target); end != nil && end != s {
				s.real, s.dir, s.last = end.real, end.dir, end.last
			}
		default:
			s.real = path
			if st.Nlink > 1 || mounted {
				w.pass(s, path, contents)
			}
		}
		return s
	}
}

// up returns the folder above one, which changes when that is moved.
func (w *walk) up(in string) *step {
	above := filepath.Dir(in)
	if in == "." || filepath.Base(in) == ".." {
		above = filepath.Join(in, "..")
	}
	w.sure = w.mark(in, fate) == nil && w.sure
	s := &step{real: above, dir: true}
	s.last = s
	return s
}

// pass marks what is at a step, or if we may not, its name.
func (w *walk) pass(s *step, path string, mask uint32) {
	if err := w.mark(path, mask); err != nil {
		w.expect(s.in, s.name)
		w.sure = w.sure && err == unix.EACCES && mask == fate
	}
}

// mark marks a folder, file or link for its own fate.
func (w *walk) mark(path string, mask uint32) error {
	m, err := w.add(path, mask, unix.IN_DONT_FOLLOW)
	if err == nil {
		m.itself |= mask
	}
	return err
}

// expect marks a name in a folder.
func (w *walk) expect(in, name string) {
	m, err := w.add(in, entries, unix.IN_ONLYDIR)
	if err != nil {
		w.sure = false
		return
	}
	if m.steps == nil {
		m.steps = map[string]bool{}
	}
	m.steps[name] = true
}

// tells reports whether changes in a folder send events.
func (w *walk) tells(dir string) bool {
	yes, known := w.loud[dir]
	if !known {
		fs := kindOf(dir)
		yes = !slices.Contains(remotes, fs) && !slices.Contains(mute, fs)
		w.loud[dir] = yes
	}
	return yes
}

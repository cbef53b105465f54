package sandbox

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// A private is the directory that replaces the parts of a file system that only mounts could put at
// their places. If a place of the policy is not on the machine already, the directory has it under
// the same name: copies and files are there, trees of the caller's are links. The program is told
// these names instead of the policy's, and they are removed from its output.
type private struct {
	layout
	id      identity
	permits []permit
	solid   []place // places of the caller's files, which must not be written to through them
	room    int64   // bytes that may still be copied; negative: no limit
	inodes  int64

	bytes, files int64 // its content before the program
}

// layOut makes the directory for a policy.
func layOut(policy Policy, limits Limits, id identity) (*private, error) {
	mounts, err := arrange(append([]Mount{{Kind: Tmpfs, Dst: "/tmp"}}, policy.Mounts...))
	if err != nil {
		return nil, err
	}
	prunePrivate(os.TempDir())
	v := &private{id: id}
	if err := v.layout.open(); err != nil {
		return nil, &SetupError{Layer: "landlock-files", Op: "make a private directory", Err: err}
	}
	v.permits = []permit{{path: v.dir, rights: writeRights}}
	for _, m := range mounts {
		if err = v.place(m, limits); err != nil {
			break
		}
	}
	v.addParents()
	if err == nil && id.root {
		err = (&sources{id: id}).give(Mount{Src: v.dir})
	}
	if err != nil {
		return nil, errors.Join(err, v.remove())
	}
	v.bytes, v.files = v.used()
	return v, nil
}

// place puts one mount into the directory, or leaves it to the program where it is.
func (v *private) place(m Mount, limits Limits) error {
	if m.tree() {
		if err := m.Found(); err != nil {
			if m.Optional && !errors.Is(err, ErrReplaced) {
				return nil
			}
			return &SetupError{Layer: "root", Op: "mount", Path: m.Src, Err: err}
		}
	}
	if v.asItIs(m) {
		v.places = append(v.places, place{m.Dst, m.Dst})
		return nil
	}
	_, err := os.Lstat(m.Dst)
	for _, dir := range v.solid {
		// Something can be added beside the content of a tree of the machine.
		if strings.HasPrefix(m.Dst, dir.path+"/") && (dir.moved() || err == nil) {
			return &SetupError{Layer: "landlock-files", Op: "show something else inside " + dir.path + " at", Path: m.Dst, Err: unix.EOPNOTSUPP,
				Fix: "take back the permission for " + dir.path + ", or use a machine with user namespaces"}
		}
	}
	name := m.Dst[1:]
	if err = v.root.MkdirAll(filepath.Dir(name), 0o755); err == nil {
		err = v.make(m, name, limits)
	}
	if err != nil {
		if setup, ok := errors.AsType[*SetupError](err); ok {
			return setup
		}
		return &SetupError{Layer: "landlock-files", Op: "lay out", Path: m.Dst, Err: err}
	}
	v.places = append(v.places, place{m.Dst, v.dir + m.Dst})
	return nil
}

// asItIs handles things that are on the machine where the policy wants them.
func (v *private) asItIs(m Mount) bool {
	switch {
	case m.Kind == CopyOn, m.Kind == Out, m.Kind == Tmpfs, !there(m):
		return false
	case m.tree():
		v.allow(m, m.Dst)
	case m.Kind == File && m.Dst != "/etc/machine-id": // use the machine's own; its programs show as much
		v.permits = append(v.permits, permit{path: m.Dst, rights: readRights})
	}
	return true
}

func (v *private) allow(m Mount, at string) {
	rights := uint64(runRights)
	if m.Kind != ReadOnly {
		rights = writeRights
	}
	v.permits = append(v.permits, permit{path: m.Src, rights: rights, from: m.From})
	v.solid = append(v.solid, place{m.Dst, at})
}

func (v *private) make(m Mount, name string, limits Limits) error {
	switch m.Kind {
	case Tmpfs, Dir:
		return v.root.MkdirAll(name, 0o755)
	case Symlink:
		return v.root.Symlink(v.host(m.Src), name)
	case File:
		if err := v.root.RemoveAll(name); err != nil { // remove it from a copy
			return err
		}
		mode := fs.FileMode(m.Mode)
		if mode == 0 {
			mode = 0o444
		}
		return v.root.WriteFile(name, m.Data, mode)
	case CopyOn:
		v.room, v.inodes = limits.Tmp, limits.Inodes
		if m.Size > 0 {
			v.room = m.Size
		}
		if m.Inodes > 0 {
			v.inodes = m.Inodes
		}
		return v.copyTree(m, name)
	}
	if err := v.root.RemoveAll(name); err != nil {
		return err
	}
	if m.Kind == Out && v.id.root {
		if err := (&sources{id: v.id}).give(m); err != nil {
			return err
		}
	}
	v.allow(m, v.dir+m.Dst)
	return v.root.Symlink(m.Src, name)
}

// copyTree copies a tree of the caller's, as far as the caller can read it. It leaves out devices,
// sockets and pipes.
func (v *private) copyTree(m Mount, name string) error {
	src, err := m.directory()
	if err != nil {
		return m.setupError("copy", err)
	}
	defer src.Close()
	return fs.WalkDir(src.FS(), ".", func(path string, e fs.DirEntry, err error) error {
		at := filepath.Join(name, path)
		if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if v.inodes--; v.inodes == -1 {
			return &SetupError{Layer: "landlock-files", Op: "copy", Path: m.Src, Err: unix.ENOSPC, Fix: copyFix}
		}
		info, err := e.Info()
		if err != nil {
			return nil // gone meanwhile
		}
		switch info.Mode().Type() {
		case fs.ModeDir:
			return v.root.MkdirAll(at, info.Mode().Perm()|0o700)
		case fs.ModeSymlink:
			target, err := src.Readlink(path)
			if err != nil {
				return nil
			}
			return v.root.Symlink(target, at)
		case 0:
			return v.copyFile(src, path, at, info, m)
		}
		return nil
	})
}

const copyFix = "use a smaller folder, or raise the limit of temporary files (Tmp, Inodes)"

func (v *private) copyFile(src *os.Root, path, at string, info fs.FileInfo, m Mount) error {
	in, err := src.OpenFile(path, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil // the program may not read it either
	}
	defer in.Close()
	out, err := v.root.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm()|0o200)
	if err != nil {
		return err
	}
	var from io.Reader = in
	if v.room >= 0 {
		from = io.LimitReader(in, v.room+1)
	}
	n, err := io.Copy(out, from)
	err = errors.Join(err, out.Close())
	if err == nil && v.room >= 0 {
		if v.room -= n; v.room < 0 {
			err = &SetupError{Layer: "landlock-files", Op: "copy", Path: filepath.Join(m.Src, path), Err: unix.ENOSPC, Fix: copyFix}
		}
	}
	if err == nil {
		err = v.root.Chtimes(at, info.ModTime(), info.ModTime())
	}
	return err
}

// cmd returns c for the start of the program.
func (v *private) cmd(c *Cmd) *Cmd {
	if v == nil {
		return c
	}
	out := v.layout.cmd(c)
	if c.Dir == "" {
		out.Dir = v.dir
	}
	tmp := v.host("/tmp")
	out.Env = append([]string{"TMPDIR=" + tmp, "HOME=" + tmp}, out.Env...) // the later one of two counts
	return out
}

// used adds up the content of the directory.
func (v *private) used() (size, inodes int64) {
	_ = fs.WalkDir(v.root.FS(), ".", func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil // the program is changing it
		}
		inodes++
		if info, err := e.Info(); err == nil {
			if st, ok := info.Sys().(*syscall.Stat_t); ok {
				size += st.Blocks * 512
			} else {
				size += info.Size()
			}
		}
		return nil
	})
	return size, inodes
}

// writable reports whether the program may change the file with this real path.
func (v *private) writable(path string) bool {
	for _, p := range v.permits {
		if p.rights == writeRights && (path == p.path || strings.HasPrefix(path, p.path+"/")) {
			return true
		}
	}
	return false
}

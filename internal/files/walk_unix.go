//go:build unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// A walk follows a path one name at a time. It looks up each name in the open folder before it, and
// opens it only if it is not a link. That is as safe as openat2(2) with RESOLVE_BENEATH. It also finds
// facts that the kernel does not report: the names of the links on the way, and the target of a link
// that leaves the folder, which may be a place that the user allows. It follows a "magic" link of
// /proc by its text.
//
// Most paths have no links. If the system has openat2, one call looks up such a path.

// walk follows a path beneath a base.
type walk struct {
	root  *Root
	base  base
	links []string // the paths of the followed links, also beneath earlier bases

	at   []int    // the open folders below the base, down to the current one
	path []string // their names
	left []string // names that the walk has yet to follow
}

// mostLinks is the limit on links on the way to a file, as in the kernel (path_resolution(7)).
const mostLinks = 40

// readFlags opens a file without waiting, and without making a terminal our controlling terminal.
const readFlags = unix.O_RDONLY | unix.O_NONBLOCK | unix.O_NOCTTY | unix.O_CLOEXEC

// open opens the file at rel, a clean path. If a link leaves the base, next is the link's target.
func (w *walk) open(rel string) (f *os.File, next string, err error) {
	if !w.root.walks {
		switch fd, err := w.straight(rel); {
		case err == nil:
			return w.checked(fd, filepath.Join(w.base.at, rel))
		case !errors.Is(err, unix.ELOOP) && !missing(err):
			return nil, "", err
		}
	}
	defer w.leave()
	w.left = strings.Split(rel, "/")
	for len(w.left) > 0 {
		name := w.left[0]
		w.left = w.left[1:]
		switch {
		case name == "" || name == ".":
		case name == ".." && len(w.path) == 0:
			return nil, filepath.Join(w.base.at, "..", filepath.Join(w.left...)), nil
		case name == "..":
			w.up()
		default:
			f, next, err := w.step(name)
			if f != nil || next != "" || err != nil {
				return f, next, wrap(w.here(name), err)
			}
		}
	}
	return nil, "", ErrNotRegular
}

// step follows one name. If the name is the last one, it returns the file.
func (w *walk) step(name string) (f *os.File, next string, err error) {
	var st unix.Stat_t
	if err := unix.Fstatat(w.dir(), name, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return nil, "", err
	}
	last := len(w.left) == 0
	switch kind := st.Mode & unix.S_IFMT; {
	case kind == unix.S_IFLNK:
		next, err := w.link(name)
		return nil, next, err
	case kind == unix.S_IFDIR && !last:
		return nil, "", w.enter(name)
	case !last:
		return nil, "", unix.ENOTDIR
	case kind != unix.S_IFREG:
		return nil, "", ErrNotRegular
	}
	fd, err := openAt(w.dir(), name, readFlags|unix.O_NOFOLLOW)
	if err != nil {
		return nil, "", err
	}
	return w.checked(fd, w.here(name))
}

// link goes on at the target of a link.
func (w *walk) link(name string) (next string, err error) {
	w.links = append(w.links, w.here(name))
	if len(w.links) > mostLinks {
		return "", ErrLinks
	}
	b := make([]byte, unix.PathMax)
	n, err := unix.Readlinkat(w.dir(), name, b)
	if err != nil {
		return "", err
	}
	target := string(b[:n])
	switch {
	case filepath.IsAbs(target):
		return filepath.Join(target, filepath.Join(w.left...)), nil
	case w.base.file != "": // the base is one file, without the rest of its folder
		return filepath.Join(w.base.at, target), nil
	}
	w.left = append(strings.Split(target, "/"), w.left...)
	return "", nil
}

// checked makes a file of a descriptor. If the file may not be read, it closes the descriptor.
func (w *walk) checked(fd int, path string) (*os.File, string, error) {
	f, err := plainFile(fd, path)
	if err != nil {
		return nil, "", err
	}
	if err := w.root.judge(path, w.links, f); err != nil {
		_ = f.Close()
		return nil, "", err
	}
	return f, "", nil
}

// enter goes into a folder.
func (w *walk) enter(name string) error {
	fd, err := openAt(w.dir(), name, searchFlags|unix.O_NOFOLLOW|unix.O_DIRECTORY|unix.O_CLOEXEC)
	if err != nil {
		return err
	}
	w.at, w.path = append(w.at, fd), append(w.path, name)
	return nil
}

// up goes back to the folder that the walk came from, even if that folder has moved.
func (w *walk) up() {
	last := len(w.at) - 1
	_ = unix.Close(w.at[last])
	w.at, w.path = w.at[:last], w.path[:last]
}

func (w *walk) leave() {
	for len(w.at) > 0 {
		w.up()
	}
}

// dir returns the current folder.
func (w *walk) dir() int {
	if n := len(w.at); n > 0 {
		return w.at[n-1]
	}
	return int(w.base.dir.Fd())
}

// here returns the path of a name in the current folder.
func (w *walk) here(name string) string {
	return filepath.Join(w.base.at, filepath.Join(w.path...), name)
}

// plainFile makes a file of a descriptor. If it is not a regular file, plainFile closes it.
func plainFile(fd int, path string) (*os.File, error) {
	var st unix.Stat_t
	err := unix.Fstat(fd, &st)
	if err == nil && st.Mode&unix.S_IFMT != unix.S_IFREG {
		err = ErrNotRegular
	}
	if err == nil {
		err = kernelFile(fd)
	}
	if err != nil {
		_ = unix.Close(fd)
		return nil, wrap(path, err)
	}
	return os.NewFile(uintptr(fd), path), nil
}

// OpenPlain opens a regular file that the user names or that slidexec owns. It follows links. The
// error is an *Error.
func OpenPlain(path string) (*os.File, error) {
	info, err := os.Stat(path) // opening a device may have consequences
	if err == nil && !info.Mode().IsRegular() {
		err = ErrNotRegular
	}
	if err != nil {
		return nil, wrap(path, err)
	}
	fd, err := openAt(unix.AT_FDCWD, path, readFlags)
	if err != nil {
		return nil, wrap(path, err)
	}
	return plainFile(fd, path)
}

// openFolder opens a folder that slidexec or the user names. With straight, no part of the path may
// be a link.
func openFolder(path string, straight bool) (*os.File, error) {
	fd, err := folderAt(path, straight)
	if err == unix.ENOTDIR {
		return nil, ErrNotFolder
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

const folderFlags = searchFlags | unix.O_DIRECTORY | unix.O_CLOEXEC

func folderAt(path string, straight bool) (int, error) {
	if !straight {
		return openAt(unix.AT_FDCWD, path, folderFlags)
	}
	dir, err := openAt(unix.AT_FDCWD, "/", folderFlags)
	for name := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if err != nil || name == "" {
			break
		}
		up := dir
		dir, err = openAt(up, name, folderFlags|unix.O_NOFOLLOW)
		_ = unix.Close(up)
	}
	return dir, err
}

func openAt(dir int, name string, flags int) (fd int, err error) {
	for {
		fd, err = unix.Openat(dir, name, flags, 0)
		if err != unix.EINTR {
			return fd, err
		}
	}
}

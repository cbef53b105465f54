package sandbox

import (
	"errors"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/group"
)

// remove removes the directory with everything that the program put there.
func (v *private) remove() error {
	if v == nil {
		return nil
	}
	return errors.Join(v.root.Close(), removeTree(v.dir))
}

// prunePrivate removes directories whose makers were killed before they could remove them.
func prunePrivate(temp string) {
	for _, path := range group.Orphans(temp, privatePrefix) {
		var st unix.Stat_t
		ours := unix.Lstat(path, &st) == nil && (int(st.Uid) == os.Geteuid() || os.Geteuid() == 0 && st.Uid >= firstUnused)
		if ours && st.Mode&unix.S_IFMT == unix.S_IFDIR {
			_ = removeTree(path) // the next run tries again
		}
	}
}

// removeTree removes a tree that a hostile program made: deeper than the limit of descriptors or of
// bytes in a path, with directories that may not be entered. So every directory is moved to the top
// before it is emptied. No process may be using the tree any more.
func removeTree(path string) error {
	top, err := unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(top)
	left, err := namesIn(top)
	for n := 0; len(left) > 0 && err == nil; left = left[1:] {
		var inner []string
		if inner, err = removeFrom(top, left[0], top, &n); err == nil {
			left = append(left, inner...)
		}
	}
	if err != nil {
		return &os.PathError{Op: "remove what is in", Path: path, Err: err}
	}
	return os.Remove(path)
}

// removeFrom removes an entry of dir. The directories in it are moved to top, under the names
// returned.
func removeFrom(dir int, name string, top int, n *int) (moved []string, err error) {
	if err := unix.Unlinkat(dir, name, 0); err == nil || err == unix.ENOENT || err != unix.EISDIR && err != unix.EPERM {
		return nil, ignore(err, unix.ENOENT)
	}
	fd, err := openOwn(dir, name)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	names, err := namesIn(fd)
	if err != nil {
		return nil, err
	}
	for _, inner := range names {
		err := unix.Unlinkat(fd, inner, 0)
		if err != unix.EISDIR && err != unix.EPERM {
			if err != nil {
				return moved, err
			}
			continue
		}
		// Moving a directory changes its "..", so it must be writable too.
		d, err := openOwn(fd, inner)
		if err != nil {
			return moved, err
		}
		unix.Close(d)
		*n++
		to := privatePrefix + strconv.Itoa(*n)
		for unix.Faccessat(top, to, unix.F_OK, unix.AT_SYMLINK_NOFOLLOW) == nil { // the program made this name
			*n++
			to = privatePrefix + strconv.Itoa(*n)
		}
		if err := unix.Renameat(fd, inner, top, to); err != nil {
			return moved, err
		}
		moved = append(moved, to)
	}
	return moved, unix.Unlinkat(dir, name, unix.AT_REMOVEDIR)
}

// openOwn opens a directory of ours, whatever its mode is.
func openOwn(dir int, name string) (int, error) {
	if err := unix.Fchmodat(dir, name, 0o700, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return -1, err
	}
	return unix.Openat(dir, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
}

func namesIn(fd int) ([]string, error) {
	again, err := unix.Openat(fd, ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(again), ".")
	defer f.Close()
	return f.Readdirnames(-1)
}

func ignore(err, which error) error {
	if errors.Is(err, which) {
		return nil
	}
	return err
}

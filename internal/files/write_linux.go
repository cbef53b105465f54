package files

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// openUnnamed opens a new file without a name, so that no file is left if we are killed. Not every
// file system supports this.
func openUnnamed(dir int, perm uint32) (*os.File, error) {
	fd, err := unix.Openat(dir, ".", unix.O_TMPFILE|unix.O_WRONLY|unix.O_CLOEXEC, perm)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), "new file"), nil
}

// giveName links an unnamed file into a folder. The name must be free.
func giveName(f *os.File, dir int, name string) error {
	return unix.Linkat(unix.AT_FDCWD, fmt.Sprintf("/proc/self/fd/%d", f.Fd()), dir, name, unix.AT_SYMLINK_FOLLOW)
}

// reserve reserves room on the disk for the bytes from one offset to another. If the file system
// cannot reserve room, reserve returns no error.
func reserve(f *os.File, from, to int64) error {
	err := unix.Fallocate(int(f.Fd()), unix.FALLOC_FL_KEEP_SIZE, from, to-from)
	if err == unix.ENOSPC || err == unix.EDQUOT || err == unix.EFBIG {
		return err
	}
	return nil
}

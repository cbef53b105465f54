//go:build unix

package toolchain

import (
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// statOf returns the data that tells two states of a file apart.
func statOf(path string) (string, error) {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return "", &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	return fmt.Sprint(st.Dev, " ", st.Ino, " ", st.Size, " ", unix.TimespecToNsec(st.Mtim), " ", unix.TimespecToNsec(st.Ctim)), nil
}

// openFile opens a file without waiting for the other end of a pipe.
func openFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0)
}

//go:build unix && !linux

package files

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// searchFlags opens a folder to look up names in it.
const searchFlags = unix.O_RDONLY

// straight leaves every path to the walk: this system has no openat2.
func (w *walk) straight(string) (int, error) { return -1, unix.ENOSYS }

func missing(err error) bool { return err == unix.ENOSYS }

// kernelFile refuses nothing: this kernel shows no files of its own.
func kernelFile(int) error { return nil }

// anonymous reports whether a pipe has no name but the one under /dev/fd, which a shell passes on.
func anonymous(_ int, path string) bool { return strings.HasPrefix(path, "/dev/fd/") }

func openUnnamed(int, uint32) (*os.File, error) { return nil, unix.EOPNOTSUPP }

func giveName(*os.File, int, string) error { return unix.EOPNOTSUPP }

func reserve(*os.File, int64, int64) error { return nil }

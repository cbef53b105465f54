//go:build unix && !linux

package files

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// searchFlags open a folder to look names up in it.
const searchFlags = unix.O_RDONLY

// straight leaves every path to the walk: there is no openat2 here.
func (w *walk) straight(string) (int, error) { return -1, unix.ENOSYS }

func missing(err error) bool { return err == unix.ENOSYS }

// kernelFile has nothing to refuse where the kernel shows no files.
func kernelFile(int) error { return nil }

// anonymous reports whether a pipe has no name of its own. Those that the shell passes on do here.
func anonymous(_ int, path string) bool { return strings.HasPrefix(path, "/dev/fd/") }

func openUnnamed(int, uint32) (*os.File, error) { return nil, unix.EOPNOTSUPP }

func giveName(*os.File, int, string) error { return unix.EOPNOTSUPP }

func reserve(*os.File, int64, int64) error { return nil }

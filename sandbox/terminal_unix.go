//go:build linux || darwin

package sandbox

import (
	"os"

	"golang.org/x/sys/unix"
)

// resize sets the size of an open terminal.
func resize(terminal *os.File, size [2]int) {
	raw, err := terminal.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { _ = setSize(int(fd), size) }) // it fails when Run has closed the terminal
}

func setSize(fd int, size [2]int) error {
	return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: uint16(size[0]), Row: uint16(size[1])})
}

//go:build unix && !linux

package tty

import (
	"os"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TIOCGETA
	setTermios = unix.TIOCSETA
)

// dropOutput forgets what the terminal has not taken yet.
func dropOutput(f *os.File) {
	const write = 2 // FWRITE
	_ = unix.IoctlSetPointerInt(fd(f), unix.TIOCFLUSH, write)
}

// stty returns what stty takes for the modes. The form of stty -g differs between these systems.
func (m modes) stty() string { return "sane" }

// stopping are signals that stop us, and which we hear of before: none, because the runtime would keep
// its handler, and that one does not stop us.
var stopping []os.Signal

// stopsUs has nothing to do.
func stopsUs() (restore func()) { return func() {} }

package tty

import (
	"fmt"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TCGETS
	setTermios = unix.TCSETS
)

// dropOutput forgets what the terminal has not taken yet, and lets a write that is blocked go on. Flushing
// a pseudo terminal wakes nobody; stopping and starting its output does.
func dropOutput(f *os.File) {
	for _, do := range [...]struct {
		request uint
		value   int
	}{{unix.TCFLSH, unix.TCOFLUSH}, {unix.TCXONC, unix.TCOOFF}, {unix.TCXONC, unix.TCOON}} {
		_ = unix.IoctlSetInt(fd(f), do.request, do.value) // a terminal that is gone needs none of it
	}
}

// stty returns the modes in the form of stty -g.
func (m modes) stty() string {
	const characters = 32 // of the C library; the kernel has fewer
	var b strings.Builder
	fmt.Fprintf(&b, "%x:%x:%x:%x", m.Iflag, m.Oflag, m.Cflag, m.Lflag)
	for i := range characters {
		c := byte(0)
		if i < len(m.Cc) {
			c = m.Cc[i]
		}
		fmt.Fprintf(&b, ":%x", c)
	}
	return b.String()
}

// stopping are signals that stop us, and which we hear of before.
var stopping = []os.Signal{unix.SIGTSTP}

// stopsUs lets SIGTSTP stop us, until restore is called. The runtime keeps its handler for a signal that
// somebody has asked for once, and that handler drops it.
func stopsUs() (restore func()) {
	type action [64]byte // at least; all of it zero is the kernel's own action
	set := func(new, old *action) {
		const size = 8 // of the set of signals; the kernel refuses others
		_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(unix.SIGTSTP), uintptr(unsafe.Pointer(new)), uintptr(unsafe.Pointer(old)), size, 0, 0)
	}
	var ours action
	set(&action{}, &ours)
	return func() { set(&ours, nil) }
}

package tty

import (
	"fmt"
	"os"
	"strings"

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

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

// dropOutput forgets what the terminal has not taken yet.
func dropOutput(f *os.File) { _ = unix.IoctlSetInt(fd(f), unix.TCFLSH, unix.TCOFLUSH) }

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

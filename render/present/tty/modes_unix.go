//go:build unix

package tty

import (
	"errors"
	"os"
	"runtime"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/render/present/input"
)

// modes are those of the kernel's terminal.
type modes struct{ unix.Termios }

// raw returns the modes in which every byte goes through as it is, both ways. Reading returns what is
// there and never waits: with several readers, another one may have been faster.
func (m modes) raw() modes {
	m.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	m.Oflag &^= unix.OPOST
	m.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	m.Cflag = m.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	m.Cc[unix.VMIN], m.Cc[unix.VTIME] = 0, 0
	return m
}

func getModes(f *os.File) (modes, error) {
	m, err := again(func() (*unix.Termios, error) { return unix.IoctlGetTermios(fd(f), getTermios) })
	if err != nil {
		return modes{}, ErrNoTerminal
	}
	return modes{*m}, nil
}

// setModes sets modes at once. Output that is on its way does not wait for them, because a stopped
// terminal would keep us.
func setModes(f *os.File, m modes) error {
	_, err := again(func() (struct{}, error) { return struct{}{}, unix.IoctlSetTermios(fd(f), setTermios, &m.Termios) })
	if err != nil {
		return ErrHungUp
	}
	return nil
}

// sizeOf returns the size of a terminal. One that does not know it gets 80×24.
func sizeOf(f *os.File) (input.Size, error) {
	w, err := again(func() (*unix.Winsize, error) { return unix.IoctlGetWinsize(fd(f), unix.TIOCGWINSZ) })
	if err != nil {
		return input.Size{}, ErrNoTerminal
	}
	if w.Col == 0 || w.Row == 0 {
		return input.Size{Cols: 80, Rows: 24}, nil
	}
	return input.Size{Cols: int(w.Col), Rows: int(w.Row)}, nil
}

// again repeats what a signal interrupted.
func again[T any](f func() (T, error)) (T, error) {
	for {
		if v, err := f(); !errors.Is(err, unix.EINTR) {
			return v, err
		}
	}
}

// fd returns the number of a file. Fd would make it blocking, also for others who have it open.
func fd(f *os.File) int {
	n := -1
	if c, err := f.SyscallConn(); err == nil {
		_ = c.Control(func(d uintptr) { n = int(d) }) // -1 is refused by every call
	}
	runtime.KeepAlive(f)
	return n
}

// writeSome writes the beginning of p to a terminal, however slow it is.
func writeSome(f *os.File, p []byte) (int, error) {
	d := fd(f)
	for {
		n, err := again(func() (int, error) { return unix.Write(d, p) })
		if !errors.Is(err, unix.EAGAIN) {
			return n, err
		}
		// Somebody else made it so.
		if _, err := again(func() (int, error) { return unix.Poll([]unix.PollFd{{Fd: int32(d), Events: unix.POLLOUT}}, -1) }); err != nil {
			return 0, err
		}
	}
}

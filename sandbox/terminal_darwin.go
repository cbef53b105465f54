package sandbox

import (
	"bytes"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// openBare opens a terminal for a program that is an ordinary child.
func openBare(size [2]int, lines bool) (t bareTerminal, err error) {
	if t.ours, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		return bareTerminal{}, err
	}
	path, err := unlock(t.ours)
	flags := os.O_RDWR
	if lines {
		flags = os.O_WRONLY
	}
	if err == nil {
		t.theirs, err = os.OpenFile(path, flags|unix.O_NOCTTY, 0)
	}
	if err == nil && lines {
		err = rawOutput(t.theirs)
	}
	if err != nil {
		if t.theirs != nil {
			_ = t.theirs.Close()
		}
		_ = t.ours.Close()
		return bareTerminal{}, err
	}
	resize(t.theirs, size)
	t.hangUp = func() { _ = unix.Revoke(path) } // a Read here does not end when its file is closed
	return t, nil
}

// unlock makes the other end of a terminal usable, and returns its path.
func unlock(ours *os.File) (path string, err error) {
	var name [128]byte
	for _, request := range []uintptr{unix.TIOCPTYGRANT, unix.TIOCPTYUNLK, unix.TIOCPTYGNAME} {
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, ours.Fd(), request, uintptr(unsafe.Pointer(&name))); errno != 0 {
			return "", &os.PathError{Op: "unlock", Path: ours.Name(), Err: errno}
		}
	}
	text, _, _ := bytes.Cut(name[:], []byte{0})
	return string(text), nil
}

// rawOutput lets a terminal pass on what is written to it as it is.
func rawOutput(f *os.File) error {
	t, err := unix.IoctlGetTermios(int(f.Fd()), unix.TIOCGETA)
	if err != nil {
		return err
	}
	t.Iflag, t.Oflag, t.Lflag = 0, 0, 0
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 0, 0
	return unix.IoctlSetTermios(int(f.Fd()), unix.TIOCSETA, t)
}

//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// terminalWidth returns the columns of the terminal f, or an error where f is none. A terminal
// without a size, as some pseudo terminals are, has 80.
func terminalWidth(f *os.File) (int, error) {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, err
	}
	if size.Col == 0 {
		return 80, nil
	}
	return int(size.Col), nil
}

// terminalSize returns the columns and rows of the terminal f, 80 and 24 where it does not know them.
func terminalSize(f *os.File) (columns, rows int) {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil || size.Col == 0 || size.Row == 0 {
		return 80, 24
	}
	return int(size.Col), int(size.Row)
}

// signalNumber returns the number of "SIGSEGV".
func signalNumber(name string) int { return int(unix.SignalNum(name)) }

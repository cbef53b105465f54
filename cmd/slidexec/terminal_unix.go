//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// terminalWidth returns the columns of the terminal f, or an error if f is not a terminal. It
// returns 80 for a terminal without a size, such as some pseudo terminals.
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

// terminalSize returns the columns and rows of the terminal f, 80 and 24 if they are unknown.
func terminalSize(f *os.File) (columns, rows int) {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil || size.Col == 0 || size.Row == 0 {
		return 80, 24
	}
	return int(size.Col), int(size.Row)
}

// signalNumber returns the number of a signal by its name, such as "SIGSEGV".
func signalNumber(name string) int { return int(unix.SignalNum(name)) }

//go:build !unix

package main

import (
	"errors"
	"os"
)

// terminalWidth is not known here; output is plain.
func terminalWidth(*os.File) (int, error) { return 0, errors.ErrUnsupported }

// terminalSize is not known here.
func terminalSize(*os.File) (columns, rows int) { return 80, 24 }

// signalNumber is not known here.
func signalNumber(string) int { return 0 }

//go:build !linux && !darwin

package sandbox

import "os"

func openBare([2]int, bool) (bareTerminal, error) { return bareTerminal{}, ErrNoTerminal }

func resize(*os.File, [2]int) {}

//go:build !unix

package sandbox

import (
	"os/exec"
	"syscall"
)

func ownGroup(*exec.Cmd) {}

func ownSession(*exec.Cmd) {}

func signalName(s syscall.Signal) string { return s.String() }

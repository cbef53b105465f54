//go:build !unix

package run

import (
	"io/fs"
	"os/exec"
	"syscall"
)

func fileID(fs.FileInfo) any { return nil }

func ownGroup(*exec.Cmd) {}

func signalName(s syscall.Signal) string { return s.String() }

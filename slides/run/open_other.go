//go:build !unix

package run

import (
	"context"
	"os"
	"os/exec"
	"syscall"

	"github.com/slidexec/slidexec/sandbox"
)

func lock(context.Context, string) (func(), error) { return nil, sandbox.ErrUnsupported }

func ownGroup(*exec.Cmd) {}

func signalName(s syscall.Signal) string { return s.String() }

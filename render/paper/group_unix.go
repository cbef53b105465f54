//go:build unix

package paper

import (
	"os/exec"
	"syscall"
)

// together starts a program as the leader of a group, so that its helpers can be ended with it.
func together(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { kill(cmd); return nil }
}

// kill ends a program and its helpers.
func kill(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // it may have ended

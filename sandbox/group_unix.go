//go:build unix && !linux

package sandbox

import (
	"cmp"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// ownGroup makes a command the leader of a process group, and the end of its context the end of
// the group.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// signalName returns "SIGSEGV", or "signal 40" where a signal has no name.
func signalName(s syscall.Signal) string { return cmp.Or(unix.SignalName(s), s.String()) }

//go:build unix

package sandbox

import (
	"fmt"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// ownGroup makes a command the leader of a process group; when the command's context ends, it kills
// the group.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// ownSession makes a command the leader of a session, whose terminal is the command's stdin.
func ownSession(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
}

// realTime is the first real-time signal that the C library leaves to programs; the kernel's are 32 to 64.
const realTime, lastSignal = unix.Signal(34), unix.Signal(64)

// signalName calls a signal as kill -l does: real-time ones are counted from the first.
func signalName(s unix.Signal) string {
	name := unix.SignalName(s)
	switch {
	case name != "":
		return name
	case s == realTime:
		return "SIGRTMIN"
	case s == lastSignal:
		return "SIGRTMAX"
	case s > realTime && s < lastSignal:
		return fmt.Sprintf("SIGRTMIN+%d", s-realTime)
	}
	return fmt.Sprintf("signal %d", s)
}

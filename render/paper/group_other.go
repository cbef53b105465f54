//go:build !unix

package paper

import "os/exec"

// together does nothing: without groups of processes, helpers of the browser end when they lose it.
func together(*exec.Cmd) {}

// kill ends a program.
func kill(cmd *exec.Cmd) { _ = cmd.Process.Kill() } // it may have ended

package run

import (
	"bytes"
	"slices"

	"github.com/slidexec/slidexec/slides"
)

// Only what a program decided by itself is kept: the same program would end in the same way again.
// What a limit ended may go better on a faster machine or with a larger limit, and what the machine
// did to it, a full disk, a kernel short of memory, a kill from outside, should not be shown once
// the machine is well again. Where the two cannot be told apart, running again is the smaller evil.

// decided reports whether a result may be kept.
func decided(r slides.Result) bool {
	switch r.Status {
	case slides.OK:
		return true
	case slides.Exited:
		return r.Exit != killedInside && badLuck(r) == nil
	case slides.Signaled:
		return slices.Contains(own, r.Signal) && badLuck(r) == nil
	}
	return false
}

// killedInside is what a shell exits with whose program was ended by SIGKILL.
const killedInside = 128 + 9

// own are signals that the kernel sends to a program for what that did. Others come from anybody;
// SIGBUS comes when a disk or memory that a file lies in is full.
var own = []string{"SIGSEGV", "SIGABRT", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS"}

// luck is something that a machine does to programs, or a limit: the two say the same.
type luck struct {
	says   []string // what a program prints then
	reason string   // why compiling failed, where that was the machine
	killed bool     // it can only have been the machine, see unlucky
}

var lucks = []luck{
	{[]string{"Killed signal terminated program", "signal: killed", "signal: 9, SIGKILL", "internal compiler error: Killed"}, "the compiler was killed", true},
	{[]string{"No space left on device", "no space left on device", "Disk quota exceeded", "disk quota exceeded"}, noSpace, false},
	{[]string{"signal 7 [Bus error]", "SIGBUS", "signal: bus error"}, noSpace, false},
	{[]string{"Cannot allocate memory", "cannot allocate memory", "virtual memory exhausted", "out of memory", "memory allocation of"}, "the compiler ran out of memory", false},
	{[]string{"Resource temporarily unavailable", "resource temporarily unavailable"}, "the compiler could start no more processes", false},
	{[]string{"Too many open files", "too many open files"}, "the compiler could open no more files", false},
	{[]string{"Input/output error", "input/output error"}, "the disk reported an error", true},
	{[]string{"Text file busy", "text file busy"}, "a program was started while its file was being written", true},
}

const noSpace = "the compiler ran out of disk space"

// badLuck returns what the machine did to a program that failed, as far as its output says so. The
// words may be the program's own: then it is run again for nothing.
func badLuck(r slides.Result) *luck {
	for _, k := range r.Log {
		for i, l := range lucks {
			for _, words := range l.says {
				if bytes.Contains(k.Data, []byte(words)) {
					return &lucks[i]
				}
			}
		}
	}
	return nil
}

// unlucky makes a build that failed for reasons of the machine one that could not be carried out: no
// program is to blame, and none that was to fail has done so. In a sandbox, a compiler has space and
// memory of its own, of a fixed size: to use that up is a program's own doing.
func unlucky(res slides.Result, sandboxed bool) slides.Result {
	l := badLuck(res)
	switch {
	case res.Phase != "build" || res.Status != slides.Exited && res.Status != slides.Signaled:
		return res
	case l != nil && (l.killed || !sandboxed):
		res.Remark.Says = l.reason
	case res.Status == slides.Signaled && !slices.Contains(own, res.Signal), res.Exit == killedInside:
		res.Remark.Says = "the compiler was killed"
	default:
		return res
	}
	res.Status, res.Remark.Try = slides.SetupFailed, "slidexec did not keep this result: try again when the machine has enough memory and disk"
	return res
}

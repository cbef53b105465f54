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

// luck is something that a machine does to programs.
type luck struct {
	says   []string // what a program prints then
	reason string   // why compiling failed
}

var lucks = []luck{
	{[]string{"No space left on device", "no space left on device", "Disk quota exceeded", "disk quota exceeded"}, "there was no space left to compile in"},
	{[]string{"signal 7 [Bus error]", "SIGBUS", "signal: bus error"}, "there was no space left to compile in, or the disk did not answer"},
	{[]string{"Killed signal terminated program", "signal: killed", "signal: 9, SIGKILL", "internal compiler error: Killed"}, "the compiler was killed"},
	{[]string{"Cannot allocate memory", "cannot allocate memory", "virtual memory exhausted", "out of memory", "memory allocation of"}, "the compiler found no memory"},
	{[]string{"Resource temporarily unavailable", "resource temporarily unavailable"}, "the compiler could start no more processes"},
	{[]string{"Too many open files", "too many open files"}, "the compiler could open no more files"},
	{[]string{"Input/output error", "input/output error"}, "the disk did not answer"},
	{[]string{"Text file busy", "text file busy"}, "a file that was to be executed was being written"},
}

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

// unlucky makes a build that failed for reasons of the machine one that could not be carried out:
// no program is to blame, and none that was to fail has done so. full says that there was hardly any
// space when it failed.
func unlucky(res slides.Result, full bool) slides.Result {
	l := badLuck(res)
	switch {
	case res.Phase != "build" || res.Status != slides.Exited && res.Status != slides.Signaled:
		return res
	case full:
		res.Reason = lucks[0].reason
	case l != nil:
		res.Reason = l.reason
	case res.Status == slides.Signaled && !slices.Contains(own, res.Signal), res.Exit == killedInside:
		res.Reason = "the compiler was killed"
	default:
		return res
	}
	res.Status, res.Hint = slides.SetupFailed, "nothing of this is kept: try again when the machine has room"
	return res
}

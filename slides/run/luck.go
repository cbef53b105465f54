package run

import (
	"bytes"
	"slices"

	"github.com/slidexec/slidexec/slides"
)

// A result is kept only if the program decided it: the same program would end in the same way
// again. After a limit ended it, a faster machine or a larger limit may give a better result.
// Faults of the machine, such as a full disk, too little memory or a kill from outside, must not be
// shown when the machine is well again. If the two cannot be told apart, running again is the
// smaller evil.

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

// killedInside is the exit status of a shell whose program was ended by SIGKILL.
const killedInside = 128 + 9

// own are signals that the kernel sends to a program for its own action. Any process can send the
// others; SIGBUS comes when a disk or memory that holds a file is full.
var own = []string{"SIGSEGV", "SIGABRT", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS"}

// luck is a fault of the machine, or a limit: programs print the same for both.
type luck struct {
	says   []string // the program's words in this case
	reason string   // why compiling failed, if the machine was the cause
	killed bool     // only the machine can be the cause, see unlucky
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

// badLuck returns the machine's fault that a failed program's output names. The program may have
// chosen the words itself; then it is run again for nothing.
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

// unlucky turns a build that failed by the machine's fault into one that could not be carried out:
// no program is to blame, and an expected failure has not happened. In a sandbox, a compiler has
// space and memory of a fixed size of its own, so using that up is the program's own doing.
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

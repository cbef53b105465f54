package run

import (
	"fmt"
	"strings"
	"time"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

// outcome translates what the sandbox says about a command into a result without output.
func outcome(r sandbox.Result, phase string, limits sandbox.Limits) slides.Result {
	out := slides.Result{
		State: slides.Done, Status: slides.Status(r.Status), Phase: phase, Exit: r.Exit, Signal: r.Signal,
		Reason: r.Reason, Layers: r.Layers, Missing: r.Missing, Omitted: r.Omitted,
		Truncated: r.Omitted > 0 || r.Status == sandbox.OutputLimit, Origin: slides.Live,
	}
	if phase == "run" {
		out.Elapsed = r.Elapsed
	}
	if out.Reason == "" {
		out.Reason = reasons[r.Status]
	}
	if phase == "build" && (r.Status == sandbox.Exited || r.Status == sandbox.Signaled) && out.Reason == "" {
		out.Reason = "it does not compile"
	}
	out.Hint = limitHint(r.Status, phase, limits)
	return out
}

// reasons stand in where the sandbox gives none.
var reasons = map[sandbox.Status]string{
	sandbox.TimedOut:     "stopped by the time limit",
	sandbox.CPULimit:     "stopped by the limit on computing time",
	sandbox.MemoryLimit:  "stopped by the memory limit",
	sandbox.OutputLimit:  "stopped because it printed too much",
	sandbox.ProcessLimit: "stopped by the limit on processes",
	sandbox.Denied:       "it tried something that the sandbox does not allow",
	sandbox.Canceled:     "stopped",
}

// limitHint says how much a program may use, after it used more.
func limitHint(s sandbox.Status, phase string, l sandbox.Limits) string {
	who, time, memory := "programs get", ": does it wait for input, serve, or loop? --timeout or slidexec.yaml gives it longer", "; --memory or slidexec.yaml gives it more"
	if phase == "build" {
		who, time, memory = "compiling gets", "", ""
	}
	switch {
	case s == sandbox.TimedOut && l.Wall > 0:
		return fmt.Sprintf("%s %s%s", who, seconds(l.Wall), time)
	case s == sandbox.CPULimit && l.CPU > 0:
		return fmt.Sprintf("%s %s of computing time: does it loop?", who, seconds(l.CPU))
	case s == sandbox.MemoryLimit && l.Memory > 0:
		return fmt.Sprintf("%s %s, all their processes together%s", who, size(l.Memory), memory)
	case s == sandbox.OutputLimit && l.Output > 0:
		return fmt.Sprintf("%s %s of output: does it print in a loop?", who, size(l.Output))
	case s == sandbox.ProcessLimit && l.Processes > 0:
		return fmt.Sprintf("%s %d processes: does it fork in a loop?", who, l.Processes)
	}
	return ""
}

// seconds formats a limit: "10 s", "2 min".
func seconds(d time.Duration) string {
	switch {
	case d >= time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d%time.Second == 0:
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// size formats a limit: "64 MiB".
func size(n int64) string {
	for _, u := range []struct {
		n    int64
		name string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= u.n {
			return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/float64(u.n)), ".0") + " " + u.name
		}
	}
	return fmt.Sprintf("%d bytes", n)
}

// notRun is the result of a snippet that could not be started.
func notRun(status slides.Status, reason, hint string) slides.Result {
	return slides.Result{State: slides.Done, Status: status, Reason: reason, Hint: hint, Origin: slides.Live}
}

// judge compares the outcome with what the author announced. An announced failure is the
// program's own, or that of a limit it was to run into; not one of the machine.
func judge(r slides.Result, e slides.Expect) slides.Result {
	switch {
	case r.Status == slides.Canceled:
		r.Unexpected = false
	case r.Status == slides.SetupFailed, r.Status == slides.Denied:
		r.Unexpected = true
	default:
		r.Unexpected = r.Failed() != (e == slides.ExpectFailure)
	}
	return r
}

package run

import (
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

// outcome translates what the sandbox says about a command into a result without output.
func outcome(r sandbox.Result, phase string, limits sandbox.Limits) slides.Result {
	out := slides.Result{
		State: slides.Done, Status: slides.Status(r.Status), Phase: phase, Exit: r.Exit, Signal: r.Signal,
		Limit: limitOf(r.Status, limits), Remark: slides.Remark{Says: r.Reason}, Layers: r.Layers, Missing: r.Missing,
		Omitted: r.Omitted, Truncated: r.Omitted > 0 || r.Status == sandbox.OutputLimit, Origin: slides.Live,
	}
	if phase == "run" {
		out.Elapsed = r.Elapsed
	}
	if r.Status == sandbox.Canceled { // by whom is nothing to say on a slide
		out.Remark = slides.Remark{}
	}
	return out
}

// limitOf returns how much the limit is that ended a command.
func limitOf(s sandbox.Status, l sandbox.Limits) int64 {
	return max(0, map[sandbox.Status]int64{
		sandbox.TimedOut: int64(l.Wall), sandbox.CPULimit: int64(l.CPU), sandbox.MemoryLimit: l.Memory,
		sandbox.OutputLimit: l.Output, sandbox.ProcessLimit: int64(l.Processes),
	}[s])
}

// notRun is the result of a snippet that could not be started.
func notRun(status slides.Status, says, try string) slides.Result {
	return slides.Result{State: slides.Done, Status: status, Remark: slides.Remark{Says: says, Try: try}, Origin: slides.Live}
}

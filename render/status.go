package render

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// Outcome is what a run's state means to the audience, so what colour it gets.
type Outcome int

// Outcomes.
const (
	None Outcome = iota // nothing happened yet
	Good                // ended as announced
	Bad                 // did not
	Busy                // under way
	Note                // to be taken with a grain of salt: not sandboxed
)

// String returns the outcome as backends name it in their own style sheets.
func (o Outcome) String() string {
	return [...]string{"none", "good", "bad", "busy", "note"}[o]
}

// Status returns the words for what came of a run, the same in every backend, and what they mean.
// The text is empty for a run that nobody asked for yet.
func Status(r slides.Result, now time.Time) (string, Outcome) {
	switch r.State {
	case slides.NotRun:
		return "", None
	case slides.Queued:
		return "● waiting", Busy
	case slides.Running:
		return running(r, now), Busy
	}
	text, outcome := verdict(r)
	if r.Origin == slides.Recorded {
		text = recorded(r, text, outcome)
	}
	if mark := Confinement(r); mark != "" {
		text += " · " + mark
		if outcome == Good && r.Layers == nil {
			outcome = Note
		}
	}
	return text, outcome
}

// Confinement returns the mark of a run that was not in a whole sandbox: "⚠ not sandboxed" or
// "⚠ degraded: landlock". It is empty for all others.
func Confinement(r slides.Result) string {
	if r.Layers == nil && ran(r) && r.Origin != slides.Recorded {
		return "⚠ not sandboxed"
	}
	if how := r.Degraded(); how != "" {
		return "⚠ degraded: " + how
	}
	return ""
}

// phases are the words for what a run is at; the program itself is "running".
var phases = map[string]string{"fetch": "fetching", "build": "building"}

func running(r slides.Result, now time.Time) string {
	text := "● " + cmp.Or(phases[r.Phase], "running")
	if r.Started.IsZero() || now.Before(r.Started) {
		return text
	}
	return text + " " + Duration(now.Sub(r.Started))
}

// verdicts say how a run was ended from outside; %s is the time it had.
var verdicts = map[slides.Status]string{
	slides.TimedOut:     "stopped after %s (time limit)",
	slides.CPULimit:     "stopped after %s (CPU time limit)",
	slides.MemoryLimit:  "out of memory (limit) · %s",
	slides.OutputLimit:  "stopped after %s (output limit)",
	slides.ProcessLimit: "too many processes (limit) · %s",
	slides.Canceled:     "stopped after %s",
}

func verdict(r slides.Result) (string, Outcome) {
	took := Duration(r.Elapsed)
	if r.Phase == "fetch" || r.Phase == "build" { // it did not get as far as running
		took = Duration(max(r.Built, r.Elapsed))
	}
	mark, outcome := "✓", Good
	if r.Unexpected || r.Failed() && !announced(r) {
		mark, outcome = "✗", Bad
	}
	what := ""
	switch r.Status {
	case slides.OK:
		if r.Unexpected {
			return "✗ succeeded, a failure was expected · " + took, Bad
		}
		return "✓ " + took, Good
	case slides.Exited:
		what = fmt.Sprintf("exit %d", r.Exit)
	case slides.Signaled:
		what = cmp.Or(r.Signal, "ended by a signal")
	case slides.Denied:
		return "✗ not allowed to run", Bad
	case slides.SetupFailed:
		return "✗ did not start", Bad
	default:
		what = cmp.Or(verdicts[r.Status], string(r.Status)+" · %s")
		return mark + " " + strings.Replace(what, "%s", took, 1), outcome
	}
	if r.Phase == "fetch" || r.Phase == "build" {
		what = r.Phase + " failed"
	}
	if outcome == Good {
		return "✓ " + what + " as expected · " + took, Good
	}
	return "✗ " + what + " · " + took, Bad
}

// Reason returns the sentence that says more of a run than its Status does, or "". The time limit
// is all in the status.
func Reason(r slides.Result) string {
	if r.Status == slides.TimedOut {
		return ""
	}
	return r.Reason
}

// announced reports whether a failure is one that an author can announce with +expect:failure:
// the program's own, or its compiler's.
func announced(r slides.Result) bool {
	return r.Status == slides.Exited || r.Status == slides.Signaled
}

// ran reports whether a program, or its build, was started at all.
func ran(r slides.Result) bool {
	switch r.Status {
	case slides.Denied, slides.SetupFailed:
		return false
	case slides.Canceled:
		return r.Elapsed > 0
	}
	return true
}

func recorded(r slides.Result, text string, o Outcome) string {
	when := "↺ recorded"
	if !r.Recorded.IsZero() {
		when += " " + r.Recorded.Format("2 Jan")
	}
	if o == Good && r.Status == slides.OK {
		return when
	}
	return when + " · " + text
}

// Duration returns a time as people say it: "12 ms", "0.4 s", "3.2 s", "2 min 5 s".
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "0 ms"
	case d < 99500*time.Microsecond:
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
	case d < 10*time.Second-50*time.Millisecond:
		return strings.Replace(fmt.Sprintf("%.1f s", d.Seconds()), ".0 s", " s", 1)
	case d < time.Minute-time.Second/2:
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	d = d.Round(time.Second)
	if d < time.Hour {
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// Bytes returns a size as people say it: "1.0 MB".
func Bytes(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 999_950:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 999_950_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}

// Cut returns the line that ends an output which was cut, "" for one that is whole.
func Cut(r slides.Result) string {
	switch {
	case !r.Truncated:
		return ""
	case r.Omitted <= 0:
		return "… more not shown"
	}
	return "… " + Bytes(r.Omitted) + " more not shown"
}

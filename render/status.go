package render

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slidexec/slidexec/internal/text"
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

// Status returns the words for what came of a run, the same in every backend, and what they mean to
// the deck that has the snippet. The text is empty for a run that nobody asked for yet.
func Status(s *slides.Snippet, r slides.Result, now time.Time) (string, Outcome) {
	switch r.State {
	case slides.NotRun:
		return "", None
	case slides.Queued:
		return "● waiting", Busy
	case slides.Running:
		return running(r, now), Busy
	}
	v := slides.Judge(s, r)
	outcome := outcomes[v.Ruling]
	text := mark(v) + " " + timed(verdict(v, r), r)
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

// outcomes are the looks of rulings. A program that somebody stopped counts as bad.
var outcomes = map[slides.Ruling]Outcome{slides.Good: Good, slides.Bad: Bad, slides.Stopped: Bad}

// Verdict returns the words of Status for a finished run without what is different each time: how long it took.
func Verdict(s *slides.Snippet, r slides.Result) string {
	v := slides.Judge(s, r)
	return strings.TrimSuffix(mark(v)+" "+untimed(verdict(v, r), r), " ")
}

func mark(v slides.Verdict) string {
	if v.Ruling == slides.Good {
		return "✓"
	}
	return "✗"
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

// A way of ending, in words; %s is the time it had.
var endings = map[slides.Status]string{
	slides.TimedOut:     "stopped after %s (time limit)",
	slides.CPULimit:     "stopped after %s (CPU time limit)",
	slides.MemoryLimit:  "out of memory (limit)",
	slides.OutputLimit:  "stopped after %s (output limit)",
	slides.ProcessLimit: "too many processes (limit)",
	slides.Canceled:     "stopped after %s",
	slides.Denied:       "not allowed to run",
	slides.SetupFailed:  "did not start",
}

// announced are the announcements in words that go before "was expected".
var announced = map[slides.Expect]string{
	slides.ExpectSuccess: "success", slides.ExpectFailure: "a failure", slides.ExpectBuild: "a failure to build",
	slides.ExpectTimeout: "a time limit",
}

// verdict says how a run ended and how that compares with what was announced.
func verdict(v slides.Verdict, r slides.Result) string {
	what := ""
	switch r.Status {
	case slides.OK:
		if what = "succeeded"; v.Ruling == slides.Good {
			return ""
		} else if v.NoPicture != nil {
			return "no picture"
		}
	case slides.Exited, slides.Signaled:
		if what = cmp.Or(r.Signal, "ended by a signal"); r.Status == slides.Exited {
			what = fmt.Sprintf("exit %d", r.Exit)
		}
		if v.Ending == slides.ExpectBuild {
			what = r.Phase + " failed"
		}
	default:
		what = cmp.Or(endings[r.Status], string(r.Status))
	}
	switch {
	case v.Ruling == slides.Good:
		return what + " as expected"
	case v.Ruling == slides.Bad && v.Want != slides.ExpectSuccess:
		_, arg, _ := strings.Cut(string(v.Want), "=")
		if strings.HasPrefix(string(v.Want), "exit=") {
			arg = "exit " + arg
		}
		return what + ", " + cmp.Or(announced[v.Want], arg) + " was expected"
	}
	return what
}

// timed puts into the words of a verdict how long the run took.
func timed(words string, r slides.Result) string {
	took := r.Elapsed
	if r.Phase == "fetch" || r.Phase == "build" { // it did not get as far as running
		took = max(r.Built, r.Elapsed)
	}
	switch {
	case words == "":
		return Duration(took)
	case r.Status == slides.Denied, r.Status == slides.SetupFailed:
		return words
	case strings.Contains(words, "%s"):
		return strings.Replace(words, "%s", Duration(took), 1)
	}
	return words + " · " + Duration(took)
}

// untimed leaves the time out, or says how much a limit is, which is the same each time.
func untimed(words string, r slides.Result) string {
	if l, ok := limits[r.Status]; ok && r.Limit > 0 {
		words = strings.Replace(words, endings[r.Status], fmt.Sprintf(l.why, amount(r)), 1)
	}
	return strings.Replace(words, " after %s", "", 1)
}

// limits say which limit ended a run and how much it is, and, of programs, what to do about it.
var limits = map[slides.Status]struct{ why, unknown, get, try string }{
	slides.TimedOut: {"stopped after %s (time limit)", "stopped by the time limit", "%s",
		": does it wait for input, serve, or loop? --timeout or slidexec.yaml gives it longer"},
	slides.CPULimit: {"stopped after %s of processor time (CPU limit)", "stopped by the limit on computing time", "%s of computing time",
		": does it loop?"},
	slides.MemoryLimit: {"stopped when it used more than %s of memory (memory limit)", "stopped by the memory limit",
		"%s, all their processes together", "; --memory or slidexec.yaml gives it more"},
	slides.OutputLimit: {"stopped after %s of output (output limit)", "stopped by the limit on output", "%s of output",
		": does it print in a loop?"},
	slides.ProcessLimit: {"stopped when it had more than %s processes (process limit)", "stopped by the limit on processes", "%s processes",
		": does it fork in a loop?"},
}

// Why returns the sentences that say more of a finished run than its status: why it ended so, or what else there is
// to know of it, and what to do. Both are empty where there is nothing to say.
func Why(s *slides.Snippet, r slides.Result, by slides.Naming) (why, try string) {
	v := slides.Judge(s, r)
	switch why, try = r.Says(s, by), r.Remark.Try; {
	case r.State != slides.Done:
		return "", ""
	case v.NoPicture != nil:
		return v.NoPicture.Error(), ""
	}
	if l, ok := limits[r.Status]; ok {
		amount := amount(r)
		if why == "" && amount == "" {
			why = l.unknown
		} else if why == "" {
			why = fmt.Sprintf(l.why, amount)
		}
		if try == "" && amount != "" && v.Ruling == slides.Bad {
			try = "programs get " + fmt.Sprintf(l.get, amount) + l.try
			if r.Phase == "build" {
				try = "compiling gets " + fmt.Sprintf(l.get, amount)
			}
		}
		return why, try
	}
	switch {
	case why != "":
	case r.Status == slides.Denied:
		why = "the program tried something that the sandbox does not allow"
	case r.Status == slides.Canceled:
		why = "stopped"
	case v.Ending == slides.ExpectBuild && v.Ruling == slides.Bad:
		why = "the program does not compile"
	case r.Spent != nil:
		why, try = r.Spent.Message(), r.Spent.Try
	}
	return why, try
}

// amount returns how much a limit is for people, "" where that is not known.
func amount(r slides.Result) string {
	switch {
	case r.Limit <= 0:
		return ""
	case r.Status == slides.TimedOut, r.Status == slides.CPULimit:
		return limit(time.Duration(r.Limit))
	case r.Status == slides.ProcessLimit:
		return strconv.FormatInt(r.Limit, 10)
	}
	return text.Size(r.Limit)
}

// limit formats a limit: "100 ms", "10 s", "2 min".
func limit(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d >= time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d%time.Second == 0:
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
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

// Cut returns the line that ends an output which was cut, "" for one that is whole.
func Cut(r slides.Result) string {
	switch {
	case !r.Truncated:
		return ""
	case r.Omitted <= 0:
		return "… more not shown"
	}
	return "… " + text.Size(r.Omitted) + " more not shown"
}

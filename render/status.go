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

// Outcome is the meaning of a run's state for the audience. It decides the colour.
type Outcome int

// Outcomes.
const (
	None Outcome = iota // the program has not run
	Good                // the program ended as announced
	Bad                 // the program did not end as announced
	Busy                // the program runs
	Note                // the result needs care: the program was not sandboxed
)

// String returns the name of the outcome in the style sheets of backends.
func (o Outcome) String() string {
	return [...]string{"none", "good", "bad", "busy", "note"}[o]
}

// Status describes the state of a run in the same words for every backend, and returns its outcome for
// the deck. The text is empty if nobody has started the program.
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

// outcomes maps rulings to outcomes. A program that a user stopped counts as bad.
var outcomes = map[slides.Ruling]Outcome{slides.Good: Good, slides.Bad: Bad, slides.Stopped: Bad}

// Verdict returns the words of Status for a finished run without the duration, which differs each time.
func Verdict(s *slides.Snippet, r slides.Result) string {
	v := slides.Judge(s, r)
	return strings.TrimSuffix(mark(v)+" "+untimed(verdict(v, r), r), " ")
}

func mark(v slides.Verdict) string {
	switch v.Ruling {
	case slides.Good:
		return "✓"
	case slides.Open:
		return "–"
	}
	return "✗"
}

// Confinement returns the mark of a run without a complete sandbox: "⚠ not sandboxed" or
// "⚠ degraded: landlock". It is empty for all other runs.
func Confinement(r slides.Result) string {
	if r.Layers == nil && ran(r) && r.Origin != slides.Recorded {
		return "⚠ not sandboxed"
	}
	if how := r.Degraded(); how != "" {
		return "⚠ degraded: " + how
	}
	return ""
}

// phases names the phases of a run before the program itself, which is "running".
var phases = map[string]string{"fetch": "fetching", "build": "building"}

func running(r slides.Result, now time.Time) string {
	text := "● " + cmp.Or(phases[r.Phase], "running")
	if r.Started.IsZero() || now.Before(r.Started) {
		return text
	}
	return text + " " + Duration(now.Sub(r.Started))
}

// endings words the ways of ending; %s is the duration of the run.
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

const screen = "the screen"

// announced words the announcements. The text "was expected" follows.
var announced = map[slides.Expect]string{
	slides.ExpectSuccess: "success", slides.ExpectFailure: "a failure", slides.ExpectBuild: "a failure to build",
	slides.ExpectTimeout: "a time limit",
}

// verdict says how a run ended, and compares that with the announcement.
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
	case slides.Skipped:
		what = "skipped: " + cmp.Or(r.Remark.Says, "needs a terminal")
	default:
		what = cmp.Or(endings[r.Status], string(r.Status))
		if v.Ruling == slides.Good && v.Ending != v.Want {
			return screen + " after %s" // of a program that draws until a key ends it
		}
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

// timed adds the duration of the run to the words of a verdict.
func timed(words string, r slides.Result) string {
	took := r.Elapsed
	if r.Phase == "fetch" || r.Phase == "build" { // the program itself did not start
		took = max(r.Built, r.Elapsed)
	}
	switch {
	case words == "":
		return Duration(took)
	case r.Status == slides.Denied, r.Status == slides.SetupFailed, r.Status == slides.Skipped:
		return words
	case strings.Contains(words, "%s"):
		return strings.Replace(words, "%s", Duration(took), 1)
	}
	return words + " · " + Duration(took)
}

// untimed leaves out the duration. If a limit ended the run, it states the amount of the limit, which
// is the same each time.
func untimed(words string, r slides.Result) string {
	if l, ok := limits[r.Status]; ok && r.Limit > 0 {
		words = strings.Replace(words, endings[r.Status], fmt.Sprintf(l.why, amount(r)), 1)
	}
	if n := amount(r); n != "" && words == screen+" after %s" {
		return strings.Replace(words, "%s", n, 1)
	}
	return strings.Replace(words, " after %s", "", 1)
}

// limits words the limit that ended a run, its amount, and advice for programs.
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

// Why returns sentences that say more about a finished run than its status: the reason for its end or
// another remark, and advice. Both are empty if there is nothing to say.
func Why(s *slides.Snippet, r slides.Result, by slides.Naming) (why, try string) {
	v := slides.Judge(s, r)
	switch why, try = r.Says(s, by), r.Remark.Try; {
	case r.State != slides.Done:
		return "", ""
	case r.Status == slides.Skipped: // the status says why
		return "", try
	case v.NoPicture != nil:
		return v.NoPicture.Error(), ""
	case r.Status == slides.TimedOut && v.Ruling == slides.Good && v.Ending != v.Want: // the status says it
		return "", ""
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

// amount formats the limit of a result for people, "" if it is unknown.
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

// ran reports whether a program, or its build, was started.
func ran(r slides.Result) bool {
	switch r.Status {
	case slides.Denied, slides.SetupFailed, slides.Skipped:
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

// Duration formats a duration for people: "12 ms", "0.4 s", "3.2 s", "2 min 5 s".
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

// Cut returns the last line of an output that was cut, "" for a whole output.
func Cut(r slides.Result) string {
	switch {
	case !r.Truncated:
		return ""
	case r.Omitted <= 0:
		return "… more not shown"
	}
	return "… " + text.Size(r.Omitted) + " more not shown"
}

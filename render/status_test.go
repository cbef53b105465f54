package render

import (
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
)

func TestStatus(t *testing.T) {
	now := time.Date(2026, 5, 16, 12, 0, 0, 0, time.UTC)
	done := func(s slides.Status, took time.Duration) slides.Result {
		return slides.Result{State: slides.Done, Status: s, Phase: "run", Elapsed: took, Layers: []string{"pid"}}
	}
	exit, segv, build := done(slides.Exited, 400*time.Millisecond), done(slides.Signaled, 100*time.Millisecond), slides.Result{}
	exit.Exit, segv.Signal = 1, "SIGSEGV"
	build = exit
	build.Phase, build.Built = "build", build.Elapsed
	running := slides.Result{State: slides.Running, Phase: "run", Started: now.Add(-3200 * time.Millisecond)}
	building := slides.Result{State: slides.Running, Phase: "build", Started: now.Add(-70 * time.Second)}
	recorded := done(slides.OK, 0)
	recorded.Origin, recorded.Recorded = slides.Recorded, time.Date(2026, 5, 14, 0, 0, 0, 0, time.UTC)
	failed := exit
	failed.Origin, failed.Recorded = slides.Recorded, recorded.Recorded
	open, openBad, degraded := done(slides.OK, 12*time.Millisecond), exit, done(slides.OK, 12*time.Millisecond)
	open.Layers, openBad.Layers, degraded.Missing = nil, nil, []string{"seccomp"}
	rules := degraded
	rules.Layers, rules.Missing = []string{"landlock-files", "seccomp"}, []string{"user", "net", "mount"}
	denied := slides.Result{State: slides.Done, Status: slides.Denied}
	late, drawn := done(slides.TimedOut, 10*time.Second), done(slides.TimedOut, 10*time.Second)
	drawn.Screen = &slides.Screen{}

	tests := []struct {
		name    string
		expect  slides.Expect
		in      slides.Result
		want    string
		outcome Outcome
	}{
		{"not run", "", slides.Result{}, "", None},
		{"queued", "", slides.Result{State: slides.Queued}, "● waiting", Busy},
		{"running", "", running, "● running 3.2 s", Busy},
		{"just started", "", slides.Result{State: slides.Running}, "● running", Busy},
		{"building", "", building, "● building 1 min 10 s", Busy},
		{"ok", "", done(slides.OK, 12*time.Millisecond), "✓ 12 ms", Good},
		{"succeeded unexpectedly", slides.ExpectFailure, done(slides.OK, time.Second), "✗ succeeded, a failure was expected · 1 s", Bad},
		{"exit", "", exit, "✗ exit 1 · 0.4 s", Bad},
		{"expected exit", slides.ExpectFailure, exit, "✓ exit 1 as expected · 0.4 s", Good},
		{"build failed", "", build, "✗ build failed · 0.4 s", Bad},
		{"signal", "", segv, "✗ SIGSEGV · 0.1 s", Bad},
		{"time", "", done(slides.TimedOut, 10*time.Second), "✗ stopped after 10 s (time limit)", Bad},
		{"time of a screen", "", drawn, "✓ the screen after 10 s", Good},
		{"time of a screen as announced", slides.ExpectTimeout, drawn, "✓ stopped after 10 s (time limit) as expected", Good},
		{"time of a screen instead of failure", slides.ExpectFailure, drawn, "✗ stopped after 10 s (time limit), a failure was expected", Bad},
		{"skipped", "", slides.Result{State: slides.Done, Status: slides.Skipped}, "– skipped: needs a terminal", None},
		{"cpu", "", done(slides.CPULimit, 10*time.Second), "✗ stopped after 10 s (CPU time limit)", Bad},
		{"memory", "", done(slides.MemoryLimit, 2*time.Second), "✗ out of memory (limit) · 2 s", Bad},
		{"output", "", done(slides.OutputLimit, 2*time.Second), "✗ stopped after 2 s (output limit)", Bad},
		{"processes", "", done(slides.ProcessLimit, 2*time.Second), "✗ too many processes (limit) · 2 s", Bad},
		{"canceled", "", done(slides.Canceled, 2*time.Second), "✗ stopped after 2 s", Bad},
		{"denied", "", denied, "✗ not allowed to run", Bad},
		{"setup", "", slides.Result{State: slides.Done, Status: slides.SetupFailed}, "✗ did not start", Bad},
		{"recorded", "", recorded, "↺ recorded 14 May", Good},
		{"recorded failure", "", failed, "↺ recorded 14 May · ✗ exit 1 · 0.4 s", Bad},
		{"no sandbox", "", open, "✓ 12 ms · ⚠ not sandboxed", Note},
		{"no sandbox, failed", "", openBad, "✗ exit 1 · 0.4 s · ⚠ not sandboxed", Bad},
		{"degraded", "", degraded, "✓ 12 ms · ⚠ degraded: without seccomp", Good},
		{"degraded to rules", "", rules, "✓ 12 ms · ⚠ degraded: landlock", Good},
		{"expected signal", slides.ExpectSignal("SIGSEGV"), segv, "✓ SIGSEGV as expected · 0.1 s", Good},
		{"another exit", slides.ExpectExit(3), exit, "✗ exit 1, exit 3 was expected · 0.4 s", Bad},
		{"another signal", slides.ExpectSignal("SIGABRT"), segv, "✗ SIGSEGV, SIGABRT was expected · 0.1 s", Bad},
		{"build instead of exit", slides.ExpectExit(3), build, "✗ build failed, exit 3 was expected · 0.4 s", Bad},
		{"build instead of failure", slides.ExpectFailure, build, "✗ build failed, a failure was expected · 0.4 s", Bad},
		{"expected build", slides.ExpectBuild, build, "✓ build failed as expected · 0.4 s", Good},
		{"run instead of build", slides.ExpectBuild, exit, "✗ exit 1, a failure to build was expected · 0.4 s", Bad},
		{"expected time", slides.ExpectTimeout, late, "✓ stopped after 10 s (time limit) as expected", Good},
		{"time instead of failure", slides.ExpectFailure, late, "✗ stopped after 10 s (time limit), a failure was expected", Bad},
		{"success instead of time", slides.ExpectTimeout, done(slides.OK, time.Second), "✗ succeeded, a time limit was expected · 1 s", Bad},
		{"denied instead of failure", slides.ExpectFailure, denied, "✗ not allowed to run, a failure was expected", Bad},
	}
	for _, tt := range tests {
		if got, outcome := Status(&slides.Snippet{Exec: slides.Exec{Expect: tt.expect}}, tt.in, now); got != tt.want || outcome != tt.outcome {
			t.Errorf("%s: got %q, %v, want %q, %v", tt.name, got, outcome, tt.want, tt.outcome)
		}
	}
}

func TestDuration(t *testing.T) {
	for in, want := range map[time.Duration]string{
		-1: "0 ms", 0: "0 ms", 400 * time.Microsecond: "0 ms", 99 * time.Millisecond: "99 ms", 99600 * time.Microsecond: "0.1 s",
		400 * time.Millisecond: "0.4 s", 3 * time.Second: "3 s", 9940 * time.Millisecond: "9.9 s", 9960 * time.Millisecond: "10 s",
		59400 * time.Millisecond: "59 s", 59600 * time.Millisecond: "1 min 0 s", 2*time.Hour + 5*time.Minute: "2 h 5 min",
	} {
		if got := Duration(in); got != want {
			t.Errorf("Duration(%d) = %q, want %q", in, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for want, r := range map[string]slides.Result{
		"":                           {},
		"… more not shown":           {Truncated: true},
		"… 12 bytes more not shown":  {Truncated: true, Omitted: 12},
		"… 976.6 KiB more not shown": {Truncated: true, Omitted: 1_000_000},
		"… 1.5 KiB more not shown":   {Truncated: true, Omitted: 1500},
	} {
		if got := Cut(r); got != want {
			t.Errorf("Cut(%d) = %q, want %q", r.Omitted, got, want)
		}
	}
}

func TestWhy(t *testing.T) {
	ended := func(status slides.Status, limit int64, says string) slides.Result {
		return slides.Result{State: slides.Done, Status: status, Phase: "run", Limit: limit, Remark: slides.Remark{Says: says}}
	}
	building := func(r slides.Result) slides.Result { r.Phase = "build"; return r }
	tried := func(r slides.Result) slides.Result { r.Remark.Try = "mend it"; return r }
	spent := slides.Result{State: slides.Done, Status: slides.OK, Spent: budget.Output}
	onScreen := func(r slides.Result) slides.Result { r.Screen = &slides.Screen{}; return r }
	for _, tt := range []struct {
		name     string
		expect   slides.Expect
		in       slides.Result
		why, try string
	}{
		{"fine", "", ended(slides.OK, 0, ""), "", ""},
		{"not yet", "", slides.Result{State: slides.Running, Remark: slides.Remark{Says: "x"}}, "", ""},
		{"exit", "", tried(ended(slides.Exited, 0, "")), "", "mend it"},
		{"what the machine knows", "", tried(ended(slides.SetupFailed, 0, "no rustc")), "no rustc", "mend it"},
		{"time", "", ended(slides.TimedOut, int64(2*time.Minute), ""), "stopped after 2 min (time limit)",
			"programs get 2 min: does it wait for input, serve, or loop? --timeout or slidexec.yaml gives it longer"},
		{"time of a screen", "", onScreen(ended(slides.TimedOut, int64(time.Second), "stopped after 1 s")), "", ""},
		{"skipped", "", ended(slides.Skipped, 0, ""), "", ""},
		{"time as announced", slides.ExpectTimeout, ended(slides.TimedOut, int64(time.Second), ""), "stopped after 1 s (time limit)", ""},
		{"time of a build", "", building(ended(slides.TimedOut, int64(5*time.Minute), "")), "stopped after 5 min (time limit)", "compiling gets 5 min"},
		{"computing", "", ended(slides.CPULimit, int64(1500*time.Millisecond), ""), "stopped after 1.5 s of processor time (CPU limit)",
			"programs get 1.5 s of computing time: does it loop?"},
		{"memory", "", ended(slides.MemoryLimit, 64<<20, "the machine had none left"), "the machine had none left",
			"programs get 64 MiB, all their processes together; --memory or slidexec.yaml gives it more"},
		{"output", "", ended(slides.OutputLimit, 1<<20, ""), "stopped after 1 MiB of output (output limit)",
			"programs get 1 MiB of output: does it print in a loop?"},
		{"processes", "", ended(slides.ProcessLimit, 256, ""), "stopped when it had more than 256 processes (process limit)",
			"programs get 256 processes: does it fork in a loop?"},
		{"a limit nobody knows", "", ended(slides.MemoryLimit, 0, ""), "stopped by the memory limit", ""},
		{"build", "", building(ended(slides.Exited, 0, "")), "the program does not compile", ""},
		{"build as announced", slides.ExpectBuild, building(ended(slides.Exited, 0, "")), "", ""},
		{"denied", "", ended(slides.Denied, 0, ""), "the program tried something that the sandbox does not allow", ""},
		{"stopped", "", ended(slides.Canceled, 0, ""), "stopped", ""},
		{"budget", "", spent, budget.Output.Message(), budget.Output.Try},
	} {
		s := &slides.Snippet{Exec: slides.Exec{Expect: tt.expect}}
		if why, try := Why(s, tt.in, slides.ByDeck); why != tt.why || try != tt.try {
			t.Errorf("%s: %q, %q; want %q, %q", tt.name, why, try, tt.why, tt.try)
		}
	}
	image := &slides.Snippet{Exec: slides.Exec{Mode: slides.ModeImage}}
	if why, _ := Why(image, ended(slides.OK, 0, ""), slides.ByDeck); !strings.Contains(why, "printed no picture") {
		t.Errorf("no picture: %q", why)
	}
	// The status of a time limit says it all.
	if why, _ := (&View{}).Why(nil, ended(slides.TimedOut, int64(time.Second), "")); why != "" {
		t.Errorf("below the status of a time limit stands %q", why)
	}
}

// TestVerdict: its words are the same however long a run took.
func TestVerdict(t *testing.T) {
	for want, r := range map[string]slides.Result{
		"✓": {Status: slides.OK}, "✗ exit 3": {Status: slides.Exited, Exit: 3}, "✗ did not start": {Status: slides.SetupFailed},
		"✗ stopped after 10 s (time limit)": {Status: slides.TimedOut, Limit: int64(10 * time.Second)},
		"✗ stopped (time limit)":            {Status: slides.TimedOut}, "✗ out of memory (limit)": {Status: slides.MemoryLimit},
		"✗ stopped when it used more than 1 MiB of memory (memory limit)": {Status: slides.MemoryLimit, Limit: 1 << 20},
		"✗ stopped after 1 MiB of output (output limit)":                  {Status: slides.OutputLimit, Limit: 1 << 20},
		"✗ stopped (output limit)":                                        {Status: slides.OutputLimit},
		"✓ the screen after 10 s":                                         {Status: slides.TimedOut, Limit: int64(10 * time.Second), Screen: &slides.Screen{}},
		"✓ the screen":                                                    {Status: slides.TimedOut, Screen: &slides.Screen{}},
		"– skipped: needs a terminal":                                     {Status: slides.Skipped},
	} {
		r.State, r.Elapsed = slides.Done, 17*time.Millisecond
		if got := Verdict(nil, r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestGrowing: what was drawn while a program ran is what is drawn in the end.
func TestGrowing(t *testing.T) {
	s := &slides.Snippet{Key: "k", Numbers: []int{0, 1, 2}}
	r := slides.Result{State: slides.Running, Program: slides.Program{File: "snippet.py", Dir: "/box"}}
	v := &View{Growing: &Growing{}}
	said := func() (out string) {
		for _, l := range v.Output(s, r) {
			out += l.Text() + "\n"
		}
		return out
	}
	for i, c := range []string{"a\nFile \"/box/snip", "pet.py\", line 3\n", "in snippet.py"} {
		r.Log = append(r.Log, slides.Chunk{Stderr: true, Data: []byte(c)})
		if got, want := said(), []string{"a\nFile \"\n", "a\nFile \"snippet.py\", line 2\n", "a\nFile \"snippet.py\", line 2\n"}[i]; got != want {
			t.Errorf("after %d: %q, want %q", i, got, want)
		}
	}
	for range 2 {
		if r.State = slides.Done; said() != "a\nFile \"snippet.py\", line 2\nin snippet.py\n" {
			t.Errorf("in the end: %q", said())
		}
	}
	if len(v.Growing.of) != 0 {
		t.Error("what has ended is kept")
	}
}

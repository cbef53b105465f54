package render

import (
	"testing"
	"time"

	"github.com/slidexec/slidexec/slides"
)

func TestStatus(t *testing.T) {
	now := time.Date(2026, 5, 16, 12, 0, 0, 0, time.UTC)
	done := func(s slides.Status, took time.Duration) slides.Result {
		return slides.Result{State: slides.Done, Status: s, Phase: "run", Elapsed: took, Layers: []string{"pid"}}
	}
	bad := func(r slides.Result) slides.Result { r.Unexpected = true; return r }
	exit := done(slides.Exited, 400*time.Millisecond)
	exit.Exit = 1
	segv := done(slides.Signaled, 100*time.Millisecond)
	segv.Signal = "SIGSEGV"
	build := bad(exit)
	build.Phase = "build"
	running := slides.Result{State: slides.Running, Phase: "run", Started: now.Add(-3200 * time.Millisecond)}
	building := slides.Result{State: slides.Running, Phase: "build", Started: now.Add(-70 * time.Second)}
	recorded := done(slides.OK, 0)
	recorded.Origin, recorded.Recorded = slides.Recorded, time.Date(2026, 5, 14, 0, 0, 0, 0, time.UTC)
	failed := bad(exit)
	failed.Origin, failed.Recorded = slides.Recorded, recorded.Recorded
	open, openBad, degraded := done(slides.OK, 12*time.Millisecond), bad(exit), done(slides.OK, 12*time.Millisecond)
	open.Layers, openBad.Layers, degraded.Missing = nil, nil, []string{"seccomp"}
	rules := degraded
	rules.Layers, rules.Missing = []string{"landlock-files", "seccomp"}, []string{"user", "net", "mount"}
	denied := slides.Result{State: slides.Done, Status: slides.Denied, Unexpected: true}

	tests := []struct {
		name    string
		in      slides.Result
		want    string
		outcome Outcome
	}{
		{"not run", slides.Result{}, "", None},
		{"queued", slides.Result{State: slides.Queued}, "● waiting", Busy},
		{"running", running, "● running 3.2 s", Busy},
		{"just started", slides.Result{State: slides.Running}, "● running", Busy},
		{"building", building, "● building 1 min 10 s", Busy},
		{"ok", done(slides.OK, 12*time.Millisecond), "✓ 12 ms", Good},
		{"succeeded unexpectedly", bad(done(slides.OK, time.Second)), "✗ succeeded, a failure was expected · 1 s", Bad},
		{"exit", bad(exit), "✗ exit 1 · 0.4 s", Bad},
		{"expected exit", exit, "✓ exit 1 as expected · 0.4 s", Good},
		{"build failed", build, "✗ build failed · 0.4 s", Bad},
		{"signal", bad(segv), "✗ SIGSEGV · 0.1 s", Bad},
		{"time", bad(done(slides.TimedOut, 10*time.Second)), "✗ stopped after 10 s (time limit)", Bad},
		{"cpu", bad(done(slides.CPULimit, 10*time.Second)), "✗ stopped after 10 s (CPU time limit)", Bad},
		{"memory", bad(done(slides.MemoryLimit, 2*time.Second)), "✗ out of memory (limit) · 2 s", Bad},
		{"output", bad(done(slides.OutputLimit, 2*time.Second)), "✗ stopped after 2 s (output limit)", Bad},
		{"processes", bad(done(slides.ProcessLimit, 2*time.Second)), "✗ too many processes (limit) · 2 s", Bad},
		{"canceled", bad(done(slides.Canceled, 2*time.Second)), "✗ stopped after 2 s", Bad},
		{"limit without being marked", done(slides.TimedOut, 10*time.Second), "✗ stopped after 10 s (time limit)", Bad},
		{"denied", denied, "✗ not allowed to run", Bad},
		{"setup", slides.Result{State: slides.Done, Status: slides.SetupFailed}, "✗ did not start", Bad},
		{"recorded", recorded, "↺ recorded 14 May", Good},
		{"recorded failure", failed, "↺ recorded 14 May · ✗ exit 1 · 0.4 s", Bad},
		{"no sandbox", open, "✓ 12 ms · ⚠ not sandboxed", Note},
		{"no sandbox, failed", openBad, "✗ exit 1 · 0.4 s · ⚠ not sandboxed", Bad},
		{"degraded", degraded, "✓ 12 ms · ⚠ degraded: without seccomp", Good},
		{"degraded to rules", rules, "✓ 12 ms · ⚠ degraded: landlock", Good},
	}
	for _, tt := range tests {
		if got, outcome := Status(tt.in, now); got != tt.want || outcome != tt.outcome {
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
		"":                          {},
		"… more not shown":          {Truncated: true},
		"… 12 bytes more not shown": {Truncated: true, Omitted: 12},
		"… 1.0 MB more not shown":   {Truncated: true, Omitted: 1_000_000},
		"… 1.5 kB more not shown":   {Truncated: true, Omitted: 1500},
	} {
		if got := Cut(r); got != want {
			t.Errorf("Cut(%d) = %q, want %q", r.Omitted, got, want)
		}
	}
}

func TestReason(t *testing.T) {
	late := slides.Result{State: slides.Done, Status: slides.TimedOut, Reason: "stopped after 10 s (time limit)"}
	if got := Reason(late); got != "" {
		t.Errorf("below the status of a time limit stands %q", got)
	}
	full := slides.Result{State: slides.Done, Status: slides.OutputLimit, Reason: "stopped after 1 MiB of output (output limit)"}
	if got := Reason(full); got != full.Reason {
		t.Errorf("got %q, want %q", got, full.Reason)
	}
}

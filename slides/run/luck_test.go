package run

import (
	"context"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

// What a machine did to a program is not remembered, what the program did is.
func TestBadLuckIsNotRemembered(t *testing.T) {
	for _, tt := range []struct {
		name string
		res  sandbox.Result
		says string
		kept bool
	}{
		{"an error", sandbox.Result{Status: sandbox.Exited, Exit: 1}, "no such thing", true},
		{"a crash", sandbox.Result{Status: sandbox.Signaled, Signal: "SIGSEGV"}, "", true},
		{"an abort", sandbox.Result{Status: sandbox.Signaled, Signal: "SIGABRT"}, "assertion failed", true},
		{"killed", sandbox.Result{Status: sandbox.Signaled, Signal: "SIGKILL"}, "", false},
		{"ended by somebody", sandbox.Result{Status: sandbox.Signaled, Signal: "SIGTERM"}, "", false},
		{"no page to be had", sandbox.Result{Status: sandbox.Signaled, Signal: "SIGBUS"}, "", false},
		{"a child killed", sandbox.Result{Status: sandbox.Exited, Exit: 137}, "", false},
		{"full", sandbox.Result{Status: sandbox.Exited, Exit: 1}, "write: No space left on device", false},
		{"no memory", sandbox.Result{Status: sandbox.Exited, Exit: 1}, "fork: Cannot allocate memory", false},
		{"full, and fine", sandbox.Result{Status: sandbox.OK}, "No space left on device", true},
	} {
		for _, lang := range []string{"bash", "c"} { // running, compiling
			f := &fake{do: func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
				if _, err := c.Stderr.Write([]byte(tt.says)); err != nil {
					return sandbox.Result{}, err
				}
				if tt.res.Status == sandbox.OK {
					return compiles("program")(nil, c)
				}
				return tt.res, nil
			}}
			r := newRunner(t, Options{Executor: f})
			results(t, r, snippet(lang, "x"))
			before := f.runs()
			if results(t, r, snippet(lang, "x")); (f.runs() == before) != tt.kept {
				t.Errorf("%s, %s: %d commands, then %d; kept should be %v", tt.name, lang, before, f.runs(), tt.kept)
			}
		}
	}
}

// A compiler that was killed has not failed as the deck announced.
func TestKilledCompilerIsNoFailure(t *testing.T) {
	for says, want := range map[string]slides.Status{
		"gcc: fatal error: Killed signal terminated program cc1": slides.SetupFailed,
		"error: expected ';'": slides.Exited,
		"cc1: out of memory":  slides.Exited, // its own, of a fixed size
	} {
		f := &fake{do: func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
			_, err := c.Stderr.Write([]byte(says))
			return sandbox.Result{Status: sandbox.Exited, Exit: 1}, err
		}}
		s := snippet("c", "x")
		s.Exec.Expect = slides.ExpectBuild
		res := results(t, newRunner(t, Options{Executor: f}), s)[0]
		if res.Status != want || want == slides.SetupFailed && !strings.Contains(res.Remark.Says, "killed") ||
			(slides.Judge(s, res).Ruling == slides.Good) != (want == slides.Exited) {
			t.Errorf("%s: %s, %s, %+v", says, res.Status, res.Remark.Says, slides.Judge(s, res))
		}
	}
}

// Refreshing, and doing without the cache, compile again, and once for all who want the program.
func TestRefreshCompiles(t *testing.T) {
	f := &fake{do: compiles("program")}
	o := Options{Executor: f, CacheDir: t.TempDir(), Finder: tools(t, "gcc"), Content: "a deck"}
	run := func(o Options) int {
		before := f.runs()
		results(t, newRunner(t, o), snippet("c", "x"), snippet("c", "x"), snippet("c", "x"))
		return f.runs() - before
	}
	o.Jobs = 1
	if n := run(o); n != 2 {
		t.Errorf("%d commands, want one to compile and one to run", n)
	}
	if n := run(o); n != 0 {
		t.Errorf("%d commands, want none: all is known", n)
	}
	for _, o := range []Options{{Refresh: true}, {NoCache: true}} {
		o.Executor, o.CacheDir, o.Finder, o.Content, o.Jobs = f, t.TempDir(), tools(t, "gcc"), "a deck", 3
		if n := run(o); n != 4 {
			t.Errorf("refresh %v, no cache %v: %d commands, want one to compile and three to run", o.Refresh, o.NoCache, n)
		}
		if n := run(o); n != 4 {
			t.Errorf("refresh %v, no cache %v, again: %d commands", o.Refresh, o.NoCache, n)
		}
	}
}

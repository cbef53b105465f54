package run

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

// lasting returns programs that take a time unless they are stopped.
func lasting(d time.Duration) func(context.Context, *sandbox.Cmd) (sandbox.Result, error) {
	return func(ctx context.Context, _ *sandbox.Cmd) (sandbox.Result, error) {
		select {
		case <-time.After(d):
			return sandbox.Result{Status: sandbox.OK}, nil
		case <-ctx.Done():
			return sandbox.Result{}, ctx.Err()
		}
	}
}

func TestStopOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{do: lasting(time.Minute)}
		r := newRunner(t, Options{Executor: f, Jobs: 2, NoCache: true})
		var tasks []Task
		stops := make([]chan struct{}, 4)
		for i := range stops {
			stops[i] = make(chan struct{})
			tasks = append(tasks, Task{Snippet: snippet("bash", fmt.Sprint(i)), Stop: stops[i]})
		}
		time.AfterFunc(time.Second, func() { close(stops[0]) })   // it runs
		time.AfterFunc(2*time.Second, func() { close(stops[3]) }) // it waits behind 1 and 2
		last, began := slides.Results{}, time.Now()
		if err := r.RunTasks(t.Context(), tasks, func(ran slides.Ran) { last[ran.Key] = ran.Result }); err != nil {
			t.Fatal(err)
		}
		for i, want := range []slides.Status{slides.Canceled, slides.OK, slides.OK, slides.Canceled} {
			if got := last[tasks[i].Snippet.Key].Status; got != want {
				t.Errorf("program %d ended as %q, want %q", i, got, want)
			}
		}
		if got := time.Since(began); got != 61*time.Second {
			t.Errorf("it took %v, want 61s: the third began when the first was stopped", got)
		}
		if got := f.runs(); got != 3 {
			t.Errorf("%d programs were started, want 3", got)
		}
	})
}

func TestFresh(t *testing.T) {
	f := &fake{do: prints("hi\n")}
	r := newRunner(t, Options{Executor: f})
	s := snippet("bash", "echo hi\n")
	for i, tt := range []struct {
		fresh bool
		runs  int
	}{{false, 1}, {false, 1}, {true, 2}, {false, 2}, {true, 3}} {
		if err := r.RunTasks(t.Context(), []Task{{Snippet: s, Fresh: tt.fresh}}, func(slides.Ran) {}); err != nil {
			t.Fatal(err)
		}
		if got := f.runs(); got != tt.runs {
			t.Errorf("after call %d there were %d runs, want %d", i, got, tt.runs)
		}
	}
}

// TestSharedJobs runs two decks' worth of programs at a time, as two edits in a row do.
func TestSharedJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRunner(t, Options{Executor: &fake{do: lasting(time.Second)}, Jobs: 2, NoCache: true})
		began := time.Now()
		var calls sync.WaitGroup
		for c := range 2 {
			calls.Go(func() {
				var ss []*slides.Snippet
				for i := range 4 {
					ss = append(ss, snippet("bash", fmt.Sprint(c, i)))
				}
				results(t, r, ss...)
			})
		}
		calls.Wait()
		if got := time.Since(began); got != 4*time.Second {
			t.Errorf("8 programs of a second took %v, want 4s at 2 at a time", got)
		}
	})
}

// TestFault: a fault of ours while one program runs is that program's failure, and the others run.
func TestFault(t *testing.T) {
	f := &fake{do: func(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
		brittle := func(m sandbox.Mount) bool { return strings.Contains(string(m.Data), "brittle") }
		if slices.ContainsFunc(c.Policy.Mounts, brittle) {
			panic("index out of range [5] with length 3")
		}
		return prints("fine\n")(ctx, c)
	}}
	r := newRunner(t, Options{Executor: f})
	bad, good := snippet("sh", "echo brittle\n"), snippet("sh", "echo fine\n")
	bad.Key, good.Key = "bad", "good"
	results := slides.Results{}
	err := r.Run(t.Context(), []*slides.Snippet{bad, good}, func(e slides.Ran) { results[e.Key] = e.Result })
	if err != nil {
		t.Fatal(err)
	}
	if got := results["bad"]; got.Status != slides.SetupFailed || got.Remark.Try != slides.FaultHint || strings.Contains(got.Remark.Says, "range") {
		t.Errorf("%+v", got)
	}
	if got := results["good"]; got.Status != slides.OK {
		t.Errorf("%+v", got)
	}
}

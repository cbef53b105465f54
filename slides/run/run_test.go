package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// fake is an Executor that does what a test says and remembers what it was asked.
type fake struct {
	do   func(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error)
	mu   sync.Mutex
	cmds []*sandbox.Cmd
}

func (f *fake) Run(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
	f.mu.Lock()
	f.cmds = append(f.cmds, c)
	f.mu.Unlock()
	if f.do == nil {
		return sandbox.Result{Status: sandbox.OK}, nil
	}
	return f.do(ctx, c)
}

// runs returns how many commands were run.
func (f *fake) runs() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.cmds)
}

// prints returns a program that prints, as an Executor's do.
func prints(stdout string) func(context.Context, *sandbox.Cmd) (sandbox.Result, error) {
	return func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
		_, err := c.Stdout.Write([]byte(stdout))
		return sandbox.Result{Status: sandbox.OK, Elapsed: time.Millisecond, Layers: []string{"fake"}}, err
	}
}

// tools makes a PATH with empty commands.
func tools(t testing.TB, names ...string) *toolchain.Finder {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return &toolchain.Finder{Path: dir}
}

// newRunner returns a runner with a cache, a folder and commands of its own.
func newRunner(t testing.TB, o Options) *Runner {
	t.Helper()
	if o.CacheDir == "" {
		o.CacheDir = t.TempDir()
	}
	if o.Finder == nil {
		o.Finder = tools(t, "bash", "sh", "python3", "gcc")
	}
	if o.Dir == "" && o.Content == "" {
		o.Content = "a deck" // it shares with itself
	}
	o.Warn = func(msg string) { t.Errorf("warning: %s", msg) }
	r, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// snippet is a program of a language, with a key.
func snippet(lang, code string) *slides.Snippet {
	s := &slides.Snippet{Lang: lang, Code: code, Exec: slides.Exec{Mode: slides.ModeExec}}
	s.Key = slides.MakeKey(s, 0)
	return s
}

// results runs snippets and returns their results.
func results(t testing.TB, r *Runner, ss ...*slides.Snippet) []slides.Result {
	t.Helper()
	last := slides.Results{}
	if err := r.Run(t.Context(), ss, func(ran slides.Ran) { last[ran.Key] = ran.Result }); err != nil {
		t.Fatal(err)
	}
	var out []slides.Result
	for _, s := range ss {
		if last[s.Key].State != slides.Done {
			t.Errorf("%q ended as %q", s.Code, last[s.Key].State)
		}
		out = append(out, last[s.Key])
	}
	return out
}

func TestRunEmits(t *testing.T) {
	r := newRunner(t, Options{Executor: &fake{do: prints("hi\n")}})
	s := snippet("bash", "echo hi\n")
	var got []string
	err := r.Run(t.Context(), []*slides.Snippet{s}, func(ran slides.Ran) {
		got = append(got, fmt.Sprintf("%s %s %q %s", ran.Result.State, ran.Result.Phase, ran.Result.Bytes(), ran.Result.Origin))
	})
	// Whether the program has printed when it is first seen running is up to the two of them.
	want := []string{`queued  "" live`, `running run "" live`, `running run "hi\n" live`, `done run "hi\n" live`}
	wanted := func(e string) bool { return slices.Contains(want, e) }
	if err != nil || len(got) < 3 || got[0] != want[0] || got[len(got)-1] != want[3] ||
		slices.ContainsFunc(got, func(e string) bool { return !wanted(e) }) {
		t.Errorf("Run emits %q, %v; want %q", got, err, want)
	}
}

func TestRunInOrder(t *testing.T) {
	f := &fake{}
	r := newRunner(t, Options{Executor: f, Jobs: 1, NoCache: true})
	var ss []*slides.Snippet
	for i := range 20 {
		ss = append(ss, snippet("bash", fmt.Sprintf("echo %d\n", i)))
	}
	results(t, r, ss...)
	for i, c := range f.cmds {
		last := c.Policy.Mounts[len(c.Policy.Mounts)-1]
		if got, want := string(last.Data), ss[i].Code; got != want {
			t.Errorf("command %d runs %q, want %q", i, got, want)
		}
	}
}

func TestJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		running, most := 0, 0
		f := &fake{do: func(context.Context, *sandbox.Cmd) (sandbox.Result, error) {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			running--
			mu.Unlock()
			return sandbox.Result{Status: sandbox.OK}, nil
		}}
		r := newRunner(t, Options{Executor: f, Jobs: 3, NoCache: true})
		var ss []*slides.Snippet
		for i := range 10 {
			ss = append(ss, snippet("bash", fmt.Sprint(i)))
		}
		results(t, r, ss...)
		if most != 3 {
			t.Errorf("%d at a time, want 3", most)
		}
	})
}

func TestBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{do: func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
			for range 100 {
				if _, err := c.Stdout.Write([]byte("x")); err != nil {
					return sandbox.Result{}, err
				}
				time.Sleep(time.Millisecond)
			}
			return sandbox.Result{Status: sandbox.OK}, nil
		}}
		r := newRunner(t, Options{Executor: f, NoCache: true})
		n, size := 0, 0
		err := r.Run(t.Context(), []*slides.Snippet{snippet("bash", "")}, func(ran slides.Ran) {
			if got := len(ran.Result.Bytes()); got < size {
				t.Errorf("output shrinks from %d to %d", size, got)
			} else {
				size = got
			}
			n++
		})
		// Queued, running, one for each of three full batches, done.
		if err != nil || n != 6 || size != 100 {
			t.Errorf("%d events, %d bytes, %v; want 6, 100, nil", n, size, err)
		}
	})
}

func TestSnapshotsDoNotChange(t *testing.T) {
	c := newCollector()
	w := c.stream(false)
	_, _ = w.Write([]byte("one"))
	first := c.snapshot()
	_, _ = w.Write([]byte("two"))
	_, _ = c.stream(true).Write([]byte("three"))
	if got := string(first[0].Data); len(first) != 1 || got != "one" {
		t.Errorf("snapshot became %q", got)
	}
}

// TestHeld: nobody sees a word of what is forgotten later.
func TestHeld(t *testing.T) {
	c := newCollector()
	text := func() (s string) {
		for _, k := range c.snapshot() {
			s += string(k.Data)
		}
		return s
	}
	_, _ = c.stream(false).Write([]byte("one"))
	for _, tt := range []struct {
		shown        bool
		during, then string
	}{{false, "one", "onethree"}, {true, "onethree", "onethreetwothree"}} {
		c.hold(nil)
		_, _ = c.stream(false).Write([]byte("two"))
		if got := text(); got != tt.during {
			t.Errorf("while it is held, %q is shown", got)
		}
		c.let(tt.shown)
		_, _ = c.stream(false).Write([]byte("three"))
		if got := text(); got != tt.then {
			t.Errorf("afterwards, %q is shown", got)
		}
	}
}

// TestDoubt: a build's output is held only as long as it may have to be forgotten, and what was shown stays.
func TestDoubt(t *testing.T) {
	for _, tt := range []struct {
		writes []string
		during string // what is shown before the end
		then   string // after it was forgotten
	}{
		{[]string{"error: failed to download x", "--offline"}, "", ""},
		{[]string{"\x1b[1m\x1b[31merr", "or\x1b[0m: no"}, "", ""},
		{[]string{"\x1b[1merror: ", "failed"}, "", ""},
		{[]string{"  Compiling x\n", "error: failed to download"}, "  Compiling x\nerror: failed to download", "  Compiling x\nerror: failed to download"},
		{[]string{"warning: x\n"}, "warning: x\n", "warning: x\n"},
	} {
		c := newCollector()
		text := func() string { return string(colours().ReplaceAll(slides.Result{Log: c.snapshot()}.Bytes(), nil)) }
		c.hold(mayMiss)
		for _, w := range tt.writes {
			_, _ = c.stream(true).Write([]byte(w))
			text()
		}
		if got := text(); got != tt.during {
			t.Errorf("%q: %q is shown", tt.writes, got)
		}
		c.let(false)
		if got := text(); got != tt.then {
			t.Errorf("%q: afterwards %q is shown", tt.writes, got)
		}
	}
}

func TestPlacesInStandardOutput(t *testing.T) {
	for lang, want := range map[string]string{"php": "in deck.md on line 4\n", "python": "in /box/snippet.php on line 2\n"} {
		r := newRunner(t, Options{Executor: &fake{do: prints("in /box/snippet.php on line 2\n")}, Finder: tools(t, "php", "python3")})
		s := inDeck(lang, "", "1\n2\n")
		if got := string(results(t, r, s)[0].Placed(s, slides.ByDeck).Bytes()); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	started := make(chan bool)
	f := &fake{do: func(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
		started <- true
		<-ctx.Done()
		return sandbox.Result{Status: sandbox.Canceled}, nil
	}}
	r := newRunner(t, Options{Executor: f, Jobs: 1})
	go func() {
		<-started
		cancel()
	}()
	last := slides.Results{}
	ss := []*slides.Snippet{snippet("bash", "1"), snippet("bash", "2")}
	err := r.Run(ctx, ss, func(ran slides.Ran) { last[ran.Key] = ran.Result })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	for _, s := range ss {
		if res := last[s.Key]; res.State != slides.Done || res.Status != slides.Canceled {
			t.Errorf("%s: %+v", s.Code, res)
		}
	}
	if f.runs() != 1 {
		t.Errorf("%d runs, want 1", f.runs())
	}
}

func TestNoSandboxAvailable(t *testing.T) {
	f := &fake{do: func(context.Context, *sandbox.Cmd) (sandbox.Result, error) {
		return sandbox.Result{}, &sandbox.SetupError{Layer: "user", Op: "clone", Err: errors.New("refused"), Fix: "sysctl this"}
	}}
	r := newRunner(t, Options{Executor: f, Jobs: 1})
	last := slides.Results{}
	ss := []*slides.Snippet{snippet("bash", "1"), snippet("bash", "2"), snippet("nope", "3")}
	err := r.Run(t.Context(), ss, func(ran slides.Ran) { last[ran.Key] = ran.Result })
	if e, ok := errors.AsType[*sandbox.SetupError](err); !ok || e.Layer != "user" {
		t.Errorf("error %v, want a SetupError", err)
	}
	for _, s := range ss[:2] {
		res := last[s.Key]
		if res.Status != slides.SetupFailed || res.Remark.Try != "sysctl this" || !strings.Contains(res.Remark.Says, "refused") {
			t.Errorf("%s: %+v", s.Code, res)
		}
	}
}

// TestJudgement: what the runner tells of endings is enough to judge them by.
func TestJudgement(t *testing.T) {
	for _, tt := range []struct {
		status sandbox.Status
		expect slides.Expect
		want   slides.Ruling
	}{
		{sandbox.OK, slides.ExpectDefault, slides.Good},
		{sandbox.OK, slides.ExpectFailure, slides.Bad},
		{sandbox.Exited, slides.ExpectDefault, slides.Bad},
		{sandbox.Exited, slides.ExpectFailure, slides.Good},
		{sandbox.Signaled, slides.ExpectFailure, slides.Good},
		{sandbox.TimedOut, slides.ExpectFailure, slides.Bad},
		{sandbox.TimedOut, slides.ExpectTimeout, slides.Good},
	} {
		f := &fake{do: func(context.Context, *sandbox.Cmd) (sandbox.Result, error) {
			return sandbox.Result{Status: tt.status}, nil
		}}
		s := snippet("bash", "")
		s.Exec.Expect = tt.expect
		if got := slides.Judge(s, results(t, newRunner(t, Options{Executor: f}), s)[0]); got.Ruling != tt.want {
			t.Errorf("%s with expect %q: %+v", tt.status, tt.expect, got)
		}
	}
	s := snippet("bash", "")
	s.Exec.Expect = slides.ExpectFailure
	if slides.Judge(s, results(t, newRunner(t, Options{Finder: tools(t)}), s)[0]).Ruling != slides.Bad {
		t.Error("a missing tool is no announced failure")
	}
}

func BenchmarkCached(b *testing.B) {
	r := newRunner(b, Options{Executor: &fake{do: prints("hi\n")}})
	var ss []*slides.Snippet
	for i := range 30 {
		ss = append(ss, snippet([]string{"bash", "python"}[i%2], fmt.Sprintf("echo %d\n", i)))
	}
	run := func() {
		if err := r.Run(b.Context(), ss, func(slides.Ran) {}); err != nil {
			b.Fatal(err)
		}
	}
	run()
	for b.Loop() {
		run()
	}
}

package run

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

func TestCache(t *testing.T) {
	f := &fake{do: prints("hi\xff\x00\n")}
	cache := t.TempDir()
	finder := tools(t, "bash")
	s := snippet("bash", "echo hi\n")
	first := results(t, newRunner(t, Options{Executor: f, CacheDir: cache, Finder: finder}), s)[0]
	again := results(t, newRunner(t, Options{Executor: f, CacheDir: cache, Finder: finder}), s)[0]
	if f.runs() != 1 {
		t.Errorf("%d runs, want 1", f.runs())
	}
	if first.Origin != slides.Live || again.Origin != slides.Cached {
		t.Errorf("origins %q, %q", first.Origin, again.Origin)
	}
	if diff := cmp.Diff(first.Log, again.Log); diff != "" {
		t.Errorf("log (-first +again):\n%s", diff)
	}
	for _, o := range []Options{{NoCache: true}, {Refresh: true}} {
		o.Executor, o.CacheDir, o.Finder = f, cache, finder
		before := f.runs()
		if got := results(t, newRunner(t, o), s)[0]; got.Origin != slides.Live || f.runs() != before+1 {
			t.Errorf("%+v: origin %q", o, got.Origin)
		}
	}
}

func TestNotCached(t *testing.T) {
	for _, status := range []sandbox.Status{
		sandbox.TimedOut, sandbox.CPULimit, sandbox.MemoryLimit, sandbox.OutputLimit, sandbox.ProcessLimit, sandbox.Denied,
	} {
		f := &fake{do: func(context.Context, *sandbox.Cmd) (sandbox.Result, error) {
			return sandbox.Result{Status: status, Omitted: 5}, nil
		}}
		r := newRunner(t, Options{Executor: f})
		res := results(t, r, snippet("bash", "x"))[0]
		results(t, r, snippet("bash", "x"))
		if f.runs() != 2 {
			t.Errorf("%s: %d runs, want 2", status, f.runs())
		}
		if res.Reason == "" || !res.Truncated || !res.Unexpected {
			t.Errorf("%s: %+v", status, res)
		}
	}
}

func TestDamagedCacheEntry(t *testing.T) {
	f := &fake{do: prints("hi\n")}
	r := newRunner(t, Options{Executor: f})
	results(t, r, snippet("bash", "x"))
	for i, damage := range []string{"", "garbage", "{}\n{}"} {
		files, err := filepath.Glob(filepath.Join(r.store.dir, "results/*/*.json"))
		if err != nil || len(files) != 1 {
			t.Fatalf("%d entries, %v", len(files), err)
		}
		if err := os.WriteFile(files[0], []byte(damage), 0o600); err != nil {
			t.Fatal(err)
		}
		results(t, r, snippet("bash", "x"))
		if f.runs() != i+2 {
			t.Errorf("%q: %d runs, want %d", damage, f.runs(), i+2)
		}
	}
	results(t, r, snippet("bash", "x"))
	if f.runs() != 4 {
		t.Error("a damaged entry was not replaced")
	}
}

func TestCacheIsPrivate(t *testing.T) {
	r := newRunner(t, Options{Executor: &fake{}})
	results(t, r, snippet("bash", "x"))
	err := filepath.WalkDir(r.store.dir, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && path != r.store.dir && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestNoPlaceForTheCache(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	warnings := 0
	r, err := New(Options{CacheDir: filepath.Join(file, "cache"), Executor: &fake{}, Finder: tools(t, "bash"), Warn: func(string) { warnings++ }})
	if err != nil {
		t.Fatal(err)
	}
	results(t, r, snippet("bash", "x"), snippet("bash", "y"))
	if warnings != 1 {
		t.Errorf("%d warnings, want 1", warnings)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(r.temp); !os.IsNotExist(err) {
		t.Errorf("%s is left", r.temp)
	}
}

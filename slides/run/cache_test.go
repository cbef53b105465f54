package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/toolchain"
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
		if limited := status != sandbox.Denied; (res.Limit > 0) != limited || !res.Truncated || slides.Judge(nil, res).Ruling != slides.Bad {
			t.Errorf("%s: %+v", status, res)
		}
	}
}

func TestDamagedCacheEntry(t *testing.T) {
	f := &fake{do: prints("hi\n")}
	r := newRunner(t, Options{Executor: f})
	results(t, r, snippet("bash", "x"))
	for i, damage := range []string{"", "garbage", "{}\n{}"} {
		files, err := filepath.Glob(filepath.Join(r.store.Dir(), "domains/*/results/*"))
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
	err := filepath.WalkDir(r.store.Root(), func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && path != r.store.Root() && info.Mode().Perm()&0o077 != 0 {
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
	if _, err := os.Stat(r.store.Root()); !os.IsNotExist(err) {
		t.Errorf("%s is left", r.store.Root())
	}
}

// compiles returns an Executor's do that leaves a program where a compiler would.
func compiles(text string) func(context.Context, *sandbox.Cmd) (sandbox.Result, error) {
	return func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
		res := sandbox.Result{Status: sandbox.OK}
		if c.Kept == nil {
			return res, nil
		}
		dir, err := os.MkdirTemp("", "kept-")
		if err != nil {
			return res, err
		}
		defer os.RemoveAll(dir)
		root, err := os.OpenRoot(dir)
		if err != nil {
			return res, err
		}
		defer root.Close()
		if err := root.WriteFile("snippet", []byte(text), 0o755); err != nil {
			return res, err
		}
		return res, c.Kept(root, res)
	}
}

// What foreign code leaves is a program only if it is a plain file.
func TestProgramIsTakenOnlyIfPlain(t *testing.T) {
	dir := files(t, map[string]string{"plain": "\x7fELF", "secret": "x", "dir/": ""})
	if err := errors.Join(os.Symlink(filepath.Join(dir, "secret"), filepath.Join(dir, "link")), syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o644)); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for name, ok := range map[string]bool{"plain": true, "link": false, "fifo": false, "dir": false, "nope": false} {
		f, err := take(root, toolchain.Step{Left: name})
		if (f != nil) != ok || err == nil && !ok && name != "nope" {
			t.Errorf("%s: %v, %v", name, f, err)
		}
		if f != nil {
			_ = f.Close()
		}
	}
}

package run

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/toolchain"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		write(t, path, got)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; rewrite it with -update if that is meant\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}

// A change of these keys throws away everybody's results: it must be meant.
func TestKeysAreStable(t *testing.T) {
	bash := toolchain.Tool{Name: "bash", Path: "/usr/bin/bash", Stamp: "/usr/bin/bash 1 2"}
	r := &Runner{o: Options{Limits: runLimits}, system: "system"}
	var b strings.Builder
	for _, tt := range []struct {
		name   string
		change func(*job)
		files  string
	}{
		{"base", func(*job) {}, ""},
		{"code", func(j *job) { j.s.Code = "other" }, ""},
		{"executor", func(j *job) { j.s.Exec.Executor = "other" }, ""},
		{"language", func(j *job) { j.plan.lang.Name = "sh" }, ""},
		{"env", func(j *job) { j.s.Env = []string{"A=1"} }, ""},
		{"tool", func(j *job) { j.plan.tools[0].Stamp = "/usr/bin/bash 1 3" }, ""},
		{"steps", func(j *job) { j.plan.steps = [][]string{{"/usr/bin/bash", "-x"}} }, ""},
		{"files", func(*job) {}, "changed"},
		{"limits", func(j *job) { j.with.Limits = buildLimits }, ""},
		{"namespaces", func(j *job) { j.with.Nested = 9 }, ""},
		{"network", func(j *job) { j.with.Allow = permit.Set{{Kind: permit.Net}} }, ""},
		{"environment", func(j *job) { j.with.Allow = permit.Set{{Kind: permit.Env, Arg: "SLIDEXEC_UNSET"}} }, ""},
		{"read", func(j *job) {
			j.with.Allow = permit.Set{{Kind: permit.Read, Arg: "x", Place: permit.Place{Path: "/nowhere/x", Name: "/nowhere/x"}}}
		}, ""},
		{"system", func(j *job) { j.r = &Runner{o: r.o, system: "other"} }, ""},
		{"degraded", func(j *job) { o := r.o; o.Degraded = true; j.r = &Runner{o: o, system: "system"} }, ""},
		{"no sandbox", func(j *job) { o := r.o; o.NoSandbox = true; j.r = &Runner{o: o, system: "system"} }, ""},
		{"place in the deck", func(j *job) { j.s.Slide = 7; j.s.ID = "id" }, ""},
	} {
		lang, _ := Lookup("bash")
		j := &job{r: r, with: Settings{Limits: runLimits, Nested: DefaultNested}, s: &slides.Snippet{Lang: "bash", Code: "echo hi\n"},
			plan: plan{lang: lang, steps: [][]string{{"/usr/bin/bash", "$pwd/script.sh"}}, tools: []toolchain.Tool{bash}}}
		tt.change(j)
		fmt.Fprintf(&b, "%s %s\n", j.key(tt.files), tt.name)
	}
	golden(t, "keys.golden", b.String())
	seen := map[string]bool{}
	for line := range strings.Lines(b.String()) {
		key, name, _ := strings.Cut(line, " ")
		if seen[key] && name != "place in the deck\n" {
			t.Errorf("%s does not change the key", strings.TrimSpace(name))
		}
		seen[key] = true
	}
}

func TestPrune(t *testing.T) {
	s, err := openStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	add := func(name string, size int, age time.Duration) {
		path := filepath.Join(s.dir, name)
		write(t, path, strings.Repeat("x", size))
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	add("results/ab/new", 10, time.Hour)
	add("results/ab/old", 10, 40*24*time.Hour)
	add("tmp/left", 10, 48*time.Hour)
	add("tmp/busy", 10, time.Minute)
	if err := s.prune(now); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"results/ab/new": true, "results/ab/old": false, "tmp/left": false, "tmp/busy": true} {
		if _, err := os.Stat(filepath.Join(s.dir, name)); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", name, err == nil, want)
		}
	}
	add("results/ab/old", 10, 40*24*time.Hour)
	if err := s.prune(now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "results/ab/old")); err != nil {
		t.Error("pruned twice a day")
	}
}

func TestPruneBySize(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	for i := range 5 {
		path := filepath.Join(dir, fmt.Sprint(i), "file")
		write(t, path, strings.Repeat("x", 10))
		if err := os.Chtimes(filepath.Dir(path), now, now.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	left, err := pruneDirs([]string{dir}, now.Add(-time.Hour), 25)
	if err != nil || left != 20 {
		t.Fatalf("%d bytes left, %v", left, err)
	}
	for i := range 5 {
		if _, err := os.Stat(filepath.Join(dir, fmt.Sprint(i))); (err == nil) != (i >= 3) {
			t.Errorf("%d is there: %v", i, err == nil)
		}
	}
}

func TestProgramIsTakenOnlyIfPlain(t *testing.T) {
	s, err := openStore(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir := files(t, map[string]string{"plain": "\x7fELF", "secret": "x", "dir/": ""})
	if err := os.Symlink(filepath.Join(dir, "secret"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o644); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for name, ok := range map[string]bool{"plain": true, "link": false, "fifo": false, "dir": false, "nope": false} {
		f, err := take(root, toolchain.Step{Left: name})
		var b build
		if f != nil {
			b, err = s.keepProgram("key-"+name, f, build{Log: []chunk{{Build: true, Data: []byte("w")}}})
			err = errors.Join(err, f.Close())
		} else if err == nil {
			err = os.ErrNotExist
		}
		if (err == nil) != ok {
			t.Errorf("keepProgram(%s) = %v", name, err)
		}
		got, found := s.program("key-" + name)
		if found != ok || ok && (got.Program != b.Program || string(got.Log[0].Data) != "w") {
			t.Errorf("program(%s) = %+v, %v", name, got, found)
		}
	}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan error)
	go func() {
		again, err := lock(t.Context(), path)
		if err == nil {
			again()
		}
		got <- err
	}()
	select {
	case <-got:
		t.Error("locked twice")
	case <-time.After(50 * time.Millisecond):
	}
	unlock()
	if err := <-got; err != nil {
		t.Error(err)
	}
}

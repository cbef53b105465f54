package run

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

// tree lists what is in a folder.
func tree(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if path != dir && err == nil {
			out = append(out, path[len(dir)+1:])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func mkdirs(names ...string) error {
	var errs []error
	for _, n := range names {
		errs = append(errs, os.MkdirAll(n, 0o755))
	}
	return errors.Join(errs...)
}

func put(name string) error {
	return errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte("x"), 0o644))
}

// What other tools run and was not there before is gone after a program that may write, however it came
// there; the rest of what the program did stays.
func TestPlanted(t *testing.T) {
	for _, tt := range []struct {
		name    string
		before  []string // files
		do      func() error
		removed string // in the words of the result
		left    []string
	}{
		{"nothing", nil, func() error { return put("made") }, "", []string{"made"}},
		{"what is run when asked", nil, func() error { return put("Makefile") }, "", []string{"Makefile"}},
		{"a repository", nil, func() error { return put(".git/config") }, "removed data/.git, ", nil},
		{"files", nil, func() error { return errors.Join(put(".envrc"), put(".TOOL-versions")) }, "removed data/.TOOL-versions, data/.envrc, ", nil},
		{"deep", nil, func() error { return errors.Join(put("a/b/c/.vscode/tasks.json"), put("a/x")) }, "removed data/a/b/c/.vscode, ",
			[]string{"a", "a/b", "a/b/c", "a/x"}},
		{"renamed", []string{"config/fsmonitor"}, func() error { return os.Rename("config", ".git") }, "removed data/.git, ",
			[]string{".git.moved1", ".git.moved1/fsmonitor"}},
		{"renamed in one that was there", []string{"s/g/HEAD", "s/g/refs/x"}, func() error {
			return errors.Join(mkdirs("s/g/objects"), os.Rename("s/g", "s/.git"))
		}, "removed data/s/.git, data/s/.git.moved1/HEAD, ", []string{"s", "s/.git.moved1", "s/.git.moved1/objects", "s/.git.moved1/refs", "s/.git.moved1/refs/x"}},
		{"a hard link", []string{"x"}, func() error { return os.Link("x", ".envrc") }, "removed data/.envrc, ", []string{"x"}},
		{"a link", nil, func() error { return os.Symlink("/tmp", ".husky") }, "removed data/.husky, ", nil},
		{"a link in place of a link", []string{"a/x", "b/x", "→.vscode a"}, func() error {
			return errors.Join(os.Remove(".vscode"), os.Symlink("b", ".vscode"))
		}, "removed data/.vscode, ", []string{"a", "a/x", "b", "b/x"}},
		{"a bare repository", nil, func() error { return errors.Join(put("r/HEAD"), put("r/config"), mkdirs("r/objects", "r/refs")) }, "removed data/r/HEAD, ",
			[]string{"r", "r/config", "r/objects", "r/refs"}},
		{"one with its parts elsewhere", nil, func() error { return errors.Join(put("r/HEAD"), put("r/commondir")) }, "removed data/r/HEAD, ", []string{"r", "r/commondir"}},
		{"one completed", []string{"r/HEAD", "r/refs/x"}, func() error { return mkdirs("r/objects") }, "removed data/r/HEAD, ", []string{"r", "r/objects", "r/refs", "r/refs/x"}},
		{"the place itself", nil, func() error { return errors.Join(put("HEAD"), mkdirs("objects", "refs")) }, "removed data/HEAD, ", []string{"objects", "refs"}},
		{"without rights", nil, func() error {
			return errors.Join(put("a/.git/hooks/x"), os.Chmod("a/.git/hooks", 0), os.Chmod("a/.git", 0), os.Chmod("a", 0o111))
		}, "removed data/a/.git, ", []string{"a"}},
		{"many", nil, func() error {
			return errors.Join(put("a/.git/x"), put("b/.git/x"), put("c/.git/x"), put("d/.git/x"), put("e/.git/x"), put("f/.git/x"))
		}, "data/e/.git and 1 more, ", []string{"a", "b", "c", "d", "e", "f"}},
		{"hostile names", nil, func() error { return put("a\x1b[2J/.git/x") }, `removed "data/a\x1b[2J/.git", `, []string{"a\x1b[2J"}},

		{"what was there", []string{".git/config", "a/.envrc", ".tool-versions", "r/HEAD", "r/refs/x", "r/objects/x", "→.husky a"}, func() error { return put("a/new") }, "",
			[]string{".git", ".git/config", ".husky", ".tool-versions", "a", "a/.envrc", "a/new", "r", "r/HEAD", "r/objects", "r/objects/x", "r/refs", "r/refs/x"}},
		{"what was there and moved along", []string{"a/.git/config"}, func() error { return os.Rename("a", "b") }, "", []string{"b", "b/.git", "b/.git/config"}},
		{"in place of what moved along", []string{"a/.git/config"}, func() error {
			return errors.Join(os.Rename("a", "b"), put("a/.git/evil"))
		}, "removed data/a/.git, ", []string{"a", "b", "b/.git", "b/.git/config"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := files(t, map[string]string{"deck.md": "", "data/": ""})
			data := filepath.Join(dir, "data")
			t.Chdir(data)
			for _, name := range tt.before {
				err := error(nil)
				if link, ok := strings.CutPrefix(name, "→"); ok {
					from, to, _ := strings.Cut(link, " ")
					err = os.Symlink(to, from)
				} else {
					err = put(name)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			f := &fake{do: func(context.Context, *sandbox.Cmd) (sandbox.Result, error) {
				return sandbox.Result{Status: sandbox.OK}, tt.do()
			}}
			res := results(t, newRunner(t, Options{Dir: dir, Executor: f, Allow: allow(t, dir, "write=data")}), snippet("bash", ""))[0]
			if res.Status != slides.OK || !strings.Contains(res.Remark.Says, tt.removed) || tt.removed == "" && res.Remark.Says != "" {
				t.Errorf("%s %q, want %q", res.Status, res.Remark.Says, tt.removed)
			}
			_ = os.Chmod("a", 0o755) // to be listed, where it is
			if got := tree(t, data); !slices.Equal(got, tt.left) {
				t.Errorf("left %q, want %q", got, tt.left)
			}
		})
	}
}

// What was there stays as it is, because it is mounted so: the program cannot write it, move it or put
// something in its place.
func TestGuardedStay(t *testing.T) {
	dir := files(t, map[string]string{"deck.md": "", ".git/HEAD": "kept", "sub/.tool-versions": "kept", "r.git/HEAD": "kept", "r.git/objects/x": "", "r.git/refs/x": ""})
	for _, name := range []string{".", ".git", "sub", "r.git"} {
		if err := os.Chmod(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	r := real(t, Options{Dir: dir, Allow: allow(t, dir, "write=.")})
	const code = `for f in .git/HEAD sub/.tool-versions r.git/HEAD .git/new r.git/hooks; do echo changed >>$f && echo wrote $f; done 2>/dev/null
mv .git g 2>/dev/null && echo moved; rm -rf .git sub/.tool-versions 2>/dev/null; ln sub/.tool-versions y 2>/dev/null && echo linked
mv sub other && mkdir sub && echo evil >sub/.tool-versions; mkdir -p deep/.git; echo done`
	res := results(t, r, snippet("bash", code))[0]
	if got := string(res.Bytes()); got != "done\n" || res.Remark.Says != "slidexec removed deep/.git, sub/.tool-versions, which the program made: other tools run such files" {
		t.Errorf("%q, %q", got, res.Remark.Says)
	}
	for _, name := range []string{".git/HEAD", "other/.tool-versions", "r.git/HEAD"} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(text) != "kept" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
}

// A place that cannot be gone through is not trusted, and nothing is removed from it.
func TestTooLargeToGuard(t *testing.T) {
	dir := files(t, map[string]string{"deck.md": "", "data/a/b": ""})
	set := allow(t, dir, "write=data")
	g, err := guardOf(set)
	if err != nil || len(g) != 1 || !g[0].whole {
		t.Fatalf("%+v, %v", g, err)
	}
	g[0].whole = false
	if err := put(filepath.Join(dir, "data/.git/x")); err != nil {
		t.Fatal(err)
	}
	var res slides.Result
	if g.report(&res); !strings.Contains(res.Remark.Says, "holds too many files") || res.Remark.Try == "" {
		t.Errorf("%q (%s)", res.Remark.Says, res.Remark.Try)
	}
	if _, err := os.Stat(filepath.Join(dir, "data/.git/x")); err != nil {
		t.Errorf("removed: %v", err)
	}
	for i := range mostGuards + 1 {
		if err := put(filepath.Join(dir, "data", strings.Repeat("x", i%200+1)+strings.Repeat("y", i/200+1), ".envrc")); err != nil {
			t.Fatal(err)
		}
	}
	f := &fake{}
	got := results(t, newRunner(t, Options{Dir: dir, Executor: f, Allow: set}), snippet("bash", ""))[0]
	if got.Status != slides.SetupFailed || !strings.Contains(got.Remark.Says, "holds too many files") || len(f.cmds) > 0 {
		t.Errorf("%s %q, %d commands", got.Status, got.Remark.Says, len(f.cmds))
	}
}

// A program that may write cannot show itself, or the next one, what is hidden: not by another name of
// the file, nor by another place of the folder around it.
func TestHiddenStaysHidden(t *testing.T) {
	dir := files(t, map[string]string{"deck.md": "", "sub/prod.env": "SECRET", "sub/x": "", "token": "SECRET", ".aws/y": "SECRET"})
	for _, name := range []string{".", "sub", ".aws"} {
		if err := os.Chmod(filepath.Join(dir, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	r := real(t, Options{Dir: dir, Allow: allow(t, dir, "write=.")})
	const first = `mv token t2; ln token t3; cp token t4; cat token; mv .aws a; mv sub/prod.env plain; rm -f token
mkdir -p deep; mv sub deep/other; cat deep/other/prod.env; echo moved`
	const second = `cat deep/other/prod.env token t? plain .aws/* a/* 2>/dev/null; unshare -rm sh -c 'umount deep/other/prod.env; cat deep/other/prod.env' 2>/dev/null; ls deep/other`
	got := results(t, r, snippet("bash", first), snippet("bash", second))
	for i, res := range got {
		if text := string(res.Bytes()); strings.Contains(text, "SECRET") || !strings.Contains(text, []string{"moved", "prod.env"}[i]) {
			t.Errorf("program %d: %s %q", i+1, res.Status, text)
		}
	}
	for _, name := range []string{"deep/other/prod.env", "token", ".aws/y"} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(text) != "SECRET" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
}

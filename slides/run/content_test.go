package run

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
)

// deckIn is a snippet of a deck that lies in a folder.
func deckIn(dir, lang, code string) *slides.Snippet {
	s := snippet(lang, code)
	s.At.Pos = slides.NewFile("deck.md", filepath.Join(dir, "deck.md"), []byte(code)).LineStart(1)
	return s
}

// runsAgain reports whether a program runs again after something happened to its folder.
func runsAgain(t *testing.T, o Options, s *slides.Snippet, happen func()) bool {
	t.Helper()
	f := &fake{}
	o.Executor = f
	if o.CacheDir == "" {
		o.CacheDir = t.TempDir()
	}
	if o.Finder == nil {
		o.Finder = tools(t, "bash", "python3")
	}
	for range 2 {
		results(t, newRunner(t, o), s)
	}
	if f.runs() != 1 {
		t.Fatalf("nothing happened, and the program ran %d times", f.runs())
	}
	happen()
	results(t, newRunner(t, o), s)
	return f.runs() == 2
}

// Everything that a program can read counts, by its content.
func TestContentDecides(t *testing.T) {
	past := time.Unix(1_700_000_000, 0)
	for _, tt := range []struct {
		name   string
		happen func(dir string) error
		again  bool
	}{
		{"data", func(dir string) error { return os.WriteFile(dir+"/data.csv", []byte("2"), 0o644) }, true},
		{"data of the same size and time", func(dir string) error {
			return errors.Join(os.WriteFile(dir+"/old.csv", []byte("2"), 0o644), os.Chtimes(dir+"/old.csv", past, past))
		}, true},
		{"another file renamed over it", func(dir string) error {
			return errors.Join(os.WriteFile(dir+"/new", []byte("2"), 0o644), os.Chtimes(dir+"/new", past, past), os.Rename(dir+"/new", dir+"/old.csv"))
		}, true},
		{"touched", func(dir string) error { return os.Chtimes(dir+"/data.csv", past, past) }, false},
		{"written alike", func(dir string) error { return os.WriteFile(dir+"/data.csv", []byte("1"), 0o644) }, false},
		{"other Markdown", func(dir string) error { return os.WriteFile(dir+"/notes.md", []byte("2"), 0o644) }, true},
		{"named as an export", func(dir string) error { return os.WriteFile(dir+"/deck.json", []byte("2"), 0o644) }, true},
		{"temporary by name", func(dir string) error { return os.WriteFile(dir+"/x.tmp", []byte("2"), 0o644) }, true},
		{"settings", func(dir string) error { return os.WriteFile(dir+"/slidexec.yaml", []byte("# 2\n"), 0o644) }, true},
		{"node_modules", func(dir string) error { return os.WriteFile(dir+"/node_modules/m.js", []byte("2"), 0o644) }, true},
		{"target", func(dir string) error { return os.WriteFile(dir+"/target/m", []byte("2"), 0o644) }, true},
		{"__pycache__", func(dir string) error { return os.WriteFile(dir+"/__pycache__/m", []byte("2"), 0o644) }, true},
		{"new directory", func(dir string) error { return os.Mkdir(dir+"/new", 0o755) }, true},
		{"directory gone", func(dir string) error { return os.Remove(dir + "/empty") }, true},
		{"directory renamed", func(dir string) error { return os.Rename(dir+"/empty", dir+"/full") }, true},
		{"mode", func(dir string) error { return os.Chmod(dir+"/data.csv", 0o755) }, true},
		{"mode of a directory", func(dir string) error { return os.Chmod(dir+"/empty", 0o700) }, true},
		{"target of a link", func(dir string) error {
			return errors.Join(os.Remove(dir+"/link"), os.Symlink("old.csv", dir+"/link"))
		}, true},
		{"pipe", func(dir string) error { return syscall.Mkfifo(dir+"/pipe", 0o644) }, true},
		{"the deck's text", func(dir string) error { return os.WriteFile(dir+"/deck.md", []byte("2"), 0o644) }, false},
		{"a commit", func(dir string) error { return os.WriteFile(dir+"/.git/HEAD", []byte("2"), 0o644) }, false},
		{"swap file", func(dir string) error { return os.WriteFile(dir+"/.deck.md.swp", []byte("2"), 0o644) }, false},
		{"backup", func(dir string) error { return os.WriteFile(dir+"/deck.md~", []byte("2"), 0o644) }, false},
		{"another backup", func(dir string) error { return os.WriteFile(dir+"/deck.md.bak", []byte("2"), 0o644) }, false},
		{"merge", func(dir string) error { return os.WriteFile(dir+"/deck.md.orig", []byte("2"), 0o644) }, false},
		{"vim's probe", func(dir string) error { return os.WriteFile(dir+"/4913", nil, 0o644) }, false},
		{"an IDE's", func(dir string) error { return os.WriteFile(dir+"/deck.md___jb_tmp___", []byte("2"), 0o644) }, false},
		{"kate's", func(dir string) error { return os.WriteFile(dir+"/.deck.md.kate-swp", []byte("2"), 0o644) }, false},
		{"emacs's lock", func(dir string) error { return os.Symlink("me@here.1", dir+"/.#deck.md") }, false},
		{"an export on its way", func(dir string) error { return os.WriteFile(dir+"/.deck.html123456", []byte("2"), 0o644) }, false},
		{"a backup of data", func(dir string) error { return os.WriteFile(dir+"/data.csv.bak", []byte("2"), 0o644) }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := files(t, map[string]string{
				"deck.md": "1", "data.csv": "1", "old.csv": "1", "notes.md": "1", "deck.json": "1", "x.tmp": "1", "slidexec.yaml": "# 1\n",
				"node_modules/m.js": "1", "target/m": "1", "__pycache__/m": "1", "empty/": "", ".git/HEAD": "1",
			})
			if err := errors.Join(os.Chtimes(dir+"/old.csv", past, past), os.Symlink("data.csv", dir+"/link")); err != nil {
				t.Fatal(err)
			}
			s := deckIn(dir, "bash", "./helper\n")
			again := runsAgain(t, Options{Dir: dir}, s, func() {
				if err := tt.happen(dir); err != nil {
					t.Fatal(err)
				}
			})
			if again != tt.again {
				t.Errorf("runs again: %v, want %v", again, tt.again)
			}
		})
	}
}

// A program that names what stands aside depends on it and sees it; for another one it is empty.
func TestNamedFilesCount(t *testing.T) {
	for _, tt := range []struct {
		lang, code, path string
		again            bool
	}{
		{"bash", "cat deck.md", "deck.md", true},
		{"bash", "wc -l *.md", "deck.md", true},
		{"bash", "cat *", "deck.md", true},
		{"bash", "ls -la", "deck.md", true},
		{"bash", "find . -type f | xargs wc", "deck.md", true},
		{"bash", "grep -rn word .", "deck.md", true},
		{"python", "print(open('deck.md').read())", "deck.md", true},
		{"python", "import os\nfor f in os.listdir(): print(open(f).read())", "deck.md", true},
		{"python", "print(2*3)", "deck.md", false},
		{"bash", "echo hi", "deck.md", false},
		{"bash", "git log --oneline", ".git/HEAD", true},
		{"bash", "cat .git/HEAD", ".git/HEAD", true},
		{"bash", "echo digital", ".git/HEAD", false},
		{"bash", "cat deck.md.bak", "deck.md.bak", true},
	} {
		t.Run(tt.code, func(t *testing.T) {
			dir := files(t, map[string]string{"deck.md": "1", ".git/HEAD": "1", "deck.md.bak": "1"})
			s := deckIn(dir, tt.lang, tt.code)
			if again := runsAgain(t, Options{Dir: dir}, s, func() { write(t, filepath.Join(dir, tt.path), "2") }); again != tt.again {
				t.Errorf("runs again: %v, want %v", again, tt.again)
			}
			f := &fake{}
			results(t, newRunner(t, Options{Dir: dir, Executor: f, NoCache: true}), s)
			name, _, _ := strings.Cut(tt.path, "/")
			hidden := slices.ContainsFunc(f.cmds[0].Policy.Mounts, func(m sandbox.Mount) bool { return m.Dst == "/work/"+name })
			if hidden == tt.again {
				t.Errorf("%s is empty for the program: %v; a result depends on it: %v", name, hidden, tt.again)
			}
		})
	}
}

// What a render wrote beside the deck is no input, unless somebody else wrote it anew.
func TestOwnOutputIsNoInput(t *testing.T) {
	dir := files(t, map[string]string{"deck.md": "1"})
	out := filepath.Join(dir, "handout.html")
	cache, finder := t.TempDir(), tools(t, "bash")
	f := &fake{}
	s := deckIn(dir, "bash", "./helper")
	render := func(ignore ...string) {
		r, err := New(Options{Dir: dir, CacheDir: cache, Finder: finder, Executor: f, Ignore: ignore})
		if err != nil {
			t.Fatal(err)
		}
		results(t, r, s)
		for _, path := range ignore {
			write(t, path, fmt.Sprint("page ", f.runs()))
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	render(out)
	render(out)
	render() // to somewhere else
	if f.runs() != 1 {
		t.Errorf("%d runs, want 1: what was written counts", f.runs())
	}
	write(t, out, "data")
	if render(); f.runs() != 2 {
		t.Errorf("%d runs, want 2: it is not ours any more", f.runs())
	}
}

// Two folders share nothing, however alike they are.
func TestFoldersShareNothing(t *testing.T) {
	cache, finder := t.TempDir(), tools(t, "bash", "gcc")
	past := time.Unix(1_700_000_000, 0)
	f := &fake{do: compiles("program")}
	for i, o := range []Options{{}, {}, {NoCache: true}} {
		dir := files(t, map[string]string{"deck.md": "1", "data": "1"})
		for _, name := range []string{"deck.md", "data", ""} {
			if err := os.Chtimes(filepath.Join(dir, name), past, past); err != nil {
				t.Fatal(err)
			}
		}
		o.Dir, o.CacheDir, o.Finder, o.Executor = dir, cache, finder, f
		results(t, newRunner(t, o), deckIn(dir, "bash", "echo hi"), deckIn(dir, "c", "int main(){}"))
		if want := 3 * (i + 1); f.runs() != want {
			t.Errorf("folder %d: %d commands so far, want %d", i, f.runs(), want)
		}
	}
}

// A folder that took another one's place is another one; a second name of a folder is the same.
func TestFolderIsKnownByWhatItIs(t *testing.T) {
	parent := files(t, map[string]string{"talk/deck.md": "1"})
	dir := filepath.Join(parent, "talk")
	s := deckIn(dir, "bash", "echo hi")
	o := Options{Dir: dir, CacheDir: t.TempDir(), Finder: tools(t, "bash")}
	if runsAgain(t, o, s, func() {
		if err := os.Symlink(dir, filepath.Join(parent, "name")); err != nil {
			t.Fatal(err)
		}
		o.Dir = filepath.Join(parent, "name")
	}) {
		t.Error("another name runs again")
	}
	if !runsAgain(t, Options{Dir: dir}, s, func() {
		if err := os.Rename(dir, dir+"-old"); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "deck.md"), "1")
	}) {
		t.Error("a folder in its place has its results")
	}
}

// Decks without a folder are known by what they say, and share nothing else.
func TestDecksWithoutAFolder(t *testing.T) {
	cache, finder := t.TempDir(), tools(t, "bash")
	f := &fake{}
	for i, tt := range []struct {
		content string
		want    int
	}{{"one", 1}, {"one", 1}, {"two", 2}, {"", 3}, {"", 4}} {
		r, err := New(Options{CacheDir: cache, Finder: finder, Executor: f, Content: tt.content})
		if err != nil {
			t.Fatal(err)
		}
		results(t, r, snippet("bash", "echo hi"))
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if f.runs() != tt.want {
			t.Errorf("%d: %d runs, want %d", i, f.runs(), tt.want)
		}
	}
}

// A granted place counts with everything in it.
func TestGrantedPlacesCount(t *testing.T) {
	dir, place := files(t, map[string]string{"deck.md": "1"}), files(t, map[string]string{"sub/data": "1", "x~": "1"})
	allow := permit.Set{{Kind: permit.Read, Arg: place, Place: permit.Place{Path: place, Name: place, Dir: true}}}
	for _, name := range []string{"sub/data", "x~", "new"} {
		s := deckIn(dir, "bash", "./helper")
		if !runsAgain(t, Options{Dir: dir, Allow: allow}, s, func() { write(t, filepath.Join(place, name), "2") }) {
			t.Errorf("%s of a granted place is not noticed", name)
		}
	}
}

// A result that belongs to other files than its key says is not kept.
func TestChangesWhileItRuns(t *testing.T) {
	dir := files(t, map[string]string{"deck.md": "1", "data": "1"})
	f := &fake{}
	f.do = func(context.Context, *sandbox.Cmd) (sandbox.Result, error) {
		write(t, filepath.Join(dir, "data"), fmt.Sprint(min(f.runs(), 2))) // "1" becomes "2" while the second one runs
		return sandbox.Result{Status: sandbox.OK}, nil
	}
	r := newRunner(t, Options{Dir: dir, Executor: f})
	for i, want := range []int{1, 1} {
		if results(t, r, deckIn(dir, "bash", "./helper")); f.runs() != want {
			t.Errorf("run %d: %d runs, want %d", i, f.runs(), want)
		}
	}
	results(t, r, deckIn(dir, "bash", "./other")) // its key says "1", it may have read "2"
	write(t, filepath.Join(dir, "data"), "1")
	if results(t, r, deckIn(dir, "bash", "./other")); f.runs() != 3 {
		t.Errorf("%d runs, want 3: what it printed about other files was kept", f.runs())
	}
}

// What is too much to be looked through makes results that are not kept, and that is said once.
func TestTooLargeToBeKept(t *testing.T) {
	dir := files(t, map[string]string{"deck.md": "1"})
	f, err := os.Create(filepath.Join(dir, "large"))
	if err == nil {
		err = errors.Join(f.Truncate(mostBytes+1), f.Close()) // a hole
	}
	if err != nil {
		t.Fatal(err)
	}
	var warnings []string
	runs := &fake{}
	r, err := New(Options{Dir: dir, CacheDir: t.TempDir(), Executor: runs, Finder: tools(t, "bash"), Warn: func(msg string) { warnings = append(warnings, msg) }})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for range 2 {
		results(t, r, deckIn(dir, "bash", "echo 1"), deckIn(dir, "bash", "echo 2"))
	}
	if runs.runs() != 4 || len(warnings) != 1 || !strings.Contains(warnings[0], "slidexec keeps no results") {
		t.Errorf("%d runs, warnings %q", runs.runs(), warnings)
	}
}

// A folder is looked through without waiting for anything, and without leaving it.
func TestOddFolders(t *testing.T) {
	outside := files(t, map[string]string{"secret": "1"})
	dir := files(t, map[string]string{"deck.md": "1", "a/b": "1"})
	if err := errors.Join(syscall.Mkfifo(dir+"/pipe", 0o644), os.Symlink(outside, dir+"/out"), os.Symlink("/dev/zero", dir+"/zero"),
		os.Symlink("loop", dir+"/loop"), os.Symlink("..", dir+"/a/up"), os.WriteFile(dir+"/\xff\n", nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	f := openFolder(dir, "", nil)
	before := f.content()
	write(t, filepath.Join(outside, "secret"), "2")
	if after := f.content(); before.err != nil || after.sum != before.sum {
		t.Errorf("%v; a file outside counts: %v", before.err, after.sum != before.sum)
	}
	deep := filepath.Join(dir, strings.Repeat("d/", mostDepth+1))
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	if c := f.content(); !errors.Is(c.err, errTooLarge) {
		t.Errorf("endless folders: %v", c.err)
	}
}

// More files than the first 2,000 count.
func TestManyFilesCount(t *testing.T) {
	dir := files(t, map[string]string{"deck.md": "1"})
	for i := range 3000 {
		if err := os.WriteFile(fmt.Sprintf("%s/%04d", dir, i), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if !runsAgain(t, Options{Dir: dir}, deckIn(dir, "bash", "./helper"), func() { write(t, dir+"/2999", "2") }) {
		t.Error("the 3,000th file is not noticed")
	}
}

func BenchmarkContent(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := b.TempDir()
			past := time.Unix(1_700_000_000, 0)
			for i := range n {
				path := fmt.Sprintf("%s/d%d/f%d", dir, i%50, i)
				write(b, path, hex.EncodeToString([]byte(path)))
				if err := os.Chtimes(path, past, past); err != nil {
					b.Fatal(err)
				}
			}
			r := newRunner(b, Options{Dir: dir, Executor: &fake{}})
			r.folder.content()
			time.Sleep(2100 * time.Millisecond) // until their contents may be remembered
			r.folder.content()
			for b.Loop() {
				r.folder.content()
			}
		})
	}
}

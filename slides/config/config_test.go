package config

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/golden"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/permit"
)

var update = flag.Bool("update", false, "rewrite the expected files")

// base is what programs get in these tests.
var base = Base{Limits: sandbox.Limits{
	Wall: 10 * time.Second, CPU: 10 * time.Second, Memory: 1 << 30, Processes: 256, Files: 256,
	FileSize: 64 << 20, Tmp: 64 << 20, Output: 1 << 20,
}, Nested: 8}

// deck makes a folder with a deck, some files and a slidexec.yaml, and returns the deck's name.
func deck(t testing.TB, text string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"deck.md": "", "data/x": "", ".env": "", Name: text} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "deck.md")
}

// beside is the deck at a path.
func beside(at string) permit.Deck {
	return permit.Deck{Name: at, File: at, Dir: filepath.Dir(at)}
}

// load reads what is beside the deck at a path.
func load(at string) *Config {
	d := beside(at)
	return Load(d, d.Folder("/home/nobody"))
}

// dump shows everything that comes of a file.
func dump(c *Config, dir string) string {
	var b strings.Builder
	for _, d := range c.Diags {
		fmt.Fprintln(&b, d.Error())
		fmt.Fprintln(&b, d.Excerpt())
		if d.Hint != "" {
			fmt.Fprintln(&b, "hint:", d.Hint)
		}
	}
	for _, q := range c.Requests(base) {
		fmt.Fprintf(&b, "asks %s: %s (%s)\n", q.At.Pos, q.Describe(), q.Key())
	}
	for _, granted := range []bool{false, true} {
		all, per := c.Settle(base, func(permit.Request) bool { return granted })
		fmt.Fprintf(&b, "granted %v: %s\n", granted, dumpScope(all))
		for _, id := range c.ids {
			fmt.Fprintf(&b, "  %s: %s\n", id.Key, dumpScope(per[id.Key]))
		}
	}
	for _, o := range c.player.Bindings {
		fmt.Fprintf(&b, "keys of %s:", o.Action)
		for _, k := range o.Keys {
			fmt.Fprintf(&b, " %q", k.Keys)
		}
		fmt.Fprintln(&b)
	}
	if t := c.player.Transition; t.Style != "" {
		fmt.Fprintf(&b, "transition: %s in %v, %d frames\n", t.Style, t.Duration, t.Frames)
	}
	return strings.ReplaceAll(b.String(), dir, "DIR")
}

func dumpScope(s Scope) string {
	var out []string
	for _, f := range limitFields() {
		if n := f.get(s.Limits); n != 0 {
			out = append(out, f.name+" "+f.show(n))
		}
	}
	if s.Nested != 0 {
		out = append(out, fmt.Sprint("nested ", s.Nested))
	}
	allow := s.Allow.Strings()
	slices.Sort(allow) // they come by their paths, and the folder of the test may be anywhere
	return strings.Join(append(out, fmt.Sprint(allow)), ", ")
}

// TestLoad compares what comes of the files in testdata with the .golden beside them.
func TestLoad(t *testing.T) {
	names, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			at := deck(t, string(src))
			c := load(at)
			c = c.For(&slides.Deck{Files: []*slides.File{slides.NewFile(at, at, nil)}, Snippets: []*slides.Snippet{{ID: "hello"}, {ID: "spin"}, {}}})
			dir, err := filepath.EvalSymlinks(filepath.Dir(at))
			if err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(dump(c, dir), filepath.Dir(at), "DIR")
			golden.Check(t, *update, strings.TrimSuffix(name, ".yaml")+".golden", got)
		})
	}
}

func TestLoadOddFiles(t *testing.T) {
	if c := Load(permit.Deck{Name: "-"}, permit.Folder{}); c.Source != nil || len(c.Diags) > 0 || c.Requests(base) != nil {
		t.Errorf("standard input: %+v", c)
	}
	if c := load(filepath.Join(t.TempDir(), "deck.md")); c.Source != nil || len(c.Diags) > 0 {
		t.Errorf("no file: %+v", c)
	}
	for _, tt := range []struct {
		name, want string
		make       func(path string) error
	}{
		{"a folder", "it is not a file", func(p string) error { return os.Mkdir(p, 0o755) }},
		{"a link", "does not follow links", func(p string) error { return os.Symlink("/etc/passwd", p) }},
		{"large", "larger than", func(p string) error { return os.WriteFile(p, make([]byte, maxFile+1), 0o644) }},
		{"not UTF-8", "not UTF-8", func(p string) error { return os.WriteFile(p, []byte("limits:\n  a\xff"), 0o644) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := tt.make(filepath.Join(dir, Name)); err != nil {
				t.Fatal(err)
			}
			c := load(filepath.Join(dir, "deck.md"))
			if len(c.Diags) != 1 || !strings.Contains(c.Diags[0].Error(), Name+":") || !strings.Contains(c.Diags[0].Msg, tt.want) {
				t.Errorf("diagnostics %v, want %q", c.Diags, tt.want)
			}
		})
	}
}

func FuzzLoad(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.yaml")
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	at := deck(f, "")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(filepath.Join(filepath.Dir(at), Name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		c := load(at)
		for _, d := range c.Diags {
			if off := d.Pos.Off; off < 0 || off > len(text) || strings.ContainsRune(d.Msg+d.Hint, '\x1b') {
				t.Errorf("%d: %q (%q) in %d bytes", off, d.Msg, d.Hint, len(text))
			}
			_ = d.Excerpt()
		}
		all, _ := c.Settle(base, func(permit.Request) bool { return false })
		for _, field := range limitFields() {
			if field.get(all.Limits) > field.get(base.Limits) {
				t.Errorf("%s is raised without being granted", field.name)
			}
		}
		if len(all.Allow) > 0 || all.Nested > base.Nested {
			t.Errorf("granted itself %v, %d namespaces", all.Allow, all.Nested)
		}
	})
}

// TestDocs reads the example of the manual.
func TestDocs(t *testing.T) {
	src, err := os.ReadFile("../../docs/permissions.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, ok := strings.Cut(string(src), "```yaml\n")
	example, _, end := strings.Cut(example, "```")
	if !ok || !end {
		t.Fatal("no example")
	}
	at := deck(t, example)
	dict := filepath.Join(t.TempDir(), "dict") // not everybody has one
	if err := os.WriteFile(dict, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(at), Name), []byte(strings.ReplaceAll(example, "/usr/share/dict", dict)), 0o644); err != nil {
		t.Fatal(err)
	}
	c := load(at)
	if len(c.Diags) > 0 {
		t.Error(c.Diags)
	}
	want := `[env=API_TOKEN env=DATABASE_URL limits=timeout=1m for "build" net read=DICT for "build" write=DATA]`
	got := strings.NewReplacer(dict, "DICT", filepath.Join(filepath.Dir(at), "data"), "DATA").Replace(fmt.Sprint(permit.Keys(c.Requests(base))))
	if got != want {
		t.Errorf("asks for %s, want %s", got, want)
	}
}

// More requests than anybody reads are a mistake: nobody is asked about any of them.
func TestTooManyRequests(t *testing.T) {
	list := func(n int) string {
		var b strings.Builder
		b.WriteString("permissions: [net")
		for i := range n - 1 {
			fmt.Fprintf(&b, ", env=V%d", i)
		}
		return b.String() + "]\n"
	}
	c := load(deck(t, list(permit.MaxRequests)))
	if len(c.Diags) > 0 || len(c.Requests(base)) != permit.MaxRequests {
		t.Errorf("%v, asks for %d", c.Diags, len(c.Requests(base)))
	}
	c = load(deck(t, list(permit.MaxRequests+9)))
	if len(c.Diags) != 1 || !strings.Contains(c.Diags[0].Msg, "more than 32 permissions") || c.Requests(base) != nil {
		t.Errorf("%v, asks for %d", c.Diags, len(c.Requests(base)))
	}
}

// Decks of one folder share the file: what is said of another's snippet is no mistake.
func TestForDecksOfOneFolder(t *testing.T) {
	text := "snippets:\n  hello: {timeout: 2s}\n  other: {timeout: 3s, permissions: [net]}\n"
	mine := &slides.Deck{Snippets: []*slides.Snippet{{ID: "hello"}}}
	tests := []struct {
		name, other string // what is in another Markdown file, "": there is none
		severity    slides.Severity
		diags       int
	}{
		{"alone", "", slides.Error, 1},
		{"another deck has it", "```sh +exec +id:other\n```\n", 0, 0},
		{"a page without programs beside it", "# README\n\n+id:other\n", slides.Error, 1},
		{"no other deck names it", "```sh +exec +id:others\n```\n", slides.Warning, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at := deck(t, text)
			mine.Files = []*slides.File{slides.NewFile(at, at, nil)}
			if tt.other != "" {
				if err := os.WriteFile(filepath.Join(filepath.Dir(at), "second.md"), []byte(tt.other), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			c := load(at).For(mine)
			if len(c.Diags) != tt.diags || len(c.Diags) > 0 && c.Diags[0].Severity != tt.severity {
				t.Errorf("diagnostics %v", c.Diags)
			}
			if got := c.Requests(base); len(got) > 0 {
				t.Errorf("it asks for %v, which is for another deck's program", got)
			}
			_, per := c.Settle(base, func(permit.Request) bool { return true })
			if _, ok := per["other"]; ok || len(per) != 1 && tt.diags == 0 {
				t.Errorf("settings of %v", per)
			}
		})
	}
}

// BenchmarkForDecksOfOneFolder has settings of thousands of snippets that no deck has, beside many decks: each
// deck is looked through once, whatever is asked about it.
func BenchmarkForDecksOfOneFolder(b *testing.B) {
	text, mine := "snippets:\n", &slides.Deck{}
	for i := range 2000 {
		text += fmt.Sprintf("  lost%04d: {timeout: 2s}\n", i)
		mine.Snippets = append(mine.Snippets, &slides.Snippet{ID: fmt.Sprintf("kept%04d", i)})
	}
	at := deck(b, text)
	mine.Files = []*slides.File{slides.NewFile(at, at, nil)}
	other := bytes.Repeat([]byte("```sh +exec +id:more\n```\n"), 40000)
	for i := range 8 {
		if err := os.WriteFile(filepath.Join(filepath.Dir(at), fmt.Sprintf("%d.md", i)), other, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	c := load(at)
	for b.Loop() {
		if n := len(c.For(mine).Diags); n != slides.MaxDiags+1 {
			b.Fatalf("%d diagnostics", n)
		}
	}
}

// A Config is read once and says for each reading of a deck what it says about that.
func TestForLeavesTheConfig(t *testing.T) {
	c := load(deck(t, "snippets:\n  hello: {timeout: 2s}\n  late: {timeout: 3s}\n"))
	short := &slides.Deck{Snippets: []*slides.Snippet{{ID: "hello"}}}
	long := &slides.Deck{Snippets: []*slides.Snippet{{ID: "hello"}, {ID: "late"}}}
	without, with := c.For(short), c.For(long)
	if len(without.Diags) != 1 || len(with.Diags) != 0 || len(c.Diags) != 0 {
		t.Errorf("without: %v, with: %v, itself: %v", without.Diags, with.Diags, c.Diags)
	}
	if without.Same(with) || !with.Same(c.For(long)) {
		t.Error("it is not what it says about a deck that is compared")
	}
}

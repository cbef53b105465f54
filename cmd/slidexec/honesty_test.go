package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// honest are command lines of every command that shows results, with the mark that a result without
// a sandbox has there, on stdout or stderr; DECK has three programs. An empty list is that of a
// command that shows none.
var honest = map[string][]struct{ line, out, err string }{
	"render": {
		{"render DECK -t txt", "⚠ not sandboxed", ""}, {"render DECK -t ansi", "⚠ not sandboxed", ""}, {"render DECK -t html", "⚠ not sandboxed", ""},
		{"render DECK -t md", "⚠ not sandboxed", ""}, {"render DECK -t json", `"layers": []`, ""},
		{"render DECK -o x.txt", "", "✗ exit 3"},
	},
	"run": {{"run DECK", "", "⚠ not sandboxed"}, {"run DECK --json", `"layers":[]`, ""}, {"run DECK good", "", "⚠ not sandboxed"},
		{"run DECK bad", "", "⚠ not sandboxed"}, {"run DECK wrong", "", "⚠ not sandboxed"}},
	"check": {{"check DECK", "⚠ not sandboxed", ""}, {"check DECK --format github", "⚠ not sandboxed", ""}, {"check DECK --format json", `"layers": []`, ""}},
	"exec":  {{"exec sh good.sh", "", "⚠ not sandboxed"}, {"exec sh bad.sh", "", "⚠ not sandboxed"}},

	"present":     {}, // TestPresent
	"serve":       {}, // TestServeHonest
	"inspect":     {},
	"themes":      {},
	"import":      {},
	"doctor":      {},
	"permissions": {},
	"cache":       {},
}

const honestDeck = "S\n===\n```sh +exec +id:good\necho a\n```\n<!-- snippet_output: good -->\n\n```sh +exec +id:bad\necho b; exit 3\n```\n" +
	"<!-- snippet_output: bad -->\n\n```sh +exec +id:wrong +expect:failure\necho c\n```\n<!-- snippet_output: wrong -->\n"

// TestHonest: wherever a result is shown, fresh or cached, it says that it was not in a sandbox. A
// command that is not in the table fails it.
func TestHonest(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	for name, text := range map[string]string{"deck.md": honestDeck, "good.sh": "echo a\n", "bad.sh": "exit 3\n"} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, cmd := range newRoot(&app{out: &bytes.Buffer{}, ui: &ui{w: &bytes.Buffer{}}}).Commands() {
		if honest[cmd.Name()] == nil {
			t.Errorf("nothing says how %q marks results", cmd.Name())
		}
	}
	const programs = 3
	for name, forms := range honest {
		for _, tt := range forms {
			for _, round := range []string{"fresh", "cached"} {
				var out, said bytes.Buffer
				args := append(strings.Fields(strings.ReplaceAll(tt.line, "DECK", "deck.md")), "--no-sandbox")
				runMain(t.Context(), args, &app{in: strings.NewReader(""), out: &out, ui: &ui{w: &said}})
				if !strings.Contains(out.String(), tt.out) || !strings.Contains(said.String(), tt.err) {
					t.Errorf("%s, %s: want %q on stdout, %q on stderr; got\n%s\n%s", tt.line, round, tt.out, tt.err, out.String(), said.String())
				}
				if !strings.Contains(said.String(), "warning: --no-sandbox") {
					t.Errorf("%s, %s: no warning", tt.line, round)
				}
				if n := strings.Count(out.String(), tt.out); tt.out != "" && n < programs {
					t.Errorf("%s, %s: %d of %d results are marked", tt.line, round, n, programs)
				}
				for line := range strings.Lines(said.String()) {
					if name != "exec" && isResult(line) && !strings.Contains(line, "⚠ not sandboxed") {
						t.Errorf("%s, %s: not marked: %s", tt.line, round, line)
					}
				}
			}
		}
	}
}

// isResult reports whether a line tells how a program ended.
func isResult(line string) bool {
	return strings.ContainsAny(line, "✓✗") || strings.Contains(line, "succeeded, but")
}

// TestServeHonest: the page says it, too.
func TestServeHonest(t *testing.T) {
	s := serveDeck(t, honestDeck, "--no-sandbox", "--run")
	s.until("not sandboxed")
}

// TestHonestAfterwards: what ran without a sandbox is not shown as if it had run in one.
func TestHonestAfterwards(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	if err := os.WriteFile("deck.md", []byte("```sh +exec\necho a\n```\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(flags ...string) string {
		var out bytes.Buffer
		runMain(t.Context(), append([]string{"run", "deck.md", "--json"}, flags...), &app{in: strings.NewReader(""), out: &out, ui: &ui{w: &bytes.Buffer{}}})
		return out.String()
	}
	run("--no-sandbox")
	if got := run(); strings.Contains(got, `"cached":true`) {
		t.Errorf("a result without a sandbox stands for one with it: %s", got)
	}
}

// TestOneCommand: a tree that is built for one command says the same about it as the whole tree.
func TestOneCommand(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	run := func(root func(*app) *cobra.Command, args ...string) string {
		var out, said bytes.Buffer
		a := &app{in: strings.NewReader(""), out: &out, ui: &ui{w: &said}}
		r := root(a)
		r.SetArgs(args)
		ran, err := execute(t.Context(), r)
		return fmt.Sprintf("%s%s%v %s, %d jobs", &out, &said, err, ran.CommandPath(), a.run.jobs)
	}
	whole := func(a *app) *cobra.Command { return newRoot(a) }
	for name := range commands {
		alone := func(a *app) *cobra.Command { return newRoot(a, name) }
		if got := alone(&app{out: io.Discard, ui: &ui{w: io.Discard}}).Commands(); len(got) != 1 || got[0].Name() != name {
			t.Errorf("%s: the tree is %v", name, got)
		}
		for _, args := range [][]string{{"--help"}, {"--nope"}, {"--version"}, {"a", "b", "c"}} {
			args = append([]string{name}, args...)
			if got, want := run(alone, args...), run(whole, args...); got != want {
				t.Errorf("%q: alone\n%s\nin the whole tree\n%s", args, got, want)
			}
		}
	}
	for _, word := range []string{"help", "completion", "presnt", "--version", "__complete"} {
		if got := newRoot(&app{out: io.Discard, ui: &ui{w: io.Discard}}, word, "present").Commands(); len(got) != len(commands) {
			t.Errorf("%s: the tree has %d commands, want %d", word, len(got), len(commands))
		}
	}
}

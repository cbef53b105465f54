package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// languagesOf reads the user's configuration of presenterm with the given text.
func languagesOf(t *testing.T, text string) Custom {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "presenterm"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "presenterm", "config.yaml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return Languages(func(string) string { return "" }, dir)
}

func TestLanguages(t *testing.T) {
	c := languagesOf(t, `
snippet:
  exec:
    enable: true
    custom:
      zig:
        filename: a.zig
        environment: {A: b}
        hidden_line_prefix: "//! "
        commands: [[zig, run, $pwd/a.zig]]
      C++:
        filename: a.cpp
        commands:
          - [g++, $pwd/a.cpp, -o, "$pwd/it's"]
          - ["$pwd/it's", x y]
      rust:
        alternative:
          check: {filename: a.rs, commands: [[rustc, $pwd/a.rs]]}
`)
	if len(c.Diags) > 0 {
		t.Error(c.Diags)
	}
	zig, ok := c.Lookup("ZIG")
	if !ok || zig.File != "a.zig" || zig.Hidden != "//! " || !slices.Equal(zig.Env, []string{"A=b"}) || !slices.Equal(zig.Steps[0], []string{"zig", "run", "$pwd/a.zig"}) {
		t.Errorf("zig: %+v", zig)
	}
	cpp, _ := c.Lookup("cpp")
	want := "set -e\nd=$(mktemp -d)\ncp $pwd/'a.cpp' \"$d\"\n'g++' ''\"$d\"'/a.cpp' '-o' ''\"$d\"'/it'\\''s'\nexec ''\"$d\"'/it'\\''s' 'x y'"
	if cpp.Name != "c++" || len(cpp.Steps) != 1 || cpp.Steps[0][2] != want || !slices.Equal(cpp.Needs, []string{"g++"}) {
		t.Errorf("c++: %q needs %q\nwant %q", cpp.Steps, cpp.Needs, want)
	}
	rust, _ := c.Lookup("rust")
	if own, ok := rust.With("check"); !ok || own.File != "a.rs" || own.Steps[0][0] != "rustc" {
		t.Errorf("rust:check: %+v", own)
	}
	if _, ok := rust.With("rust-script"); !ok {
		t.Error("the language's other executors are gone")
	}
	if python, ok := c.Lookup("py"); !ok || python.Name != "python" {
		t.Errorf("python: %+v", python)
	}
}

// TestLanguagesBad: a mistake is a warning, and its language is left out; a file beside a deck defines none.
func TestLanguagesBad(t *testing.T) {
	for text, want := range map[string]string{
		"zig: {filename: a.zig}":                             "needs filename and commands",
		"zig: {filename: ../a.zig, commands: [[zig]]}":       "without a folder",
		"zig: {filename: a.zig, commands: [zig]}":            "list of lists",
		"zig: {filename: a.zig, commands: []}":               "list of lists",
		"zig: 3":                                             "want lines of KEY: VALUE",
		"rust: {alternative: {x: {commands: [[a], [[b]]]}}}": "want text",
	} {
		c := languagesOf(t, "snippet: {exec: {custom: {"+text+"}}}\n")
		if len(c.Diags) == 0 || !strings.Contains(c.Diags.Error(), want) || c.Diags.Failed() {
			t.Errorf("%s: %v, want a warning with %q", text, c.Diags, want)
		}
		if l, _ := c.Lookup("zig"); l.Runs() {
			t.Errorf("%s: zig runs", text)
		}
	}
	at := deck(t, "")
	text := "snippet: {exec: {custom: {zig: {filename: a.zig, commands: [[zig]]}}}}\n"
	if err := os.WriteFile(filepath.Join(filepath.Dir(at), Presenterm), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Dir(at))
	if l, _ := Languages(func(string) string { return "" }, t.TempDir()).Lookup("zig"); l.Runs() {
		t.Error("a file beside the deck defines a language")
	}
}

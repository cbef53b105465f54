package lang

import (
	"slices"
	"strings"
	"testing"
)

func TestLookup(t *testing.T) {
	for name, want := range map[string]string{
		"bash": "bash", "BASH": "bash", "shell": "sh", "py": "python", "python3": "python", "rs": "rust", "golang": "go",
		"cpp": "c++", "c++": "c++", "cxx": "c++", "javascript": "js", "node": "js", "ts": "typescript", "c#": "csharp",
		"cmd": "bat", "rust-script": "rust-script", "tsx": "tsx", "": "", "pyton": "", "cobol": "",
	} {
		l, ok := Lookup(name)
		if l.Name != want || ok != (want != "") {
			t.Errorf("Lookup(%q) = %q, %v; want %q", name, l.Name, ok, want)
		}
	}
}

// TestTable looks at each column of each entry.
func TestTable(t *testing.T) {
	seen := map[string]string{}
	if !slices.IsSortedFunc(All(), func(a, b Language) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the table is not in the order of the alphabet")
	}
	for _, l := range All() {
		for _, name := range append([]string{l.Name}, l.Aliases...) {
			if other := seen[name]; other != "" || name != strings.ToLower(name) || strings.ContainsAny(name, " +{:") && name != "c++" {
				t.Errorf("%q is %s and %q", name, l.Name, other)
			}
			if found, ok := Lookup(strings.ToUpper(name)); !ok || found.Name != l.Name {
				t.Errorf("Lookup(%q) = %q, want %q", name, found.Name, l.Name)
			}
			if want := `did you mean "` + name + `"?`; len(name) > 3 && l.Runs() && Suggest(name+"_") != want {
				t.Errorf("Suggest(%q) = %s, want %s", name+"_", Suggest(name+"_"), want)
			}
			seen[name] = l.Name
		}
		if l.Colour == "" {
			t.Errorf("%s has no colour; is it %q?", l.Name, Plain)
		}
		if l.Hidden != "" && !strings.HasSuffix(l.Hidden, " ") {
			t.Errorf("%s hides lines that begin with %q", l.Name, l.Hidden)
		}
		testRunning(t, l)
	}
}

func testRunning(t *testing.T, l Language) {
	if !l.Runs() {
		if l.File != "" || l.Needs != nil || l.Env != nil || l.Executors != nil || l.Example != "" || l.Builder != PlainSteps {
			t.Errorf("%s says how it runs, but not with which command", l.Name)
		}
		return
	}
	if !slices.IsSortedFunc(l.Executors, func(a, b Language) int { return strings.Compare(a.Name, b.Name) }) {
		t.Errorf("the executors of %s are not in the order of the alphabet", l.Name)
	}
	for _, e := range append([]string{""}, l.ExecutorNames()...) {
		own, ok := l.With(e)
		if !ok || own.File == "" || len(own.Steps) == 0 || own.Example == "" || !strings.Contains(own.Example, "hel") {
			t.Errorf("%s with %q is not complete", l.Name, e)
		}
		if own.Builder == PlainSteps && strings.HasPrefix(own.Steps[0][0], "$") {
			t.Errorf("%s with %q: nothing makes %s", l.Name, e, own.Steps[0][0])
		}
		if own.Builder == PlainSteps && !strings.Contains(strings.Join(own.Steps[0], " "), "$pwd/"+own.File) {
			t.Errorf("%s with %q does not use %s", l.Name, e, own.File)
		}
		for _, c := range own.Commands() {
			first, _, _ := strings.Cut(c, "|")
			if hint := installOn(first, nil); hint == "" || installOn(first, []string{"debian"}) == "" {
				t.Errorf("%s with %q: nothing says how to get %s", l.Name, e, first)
			}
		}
	}
	if _, ok := l.With("nope"); ok {
		t.Errorf("%s has an executor of any name", l.Name)
	}
}

// TestPackages finds packages of commands that nothing in the table uses.
func TestPackages(t *testing.T) {
	used := strings.Split(SVG+"|"+Browser, "|")
	for _, l := range All() {
		for _, w := range l.Drawers {
			for _, c := range w.Commands() {
				used = append(used, strings.Split(c, "|")...)
			}
		}
		for _, e := range append([]string{""}, l.ExecutorNames()...) {
			own, _ := l.With(e)
			for _, c := range own.Commands() {
				used = append(used, strings.Split(c, "|")...)
			}
		}
	}
	for i, p := range packages {
		if !slices.Contains(used, p.command) || slices.ContainsFunc(packages[:i], func(o pack) bool { return o.command == p.command }) {
			t.Errorf("packages has %s, which nothing needs, or twice", p.command)
		}
	}
}

// TestHidden compares the prefixes with those of the dialect's reference.
func TestHidden(t *testing.T) {
	want := map[string][]string{
		"/// ": {"bash", "sh", "shell", "zsh", "fish", "c", "cpp", "c++", "go", "python", "js", "javascript", "jsx", "typescript", "ts", "tsx",
			"java", "kotlin", "julia", "php", "powershell", "pwsh", "bat", "cmd", "csharp", "fsharp", "wsl"},
		"# ":  {"rust", "rust-script"},
		"## ": {"elixir", "jsonnet"},
	}
	prefix := map[string]string{}
	for p, names := range want {
		for _, n := range names {
			l, _ := Lookup(n)
			if prefix[l.Name] = p; l.Hidden != p {
				t.Errorf("%s hides lines that begin with %q, want %q", n, l.Hidden, p)
			}
		}
	}
	for _, l := range All() {
		if l.Hidden != prefix[l.Name] {
			t.Errorf("%s hides lines that begin with %q, want %q", l.Name, l.Hidden, prefix[l.Name])
		}
	}
}

// TestReference: every language of the dialect's reference is in the table.
func TestReference(t *testing.T) {
	names := "ada asp awk bash bat cmd c cmake crontab csharp clojure cpp c++ css dart d2 d diff docker dotenv elixir elm" +
		" erlang file fish fsharp go graphql gdscript haskell html java javascript js json jsonnet jsx julia kotlin latex lua" +
		" make markdown mermaid nix nushell nu ocaml perl php powershell pwsh protobuf puppet python r racket ruby rust" +
		" rust-script scala shell sh sql svelte swift tcl terraform toml typescript ts tsx typst xml yaml verilog vue wsl zig zsh"
	for name := range strings.FieldsSeq(names) {
		if _, ok := Lookup(name); !ok {
			t.Errorf("%s is not in the table", name)
		}
	}
}

func TestInstall(t *testing.T) {
	for _, tt := range []struct {
		command string
		ids     []string
		want    string
	}{
		{"python3", []string{"debian"}, "apt-get install python3"},
		{"python3", []string{"linuxmint", "ubuntu", "debian"}, "apt-get install python3"},
		{"python3", []string{"arch"}, "pacman -S python"},
		{"g++", []string{"fedora"}, "dnf install gcc-c++"},
		{"gcc", []string{"alpine"}, "apk add build-base"},
		{"cargo", []string{"debian"}, "install Rust with rustup (https://rustup.rs) or: apt-get install cargo"},
		{"cargo", []string{"slackware"}, "install Rust with rustup (https://rustup.rs)"},
		{"fish", []string{"darwin"}, "brew install fish"},
		{"fish", nil, "install fish and put it into PATH"},
	} {
		if got := installOn(tt.command, tt.ids); got != tt.want {
			t.Errorf("installOn(%q, %q) = %q, want %q", tt.command, tt.ids, got, tt.want)
		}
	}
}

func TestSuggest(t *testing.T) {
	const all = "languages: bash, c, c++, csharp, elixir, fish, fsharp, go, haskell, java, js, jsonnet, jsx, julia, kotlin, lua, nushell," +
		" perl, php, powershell, python, r, ruby, rust, rust-script, sh, tsx, typescript, zsh"
	for word, want := range map[string]string{
		"pyhton": `did you mean "python"?`, "golan": `did you mean "golang"?`, "jvascript": `did you mean "javascript"?`,
		"Rsut": `did you mean "rust"?`, "c##": `did you mean "c#"?`, "cobol": all, "awk": all, "bat": all, "": all,
	} {
		if got := Suggest(word); got != want {
			t.Errorf("Suggest(%q) = %s, want %s", word, got, want)
		}
	}
}

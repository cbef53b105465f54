package run

import (
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/toolchain"
)

func TestLookup(t *testing.T) {
	for name, want := range map[string]string{
		"bash": "bash", "BASH": "bash", "shell": "sh", "py": "python", "python3": "python", "rs": "rust", "golang": "go",
		"cpp": "c++", "c++": "c++", "cxx": "c++", "javascript": "js", "node": "js", "ts": "typescript",
		"rust-script": "rust-script", "": "", "pyton": "", "cobol": "",
	} {
		l, ok := Lookup(name)
		if l.Name != want || ok != (want != "") {
			t.Errorf("Lookup(%q) = %q, %v; want %q", name, l.Name, ok, want)
		}
	}
}

func TestTable(t *testing.T) {
	seen := map[string]string{}
	if got := Languages(); !slices.IsSortedFunc(got, func(a, b Language) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("Languages are not sorted")
	}
	for _, l := range Languages() {
		for _, name := range append([]string{l.Name}, l.Aliases...) {
			if other := seen[name]; other != "" || name != strings.ToLower(name) {
				t.Errorf("%q is %s and %q", name, l.Name, other)
			}
			seen[name] = l.Name
		}
		if l.File == "" || len(l.Steps) == 0 || l.Example == "" {
			t.Errorf("%s is not complete", l.Name)
		}
		if l.Hidden != "" && !strings.HasSuffix(l.Hidden, " ") {
			t.Errorf("%s hides lines that begin with %q", l.Name, l.Hidden)
		}
		for _, e := range append([]string{""}, executors(l)...) {
			own, ok := l.With(e)
			if !ok || own.File == "" || len(own.Steps) == 0 || own.Builder == PlainSteps && strings.HasPrefix(own.Steps[0][0], "$") {
				t.Errorf("%s with %q is not complete", l.Name, e)
			}
			if builders[own.Builder] == nil {
				t.Errorf("%s with %q: no builder %q", l.Name, e, own.Builder)
			}
		}
	}
}

func executors(l Language) []string {
	var out []string
	for name := range l.Alternatives {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func TestHintFor(t *testing.T) {
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
		if got := hintFor(tt.command, tt.ids); got != tt.want {
			t.Errorf("hintFor(%q, %q) = %q, want %q", tt.command, tt.ids, got, tt.want)
		}
	}
}

func TestAddHint(t *testing.T) {
	failed := func(text string) slides.Result {
		return slides.Result{State: slides.Done, Status: slides.Exited, Exit: 1, Log: []slides.Chunk{{Data: []byte(text)}}}
	}
	if got := addHint(failed("curl: (6) Could not resolve host: x"), "bash", Settings{}).Remark.Try; got != noNetwork {
		t.Errorf("hint %q", got)
	}
	if got := addHint(failed("SyntaxError"), "python", Settings{}).Remark.Try; got != "" {
		t.Errorf("hint %q", got)
	}
	if got := addHint(slides.Result{State: slides.Done, Status: slides.OK, Log: failed("name resolution").Log}, "bash", Settings{}).Remark.Try; got != "" {
		t.Errorf("hint %q", got)
	}
}

func TestEnvironLastWins(t *testing.T) {
	got := lastWins([]string{"A=1", "B=1", "A=2", "=x", "no", "C=\x00"})
	if want := []string{"A=2", "B=1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestManagedIsNotInstalledAgain looks at the hint for a version manager that is there and has no version.
func TestManagedIsNotInstalledAgain(t *testing.T) {
	bare := &toolchain.NotFoundError{Name: "cargo", Shim: "rustup", Why: "no default is configured"}
	if got, want := missing("rust", "cargo", bare).Remark.Try, "give rustup a toolchain: rustup default stable"; got != want {
		t.Errorf("with rustup, but without a toolchain: %q, want %q", got, want)
	}
	for _, other := range []error{&toolchain.NotFoundError{Name: "cargo"}, &toolchain.NotFoundError{Name: "cargo", Shim: "mise"}} {
		if got := missing("rust", "cargo", other).Remark.Try; got != installHint("cargo") {
			t.Errorf("%v: %q, want %q", other, got, installHint("cargo"))
		}
	}
}

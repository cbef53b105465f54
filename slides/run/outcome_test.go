package run

import (
	"testing"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/toolchain"
)

func TestHints(t *testing.T) {
	failed := func(text string, missing ...string) slides.Result {
		return slides.Result{Status: slides.Exited, Missing: missing, Log: []slides.Chunk{{Data: []byte(text)}}}
	}
	tests := []struct {
		name string
		in   slides.Result
		want string
	}{
		{"a tool", failed("sh: foo: command not found"), "programs see the commands of the system, not those in your home directory"},
		{"namespaces, which there are", failed("unshare: Operation not permitted"), ""},
		{"namespaces, which there are not", failed("unshare: Operation not permitted", "user", "namespace-caps"), noNamespaces},
		{"another layer is missing", failed("unshare: Operation not permitted", "uts"), ""},
		{"a tool, degraded", failed("sh: foo: command not found", "namespace-caps"), "programs see the commands of the system, not those in your home directory"},
		{"not failed", slides.Result{Status: slides.OK, Missing: []string{"namespace-caps"}}, ""},
	}
	for _, tt := range tests {
		if got := addHint(tt.in, "bash", Settings{}).Remark.Try; got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
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

// TestManagedIsNotInstalledAgain looks at the hint for a version manager that is there and has no version.
func TestManagedIsNotInstalledAgain(t *testing.T) {
	bare := &toolchain.NotFoundError{Name: "cargo", Shim: "rustup", Why: "no default is configured"}
	if got, want := missing("rust", "cargo", bare).Remark.Try, "give rustup a toolchain: rustup default stable"; got != want {
		t.Errorf("with rustup, but without a toolchain: %q, want %q", got, want)
	}
	for _, other := range []error{&toolchain.NotFoundError{Name: "cargo"}, &toolchain.NotFoundError{Name: "cargo", Shim: "mise"}} {
		if got := missing("rust", "cargo", other).Remark.Try; got != lang.Install("cargo") {
			t.Errorf("%v: %q, want %q", other, got, lang.Install("cargo"))
		}
	}
}

package run

import (
	"testing"

	"github.com/slidexec/slidexec/slides"
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
		{"a tool", failed("sh: foo: command not found"), "programs see the commands of the system, not those of your home"},
		{"namespaces, which there are", failed("unshare: Operation not permitted"), ""},
		{"namespaces, which there are not", failed("unshare: Operation not permitted", "user", "namespace-caps"), noNamespaces},
		{"another layer is missing", failed("unshare: Operation not permitted", "uts"), ""},
		{"a tool, degraded", failed("sh: foo: command not found", "namespace-caps"), "programs see the commands of the system, not those of your home"},
		{"not failed", slides.Result{Status: slides.OK, Missing: []string{"namespace-caps"}}, ""},
	}
	for _, tt := range tests {
		if got := addHint(tt.in, "bash", Settings{}).Remark.Try; got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

package need

import (
	"fmt"
	"testing"
)

// record keeps what is said to a test in place of ending it.
type record struct {
	testing.TB
	said string
}

func (*record) Helper()                          {}
func (r *record) Fatalf(format string, a ...any) { r.said = "fails: " + fmt.Sprintf(format, a...) }
func (r *record) Skipf(format string, a ...any)  { r.said = "skips: " + fmt.Sprintf(format, a...) }

func TestHere(t *testing.T) {
	t.Setenv("SLIDEXEC_NEED", "sandbox,rust:rust-script")
	for _, tt := range []struct{ what, missing, want string }{
		{"sandbox", "", ""},
		{"go", "", ""},
		{"sandbox", "no namespaces", "fails: SLIDEXEC_NEED lists sandbox: no namespaces"},
		{"rust:rust-script", "gone", "fails: SLIDEXEC_NEED lists rust:rust-script: gone"},
		{"rust", "gone", "skips: no rust: gone"},
	} {
		r := &record{}
		if Here(r, tt.what, tt.missing); r.said != tt.want {
			t.Errorf("Here(%q, %q) %q, want %q", tt.what, tt.missing, r.said, tt.want)
		}
	}
}

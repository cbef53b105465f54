// Package need says what a test does where the machine lacks something: it skips, with the reason, or
// it fails where SLIDEXEC_NEED lists the thing, as continuous integration does. SLIDEXEC_NEED holds
// names with commas between them: "sandbox", "chromium", a language as "rust" or "rust:rust-script".
package need

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Listed reports whether tests may not do without something.
func Listed(what string) bool {
	return slices.Contains(strings.Split(os.Getenv("SLIDEXEC_NEED"), ","), what)
}

// Here skips the test, or fails it where the thing is listed, when missing says why the machine does
// not have it. "" is that it has.
func Here(t testing.TB, what, missing string) {
	t.Helper()
	switch {
	case missing == "":
	case Listed(what):
		t.Fatalf("SLIDEXEC_NEED lists %s: %s", what, missing)
	default:
		t.Skipf("no %s: %s", what, missing)
	}
}

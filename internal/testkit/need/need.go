// Package need skips a test, with the reason, if the machine lacks something that the test needs. If
// SLIDEXEC_NEED lists the thing, the test fails instead; continuous integration sets it. SLIDEXEC_NEED
// holds names separated by commas: "sandbox", "chromium", "tmux", a language as "rust" or "rust:rust-script".
package need

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Listed reports whether SLIDEXEC_NEED lists something.
func Listed(what string) bool {
	return slices.Contains(strings.Split(os.Getenv("SLIDEXEC_NEED"), ","), what)
}

// Here skips the test if the machine lacks the thing called what, or fails it if that is listed. missing
// is the reason, or "" if the machine has the thing.
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

package text

import "testing"

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "no errors", 1: "1 error", 2: "2 errors", 1000: "1000 errors"} {
		if got := Count(n, "error"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

package sandbox

import (
	"strings"
	"testing"
)

// A program whose processes share pages looks larger than it is. It is stopped for a moment, looked at
// closely, and goes on to its end; one that really is too large does not.
func TestWatchLooksClosely(t *testing.T) {
	needSandbox(t)
	needProgram(t, "perl")
	const shares = `$x = "x" x (24 << 20); for (1..5) { if (!fork) { select undef, undef, undef, 0.4; print "on\n"; exit } } 1 while wait > 0`
	const takes = `for (1..5) { if (!fork) { $x = "x" x (24 << 20); select undef, undef, undef, 5; exit } } 1 while wait > 0`
	for _, tt := range []struct {
		program, out string
		want         Status
	}{{shares, strings.Repeat("on\n", 5), OK}, {takes, "", MemoryLimit}} {
		r, out := script(t, "exec perl -e '$|=1; "+tt.program+"'", func(c *Cmd) {
			c.Policy.Limits.Memory, c.without = 96<<20, []string{"memory"}
		})
		if r.Status != tt.want || out != tt.out {
			t.Errorf("%s: %s %q %q, want %s", tt.program, r.Status, r.Reason, out, tt.want)
		}
	}
}

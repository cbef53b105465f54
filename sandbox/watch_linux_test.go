package sandbox

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// A result says of each limit how it was kept, and what is missing on a machine shows there.
func TestKept(t *testing.T) {
	needSandbox(t)
	tests := []struct {
		name, without string
		want          []string // what is not kept
	}{
		{"whole", "", nil},
		{"no rlimits", "rlimits", []string{"cpu", "files", "filesize"}},
		{"no caps", "namespace-caps", []string{"namespaces"}},
		{"one of two for processes", "pid-max", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, _ := script(t, "exit 0", func(c *Cmd) { c.without = []string{tt.without} })
			if got, want := slices.Sorted(maps.Keys(r.Limits)), slices.Sorted(maps.Keys(keepers)); !slices.Equal(got, want) {
				t.Errorf("limits %q, want %q", got, want)
			}
			for limit, how := range r.Limits {
				want := "enforced"
				switch {
				case slices.Contains(tt.want, limit):
					want = "unavailable"
				case limit == "memory": // a program as short as this one is watched
					want = how
				}
				if how != want || how == "" {
					t.Errorf("%s: %q, want %q", limit, how, want)
				}
			}
		})
	}
}

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

package sandbox

import (
	"maps"
	"slices"
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

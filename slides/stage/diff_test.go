package stage

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// apply does to old what splices say, as a window does: from the last to the first.
func apply(old, cur []uint64, changes []Splice) []uint64 {
	out := slices.Clone(old)
	for _, c := range slices.Backward(changes) {
		out = slices.Replace(out, c.At, c.At+c.Removed, cur[c.From:c.To]...)
	}
	return out
}

func TestDiff(t *testing.T) {
	for _, tt := range []struct {
		old, cur string
		want     []Splice
	}{
		{"abc", "abc", nil},
		{"", "abc", []Splice{{0, 0, 0, 3}}},
		{"abc", "", []Splice{{0, 3, 0, 0}}},
		{"abc", "aXc", []Splice{{1, 1, 1, 2}}},
		{"abc", "aXbc", []Splice{{1, 0, 1, 2}}},
		{"abcd", "acd", []Splice{{1, 1, 1, 1}}},
		{"abcdef", "aXcdeY", []Splice{{1, 1, 1, 2}, {5, 1, 5, 6}}},
		{"abcdef", "fabcde", []Splice{{0, 0, 0, 1}, {5, 1, 6, 6}}},
		{"abcdef", "bcXdefa", []Splice{{0, 1, 0, 0}, {3, 0, 2, 3}, {6, 0, 6, 7}}},
		{"aaaa", "aaaaa", []Splice{{4, 0, 4, 5}}},
		{"xaaay", "zaaaw", []Splice{{0, 5, 0, 5}}}, // nothing to hold on to
	} {
		if got := Diff(letters(tt.old), letters(tt.cur)); !slices.Equal(got, tt.want) {
			t.Errorf("Diff(%s, %s) = %v, want %v", tt.old, tt.cur, got, tt.want)
		}
	}
}

func letters(s string) []uint64 {
	var out []uint64
	for _, c := range s {
		out = append(out, uint64(c))
	}
	return out
}

// TestDiffOfAnything makes sure that splices make one list into the other, and that places of
// slides that stayed are followed.
func TestDiffOfAnything(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	some := func() []uint64 {
		out := make([]uint64, r.IntN(12))
		for i := range out {
			out[i] = r.Uint64N(10)
		}
		return out
	}
	for range 20000 {
		old, cur := some(), some()
		changes := Diff(old, cur)
		if got := apply(old, cur, changes); !slices.Equal(got, cur) {
			t.Fatalf("Diff(%v, %v) = %v, which makes %v", old, cur, changes, got)
		}
		for i, p := range old {
			replaced := slices.ContainsFunc(changes, func(c Splice) bool { return c.At <= i && i < c.At+c.Removed })
			if to := Follow(i, changes); !replaced && (to >= len(cur) || cur[to] != p) || to < 0 || to > len(cur) {
				t.Fatalf("Diff(%v, %v) = %v: slide %d is followed to %d", old, cur, changes, i, to)
			}
		}
	}
}

package stage

import (
	"slices"
	"sort"
)

// Splice replaces slides: the Removed ones from At on by those of the new deck from From up to To.
// Both counts may be 0, but not at once.
type Splice struct{ At, Removed, From, To int }

// Diff returns the splices that turn slides with the fingerprints old into those with the
// fingerprints cur, in order; At counts the old slides. It finds slides that stayed from both ends,
// and then, as in patience diff, among those that both lists have exactly once. A slide that was
// inserted, moved or edited does not affect the others.
func Diff(old, cur []uint64) []Splice { return appendDiff(nil, old, cur, 0, 0) }

func appendDiff(out []Splice, old, cur []uint64, at, from int) []Splice {
	n := 0
	for n < len(old) && n < len(cur) && old[n] == cur[n] {
		n++
	}
	old, cur, at, from = old[n:], cur[n:], at+n, from+n
	for len(old) > 0 && len(cur) > 0 && old[len(old)-1] == cur[len(cur)-1] {
		old, cur = old[:len(old)-1], cur[:len(cur)-1]
	}
	if len(old) == 0 && len(cur) == 0 {
		return out
	}
	anchors := stayed(old, cur)
	if len(anchors) == 0 {
		return append(out, Splice{at, len(old), from, from + len(cur)})
	}
	i, j := 0, 0
	for _, a := range append(anchors, pair{len(old), len(cur)}) {
		out = appendDiff(out, old[i:a.old], cur[j:a.cur], at+i, from+j)
		i, j = a.old, a.cur
	}
	return out
}

type pair struct{ old, cur int }

// stayed returns the longest list of slides that both lists have exactly once and in the same
// order.
func stayed(old, cur []uint64) []pair {
	where := make(map[uint64]int, len(old)) // in old; -1: more than once
	for i, p := range old {
		if _, twice := where[p]; twice {
			i = -1
		}
		where[p] = i
	}
	times := make(map[uint64]int, len(cur))
	for _, p := range cur {
		times[p]++
	}
	var all []pair
	for j, p := range cur {
		if i, ok := where[p]; ok && i >= 0 && times[p] == 1 {
			all = append(all, pair{i, j})
		}
	}
	return rising(all)
}

// rising returns a longest subsequence whose old is rising.
func rising(all []pair) []pair {
	var tails []int // index of the smallest end of a subsequence of each length
	prev := make([]int, len(all))
	for k, p := range all {
		n := sort.Search(len(tails), func(n int) bool { return all[tails[n]].old > p.old })
		prev[k] = -1
		if n > 0 {
			prev[k] = tails[n-1]
		}
		if n == len(tails) {
			tails = append(tails, k)
		} else {
			tails[n] = k
		}
	}
	if len(tails) == 0 {
		return nil
	}
	var out []pair
	for k := tails[len(tails)-1]; k >= 0; k = prev[k] {
		out = append(out, all[k])
	}
	slices.Reverse(out)
	return out
}

// Follow returns the new place of the slide that was at i. For a replaced slide it is the place of
// the replacement; for a removed one, of the next slide, if there is one.
func Follow(i int, changes []Splice) int {
	if i < 0 {
		return i
	}
	shift := 0
	for _, c := range changes {
		if i < c.At {
			break
		}
		if i < c.At+c.Removed {
			return max(c.From, min(c.From+i-c.At, c.To-1))
		}
		shift = c.To - (c.At + c.Removed)
	}
	return i + shift
}

package text

import (
	"fmt"
	"slices"
	"strings"
)

// Nearest returns the name that the user may have meant by word, or "". It ignores case, and a swap of
// neighbours is one slip. Of several equally near names, those that begin like word come first, then
// the first in the alphabet.
func Nearest(word string, names []string) string {
	word = strings.ToLower(word)
	if word == "" || len(word) >= 40 {
		return ""
	}
	most := max(1, min(len(word)/3, 3)) // slips
	best, rank := "", [2]int{most + 1}
	for _, name := range names {
		n := strings.ToLower(name)
		if max(len(n), len(word))-min(len(n), len(word)) > rank[0] {
			continue
		}
		r := [2]int{distance(word, n), 0}
		if n != "" && n[0] != word[0] {
			r[1] = 1
		}
		if r[0] > most || r[0] >= min(len(word), len(n)) { // with that many slips, the two have nothing in common
			continue
		}
		if c := slices.Compare(r[:], rank[:]); c < 0 || c == 0 && name < best {
			best, rank = name, r
		}
	}
	return best
}

// Suggest returns a hint about a word that is not in names: the nearest name. If none is near, the
// hint is intro and up to 30 names, in the order given.
func Suggest(word, intro string, names []string) string {
	if near := Nearest(word, names); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(names) == 0 {
		return ""
	}
	const most = 30
	quoted := make([]string, 0, most+1)
	for _, n := range names {
		if len(quoted) == most {
			quoted = append(quoted, "…")
			break
		}
		quoted = append(quoted, Name(n))
	}
	return intro + strings.Join(quoted, ", ")
}

// distance counts the insertions, deletions, substitutions and swaps of neighbours between two words.
func distance(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := range len(a) {
		rows[2][0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			d := min(rows[1][j+1]+1, rows[2][j]+1, rows[1][j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				d = min(d, rows[0][j-1]+1)
			}
			rows[2][j+1] = d
		}
		rows[0], rows[1], rows[2] = rows[1], rows[2], rows[0]
	}
	return rows[1][len(b)]
}

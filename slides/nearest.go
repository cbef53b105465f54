package slides

import "strings"

// Nearest returns the one of names that the author may have meant by word, or "".
func Nearest(word string, names []string) string {
	word = strings.ToLower(word)
	best, dist := "", max(1, min(len(word)/3, 3))+1
	for _, n := range names {
		if len(word) > 0 && len(word) < 40 {
			if d := distance(word, strings.ToLower(n)); d < dist {
				best, dist = n, d
			}
		}
	}
	return best
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

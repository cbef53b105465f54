package markdown

import (
	"fmt"
	"slices"
	"strings"
)

// nearest returns the name that the author may have meant by word, or "".
func nearest(word string, names []string) string {
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

// suggest returns a hint: the nearest name, or all of them where nothing is near.
func suggest(word, intro string, names []string) string {
	if n := nearest(word, names); n != "" {
		return fmt.Sprintf("did you mean %q?", n)
	}
	if len(names) == 0 {
		return ""
	}
	names = slices.Sorted(slices.Values(names))
	const most = 30
	if len(names) > most {
		return intro + strings.Join(names[:most], ", ") + ", …"
	}
	return intro + strings.Join(names, ", ")
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

// isWord reports whether s could be a command or key: letters, digits, underscores and dashes.
func isWord(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c == '_' || c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z') {
			return false
		}
	}
	return true
}

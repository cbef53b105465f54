package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/slides"
)

// suggest returns a hint: the nearest name, or all of them where nothing is near.
func suggest(word, intro string, names []string) string {
	if n := slides.Nearest(word, names); n != "" {
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

package text

import (
	"iter"

	"github.com/clipperhouse/displaywidth"
)

// Width returns the number of cells that s takes in a terminal: wide characters and emoji take two,
// and marks on another character none.
func Width(s string) int { return displaywidth.String(s) }

// Graphemes returns the characters of s as readers see them, each with its width in cells.
func Graphemes(s string) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		g := displaywidth.StringGraphemes(s)
		for g.Next() {
			if !yield(g.Value(), g.Width()) {
				return
			}
		}
	}
}

// Head returns as much of the beginning of s as fits into width cells, in whole characters.
func Head(s string, width int) string {
	end, used := 0, 0
	for g, w := range Graphemes(s) {
		if used += w; used > width {
			return s[:end]
		}
		end += len(g)
	}
	return s
}

// Tail returns as much of the end of s as fits into width cells, in whole characters.
func Tail(s string, width int) string {
	over := Width(s) - width
	from := 0
	for g, w := range Graphemes(s) {
		if over <= 0 {
			break
		}
		over -= w
		from += len(g)
	}
	return s[from:]
}

// Cut returns s. If s takes more than width cells, Cut returns its beginning with an ellipsis.
func Cut(s string, width int) string {
	if len(s) <= width || Width(s) <= width {
		return s
	}
	return Head(s, width-1) + "…"
}

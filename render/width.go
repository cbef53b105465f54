package render

import (
	"iter"

	"github.com/clipperhouse/displaywidth"
)

// Width returns how many cells of a terminal s takes: wide characters and emoji take two, marks
// on another character none.
func Width(s string) int { return displaywidth.String(s) }

// Graphemes returns what readers take for the characters of s, each with its width in cells.
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

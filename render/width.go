package render

import (
	"iter"

	"github.com/slidexec/slidexec/internal/text"
)

// Width returns how many cells of a terminal s takes: wide characters and emoji take two, marks
// on another character none.
func Width(s string) int { return text.Width(s) }

// Graphemes returns what readers take for the characters of s, each with its width in cells.
func Graphemes(s string) iter.Seq2[string, int] { return text.Graphemes(s) }

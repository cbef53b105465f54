// Package render holds what the backends share: the view they draw, the look of program output,
// highlighted code, measured and wrapped text, and the words for what came of a run. A backend
// turns a View into one format; it never parses, runs or watches anything.
package render

import (
	"io"

	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/slides"
)

// View is what a backend draws: a deck and what came of its snippets so far. It is not changed
// by drawing it.
type View struct {
	Deck      *slides.Deck
	Results   slides.Results
	Theme     *Theme            // nil: the default theme
	Highlight *code.Highlighter // nil: code is highlighted anew in every rendering
}

// Code returns the tokens of each visible line of a snippet.
func (v *View) Code(s *slides.Snippet) [][]code.Token {
	return v.Highlight.Highlight(s.Lang, s.Show.Lines)
}

// Result returns what came of s; the zero Result where it was not run.
func (v *View) Result(s *slides.Snippet) slides.Result {
	if s == nil {
		return slides.Result{}
	}
	return v.Results[s.Key]
}

// Backend draws a view in one format. Its options are fields of the type that implements it.
type Backend interface {
	Render(w io.Writer, v *View) error
}

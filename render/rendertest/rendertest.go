// Package rendertest holds views for the tests of all backends: every block and inline, runs in every
// state, and text that tries to break out. It builds them without a parser, because backends know none.
package rendertest

import (
	"strings"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// Now is the time at which tests render the views.
var Now = time.Date(2026, 5, 16, 12, 0, 0, 0, time.UTC)

// Case is a view with a name for its golden files.
type Case struct {
	Name string
	View *render.View
}

// Cases returns new copies of all views, which a test may change.
func Cases() []Case {
	return []Case{
		{"empty", view(&slides.Deck{}, nil)},
		{"talk", Talk()},
		{"blocks", Blocks()},
		{"states", States()},
		{"hostile", Hostile()},
	}
}

// view completes a deck: snippets in order with their keys and slides, and at least one step.
func view(d *slides.Deck, results map[*slides.Snippet]slides.Result) *render.View {
	v := &render.View{Deck: d, Results: slides.Results{}}
	seen := map[*slides.Snippet]bool{}
	for i, s := range d.Slides {
		s.Steps = max(s.Steps, 1)
		slides.Walk(s.Blocks, func(b slides.Block) {
			c, ok := b.(*slides.Code)
			if !ok || seen[c.Snippet] {
				return
			}
			seen[c.Snippet] = true
			c.Snippet.Slide = i
			c.Snippet.Key = slides.MakeKey(c.Snippet, len(d.Snippets))
			d.Snippets = append(d.Snippets, c.Snippet)
		})
	}
	for s, r := range results {
		v.Results[s.Key] = r
	}
	return v
}

// T returns text.
func T(s string) *slides.Text { return &slides.Text{Text: s} }

// In returns inline content of one text.
func In(s string) []slides.Inline { return []slides.Inline{T(s)} }

// Para returns a paragraph.
func Para(in ...slides.Inline) *slides.Paragraph { return &slides.Paragraph{Text: in} }

// Slide returns a slide with a title.
func Slide(title string, blocks ...slides.Block) *slides.Slide {
	s := &slides.Slide{Blocks: blocks, Steps: 1}
	if title != "" {
		s.Blocks = append([]slides.Block{&slides.Title{Text: In(title)}}, blocks...)
	}
	return s
}

// Snippet returns a snippet whose lines are all visible, with its output below it if there is one.
func Snippet(lang, code string, mode slides.Mode, id string) *slides.Snippet {
	place := map[slides.Mode]slides.Place{slides.ModeExec: slides.Below, slides.ModeReplace: slides.Instead, slides.ModeImage: slides.Instead}
	return &slides.Snippet{ID: id, Lang: lang, Word: lang, Code: code, Exec: slides.Exec{Mode: mode}, Place: place[mode],
		Show: slides.Show{Lines: strings.Split(strings.ReplaceAll(code, "\t", "    "), "\n")}}
}

// Code returns a code block.
func Code(s *slides.Snippet) *slides.Code { return &slides.Code{Snippet: s} }

// Output returns a placeholder for a snippet, and makes it the place of the snippet's output.
func Output(s *slides.Snippet) *slides.Output {
	s.Place = slides.Placed
	return &slides.Output{ID: s.ID, Snippet: s}
}

// Printed returns the result of a sandboxed run that ended well.
func Printed(text string, took time.Duration) slides.Result {
	return slides.Result{State: slides.Done, Status: slides.OK, Phase: "run", Elapsed: took, Origin: slides.Live,
		Layers: []string{"userns", "mount", "pid", "net", "seccomp"},
		Log:    []slides.Chunk{{Data: []byte(text)}}}
}

// Ended returns a result of another status.
func Ended(status slides.Status, text string, took time.Duration) slides.Result {
	r := Printed(text, took)
	r.Status = status
	return r
}

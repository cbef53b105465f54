// Package render holds what the backends share: the view they draw, the colours of a theme, measured
// and wrapped text, and the words for the outcome of a run. A backend turns a View into one format; it
// never parses, runs or watches anything.
package render

import (
	"io"
	"sync"

	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/slides"
)

// View is what a backend draws: a deck and what came of its snippets so far. It is not changed
// by drawing it.
type View struct {
	Deck      *slides.Deck
	Results   slides.Results
	Broken    *slides.Broken    // why the deck on disk is another than Deck, for those who can say it; nil: it is Deck
	Theme     *Theme            // nil: the default theme
	Highlight *code.Highlighter // nil: code is highlighted anew in every rendering
	Growing   *Growing          // nil: places in output that grows are looked for from its beginning
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

// Output returns the lines of what s printed, with places in it as the audience counts lines.
func (v *View) Output(s *slides.Snippet, r slides.Result) []ansi.Line {
	if r = r.Readable(s); v.Growing == nil || s == nil {
		return ansi.Output(r.Placed(s, slides.BySlide).Log)
	}
	return ansi.Output(v.Growing.placed(s, r))
}

// Why is Why for a slide, whose status says it all of a time limit.
func (v *View) Why(s *slides.Snippet, r slides.Result) (why, try string) {
	if why, try = Why(s, r, slides.BySlide); r.Status == slides.TimedOut {
		why = ""
	}
	return why, try
}

// Growing remembers of programs that run what of their output was looked through for places. The
// zero Growing is ready for use, by several goroutines.
type Growing struct {
	mu sync.Mutex
	of map[slides.Key]*slides.Placer
}

func (g *Growing) placed(s *slides.Snippet, r slides.Result) []slides.Chunk {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.of[s.Key]
	if p == nil {
		p = &slides.Placer{}
	}
	if delete(g.of, s.Key); r.State == slides.Running {
		if g.of == nil {
			g.of = map[slides.Key]*slides.Placer{}
		}
		g.of[s.Key] = p
	}
	return p.Placed(s, r)
}

// Backend draws a view in one format. Its options are fields of the type that implements it.
type Backend interface {
	Render(w io.Writer, v *View) error
}

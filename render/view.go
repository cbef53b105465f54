// Package render holds the parts that backends share: the view that they draw, the colours of a theme,
// measured and wrapped text, and the words for the outcome of a run. A backend turns a View into one
// format. It never parses, runs or watches anything.
package render

import (
	"io"
	"sync"

	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/slides"
)

// View is the input of a backend: a deck and the results of its snippets so far. A backend does not
// change it.
type View struct {
	Deck      *slides.Deck
	Results   slides.Results
	Broken    *slides.Broken    // why the deck on disk could not replace Deck, for backends that show it; nil: it did
	Theme     *Theme            // nil: the default theme
	Highlight *code.Highlighter // nil: every rendering highlights code anew
	Growing   *Growing          // nil: every rendering searches growing output for places from the beginning
}

// Code returns the tokens of each visible line of a snippet.
func (v *View) Code(s *slides.Snippet) [][]code.Token {
	return v.Highlight.Highlight(s.Lang, s.Show.Lines)
}

// Result returns the result of s, or the zero Result if s has not run.
func (v *View) Result(s *slides.Snippet) slides.Result {
	if s == nil {
		return slides.Result{}
	}
	return v.Results[s.Key]
}

// Output returns the lines of the output of s. Places in it use the line numbers that the audience sees.
func (v *View) Output(s *slides.Snippet, r slides.Result) []ansi.Line {
	if r = r.Readable(s); v.Growing == nil || s == nil {
		return ansi.Output(r.Placed(s, slides.BySlide).Log)
	}
	return ansi.Output(v.Growing.placed(s, r))
}

// Terminal returns the rows of a program's terminal: at most back of those that left it at its top, and
// then the screen, without empty rows at its end. Above is the number of the former.
func Terminal(s *slides.Screen, back int) (rows []ansi.Line, above int) {
	left := s.Back[max(len(s.Back)-back, 0):]
	for _, part := range [][]string{left, s.Lines} {
		for _, l := range part {
			var row ansi.Line
			if out := ansi.Output([]slides.Chunk{{Data: []byte(l)}}); len(out) > 0 {
				row = out[0]
			}
			rows = append(rows, row)
		}
	}
	for len(rows) > len(left) && len(rows[len(rows)-1]) == 0 {
		rows = rows[:len(rows)-1]
	}
	return rows, len(left)
}

// Why returns the sentences of the function Why for a slide. It omits the reason for a time limit, which
// the status already has.
func (v *View) Why(s *slides.Snippet, r slides.Result) (why, try string) {
	if why, try = Why(s, r, slides.BySlide); r.Status == slides.TimedOut {
		why = ""
	}
	return why, try
}

// Growing remembers how much output of running programs was searched for places. The zero Growing is
// ready for use by several goroutines.
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

// Backend draws a view in one format. Options are fields of the implementing type.
type Backend interface {
	Render(w io.Writer, v *View) error
}

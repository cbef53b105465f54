package server

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

// Decks made by hand, whose programs have keys that tests can name.

var (
	clock   = rendertest.Now
	titled  = rendertest.Slide
	listing = rendertest.Code
	placed  = rendertest.Output
	printed = rendertest.Printed

	deckFile = slides.NewFile("talk.md", "", []byte("# a talk\n\n<!-- snippet_output: hullo -->\n\ttext\n"))
)

func para(s string) *slides.Paragraph { return rendertest.Para(rendertest.T(s)) }

// snippet returns an executable code block's snippet, whose key is its id after "key-".
func snippet(id, lang, code string) *slides.Snippet {
	s := rendertest.Snippet(lang, strings.TrimSuffix(code, "\n"), slides.ModeExec, id)
	s.Key = slides.Key("key-" + id)
	return s
}

// view completes a deck by its snippets.
func view(d *slides.Deck, results slides.Results) *render.View {
	for i, s := range d.Slides {
		slides.Walk(s.Blocks, func(b slides.Block) {
			if c, ok := b.(*slides.Code); ok && !slices.Contains(d.Snippets, c.Snippet) {
				c.Snippet.Slide = i
				d.Snippets = append(d.Snippets, c.Snippet)
			}
		})
	}
	return &render.View{Deck: d, Results: results}
}

// many returns a deck of n slides with code of their own, outputs and text.
func many(n int) *render.View {
	d := &slides.Deck{}
	results := slides.Results{}
	for i := range n {
		s := snippet(fmt.Sprintf("s%d", i), "go", fmt.Sprintf("// Number %d is a program.\nfunc main() {\n\tfor i := range %d {\n"+
			"\t\tfmt.Println(\"line\", i, \"of\", %d)\n\t}\n\tif len(os.Args) > 1 {\n\t\tlog.Fatal(\"too many\")\n\t}\n}\n", i, i, i))
		results[s.Key] = printed("line 1\nline 2\n\x1b[32mline 3\x1b[0m\n", 12*time.Nanosecond)
		columns := &slides.Columns{Ratios: []int{3, 2}, Cols: [][]slides.Block{{listing(s)}, {placed(s)}}}
		d.Slides = append(d.Slides, titled(fmt.Sprintf("Slide %d", i+1), para("Some text that says what the program does."), columns,
			para("one thing"), para("another thing"), para("a last thing")))
	}
	return view(d, results)
}

// three returns a deck of three slides with a program on the second.
func three(second string) *render.View {
	s := snippet("who", "bash", "id\n")
	d := &slides.Deck{Slides: []*slides.Slide{titled("One"), titled(second, listing(s)), titled("Three")}}
	return view(d, nil)
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

// wellFormed reports whether markup is XML too.
func wellFormed(markup string) error {
	for d := xml.NewDecoder(strings.NewReader(markup)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

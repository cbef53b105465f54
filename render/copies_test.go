package render_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/md"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
)

// TestCopies fills one long output into many placeholders of a text, which must not become as many
// times as long.
func TestCopies(t *testing.T) {
	const n, size = 300, 64 << 10
	t.Cleanup(budget.Copies.Lower(8 * size))
	f := slides.NewFile("talk.md", "", []byte(strings.Repeat("OUT\n", n)))
	s := &slides.Snippet{ID: "long", Key: "long", Exec: slides.Exec{Mode: slides.ModeExec}}
	d := &slides.Deck{Files: []*slides.File{f}, Snippets: []*slides.Snippet{s}, Slides: []*slides.Slide{{Steps: 1}}}
	for i := range n {
		at := slides.Span{Pos: slides.Pos{File: f, Off: 4 * i}, End: 4*i + 3}
		d.Slides[0].Blocks = append(d.Slides[0].Blocks, &slides.Output{Base: slides.Base{At: at}, ID: "long", Snippet: s})
	}
	line := strings.Repeat("x", 99) + "\n"
	v := &render.View{Deck: d, Results: slides.Results{"long": {State: slides.Done, Status: slides.OK, Layers: []string{"user"},
		Log: []slides.Chunk{{Data: []byte(strings.Repeat(line, size/len(line)))}}}}}
	for name, b := range map[string]render.Backend{"md": md.Backend{}, "txt": term.Backend{}} {
		var out bytes.Buffer
		if err := b.Render(&out, v); err != nil {
			t.Fatal(err)
		}
		if most := 2*budget.Copies.Limit + n*2000; out.Len() > most {
			t.Errorf("%s: %d bytes", name, out.Len())
		}
		if got, want := strings.Count(out.String(), "KiB more not shown"), n-budget.Copies.Limit/size; got != want {
			t.Errorf("%s: %d places say that the output is left out, want %d", name, got, want)
		}
	}
}

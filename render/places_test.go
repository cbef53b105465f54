package render_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/render/md"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
)

// TestPlaces: every backend shows the output of a program as often as it stands somewhere.
func TestPlaces(t *testing.T) {
	const here, skip = "<!-- snippet_output: x -->\n", "<!-- end_slide -->\n<!-- skip_slide -->\n"
	tests := []struct {
		name, deck string
		place      slides.Place
		times      int
		warns      bool
	}{
		{"no id", "```bash +exec\n```\n", slides.Below, 1, false},
		{"terminal of its own", "```bash +pty\n```\n", slides.Below, 1, false},
		{"replaced", "```bash +exec_replace\n```\n", slides.Instead, 1, false},
		{"placeholder behind", "```bash +exec +id:x\n```\n" + here, slides.Placed, 1, false},
		{"placeholders on both sides", here + "```bash +exec +id:x\n```\n<!-- end_slide -->\n" + here, slides.Placed, 2, false},
		{"placeholder of a skipped program", here + skip + "```bash +exec +id:x\n```\n", slides.Placed, 1, false},
		{"no placeholder", "```bash +exec +id:x\n```\n", slides.Nowhere, 0, true},
		{"terminal, no placeholder", "```bash +pty +id:x\n```\n", slides.Nowhere, 0, true},
		{"skipped placeholder", "```bash +exec +id:x\n```\n" + skip + here, slides.Nowhere, 0, true},
		{"nothing shown on a skipped slide", "text\n" + skip + "```bash +exec +id:x\n```\n", slides.Nowhere, 0, false},
		{"misspelt placeholder", "```bash +exec +id:x\n```\n<!-- snippet_output: y -->\n", slides.Nowhere, 0, false},
		{"second with the id", here + "```bash +exec +id:x\n```\n```bash +exec +id:x\n```\n", slides.Placed, 1, false},
		{"checked only", "```bash +validate\n```\n", "", 0, false},
		{"no program", "```bash\n```\n", "", 0, false},
	}
	for _, tt := range tests {
		p := markdown.Parser{}
		for _, edit := range []string{"\n<!-- end_slide -->\nend\n", "\n<!-- end_slide -->\nthe end\n"} { // the other slides are taken over
			deck, _ := p.Parse("deck.md", []byte(tt.deck+edit))
			s := deck.Snippets[0]
			if s.Place != tt.place {
				t.Errorf("%s: the output is %q, want %q", tt.name, s.Place, tt.place)
			}
			if warns := strings.Contains(deck.Diags.Error(), `warning: nothing shows the output of "x"`); warns != tt.warns {
				t.Errorf("%s: %v", tt.name, deck.Diags)
			}
			v := &render.View{Deck: deck, Results: slides.Results{s.Key: {State: slides.Done, Status: slides.OK,
				Layers: []string{"user"}, Log: []slides.Chunk{{Data: []byte("PRINTED\n")}}}}}
			for name, b := range map[string]render.Backend{"html": &html.Backend{}, "term": term.Backend{}, "md": md.Backend{}} {
				var out bytes.Buffer
				if err := b.Render(&out, v); err != nil {
					t.Fatal(err)
				}
				if n := strings.Count(out.String(), "PRINTED"); n != tt.times {
					t.Errorf("%s: %s shows the output %d times, want %d", tt.name, name, n, tt.times)
				}
			}
		}
	}
}

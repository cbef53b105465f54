package plot

import (
	"bytes"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// TestCodeColours: code has the colours of code.theme_name, on its box and, where one can read it there,
// without a box; the slides of a dark theme have the light colours of paper.
func TestCodeColours(t *testing.T) {
	s := &slides.Snippet{Lang: "go", Word: "go", Code: "return x // y\n"}
	s.Show.Lines = []string{"return x // y"}
	d := &slides.Deck{Files: []*slides.File{{Name: "deck.md"}}, Snippets: []*slides.Snippet{s}}
	d.Slides = []*slides.Slide{{Steps: 1, Blocks: []slides.Block{&slides.Code{Snippet: s}}}}
	const ground, keyword, comment = "#101010", "#abcdef", "#aaaaaa"
	for _, tt := range []struct {
		page  string // background
		bare  bool
		boxed bool
	}{{"#fafafa", false, true}, {"#fafafa", true, true}, {"#000000", false, false}} {
		s.Show.NoBackground = tt.bare
		d.Meta.Look = &slides.Theme{Values: map[string]string{"default.colors.background": tt.page, "scheme.code.background": ground,
			"scheme.code.foreground": "#fefefe", "scheme.code.keyword": keyword, "scheme.code.comment": comment}}
		tk := testTalk(&render.View{Deck: d})
		var b bytes.Buffer
		dump(&b, tk.draw(0, tk.sized(0), -1))
		if n := strings.Count(b.String(), comment); tt.boxed && n != 2 {
			t.Errorf("%d texts have the colour of comments, want that and the caption\n%s", n, &b)
		}
		if got := strings.Contains(b.String(), ground) && strings.Contains(b.String(), keyword); got != tt.boxed {
			t.Errorf("on %s, bare %v: the colours are there: %v\n%s", tt.page, tt.bare, got, &b)
		}
	}
}

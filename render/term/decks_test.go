package term

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

// TestDecksInEveryWindow lays out real decks at all their steps in windows of all widths up to 200 and
// all heights up to 60, with outputs that are long, wide and drawn.
func TestDecksInEveryWindow(t *testing.T) {
	var names []string
	for _, pattern := range []string{"../../examples/*.md", "../../markdown/testdata/decks/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("no decks %s: %v", pattern, err)
		}
		names = append(names, found...)
	}
	look := backend(80)
	look.Cache = &Cache{}
	n := 0
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		deck, err := markdown.Parse(filepath.Base(name), src, markdown.Config{})
		if deck == nil {
			t.Fatal(err)
		}
		v := &render.View{Deck: deck, Results: slides.Results{}, Highlight: &code.Highlighter{}}
		for i, s := range deck.Executable() {
			v.Results[s.Key] = rendertest.Printed(numbered(i*40)+"日本 \x1b[31mred", 1)
			if s.Exec.OnScreen() {
				v.Results[s.Key] = screenOf(slides.Screen{Cols: 80, Rows: 24, Lines: []string{"drawn"}, Cursor: true})
			}
		}
		for i, s := range deck.Slides {
			for step := range s.Steps {
				n++
				p := Page{Slide: i, Step: step, Width: 1 + n*37%200, Height: 1 + n*23%60, Live: true, Scale: n%2 == 0,
					Picture: func(x *Picture) bool {
						x.Pixels = [2]int{640, 480}
						return n%3 > 0
					}}
				for range 8 {
					p.Width, p.Height = p.Width%200+1+n%3, p.Height%60+1
					p.Width = min(p.Width, 200)
					checkSheet(t, look.Sheet(v, p), p)
				}
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d steps were laid out", n)
	}
}

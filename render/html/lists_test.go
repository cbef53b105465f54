package html

import (
	"strings"
	"testing"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

// TestAlignedLists: a list in the middle or at the right is one block with what continues it.
func TestAlignedLists(t *testing.T) {
	list := func(align slides.Align, joined bool, text string) *slides.List {
		l := &slides.List{Newlines: 1, Joined: joined, Items: []*slides.Item{{Text: rendertest.In(text)}}}
		l.Align = align
		return l
	}
	for _, tt := range []struct {
		blocks []slides.Block
		want   string
	}{
		{[]slides.Block{list(slides.AlignCenter, false, "a")}, `<div class="ls ac"><ul class="ac"><li>a</li></ul></div>`},
		{[]slides.Block{list(slides.AlignRight, false, "a"), list(slides.AlignRight, true, "b"), list(slides.AlignRight, false, "c")},
			`<div class="ls ar"><ul class="ar"><li>a</li></ul><ul class="j ar"><li>b</li></ul></div><div class="ls ar"><ul class="ar"><li>c</li></ul></div>`},
		{[]slides.Block{list(slides.AlignCenter, false, "a"), list(slides.AlignLeft, true, "b")},
			`<div class="ls ac"><ul class="ac"><li>a</li></ul></div><ul class="j al"><li>b</li></ul>`},
	} {
		d := &slides.Deck{Slides: []*slides.Slide{rendertest.Slide("T", tt.blocks...)}}
		var out strings.Builder
		if err := (&Backend{}).Render(&out, &render.View{Deck: d}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), tt.want) {
			_, page, _ := strings.Cut(out.String(), "<main")
			t.Errorf("the page lacks %s:\n%s", tt.want, page[:min(len(page), 800)])
		}
	}
}

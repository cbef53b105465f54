package plot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

// huge returns decks that ask for more than any page has room for.
func huge() map[string]*render.View {
	one := func(b ...slides.Block) *render.View {
		return &render.View{Deck: &slides.Deck{Slides: []*slides.Slide{rendertest.Slide("Huge", b...)}}}
	}
	printed := func(text string) *render.View {
		v := rendertest.Talk()
		s := v.Deck.Snippets[0]
		v.Results[s.Key] = rendertest.Printed(text, time.Second)
		return v
	}
	var cells [][]slides.Inline
	for i := range 100 {
		cells = append(cells, rendertest.In(fmt.Sprintf("cell %d with words", i)))
	}
	table := &slides.Table{Head: slides.Row{Cells: cells}}
	for range 500 {
		table.Rows = append(table.Rows, slides.Row{Cells: cells})
	}
	nested := &slides.List{Items: []*slides.Item{{Text: rendertest.In("deepest")}}}
	for range 3000 {
		nested = &slides.List{Items: []*slides.Item{{Text: rendertest.In("item"), Blocks: []slides.Block{nested}}}}
	}
	columns := &slides.Columns{}
	for range 1000 {
		columns.Ratios = append(columns.Ratios, 1)
		columns.Cols = append(columns.Cols, []slides.Block{rendertest.Para(rendertest.T("column"))})
	}
	var deep slides.Block = rendertest.Para(rendertest.T("deepest"))
	for range 1000 {
		deep = &slides.Quote{Blocks: []slides.Block{deep}}
	}
	strong := rendertest.In("strongest")
	for range 5000 {
		strong = []slides.Inline{&slides.Strong{Text: strong}, &slides.Link{Dest: "https://example.org", Text: rendertest.In("x")}}
	}
	var many []slides.Block
	for i := range 20000 {
		many = append(many, &slides.Alert{Kind: "note", Blocks: []slides.Block{rendertest.Para(rendertest.T(fmt.Sprint("alert ", i)))}})
	}
	const mega = 1 << 20
	noted := one()
	noted.Deck.Slides[0].Notes = []slides.Note{{Text: strings.Repeat("note ", mega/5)}}
	return map[string]*render.View{
		"table": one(table), "lists": one(nested), "columns": one(columns), "quotes": one(deep), "inlines": one(rendertest.Para(strong...)), "alerts": one(many...),
		"word": one(rendertest.Para(rendertest.T(strings.Repeat("w", mega)))), "words": one(rendertest.Para(rendertest.T(strings.Repeat("word ", mega/5)))),
		"cell": one(&slides.Table{Head: slides.Row{Cells: [][]slides.Inline{rendertest.In(strings.Repeat("word ", mega/5))}}}),
		"code": one(rendertest.Para(&slides.CodeSpan{Text: strings.Repeat("c", mega)})), "title": one(&slides.Title{Text: rendertest.In(strings.Repeat("Title ", mega/6))}),
		"line": printed(strings.Repeat("x", mega)), "lines": printed(strings.Repeat("a line\n", mega/7)), "colours": printed(strings.Repeat("\x1b[31mr\x1b[32mg\x1b[0m", mega/16)),
		"marks": printed("a" + strings.Repeat("\u0301", mega/2)), "rightward": one(rendertest.Para(rendertest.T(strings.Repeat("שלום ", mega/9)))),
		"boxes": printed(strings.Repeat("\U0001F600\uE000", 1000)), "gaps": one(&slides.Gap{Lines: 1 << 30}, rendertest.Para(rendertest.T("after"))), "notes": noted,
	}
}

// TestHuge: whatever a deck asks for, a page has a bounded number of things on it, and says that something
// is missing.
func TestHuge(t *testing.T) {
	for name, v := range huge() {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			tk := testTalk(v)
			for i := range v.Deck.Slides {
				items := tk.draw(i, tk.sized(i), -1)
				if len(items) > 40000 {
					t.Errorf("%d things on a page", len(items))
				}
				for _, it := range items {
					if it.kind == letters && it.y > height {
						t.Fatalf("%.40q is at %.0f, below the page", it.text, it.y)
					}
				}
			}
			if name != "gaps" && name != "notes" && name != "boxes" && name != "columns" && name != "inlines" && name != "marks" && !says(tk, v, "more") {
				t.Error("nothing says that something is missing")
			}
			laid := time.Since(began)
			size := len(drawn(t, v, Layout{Notes: true}))
			t.Logf("laid out in %v, drawn in %v, %d bytes", laid, time.Since(began)-laid, size)
			if size > 4<<20 {
				t.Errorf("a file of %d bytes", size)
			}
		})
	}
}

// says reports whether a page has a word.
func says(tk *talk, v *render.View, word string) bool {
	for i := range v.Deck.Slides {
		for _, it := range tk.draw(i, tk.sized(i), -1) {
			if strings.Contains(it.text, word) {
				return true
			}
		}
	}
	return false
}

// FuzzDraw: no deck makes the drawing fail.
func FuzzDraw(f *testing.F) {
	f.Add("# A\n\n* a\n  * b\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "\x1b[31mred\x1b[0m ┌─┐ 日本 שלום\n")
	f.Add("---\ntitle: T\n---\n\nA\n===\n\n> q\n\n```bash +exec +line_numbers {1|2}\na\nb\n```\n\n![p](x.png) [l](#a) ~~s~~ **b** `c`\n", "x\r\ty")
	f.Add("<!-- column_layout: [1, 2] -->\n<!-- column: 0 -->\na\n<!-- column: 1 -->\nb\n<!-- reset_layout -->\n<!-- jump_to_middle -->\nc\n", "")
	f.Fuzz(func(t *testing.T, src, output string) {
		deck, _ := markdown.Parse("deck.md", []byte(src), markdown.Config{})
		if deck == nil {
			return
		}
		v := &render.View{Deck: deck, Results: slides.Results{}}
		for _, s := range deck.Executable() {
			v.Results[s.Key] = rendertest.Printed(output, time.Second)
		}
		drawn(t, v, Layout{Steps: true})
		drawn(t, v, Layout{Notes: true})
	})
}

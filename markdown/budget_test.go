package markdown

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
)

// parseFiles parses the deck among files, by name.
func parseFiles(files map[string]string) *slides.Deck {
	cfg := testConfig()
	cfg.Dir = "/"
	cfg.Files = reader(func(name string) ([]byte, error) {
		text, ok := files[filepath.Base(name)]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return []byte(text), nil
	})
	deck, _ := Parse("deck.md", []byte(files["deck.md"]), cfg)
	return deck
}

// blocks counts the blocks of a deck but for those that show an error.
func blocks(d *slides.Deck) int {
	n := 0
	for _, s := range d.Slides {
		slides.Walk(s.Blocks, func(b slides.Block) {
			if _, bug := b.(*slides.Problem); !bug {
				n++
			}
		})
	}
	return n
}

// bombs are decks that repeat much with little. Each is of about n bytes with all its files.
func bombs(n int) map[string]map[string]string {
	half := n / 2
	repeat := func(unit string, size int) string { return strings.Repeat(unit, size/len(unit)) }
	includes := repeat("<!-- include: a.md -->\n", half)
	const levels = 12
	diamonds := map[string]string{"deck.md": "<!-- include: i0.md -->\n", fmt.Sprintf("i%d.md", levels): repeat("a\n\n", half)}
	for i := range levels {
		diamonds[fmt.Sprintf("i%d.md", i)] = strings.Repeat(fmt.Sprintf("<!-- include: i%d.md -->\n", i+1), 2)
	}
	return map[string]map[string]string{
		"includes of code":     {"deck.md": includes, "a.md": repeat("```bash\nx\n```\n", half)},
		"includes of text":     {"deck.md": includes, "a.md": repeat("a\n\n", half)},
		"includes of emphasis": {"deck.md": includes, "a.md": repeat("*a* ", half)},
		"includes of tables":   {"deck.md": includes, "a.md": "|a|b|\n|-|-|\n" + repeat("|a\n", half)},
		"includes of stars":    {"deck.md": includes, "a.md": repeat("*", half/2) + "a" + repeat("*", half/2)},
		"includes of slides":   {"deck.md": includes, "a.md": repeat("a\n===\n<!-- end_slide -->\n", half)},
		"diamonds":             diamonds,
		"file blocks": {"deck.md": repeat("```file\npath: a.py\nlanguage: bash\n```\n\n", half),
			"a.py": repeat("x = 1\n", half)},
		"environments":          {"deck.md": repeat("```bash +exec +env:a.env\nx\n```\n\n", half), "a.env": repeat("A=1\n", half)},
		"long references":       {"deck.md": "[a]: /" + repeat("u", half) + "\n\n" + repeat("[a]\n\n", half)},
		"pictures by reference": {"deck.md": "[a]: /" + repeat("u", half) + "\n\n" + repeat("> ![a]\n\n", half)},
		"authors":               {"deck.md": "---\nauthors: [" + repeat("a,", n) + "a]\n---\n"},
		"title":                 {"deck.md": "---\ntitle: \"" + repeat("a\\n", n) + "\"\n---\n"},
		"ids":                   {"deck.md": repeat("```bash +exec +id:"+repeat("a", n/40)+"\nx\n```\n", half) + repeat("<!-- snippet_output: b -->\n", half)},
		"contents":              {"deck.md": repeat("<!-- contents: 255 -->\n", half) + "<!-- end_slide -->\n" + repeat("a\n===\n<!-- end_slide -->\nb\n===\n<!-- end_slide -->\n", half)},
		"one line":              {"deck.md": repeat("a *b* ", n)},
	}
}

// TestBombs makes sure that what a deck becomes is in proportion to its size on disk, and that it
// says what was left out. Each bomb would be many times as large without its budget.
func TestBombs(t *testing.T) {
	const size = 10_000                // that what has no budget shows within seconds
	const part = 10                    // as the budgets are, of those of a deck of 100 kB
	const most = size/2 + 200_000/part // blocks, and lines of code and environments
	for _, b := range []*budget.Budget{budget.Again, budget.Shown, budget.Links} {
		t.Cleanup(b.Lower(b.Limit / part))
	}
	for name, files := range bombs(size) {
		t.Run(name, func(t *testing.T) {
			d := parseFiles(files)
			n := blocks(d)
			for _, s := range d.Snippets {
				n += len(s.Show.Lines) + len(s.Env)
			}
			if n > most {
				t.Errorf("%d blocks and lines", n)
			}
			n = 0
			for _, l := range links(d) {
				n += len(l.Dest)
			}
			if n > size+budget.Links.Limit {
				t.Errorf("%d bytes of addresses", n)
			}
			if strings.HasPrefix(name, "include") || strings.HasPrefix(name, "file") || strings.Contains(name, "reference") || name == "diamonds" {
				if !ends(d, budget.Again) && !ends(d, budget.Includes) && !ends(d, budget.Shown) && !ends(d, budget.Links) {
					t.Errorf("no budget ended: %v", d.Diags[:min(3, len(d.Diags))])
				}
			}
		})
	}
}

// links returns the links of a deck that stand in paragraphs.
func links(d *slides.Deck) []*slides.Link {
	var out []*slides.Link
	for _, s := range d.Slides {
		slides.Walk(s.Blocks, func(b slides.Block) {
			p, ok := b.(*slides.Paragraph)
			if !ok {
				return
			}
			for _, in := range p.Text {
				if l, ok := in.(*slides.Link); ok {
					out = append(out, l)
				}
			}
		})
	}
	return out
}

// ends reports whether a deck says that a budget ended.
func ends(d *slides.Deck, by *budget.Budget) bool {
	for _, diag := range d.Diags {
		if diag.Msg == by.Message() && diag.Hint != "" && diag.Severity == slides.Error {
			return true
		}
	}
	return false
}

// TestBudgetEndsInPlace makes sure that the diagnostic stands where the budget ended, and that what
// comes before and behind is shown.
func TestBudgetEndsInPlace(t *testing.T) {
	for b, limit := range map[*budget.Budget]int{
		budget.Line: 10_000, budget.Again: 10_000, budget.Includes: 50, budget.Shown: 20_000, budget.Rows: 30_000,
		budget.Text: 60_000, budget.Depth: 3, budget.Links: 10_000, budget.Gaps: 30, budget.Gallery: 3000, budget.Pictures: 2000,
	} {
		t.Cleanup(b.Lower(limit))
	}
	long := strings.Repeat("a", budget.Line.Limit)
	half := strings.Repeat("b\n", budget.Again.Limit/4+2)
	script := strings.Repeat("x\n", budget.Shown.Limit/(2+lineCost)/2+2)
	block := "```file\npath: s.sh\nlanguage: bash\n```\n\n"
	env := "```bash +exec +env:v.env\nx\n```\n\n"
	lines := strings.Repeat("\n", budget.Rows.Limit)
	for _, tt := range []struct {
		budget *budget.Budget
		deck   string
		at     string // line:column of the first end
	}{
		{budget.Line, "before\n\n" + long + "x and more\n\nbehind\n", fmt.Sprintf("3:%d", len(long)+1)},
		{budget.Again, "before\n<!-- include: half.md -->\n<!-- include: half.md -->\n<!-- include: half.md -->\nbehind\n", "4:15"},
		{budget.Includes, strings.Repeat("<!-- include: a.md -->\n", budget.Includes.Limit+1) + "behind\n", "51:15"},
		{budget.Shown, "before\n\n" + strings.Repeat(block, 3) + "behind\n", "14:7"},
		{budget.Shown, "before\n\n" + strings.Repeat(env, 3) + "behind\n", "11:20"},
		{budget.Rows, "before\n" + lines, fmt.Sprintf("%d:1", budget.Rows.Limit+1)},
		{budget.Text, "before\n<!-- include: large.md -->\n<!-- include: next.md -->\nbehind\n", "3:15"},
		{budget.Depth, "before\n\n<!-- include: i0.md -->\n\nbehind\n", "1:15"},
		{budget.Links, "before\n\n[a] [a] [a]\n\nbehind\n\n[a]: /" + long[:4000] + "\n", "3:9"},
		{budget.Links, "before\n\n> ![a]\n\n> ![a]\n\n> ![a]\n\nbehind\n\n[a]: /" + long[:4000] + "\n", "7:3"},
		{budget.Gaps, "before\n\n<!-- new_lines: 20 -->\n" + strings.Repeat("<!-- new_lines: 10 -->\n", 9) + "<!-- new_lines: 11 -->\n\nbehind\n", "13:1"},
		// The third place of one picture is left out in a page, and so costs nothing.
		{budget.Gallery, "before\n\n![](a.png)\n\n![](a.png)\n\n![](a.png)\n\n![](b.png)\n\n![](c.png)\n\nbehind\n", "11:5"},
	} {
		t.Run(tt.budget.Name, func(t *testing.T) {
			files := map[string]string{"deck.md": tt.deck, "half.md": half, "a.md": "a\n", "s.sh": script,
				"v.env": strings.ReplaceAll(script, "x", "A=1"), "a.png": long[:1000], "b.png": long[:1000], "c.png": long[:1001],
				"large.md": strings.Repeat("c\n\n", budget.Text.Limit/4), "next.md": strings.Repeat("d\n\n", budget.Text.Limit/8)}
			for i := range 5 {
				files[fmt.Sprintf("i%d.md", i)] = fmt.Sprintf("<!-- include: i%d.md -->\n", i+1)
			}
			d := parseFiles(files)
			if !ends(d, tt.budget) {
				t.Fatalf("no budget ended: %.300v", d.Diags)
			}
			i := 0
			for d.Diags[i].Msg != tt.budget.Message() {
				i++
			}
			if at := fmt.Sprintf("%d:%d", d.Diags[i].Pos.Line(), d.Diags[i].Pos.Col()); at != tt.at {
				t.Errorf("at %s, want %s", at, tt.at)
			}
			var shown []string
			for _, b := range d.Slides[0].Blocks {
				if p, ok := b.(*slides.Paragraph); ok {
					shown = append(shown, slides.Plain(p.Text))
				}
			}
			for _, want := range []string{"before", "behind"} {
				has := func() bool {
					for _, s := range shown {
						if s == want {
							return true
						}
					}
					return false
				}
				if strings.Contains(tt.deck, want) && !has() {
					t.Errorf("%s is not shown", want)
				}
			}
		})
	}
}

// TestBudgetAmongMistakes makes sure that no number of mistakes hides that a budget ended, wherever
// it did, and that one which ended often does not hide the others.
func TestBudgetAmongMistakes(t *testing.T) {
	t.Cleanup(budget.Depth.Lower(0))
	t.Cleanup(budget.Line.Lower(100))
	mistakes := strings.Repeat("<!-- no_such_command -->\n\n", 3*slides.MaxDiags)
	d := parseFiles(map[string]string{"a.md": "a\n",
		"deck.md": mistakes + strings.Repeat("<!-- include: a.md -->\n", 3*slides.MaxDiags) + strings.Repeat("x", 200) + "\n"})
	for _, b := range []*budget.Budget{budget.Depth, budget.Line} {
		if !ends(d, b) {
			t.Errorf("nothing says: %s", b.Message())
		}
	}
	if n := len(d.Diags); n > slides.MaxDiags+3 {
		t.Errorf("%d diagnostics", n)
	}
	problems := map[string]bool{}
	slides.Walk(d.Slides[0].Blocks, func(b slides.Block) {
		if p, ok := b.(*slides.Problem); ok {
			problems[p.Diag.Msg] = true
		}
	})
	if !problems[budget.Depth.Message()] || !problems[budget.Line.Message()] {
		t.Errorf("the slide does not say what is missing: %v", problems)
	}
}

// TestLongLine makes sure that of a line that is too long its beginning is shown, and that it is cut
// at a character.
func TestLongLine(t *testing.T) {
	t.Cleanup(budget.Line.Lower(10_000))
	d := parseFiles(map[string]string{"deck.md": strings.Repeat("\u6f22", budget.Line.Limit)})
	p := d.Slides[0].Blocks[len(d.Slides[0].Blocks)-1].(*slides.Paragraph)
	if text := slides.Plain(p.Text); len(text) < budget.Line.Limit-3 || len(text) > budget.Line.Limit+3 {
		t.Errorf("%d bytes are shown", len(text))
	}
	if !ends(d, budget.Line) {
		t.Error("nothing says so")
	}
}

// TestReparseKeepsBudgets makes sure that editing a deck does not use its budgets up.
func TestReparseKeepsBudgets(t *testing.T) {
	t.Cleanup(budget.Again.Lower(10_000))
	part := strings.Repeat("a", budget.Again.Limit/5)
	p := Parser{Config: testConfig()}
	p.Config.ReadFile = func(name string) ([]byte, error) {
		if strings.HasSuffix(name, "part.md") {
			return []byte(part), nil
		}
		return nil, errors.New("nothing here")
	}
	for i := range 10 {
		src := strings.Repeat("<!-- include: part.md -->\n<!-- end_slide -->\n", 5) + fmt.Sprintf("edit %d\n", i)
		if _, err := p.Parse("deck.md", []byte(src)); err != nil {
			t.Fatalf("edit %d: %v", i, err)
		}
	}
}

// BenchmarkBombs parses bombs of one size and of twice that: the time doubles.
func BenchmarkBombs(b *testing.B) {
	for name := range bombs(2) {
		for _, n := range []int{50_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d bytes", name, n), func(b *testing.B) {
				files := bombs(n)[name]
				b.ReportAllocs()
				for b.Loop() {
					parseFiles(files)
				}
			})
		}
	}
}

package markdown

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
)

// TestHostile parses decks that are quadratic or worse for a parser without limits. The time allowed
// is a hundred times what they take, so that only another order of growth fails.
func TestHostile(t *testing.T) {
	const limit = 10 * time.Second
	each := func(n int, f func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i))
		}
		return b.String()
	}
	repeat := func(n int, s string) string { return strings.Repeat(s, n) }
	tests := []struct{ name, src string }{
		{"brackets", repeat(40000, "[")},
		{"pictures", repeat(40000, "![")},
		{"open links", repeat(40000, "[a](")},
		{"open destinations", repeat(20000, "[a](<b")},
		{"nested links", repeat(20000, "[") + "a" + repeat(20000, "](u)")},
		{"emphasis", repeat(30000, "a**b_c")},
		{"deep emphasis", repeat(400, "*a **b ") + repeat(400, "** *")},
		{"backticks", each(400, func(i int) string { return repeat(i, "`") + " " })},
		{"tags", repeat(20000, "<a b='")},
		{"spans", repeat(20000, "<span style='color: red'>")},
		{"open comments", repeat(20000, "a <!--")},
		{"one comment after another", repeat(20000, "<!-- pause -->")},
		{"bad comments", repeat(10000, "<!-- foo: [ -->\n")},
		{"nested YAML", "<!-- column_layout: " + repeat(50000, "[") + " -->"},
		{"YAML dashes", "<!-- a: " + repeat(50000, "- ") + " -->"},
		{"YAML keys", "---\n" + each(10000, func(i int) string { return fmt.Sprintf("k%d: v\n", i) }) + "---\n"},
		{"quotes", repeat(50000, ">") + "\n" + repeat(10000, ">\n")},
		{"lists", repeat(30000, "- ") + "\n" + repeat(30000, "\n") + "x"},
		{"indented lists", each(1000, func(i int) string { return repeat(2*i, " ") + "* a\n" })},
		{"one long paragraph", repeat(100000, "b c d\n")},
		{"wide table", repeat(5000, "|a") + "\n" + repeat(5000, "|-") + "\n" + repeat(5000, "x\n")},
		{"link references", repeat(50000, "[a]: x\n")},
		{"footnotes", repeat(20000, "[^a]: b\n")},
		{"missing pictures", repeat(10000, "![a](b)\n\n")},
		{"attributes", "```bash " + repeat(40000, "+exec ") + "\n```"},
		{"groups", "```bash {" + repeat(40000, "1,") + "}\n```"},
		{"equal ids", repeat(10000, "```bash +exec +id:x\n```\n")},
		{"unknown ids", repeat(10000, "<!-- snippet_output: x -->\n")},
		{"layouts", repeat(10000, "<!-- column_layout: [1,1,1,1,1,1,1,1] -->\n")},
		{"includes of itself", repeat(10000, "<!-- include: deck.md -->\n")},
		{"not UTF-8", repeat(30000, "\xff a\n\n")},
	}
	cfg := testConfig()
	cfg.Files = nil
	cfg.ReadFile = func(string) ([]byte, error) { return nil, errors.New("nothing here") }
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			deck, _ := Parse("deck.md", []byte(tt.src), cfg)
			if took := time.Since(start); took > limit {
				t.Errorf("%d bytes took %s", len(tt.src), took)
			}
			if len(deck.Diags) > 2*(slides.MaxDiags+1) { // errors and warnings, and how many there are more
				t.Errorf("%d diagnostics", len(deck.Diags))
			}
		})
	}
}

// TestIncludeBomb includes two files that include the next level twice each.
func TestIncludeBomb(t *testing.T) {
	cfg := testConfig()
	cfg.Files = nil
	cfg.ReadFile = func(name string) ([]byte, error) {
		next := name + "x.md"
		return fmt.Appendf(nil, "<!-- include: %[1]s -->\n<!-- include: %[1]s -->\n", next), nil
	}
	cfg.Dir = "/"
	deck, _ := Parse("deck.md", []byte("<!-- include: a.md -->\n"), cfg)
	if n := len(deck.Includes); n > budget.Includes.Limit {
		t.Errorf("%d includes", n)
	}
	if !deck.Diags.Failed() {
		t.Error("no diagnostic")
	}
}

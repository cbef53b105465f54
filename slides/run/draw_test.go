package run

import (
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/need"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
)

// drawing makes a snippet with +render from a deck that has it in line 3 on.
func drawing(language, code string) *slides.Snippet {
	s := inDeck(language, "", code)
	s.Exec = slides.Exec{Mode: slides.ModeRender, Auto: true}
	return s
}

// pieces has for each language that can be drawn a piece of it, one with a mistake in its second line, and
// what says so in the deck's lines.
var pieces = map[string]struct{ good, bad, says string }{
	"d2":      {"a -> b: hi\n", "a -> b\nc ->\n", "deck.md:4:1: connection missing destination"},
	"dot":     {"digraph {\n\ta -> b\n}\n", "digraph {\n\ta -> -> b\n}\n", "deck.md: syntax error in line 4 near '->'"},
	"latex":   {"\\[ x^2 + \\frac{a}{b} \\]\n", "\\[ x^2 \\]\n\\nothing{}\n", "deck.md:4: Undefined control sequence."},
	"math":    {"x^2 + \\frac{a}{b}\n", "x^2\n\\nothing{a}\n", `\nothing`},
	"mermaid": {"graph TD\n  A[one]-->B[two]\n", "nonsense\n  A-->B\n", ""},
	"typst":   {"= Title\n$ x^2 / 2 $\n", "= Title\n#nothing\n", "deck.md:4:1: error: unknown variable: nothing"},
}

// TestDrawings draws with every tool that this machine has: the second time from the cache, always in the
// sandbox, and a mistake is named by its place in the deck.
func TestDrawings(t *testing.T) {
	for _, l := range lang.Drawn() {
		for _, way := range l.Drawers {
			t.Run(l.Name+" by "+way.Name, func(t *testing.T) {
				piece, ok := pieces[l.Name]
				if !ok {
					t.Fatal("this test has no piece of " + l.Name)
				}
				r := real(t, Options{drawer: way.Name})
				s := drawing(l.Name, piece.good)
				res := results(t, r, s)[0]
				missing := ""
				if res.Status == slides.Skipped {
					missing = res.Remark.Says
				}
				if strings.Contains(string(res.Bytes()), "Unknown output format typst") {
					missing = "pandoc is older than 3"
				}
				need.Here(t, strings.ReplaceAll(way.Name, " with ", "+"), missing)
				data, p, err := res.Picture()
				if formula := res.Formula(); (err != nil || p.Type != "image/svg+xml" || p.Width <= 0) && formula == nil || slides.Judge(s, res).Ruling != slides.Good {
					t.Fatalf("%+v, %v, %q\n%s", p, err, data[:min(len(data), 200)], res.Bytes())
				}
				if res.Layers == nil {
					t.Error("it was drawn outside of the sandbox")
				}
				if again := results(t, r, s)[0]; again.Origin != slides.Cached {
					t.Errorf("it was drawn again: %+v", again.Origin)
				}
				bad := drawing(l.Name, piece.bad)
				res = results(t, r, bad)[0]
				if says := string(res.Readable(bad).Placed(bad, slides.ByDeck).Stream(true)); slides.Judge(bad, res).Ruling != slides.Bad || !strings.Contains(says, piece.says) {
					t.Errorf("%s %d, want a failure that says %q:\n%s", res.Status, res.Exit, piece.says, says)
				}
			})
		}
	}
}

// TestDrawerOrder: the first tool that is there draws, and without any the block is skipped.
func TestDrawerOrder(t *testing.T) {
	s := drawing("mermaid", "graph TD\n")
	for _, tt := range []struct{ tools, want string }{
		{"mmdr mmdc chromium sh", "mmdr"}, {"mmdc chromium sh", "sh"}, {"mmdc sh", ""}, {"sh", ""},
	} {
		f := &fake{}
		res := results(t, newRunner(t, Options{Executor: f, Finder: tools(t, strings.Fields(tt.tools)...), NoCache: true}), s)[0]
		if tt.want == "" {
			if res.Status != slides.Skipped || res.Remark.Says != "needs mmdr or mmdc" || slides.Judge(s, res).Ruling != slides.Open {
				t.Errorf("with %s: %s %+v", tt.tools, res.Status, res.Remark)
			}
			continue
		}
		if f.runs() != 1 || !strings.HasSuffix(f.cmds[0].Path, "/"+tt.want) {
			t.Errorf("with %s: %d runs, %+v; want %s", tt.tools, f.runs(), f.cmds, tt.want)
		}
	}
}

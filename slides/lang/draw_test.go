package lang

import (
	"slices"
	"strings"
	"testing"
)

// TestSource: what is around the code leaves its first line a line, or is counted, and is left out of a whole
// document.
func TestSource(t *testing.T) {
	for _, tt := range []struct {
		language, tool, code, want string
		before                     int
	}{
		{"typst", "typst", "= Title\n", page + "= Title\n", 1},
		{"dot", "dot", "digraph {}\n", "digraph {}\n", 0},
		{"math", "pandoc", "x^2\ny\n", "$$x^2\ny$$\n", 0},
		{"math", "pandoc", "$x^2$\n", "$x^2$\n", 0},
		{"math", "pandoc", "a = \\$5\n", "$$a = \\$5$$\n", 0},
		{"latex", "latex with dvisvgm", "% mine\n\\documentclass{x}\n", "% mine\n\\documentclass{x}\n", 0},
		{"latex", "latex with dvisvgm", "x\n", article + "x" + finish + "\n", 0},
	} {
		l, _ := Lookup(tt.language)
		i := slices.IndexFunc(l.Drawers, func(w Language) bool { return w.Name == tt.tool })
		if got, before := l.Drawers[i].Source(tt.code); got != tt.want || before != tt.before {
			t.Errorf("%s by %s: %q, %d before; want %q, %d", tt.language, tt.tool, got, before, tt.want, tt.before)
		}
	}
}

// TestDrawers: each way to draw reads its file, and says how to get its tools.
func TestDrawers(t *testing.T) {
	for _, l := range Drawn() {
		for _, w := range l.Drawers {
			if w.File == "" || len(w.Steps) != 1 || !strings.Contains(strings.Join(w.Steps[0], " "), "$pwd/"+w.File) || w.Draws() || w.Runs() == l.Runs() {
				t.Errorf("%s by %s is not complete", l.Name, w.Name)
			}
			if !strings.HasPrefix(w.Name, w.Tool()) || installOn(w.Tool(), []string{"debian"}) == "" {
				t.Errorf("%s by %s: its tool is %s", l.Name, w.Name, w.Tool())
			}
		}
	}
}

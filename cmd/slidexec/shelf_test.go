package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/budget"
)

// TestOutputInSum runs decks whose programs print more than a deck may keep in sum, in every way that
// keeps what they print.
func TestOutputInSum(t *testing.T) {
	const each, fit = 1000, 5
	t.Cleanup(budget.Output.Lower(fit * each))
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	name := filepath.Join(t.TempDir(), "talk.md")
	var deck strings.Builder
	for i := range 2 * fit {
		fmt.Fprintf(&deck, "```bash +exec\nprintf 'x%%.0s' {1..%d} # %d\n```\n", each, i)
	}
	if err := os.WriteFile(name, []byte(deck.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"check", "--format", "json"}, {"render", "-t", "json"}, {"render", "-t", "html"}, {"render", "-t", "md"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			var out, said bytes.Buffer
			runMain(t.Context(), append(args, "--no-sandbox", name), &app{in: strings.NewReader(""), out: &out, ui: &ui{w: &said}})
			if got := strings.Count(out.String(), strings.Repeat("x", each)); got != fit {
				t.Errorf("%d outputs are kept whole, want %d; said\n%.500s", got, fit, said.String())
			}
			if !strings.Contains(out.String()+said.String(), budget.Output.Message()) {
				t.Error("nothing says why others are not shown")
			}
		})
	}
}

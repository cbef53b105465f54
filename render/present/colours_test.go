package present

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/render/present/input"
	"github.com/slidexec/slidexec/render/present/tty"
	"github.com/slidexec/slidexec/render/term"
)

const colourful = "One *slide*\n===\n\n* a `word`\n\n```rust +exec\nfn main() {} // nothing\n```\n\n> [!caution]\n> care\n"

// TestColours shows one slide on terminals of all kinds, as their environment says it, dark and light as they answer.
func TestColours(t *testing.T) {
	const golden = "testdata/colours.txt"
	var out strings.Builder
	for _, tt := range []struct{ name, env string }{
		{"no colours", "TERM=xterm-256color COLORTERM=truecolor NO_COLOR=1"},
		{"dumb", "TERM=dumb COLORTERM=truecolor"},
		{"console", "TERM=linux"},
		{"256", "TERM=xterm-256color"},
		{"true", "TERM=xterm-256color COLORTERM=truecolor"},
	} {
		kind := tty.KindOf(func(name string) string {
			for field := range strings.FieldsSeq(tt.env) {
				if value, ok := strings.CutPrefix(field, name+"="); ok {
					return value
				}
			}
			return ""
		})
		for _, answer := range []input.Background{{}, {R: 250, G: 250, B: 250}} {
			s := newSession(t, colourful, 40, 14)
			s.state.look.Depth = map[int]term.Depth{0: term.Mono, 16: term.Color16, 256: term.Color256, tty.TrueColour: term.TrueColor}[kind.Colours]
			s.state.shade(false)
			s.input(answer)
			fmt.Fprintf(&out, "%s, dark %v\n", tt.name, answer.Dark())
			for _, l := range s.screen.vt.Snapshot().Lines {
				out.WriteString("|" + strings.TrimRight(strings.ReplaceAll(l, "\x1b", "␛"), " ") + "\n")
			}
		}
	}
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || out.String() != string(want) {
		t.Errorf("got\n%s\nwant\n%s\n%v", out.String(), want, err)
	}
}

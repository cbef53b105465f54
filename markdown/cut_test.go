package markdown

import (
	"strings"
	"testing"
)

// TestFrontMatterCut: a # that ends a text of the front matter is warned about at its place, and no other # is.
func TestFrontMatterCut(t *testing.T) {
	for _, tt := range []struct{ front, cut, hint string }{
		{"title: Talk #1 in C#", "#1 in C#", `title: "Talk #1 in C#"`},
		{"title:  Talk\t#1  now  ", "#1  now", `title: "Talk #1 now"`},
		{"title: #1 talk", "#1 talk", `title: "#1 talk"`},
		{"sub_title: F# and C # too\r", "# too", `sub_title: "F# and C # too"`},
		{"title: first\n  second #2\nauthor: me", "#2", `title: "first second #2"`},
		{"authors:\n  - Ann #1\n  - Bo", "#1", `- "Ann #1"`},
		{"date: 2026 #3", "#3", `date: "2026 #3"`},
		{"theme:\n  override:\n    footer:\n      style: template\n      left: Talk #1", "#1", `left: "Talk #1"`},
		{"title: \"Talk #1\"", "", ""},
		{"title: 'Talk' # note", "", ""},
		{"title: C# and F#", "", ""},
		{"title: |\n  Talk #1\n  more", "", ""},
		{"title: Talk\n# a comment\nauthor: me", "", ""},
		{"theme: # which?\n  name: dark # nice", "", ""},
		{"options: {end_slide_shorthand: true} # on", "", ""},
		{"authors: [Ann, Bo] # both", "", ""},
		{"author: # nobody yet\nevent: X", "# nobody yet", `author: "# nobody yet"`},
	} {
		deck := parse(t, "---\n"+tt.front+"\n---\n\nText\n", nil)
		got, hint := "", ""
		for _, d := range deck.Diags {
			if strings.Contains(d.Msg, "leaves out") {
				got += string(d.Pos.File.Src[d.Pos.Off : d.Pos.Off+d.Len])
				hint = d.Hint
			} else {
				t.Errorf("%s: %v", tt.front, d)
			}
		}
		if got != tt.cut || !strings.Contains(hint, tt.hint) {
			t.Errorf("%q: warned of %q with %q, want %q with %q", tt.front, got, hint, tt.cut, tt.hint)
		}
	}
}

package markdown

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// TestLinkEnds: of each kind of link, whether it leads to a file, and the word about one that leads nowhere.
func TestLinkEnds(t *testing.T) {
	there := map[string]string{"handout.pdf": "x", "notes/part one.html": "x", "a%20b.txt": "x", "part.md": "[up](handout.pdf)"}
	const asText = "this link is shown as text: "
	tests := []struct{ dest, file, why string }{
		{"handout.pdf", "handout.pdf", ""},
		{"./handout.pdf", "handout.pdf", ""},
		{"handout.pdf?page=2#top", "handout.pdf", ""},
		{"<notes/part one.html>", "notes/part one.html", ""},
		{"notes/part%20one.html#x", "notes/part one.html", ""},
		{"a%20b.txt", "a%20b.txt", ""},
		{"#a-title", "", ""},
		{"https://example.org", "", ""},
		{"HTTP://example.org/a?b#c", "", ""},
		{"mailto:name@example.org", "", ""},
		{"javascript:alert(1)", "", "slides run no scripts from links"},
		{"JavaScript:alert(1)", "", "slides run no scripts from links"},
		{"vbscript:x", "", "slides run no scripts from links"},
		{"data:text/html,x", "", "browsers do not open data: from a link"},
		{"file:///etc/passwd", "", "only one machine has that file"},
		{"tel:+47", "", `slides do not follow "tel:"`},
		{"ftp://example.org/x", "", `slides do not follow "ftp:"`},
		{"vscode+x://y", "", `slides do not follow "vscode+x:"`},
		{"//example.org/x", "", "its address has no scheme"},
		{"/etc/passwd", "", "only one machine has that path"},
		{"gone.pdf", "", `"gone.pdf": no such file`},
		{"www.example.org", "", `"www.example.org": no such file`},
		{"../outside.pdf", "", `"../outside.pdf": no such file`},
		{"?x", "", "its path is empty"},
		{"https:example.org", "", "its address is not complete"},
		{"mailto:", "", "its address is not complete"},
		{`a\\b`, "", "its address has a backslash"},
	}
	for _, tt := range tests {
		for _, form := range []string{"[text](%s)", "**[text](%s \"title\")**", "- [text](%s)", "[text][ref]\n\n[ref]: %s", "[![](handout.pdf)](%s)"} {
			d := parse(t, fmt.Sprintf(form, tt.dest), there)
			var said []string
			for _, diag := range d.Diags {
				if strings.HasPrefix(diag.Msg, asText) {
					said = append(said, strings.TrimPrefix(diag.Msg, asText))
					if diag.Severity != slides.Warning || diag.Hint == "" {
						t.Errorf("%s: severity %v, hint %q", tt.dest, diag.Severity, diag.Hint)
					}
				}
			}
			if tt.why == "" && len(said) > 0 || tt.why != "" && (len(said) != 1 || !strings.HasPrefix(said[0], tt.why)) {
				t.Errorf("%s as %q: said %q, want %q", tt.dest, form, said, tt.why)
			}
			file := ""
			p := slides.Parts{
				Inline: func(n slides.Inline) {
					if l, ok := n.(*slides.Link); ok && l.File != nil {
						file = l.File.Path
					}
				},
				Block: func(b slides.Block) {
					if im, ok := b.(*slides.Image); ok && im.Linked != nil {
						file = im.Linked.Path
					}
				},
			}
			for _, s := range d.Slides {
				p.Blocks("blocks", &s.Blocks)
			}
			if file != tt.file {
				t.Errorf("%s as %q: leads to the file %q, want %q", tt.dest, form, file, tt.file)
			}
			for _, f := range d.Files[1:] {
				if f.Path == tt.file && tt.file != "handout.pdf" {
					t.Errorf("%s is one of the deck's files: nothing may be rendered to it", tt.file)
				}
			}
		}
	}
}

// TestAnchors: a link to a title that no slide has leads nowhere, and a warning says so, also after an edit of another slide.
func TestAnchors(t *testing.T) {
	const body = "The Title\n===\n\n[a](#the-title) [b](#last) [c](#s2) [d](#/2.1) [e](#)\n\n<!-- end_slide -->\n\nmiddle\n\n<!-- end_slide -->\n\n"
	p := Parser{Config: testConfig()}
	for _, tt := range []struct{ last, want string }{
		{"Last\n===\n", ""},
		{"Lest\n===\n", `this link leads nowhere: no slide has the title "last"`},
		{"Last\n===\n", ""},
		{"# Last\n", ""},
	} {
		d, _ := p.Parse("deck.md", []byte(body+tt.last))
		got := ""
		for _, diag := range d.Diags {
			got += diag.Msg
		}
		if got != tt.want {
			t.Errorf("with %q: %q, want %q", tt.last, got, tt.want)
		}
	}
}

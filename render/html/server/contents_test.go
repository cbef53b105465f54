package server

import (
	"strings"
	"testing"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render"
)

// TestContentsFollow: an edit elsewhere that changes a title, or the number of a slide, reaches the list of
// slides in open windows; one that changes neither does not.
func TestContentsFollow(t *testing.T) {
	var p markdown.Parser
	parse := func(src string) *render.View {
		d, err := p.Parse("deck.md", []byte("Agenda\n===\n\n<!-- contents -->\n<!-- end_slide -->\n"+src))
		if err != nil {
			t.Fatal(err)
		}
		return view(d, nil)
	}
	const next = "\n<!-- end_slide -->\n"
	s, page := with(t, parse("A\n===\n"+next+"B\n===\n"+next+"C\n===\n"))
	if want := `<li><a href="#s2">A</a></li><li><a href="#s3">B</a></li><li><a href="#s4">C</a></li>`; !strings.Contains(page, want) {
		t.Errorf("no %s in the page", want)
	}
	events, _ := s.listen(stateOf(page))
	s.want(events, "hello")
	for _, tt := range []struct{ name, deck, want string }{
		{"renamed", "A\n===\n" + next + "B\n===\n" + next + "Sea\n===\n",
			`<li><a href="#s2">A</a></li><li><a href="#s3">B</a></li><li><a href="#s4">Sea</a></li>`},
		{"moved", "A\n===\n" + next + "\nwithout a title\n" + next + "B\n===\n" + next + "Sea\n===\n",
			`<li><a href="#s2">A</a></li><li><a href="#s4">B</a></li><li><a href="#s5">Sea</a></li>`},
		{"text", "A\n===\n\nmore text\n" + next + "\nwithout a title\n" + next + "B\n===\n" + next + "Sea\n===\n", ""},
	} {
		s.load(parse(tt.deck))
		var m slidesMessage
		s.want(events, "slides").into(t, &m)
		list := ""
		for _, sp := range m.Splices {
			if sp.At == 0 && sp.Remove > 0 {
				list = strings.Join(sp.HTML, "")
			}
		}
		if !strings.Contains(list, tt.want) || tt.want == "" && list != "" {
			t.Errorf("%s: the first slide is\n%s\nwant %s", tt.name, list, tt.want)
		}
	}
}

package html

import (
	"bytes"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// fileOf returns a deck of one slide as a file.
func fileOf(t *testing.T, results slides.Results, blocks ...slides.Block) string {
	return draw(t, &Backend{Now: clock}, view(&slides.Deck{Slides: []*slides.Slide{titled("Tabs", blocks...)}}, results))
}

// TestTabs: code and outputs keep their tabs, and are as wide as with spaces up to the tab stops.
func TestTabs(t *testing.T) {
	s := snippet("", "makefile", "")
	s.Exec.Mode = slides.NotExecutable
	s.Show.Lines = []string{"all: x", "    cc -o x    x.c"}
	s.Show.Tabbed = []string{"all: x", "\tcc -o x\tx.c"}
	out := snippet("out", "bash", "true\n")
	page := fileOf(t, slides.Results{out.Key: printed("a\tb\n\tc\n", 1)}, listing(s), placed(out))
	for _, want := range []string{"\tcc -o x\tx.c</span>", `<pre class="w15 tb">`, "<span class=\"l\">a\tb\n</span><span class=\"l\">\tc</span>", `<pre class="w5 tb">`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if t.Failed() {
		t.Log(page[bytes.Index([]byte(page), []byte("<main")):])
	}
}

// TestIndent: an indentation of all lines is not shown, but the page knows it for the copy.
func TestIndent(t *testing.T) {
	for _, c := range []struct {
		lines  []string
		indent string
	}{
		{[]string{"\tcc x.c", "", "\t\trm x"}, "\t"},
		{[]string{"  a", " b"}, " "},
		{[]string{"\ta", "    b"}, ""}, // as wide, but not the same
		{[]string{"a", "\tb"}, ""},
	} {
		s := snippet("", "", "")
		s.Exec.Mode = slides.NotExecutable
		s.Show.Tabbed, s.Show.Lines = c.lines, c.lines
		page := fileOf(t, nil, listing(s))
		if want := `data-indent="` + strings.ReplaceAll(c.indent, "\t", "&#9;") + `"`; c.indent != "" && !strings.Contains(page, want) && !strings.Contains(page, `data-indent="`+c.indent+`"`) {
			t.Errorf("%q: the page lacks %s", c.lines, want)
		} else if c.indent == "" && strings.Contains(page, "<pre data-indent") {
			t.Errorf("%q: something is left out", c.lines)
		}
		first := strings.TrimPrefix(c.lines[0], c.indent)
		if !strings.Contains(page, `<span class="l">`+first+"\n") {
			t.Errorf("%q: the first line is not %q", c.lines, first)
		}
	}
}

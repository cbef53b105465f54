package html

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/text"
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

// TestButtonNames: every button that runs a program says which one, to people who hear the page.
func TestButtonNames(t *testing.T) {
	long := strings.Repeat("wide ", 30)
	d := &slides.Deck{Slides: []*slides.Slide{
		titled("One", listing(snippet("build", "bash", "make\n")), listing(snippet("", "bash", "\n  ls -l\n")), listing(snippet("", "bash", "ls -l\npwd\n"))),
		titled("Two", listing(snippet("", "bash", "ls -l\n")), listing(snippet("", "go", "")), listing(snippet("", "sh", long+"\n"))),
	}}
	for i, c := range []int{1, 2, 3} {
		d.Slides[0].Blocks[c].(*slides.Code).Snippet.Key = slides.Key(fmt.Sprint("first", i))
		d.Slides[1].Blocks[c].(*slides.Code).Snippet.Key = slides.Key(fmt.Sprint("second", i))
	}
	v := view(d, slides.Results{"first0": printed("", 0), "second1": {State: slides.Running}})
	p := (&Backend{Now: clock}).Live(v)
	label := regexp.MustCompile(`<button[^>]* aria-label="([^"]*)">\S+ ([^<]*)`)
	for i, want := range [][]string{{"run again build", "run ls -l", "run ls -l (2)"}, {"run ls -l", "stop go", "stop go", "run " + text.Cut(strings.TrimSpace(long), 60)}} {
		var got []string
		for _, m := range label.FindAllStringSubmatch(string(p.Content(i).HTML), -1) {
			got = append(got, m[1])
			if !strings.HasPrefix(m[1], m[2]+" ") {
				t.Errorf("the name %q does not begin with the word on the button, %q", m[1], m[2])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("slide %d: %q, want %q", i+1, got, want)
		}
	}
}

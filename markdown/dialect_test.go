package markdown

import (
	"slices"
	"strings"
	"testing"
)

// TestWords: every word of the dialect is explained, and what editors insert is right.
func TestWords(t *testing.T) {
	d := Words()
	for kind, words := range map[string][]Word{"command": d.Commands, "attribute": d.Attributes, "key": d.FrontMatter, "option": d.Options, "language": d.Languages} {
		if len(words) == 0 {
			t.Errorf("no %s", kind)
		}
		for _, w := range words {
			if w.Name == "" || w.Does == "" || !strings.Contains(w.Example, strings.TrimSuffix(w.Name, "…}")) {
				t.Errorf("%s %+v", kind, w)
			}
		}
	}
	samples := d.Samples()
	for _, want := range []string{"<!-- alignment: left -->", "<!-- incremental_lists: false -->", "<!-- end_slide -->", "<!-- new_lines: 3 -->"} {
		if !slices.Contains(samples, want) {
			t.Errorf("no sample %s in %q", want, samples)
		}
	}
	for _, s := range samples {
		src, files := s+"\n\ntext\n", map[string]string{"part.md": "text\n"}
		switch {
		case strings.Contains(s, "snippet_output"):
			src = "```bash +exec +id:hello\n```\n" + src
		case strings.Contains(s, "column:"):
			src = "<!-- column_layout: [1, 1] -->\n" + src
		case strings.Contains(s, "column_layout"):
			src = s + "\n<!-- column: 0 -->\n"
		case strings.Contains(s, "skip_slide"):
			src += "<!-- end_slide -->\nmore\n"
		}
		if deck := parse(t, src, files); len(deck.Diags) > 0 {
			t.Errorf("%s: %v", s, deck.Diags)
		}
	}
}

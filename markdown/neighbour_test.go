package markdown

import (
	"strings"
	"testing"
)

// TestNeighbours: a deck of another tool gets one diagnostic that names the tool and says what to set, and a deck of
// our own gets none.
func TestNeighbours(t *testing.T) {
	const rules = "\n# One\n\ntext\n\n---\n\n# Two\n\ntext\n"
	for name, tt := range map[string]struct{ src, at, msg, hint string }{
		"marp": {"---\nmarp: true\ntheme: gaia\npaginate: true\n---\n" + rules, "2:1",
			"front matter of a Marp deck, with keys that slidexec does not have: marp, theme, paginate", "end_slide_shorthand: true"},
		"marp, one key":   {"---\nmarp: true\n---\n" + rules, "2:1", "with a key that slidexec does not have: marp", "slidexec import deck.md"},
		"marp by comment": {"<!-- // -->\n![bg right](x.png)\n" + rules, "8:1", "looks like a Marp deck", "slidexec import deck.md"},
		"slidev": {"---\ntheme: seriph\ntransition: slide-left\nmdc: true\ntitle: T\n---\n" + rules, "2:1",
			"front matter of a Slidev deck, with keys that slidexec does not have: theme, transition, mdc", "end_slide_shorthand"},
		"slidev by clicks":  {rules + "\n<v-clicks>\n\n- a\n\n</v-clicks>\n", "6:1", "looks like a Slidev deck", "end_slide_shorthand"},
		"slidev by slide":   {"# One\n\n---\nlayout: two-cols\n---\n\ntext\n\n---\n\nx\n", "3:1", "looks like a Slidev deck", "end_slide_shorthand"},
		"reveal":            {"---\nrevealOptions:\n  transition: fade\n---\n" + rules, "2:1", "front matter of a reveal-md deck", "end_slide_shorthand"},
		"reveal by element": {rules + "\n- a <!-- .element: class=\"fragment\" -->\n", "6:1", "looks like a reveal-md deck", "end_slide_shorthand"},
		"reveal by note":    {rules + "\nNote: smile\n", "6:1", "looks like a reveal-md deck", "end_slide_shorthand"},
		"patat":             {"---\ntitle: T\npatat:\n  wrap: true\n---\n" + rules, "3:1", "front matter of a patat deck", "end_slide_shorthand"},
		"patat by heading":  {"# One\n\na\n\n. . .\n\nb\n\n# Two\n\nc\n", "9:1", "looks like a patat deck", "implicit_slide_ends: true"},
		"nobody's":          {rules, "6:1", "the deck is one slide: --- does not end slides here", "options: {end_slide_shorthand: true}"},
		"two rules":         {"a\n\n---\n\nb\n\n---\n\nc\n", "3:1", "the deck is one slide", "end_slide"},

		"shorthand":      {"---\noptions: {end_slide_shorthand: true}\n---\n" + rules, "", "", ""},
		"ends":           {rules + "\n<!-- end_slide -->\n\nmore\n", "", "", ""},
		"a rule":         {"One\n===\n\na\n\n---\n\nb\n", "", "", ""},
		"another rule":   {"# One\n\na\n\n***\n\n# Two\n", "", "", ""},
		"lenient":        {"---\nmarp: true\noptions: {strict_front_matter_parsing: false}\n---\n\n# One\n", "", "", ""},
		"about Marp":     {"# One\n\n```md\n---\nmarp: true\n---\n\n# Two\n```\n", "", "", ""},
		"headings":       {"# One\n\na\n\n# Two\n\nb\n", "", "", ""},
		"not unsuitable": {"---\npotato: true\n---\n\n# One\n", "2:1", `unknown front matter key "potato"`, "keys: "},
	} {
		deck := parse(t, tt.src, map[string]string{"x.png": "x"})
		var got []string
		for _, d := range deck.Diags {
			if !strings.Contains(d.Msg, "HTML") && !strings.Contains(d.Msg, "comment inside") && !strings.Contains(d.Msg, "tag") {
				got = append(got, d.Error()+" ("+d.Hint+")")
			}
		}
		switch all := strings.Join(got, "\n"); {
		case tt.msg == "" && all == "":
		case tt.msg == "", len(got) != 1, !strings.HasPrefix(all, "deck.md:"+tt.at+": "), !strings.Contains(all, tt.msg), !strings.Contains(all, tt.hint):
			t.Errorf("%s: got %s\nwant at %s %q with %q", name, all, tt.at, tt.msg, tt.hint)
		}
	}
}

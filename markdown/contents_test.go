package markdown

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
)

// listed returns the lists of slides of a deck: their entries, and how many more there are.
func listed(d *slides.Deck) (out []string) {
	for _, s := range d.Slides {
		slides.Walk(s.Blocks, func(b slides.Block) {
			if c, ok := b.(*slides.Contents); ok {
				line := ""
				for _, e := range c.Entries {
					line += fmt.Sprintf("%d %s, ", e.Slide, e.Title)
				}
				out = append(out, fmt.Sprintf("%s%d more", line, c.More))
			}
		})
	}
	return out
}

// slidesOf returns a deck of slides with the titles; "*" lists slides, as "*2" does two of them.
func slidesOf(titles ...string) string {
	var b strings.Builder
	for _, t := range titles {
		title, most, list := strings.Cut(t, "*")
		if title != "" {
			b.WriteString(title + "\n===\n\n")
		}
		if list && most != "" {
			most = ": " + most
		}
		if list {
			b.WriteString("<!-- contents" + most + " -->\n")
		}
		b.WriteString("text\n\n<!-- end_slide -->\n\n")
	}
	return b.String()
}

// TestContents: which slides are listed, and how many.
func TestContents(t *testing.T) {
	long := []string{"*"}
	for i := range 50 {
		long = append(long, fmt.Sprint("t", i))
	}
	for _, tt := range []struct{ name, deck, want string }{
		{"after it", slidesOf("A", "Contents*", "B", "C"), "3 B, 4 C, 0 more"},
		{"nothing after it", slidesOf("A", "B", "Contents*", ""), "1 A, 2 B, 0 more"},
		{"continued", slidesOf("Contents*", "Contents", "B", "", "B", "C", "B"), "3 B, 6 C, 7 B, 0 more"},
		{"between equal titles", slidesOf("A", "*", "A", "B"), "3 A, 4 B, 0 more"},
		{"full", slidesOf("Contents*2", "B", "C", "C", "D", "E", "E"), "2 B, 3 C, 2 more"},
		{"alone", slidesOf("Contents*", ""), "0 more"},
		{"front matter", "---\ntitle: A talk\n---\n" + slidesOf("Contents*"), "0 more"},
	} {
		d := parse(t, tt.deck, nil)
		if got := strings.Join(listed(d), "; "); got != tt.want || len(d.Diags) > 0 {
			t.Errorf("%s: %s, want %s; %v", tt.name, got, tt.want, d.Diags)
		}
	}
	for before, most := range map[string]int{"": 36, "<!-- column_layout: [1] -->\n<!-- column: 0 -->\n": 18} {
		got := listed(parse(t, before+slidesOf(long...), nil))[0]
		if !strings.HasSuffix(got, fmt.Sprintf(" t%d, %d more", most-1, 50-most)) {
			t.Errorf("after %q: %s", before, got)
		}
	}
}

// TestContentsEdited: a list follows edits of other slides, as if the deck were parsed anew.
func TestContentsEdited(t *testing.T) {
	p := Parser{Config: testConfig()}
	for _, titles := range [][]string{{"*", "A", "B"}, {"*", "A", "Bee"}, {"*", "A", "", "Bee"}, {"A", "*", "Bee"}, {"A", "*", "C"}, {"A", "*", "C", "D"}} {
		got, err := p.Parse("deck.md", []byte(slidesOf(titles...)))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := listed(got), listed(parse(t, slidesOf(titles...), nil)); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v: %v, want %v", titles, got, want)
		}
	}
}

// TestContentsEnd: lists that would repeat too much say so once, and how many entries are missing.
func TestContentsEnd(t *testing.T) {
	t.Cleanup(budget.Titles.Lower(3 * (lineCost + 1)))
	d := parse(t, slidesOf("*", "A", "*", "B", "*", "C"), nil)
	if got, want := strings.Join(listed(d), "; "), "2 A, 4 B, 6 C, 0 more; 2 more; 1 more"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if len(d.Diags) != 1 || d.Diags[0].Severity != slides.Warning || d.Diags[0].Pos.Line() != 13 {
		t.Errorf("%v", d.Diags)
	}
}

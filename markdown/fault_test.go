package markdown

import (
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
)

// brittle panics where a fence asks for the language "fault", as a fault of ours in reading a block
// would, and where a file is read.
func brittle() Config {
	cfg := testConfig()
	cfg.Language = func(name string) (lang.Language, bool) {
		if name == "fault" {
			panic("index out of range [5] with length 3")
		}
		return lang.Lookup(name)
	}
	return cfg
}

const brittleDeck = "One\n===\n\n- before\n\n```fault +exec\nx\n```\n\nbehind\n\n<!-- end_slide -->\n\nTwo\n===\n"

// TestFault: a fault costs one block, names its place, and does not say what panicked.
func TestFault(t *testing.T) {
	p := &Parser{Config: brittle()}
	parsers := map[string]func(src string) (*slides.Deck, error){
		"Parse":  func(src string) (*slides.Deck, error) { return Parse("deck.md", []byte(src), brittle()) },
		"Parser": func(src string) (*slides.Deck, error) { return p.Parse("deck.md", []byte(src)) },
		"Parser, an edit later": func(src string) (*slides.Deck, error) {
			return p.Parse("deck.md", []byte(strings.Replace(src, "Two", "Three", 1)))
		},
	}
	for _, name := range []string{"Parse", "Parser", "Parser, an edit later"} {
		deck, err := parsers[name](brittleDeck)
		if err == nil || len(deck.Diags) != 1 || len(deck.Slides) != 2 {
			t.Fatalf("%s: %v, %d slides", name, err, len(deck.Slides))
		}
		if got := deck.Diags[0].Error(); got != "deck.md:6:1: slidexec has a bug: it broke down while reading a block" {
			t.Errorf("%s: %s", name, got)
		}
		if blocks := deck.Slides[0].Blocks; len(blocks) != 4 {
			t.Errorf("%s: %d blocks, want the title, the list, the problem and the paragraph behind it", name, len(blocks))
		}
	}
}

// TestFaultOutside: one outside of any block leaves a deck of one slide that says so.
func TestFaultOutside(t *testing.T) {
	p := &Parser{Config: testConfig()}
	broken := func() (*slides.Deck, error) {
		var b *builder
		return b.end()
	}
	deck, err := contained("deck.md", []byte("text\n"), broken)
	if err == nil || len(deck.Slides) != 1 || len(deck.Slides[0].Blocks) != 1 || len(deck.Diags) != 1 {
		t.Fatalf("%v, %+v", err, deck)
	}
	if deck, err := p.Parse("deck.md", []byte("text\n")); err != nil || len(deck.Slides) != 1 {
		t.Errorf("the next one: %v, %+v", err, deck)
	}
}

// noFault returns the fault that Parse has kept to a diagnostic, if there was one.
func noFault(deck *slides.Deck) error {
	for _, d := range deck.Diags {
		if strings.Contains(d.Hint, slides.FaultHint) {
			return d
		}
	}
	return nil
}

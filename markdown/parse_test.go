package markdown

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/golden"
	"github.com/slidexec/slidexec/slides"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func testConfig() Config { return Config{Files: &testdata} }

// testdata opens what the decks of testdata/decks name, which is beside their folder, too.
var testdata = newDisk("testdata")

// decks returns the names of all test decks.
func decks(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob("testdata/decks/*.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("no decks: %v", err)
	}
	return names
}

func TestDecks(t *testing.T) {
	for _, name := range decks(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			deck, err := Parse(name, src, testConfig())
			if (err != nil) != deck.Diags.Failed() {
				t.Errorf("Parse error %v, but diagnostics %v", err, deck.Diags)
			}
			golden.Check(t, *update, strings.TrimSuffix(name, ".md")+".golden", dump(deck))
			if err := checkDeck(deck); err != nil {
				t.Error(err)
			}
		})
	}
}

// parse parses a deck with the files given.
func parse(t testing.TB, src string, files map[string]string) *slides.Deck {
	t.Helper()
	cfg := testConfig()
	cfg.Files = nil
	cfg.ReadFile = func(name string) ([]byte, error) {
		if s, ok := files[name]; ok {
			return []byte(s), nil
		}
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	deck, err := Parse("deck.md", []byte(src), cfg)
	var diags slides.Diags
	if err != nil && !errors.As(err, &diags) {
		t.Fatalf("Parse error is a %T", err)
	}
	if err := checkDeck(deck); err != nil {
		t.Errorf("%v in\n%s", err, src)
	}
	return deck
}

// TestExampleDecks parses the decks of the examples: nobody should find a mistake in them.
func TestExampleDecks(t *testing.T) {
	names, err := filepath.Glob("../examples/*.md")
	if err != nil || len(names) < 3 {
		t.Fatalf("found %q, %v", names, err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		deck, err := Parse(name, src, testConfig())
		if err != nil || len(deck.Diags) > 0 {
			t.Errorf("%s: %v", name, deck.Diags)
		}
		if err := checkDeck(deck); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

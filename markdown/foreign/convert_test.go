package foreign_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/golden"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/markdown/foreign"
	"github.com/slidexec/slidexec/slides"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// parsed parses a deck all of whose files are there.
func parsed(src []byte) *slides.Deck {
	deck, _ := markdown.Parse("new.md", src, markdown.Config{ReadFile: func(string) ([]byte, error) { return nil, nil }})
	return deck
}

// TestConvert: the decks in testdata become the ones beside them, which have no mistakes.
func TestConvert(t *testing.T) {
	names, err := filepath.Glob("testdata/*.md")
	if err != nil || len(names) < len(foreign.Tools()) {
		t.Fatal(names, err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		tool := foreign.Of(src)
		out, left := foreign.Convert(slides.NewFile(filepath.Base(name), name, src), tool)
		deck := parsed(out)
		got := fmt.Sprintf("%s, %d slides\n%s\n%s", tool, len(deck.Slides), left.Error(), out)
		golden.Check(t, *update, strings.TrimSuffix(name, ".md")+".golden", got)
		if deck.Diags.Failed() {
			t.Errorf("%s: %v", name, deck.Diags)
		}
		if again := foreign.Of(out); again != foreign.None {
			t.Errorf("%s: the new deck looks like one of %s", name, again)
		}
	}
}

// TestConvertLines: lines of Slidev decks become lines that our decks have, without mistakes.
func TestConvertLines(t *testing.T) {
	for _, tt := range []struct{ line, want, left string }{
		{"<Toc />", "<!-- contents -->", ""},
		{"<Toc></Toc>", "<!-- contents -->", ""},
		{`<Toc maxDepth="1" columns="2" />`, "<!-- contents -->", "how deep a list of slides goes"},
		{"<<< @/", "<!-- // <<< @/ -->", "names no file"},
		{"<<< @/snippets/", "<!-- // <<< @/snippets/ -->", "names no file"},
		{"<<< @/..#r", "<!-- // <<< @/..#r -->", "names no file"},
		{"<<< @/a.ts", "path: a.ts", ""},
	} {
		out, left := foreign.Convert(slides.NewFile("old.md", "old.md", []byte("# A\n\n"+tt.line+"\n")), foreign.Slidev)
		if !strings.Contains(string(out), "\n"+tt.want+"\n") || !strings.Contains(left.Error(), tt.left) || tt.left == "" && len(left) > 0 || parsed(out).Diags.Failed() {
			t.Errorf("%s: no %s in\n%s%v\n%v", tt.line, tt.want, out, left, parsed(out).Diags)
		}
	}
}

// TestConvertMixtures: whatever a deck is made of, the new deck has no mistakes.
func TestConvertMixtures(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.md")
	var lines []string
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Split(string(src), "\n")...)
	}
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		var b strings.Builder
		for range r.IntN(30) {
			at := r.IntN(len(lines))
			for _, l := range lines[at:min(at+1+r.IntN(4), len(lines))] {
				b.WriteString(l + "\n")
			}
		}
		src := b.String()
		for _, tool := range append(foreign.Tools(), foreign.None) {
			out, _ := foreign.Convert(slides.NewFile("old.md", "old.md", []byte(src)), tool)
			if d := parsed(out).Diags; d.Failed() {
				t.Fatalf("seed %d, %s: %v\n--- old\n%s\n--- new\n%s", seed, tool, d, src, out)
			}
		}
	}
}

// TestConvertDamaged: a deck with slips of the keyboard becomes one without mistakes, too.
func TestConvertDamaged(t *testing.T) {
	names, _ := filepath.Glob("testdata/*.md")
	const slips = "\n\n <>!-[](){}\"'`:#*|=/\\xv01~^\t\r$"
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 2))
		src, err := os.ReadFile(names[r.IntN(len(names))])
		if err != nil {
			t.Fatal(err)
		}
		for range 1 + r.IntN(8) {
			at, c := r.IntN(len(src)), slips[r.IntN(len(slips))]
			switch r.IntN(3) {
			case 0:
				src[at] = c
			case 1:
				src = append(src[:at:at], src[min(len(src)-1, at+r.IntN(40)):]...)
			case 2:
				src = append(src[:at:at], append([]byte{c}, src[at:]...)...)
			}
		}
		for _, tool := range append(foreign.Tools(), foreign.None) {
			out, _ := foreign.Convert(slides.NewFile("old.md", "old.md", src), tool)
			d := slices.DeleteFunc(parsed(out).Diags, func(d slides.Diag) bool {
				return strings.HasPrefix(d.Msg, "pictures from the network") // its mark is on several lines
			})
			if d.Failed() {
				t.Fatalf("seed %d, %s: %v\n--- old\n%s\n--- new\n%s", seed, tool, d, src, out)
			}
		}
	}
}

func FuzzConvert(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.md")
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Fuzz(func(t *testing.T, src string) {
		for _, tool := range append(foreign.Tools(), foreign.None) {
			out, left := foreign.Convert(slides.NewFile("old.md", "old.md", []byte(src)), tool)
			for _, d := range left {
				if d.Pos.Off < 0 || d.Pos.Off > len(src) {
					t.Errorf("place %d of %d bytes", d.Pos.Off, len(src))
				}
			}
			parsed(out)
		}
	})
}

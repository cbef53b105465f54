package markdown

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
)

// FuzzParse parses whatever comes; nothing may panic and every place must be one.
func FuzzParse(f *testing.F) {
	for _, name := range decks(f) {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	cfg := testConfig()
	cfg.Dir = filepath.Join("testdata", "decks")
	// Only the parts can be read: a fuzzed path must not find anything else.
	cfg.Files = nil
	cfg.ReadFile = func(name string) ([]byte, error) {
		if !strings.HasPrefix(filepath.Clean(name), filepath.Join("testdata", "parts")) {
			return nil, os.ErrNotExist
		}
		return os.ReadFile(name)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		deck, err := Parse("deck.md", slices.Clone(src), cfg)
		if (err != nil) != deck.Diags.Failed() {
			t.Errorf("error %v, diagnostics %v", err, deck.Diags)
		}
		if err := checkDeck(deck); err != nil {
			t.Error(err)
		}
		if err := noFault(deck); err != nil {
			t.Error(err)
		}
		if string(deck.Files[0].Src) != string(lines(src)) {
			t.Error("the source was changed")
		}
	})
}

// FuzzFence reads any info string; attributes and diagnostics must point into it.
func FuzzFence(f *testing.F) {
	for _, a := range Attributes() {
		f.Add(strings.TrimPrefix(a.Example, "```"))
	}
	f.Add("python {1, 2 | all}+exec")
	f.Add(`c\+\+ &plus;exec` + "\t+id:a")
	f.Fuzz(func(t *testing.T, info string) {
		b := newBuilder(testConfig())
		file := slides.NewFile("deck.md", "deck.md", []byte("```"+info))
		b.src = newSource(file, ".")
		b.startSlide(slides.Pos{File: file})
		fence := b.parseInfo(newInfo(info, slides.Pos{File: file, Off: 3}))
		s := &slides.Snippet{Lang: fence.lang}
		b.resolve(fence, s, lang.Language{})
		spans := []slides.Span{fence.langAt}
		for _, w := range fence.words {
			spans = append(spans, w.at)
		}
		for _, d := range b.deck.Diags {
			spans = append(spans, slides.Span{Pos: d.Pos, End: d.Pos.Off})
		}
		for _, at := range spans {
			if at.Off < 3 || at.End < at.Off || at.End > len(file.Src) {
				t.Errorf("span %d-%d of %d bytes", at.Off, at.End, len(file.Src))
			}
		}
	})
}

package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// FuzzDeck takes whatever bytes there are in a deck, in the settings beside it, in a file that it
// includes and in the output of its programs through everything up to every format. There may be any
// number of mistakes in them, and no fault in us.
func FuzzDeck(f *testing.F) {
	for _, pattern := range []string{"../../examples/*.md", "../../markdown/testdata/decks/*.md"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			f.Fatalf("no decks %s: %v", pattern, err)
		}
		for _, name := range names {
			src, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(src, []byte("permissions: [net]\nlimits: {timeout: 2s}\n"), []byte("part\n\n```sh +exec\n:\n```\n"), []byte("\x1b[31mred\r\n```\n"))
		}
	}
	f.Add([]byte("---\ntitle:\r x\n---\n<!-- include: part.md -->\n"), []byte("permissions:\r- net\n"), []byte("\xff\x00"), []byte("\x9b2J"))
	f.Fuzz(func(t *testing.T, deck, settings, part, output []byte) {
		dir := t.TempDir()
		for name, data := range map[string][]byte{"deck.md": deck, "slidexec.yaml": settings, "part.md": part} {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		a := &app{in: strings.NewReader(""), out: io.Discard, ui: &ui{w: io.Discard}, run: runFlags{jobs: 1}}
		talk, err := a.open(t.Context(), filepath.Join(dir, "deck.md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range talk.Deck.Diags {
			if strings.Contains(d.Hint, slides.FaultHint) {
				t.Errorf("%v", d)
			}
		}
		a.ui.diags(talk.Deck.Diags)
		results := slides.Results{}
		for i, s := range talk.Deck.Executable() {
			results[s.Key] = slides.Result{
				State: slides.Done, Status: []slides.Status{slides.OK, slides.Exited, slides.TimedOut}[i%3],
				Log: []slides.Chunk{{Data: output}, {Stderr: true, Data: output}},
			}
		}
		for name, format := range formats {
			if format.binary { // a browser prints it, of what html draws
				continue
			}
			var buf bytes.Buffer
			view := &render.View{Deck: talk.Deck, Results: results}
			if err := format.backend(look{width: 60, notes: true}).Render(&buf, view); err != nil && name != "md" {
				t.Errorf("%s: %v", name, err) // Markdown that could not be filled without harm is refused
			}
		}
	})
}

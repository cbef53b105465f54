package live

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/slides"
)

// deckOf returns a deck of n slides with a program each; edit is text on the one in the middle.
func deckOf(n int, edit string) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Slide %d\n===\n\nSome *text* with `code` on slide %d.\n\n* one\n* two\n\n", i, i)
		if i == n/2 {
			fmt.Fprintf(&b, "%s\n\n", edit)
		}
		fmt.Fprintf(&b, "```bash +exec +id:s%d\necho %d\n%s```\n<!-- snippet_output: s%d -->\n<!-- end_slide -->\n\n",
			i, i, strings.Repeat("# a line of a program, as they are\n", 8), i)
	}
	return []byte(b.String())
}

// remembering is the Source of a deck in a real file, read and parsed as the commands do.
type remembering struct {
	onDisk
	parser markdown.Parser
}

func (r *remembering) Load(context.Context) (*slides.Deck, error) {
	src, err := r.reader.ReadFile(files.OpenPlain, r.path, 1<<30)
	if err != nil {
		return nil, err
	}
	deck, _ := r.parser.Parse(r.path, src)
	return deck, nil
}

// BenchmarkEdit is the time from the end of a save until the new deck is received.
func BenchmarkEdit(b *testing.B) {
	saves := map[string]func(path string, data []byte) error{
		"write": func(path string, data []byte) error { return os.WriteFile(path, data, 0o600) },
		"rename": func(path string, data []byte) error {
			if err := os.WriteFile(path+".new", data, 0o600); err != nil {
				return err
			}
			return os.Rename(path+".new", path)
		},
	}
	for name, save := range saves {
		for _, n := range []int{30, 1000, 10_000} {
			b.Run(fmt.Sprintf("%s/%d slides", name, n), func(b *testing.B) {
				path := filepath.Join(b.TempDir(), "deck.md")
				if err := os.WriteFile(path, deckOf(n, "as it was"), 0o600); err != nil {
					b.Fatal(err)
				}
				src := &remembering{onDisk: onDisk{path, prompt{make(chan string)}, &Reader{}}}
				src.parser.Config.Language = known
				talk, err := Open(b.Context(), Options{Source: src, Files: []string{path}, Reader: src.reader})
				if err != nil {
					b.Fatal(err)
				}
				edited := hear(talk)
				await(b, edited, func(slides.Loaded) bool { return true })
				i := 0
				for b.Loop() {
					b.StopTimer()
					i++
					edit := fmt.Sprintf("edit %d", i)
					data := deckOf(n, edit)
					b.StartTimer()
					if err := save(path, data); err != nil {
						b.Fatal(err)
					}
					await(b, edited, func(l slides.Loaded) bool { return strings.Contains(source(l), edit+"\n") })
				}
				b.StopTimer()
				if err := talk.Close(); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
}

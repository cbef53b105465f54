package live

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/run"
)

// edited is the Source of a deck that is parsed again and again.
type edited struct {
	onDisk
	parser *markdown.Parser
}

func (e edited) Load(context.Context) (*slides.Deck, error) {
	src, err := e.reader.ReadFile(files.OpenPlain, e.path, int64(budget.Deck.Limit))
	if err != nil {
		return nil, err
	}
	deck, _ := e.parser.Parse(e.path, src) // its mistakes are in it
	return deck, nil
}

// inUse returns how many bytes are in use, when all that can go has gone.
func inUse() int {
	runtime.GC()
	runtime.GC() // what finalizers kept
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// TestMemoryComesBack saves a large deck once. After the next edit nothing of it is left, whatever it
// consisted of.
func TestMemoryComesBack(t *testing.T) {
	const size = 4 << 20
	for name, unit := range map[string]string{
		"slides": "Title\n===\n\nSome text.\n\n```bash\necho hi\n```\n\n<!-- end_slide -->\n",
		"text":   "word ",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "talk.md")
			save := func(text string) {
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			save("small\n")
			src := edited{onDisk{path, prompt{make(chan string, 1000)}, &Reader{}}, &markdown.Parser{Config: markdown.Config{Language: known}}}
			talk, err := Open(t.Context(), Options{Source: src, Files: []string{path}, Reader: src.reader, Due: Auto})
			if err != nil {
				t.Fatal(err)
			}
			defer talk.Close()
			events := talk.Events(t.Context())
			loaded := func() int { return len((<-events).(slides.Loaded).Deck.Files[0].Src) }
			loaded()
			before := inUse()
			large := strings.Repeat(unit, size/len(unit))
			save(large)
			for loaded() != len(large) {
			}
			held := inUse() - before
			save("small again\n")
			for loaded() == len(large) {
			}
			if left := inUse() - before - len(large); left > size/4 { // large itself is the test's
				t.Errorf("a deck of %d bytes took %d, and leaves %d", size, held, left)
			}
			runtime.KeepAlive(large)
		})
	}
}

// flood is a Runner whose programs print a megabyte each.
type flood struct{ prompt }

func (flood) RunTasks(_ context.Context, tasks []run.Task, emit func(slides.Ran)) error {
	for _, t := range tasks {
		emit(slides.Ran{Key: t.Snippet.Key, Result: slides.Result{State: slides.Done, Status: slides.OK,
			Log: []slides.Chunk{{Data: bytes.Repeat([]byte("x"), 1<<20)}}}})
	}
	return nil
}

type flooding struct{ onDisk }

func (f flooding) Runner(context.Context) (Runner, error) { return flood{f.prompt}, nil }

// TestOutputInSum runs a hundred programs that print a megabyte each: what a talk hands on is no more
// than the budget, and when an edit takes programs away there is room again.
func TestOutputInSum(t *testing.T) {
	const n = 100
	path := filepath.Join(t.TempDir(), "talk.md")
	deck := func(from int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "```bash +exec\necho %d\n```\n", from+i)
		}
		return b.String()
	}
	if err := os.WriteFile(path, []byte(deck(0)), 0o600); err != nil {
		t.Fatal(err)
	}
	src := flooding{onDisk{path, prompt{make(chan string, 1000)}, &Reader{}}}
	talk, err := Open(t.Context(), Options{Source: src, Files: []string{path}, Reader: src.reader, Due: All})
	if err != nil {
		t.Fatal(err)
	}
	defer talk.Close()
	events := talk.Events(t.Context())
	for round := range 2 {
		for {
			if _, ok := (<-events).(slides.Loaded); ok {
				break
			}
		}
		sum, cut := 0, 0
		for done := 0; done < n; {
			r, ok := (<-events).(slides.Ran)
			if !ok || r.Result.State != slides.Done {
				continue
			}
			done++
			sum += r.Result.Size()
			if r.Result.Spent == budget.Output {
				cut++
			}
		}
		if sum != budget.Output.Limit || cut != n-budget.Output.Limit>>20 {
			t.Errorf("round %d: %d bytes, %d programs are cut", round, sum, cut)
		}
		if err := os.WriteFile(path, []byte(deck(n)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

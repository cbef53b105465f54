package live

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/run"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// counting is an Executor whose programs end at once.
type counting struct{ runs atomic.Int64 }

func (c *counting) Run(context.Context, *sandbox.Cmd) (sandbox.Result, error) {
	c.runs.Add(1)
	return sandbox.Result{Status: sandbox.OK}, nil
}

// real is the Source of a deck with a real runner.
type real struct {
	onDisk
	runner *run.Runner
}

func (r real) Runner(context.Context) (Runner, error) { return r.runner, nil }

// TestHundredPrograms edits a deck of a hundred programs, without a cache that would hide runs.
func TestHundredPrograms(t *testing.T) {
	tools, dir := t.TempDir(), t.TempDir()
	try(t, os.WriteFile(filepath.Join(tools, "bash"), nil, 0o700))
	var exec counting
	runner, err := run.New(run.Options{Dir: dir, CacheDir: t.TempDir(), NoCache: true, Executor: &exec,
		Finder: &toolchain.Finder{Path: tools}})
	try(t, err)
	path := filepath.Join(dir, "deck.md")
	deck := string(deckOf(100, "as it was"))
	write(t, path, deck)
	opened, err := Open(t.Context(), Options{Source: real{onDisk{path: path, reader: &Reader{}}, runner}, Files: []string{path}, Due: All})
	try(t, err)
	talk := hear(opened)
	done := func(n int) {
		t.Helper()
		for range n {
			await(t, talk, func(r slides.Ran) bool { return r.Result.State == slides.Done })
		}
	}
	await(t, talk, func(slides.Loaded) bool { return true })
	done(100)
	edits := []struct {
		name, from, to string
		runs           int64
	}{
		{"text", "as it was", "as it is", 0},
		{"text of a title", "Slide 3\n", "Slide three\n", 0},
		{"a program", "echo 50\n", "echo fifty\n", 1},
		{"a slide away", deck[strings.Index(deck, "Slide 70\n"):strings.Index(deck, "Slide 71\n")], "", 0},
		{"a new program", "Slide 80\n===\n", "New\n===\n```bash +exec\necho new\n```\n<!-- end_slide -->\nSlide 80\n===\n", 1},
		{"a word that shows", "+exec +id:s20", "+exec +line_numbers +id:s20", 0},
	}
	for _, e := range edits {
		before := exec.runs.Load()
		if !strings.Contains(deck, e.from) {
			t.Fatalf("%s: there is no %q", e.name, e.from)
		}
		deck = strings.Replace(deck, e.from, e.to, 1)
		write(t, path, deck)
		await(t, talk, func(l slides.Loaded) bool { return source(l) == deck })
		done(int(e.runs))
		// A run that nobody wanted would have been queued before this one.
		key := slides.Key("")
		if parsed, _ := markdown.Parse(path, []byte(deck), markdown.Config{Language: known}); parsed != nil {
			key = parsed.Find("s0").Key
		}
		talk.Run(key)
		await(t, talk, func(r slides.Ran) bool { return r.Key == key && r.Result.State == slides.Done })
		if got := exec.runs.Load() - before - 1; got != e.runs {
			t.Errorf("an edit of %s ran %d programs, want %d", e.name, got, e.runs)
		}
	}
	try(t, talk.Close())
	if got := fmt.Sprint(exec.runs.Load()); got != "108" {
		t.Errorf("%s programs ran in all, want 108", got)
	}
}

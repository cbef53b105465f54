package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/edits"
	"github.com/slidexec/slidexec/internal/testkit/need"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

// watched is a `render --watch` that writes a file beside the deck.
type watched struct {
	dir  string // with the folder that is watched, and one for those that are opened anew
	stop context.CancelFunc
	end  chan int
}

func renderDeck(ctx context.Context, folder string, more ...string) int {
	args := []string{"render", "-t", "md", "-o", filepath.Join(folder, "out.txt"), filepath.Join(folder, edits.Deck)}
	return runMain(ctx, append(args, more...), &app{in: strings.NewReader(""), out: io.Discard, ui: &ui{w: io.Discard}})
}

func watchFolder(t *testing.T, f edits.Folder) (edits.Model, error) {
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		return nil, err
	}
	w := &watched{dir: dir, end: make(chan int, 1)}
	if err := f.Write(filepath.Join(dir, "watched"), nil, true); err != nil {
		return nil, err
	}
	var ctx context.Context
	ctx, w.stop = context.WithCancel(context.Background())
	go func() { w.end <- renderDeck(ctx, filepath.Join(dir, "watched"), "--watch") }()
	if err := w.Check(f, f); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *watched) Close() error {
	w.stop()
	if code := <-w.end; code != exitDone {
		return fmt.Errorf("render --watch ended with status %d", code)
	}
	return nil
}

// Check saves the edits and waits until what was written is what is written of the same folder now.
func (w *watched) Check(was, now edits.Folder) error {
	if err := now.Write(filepath.Join(w.dir, "watched"), was, false); err != nil {
		return err
	}
	fresh := filepath.Join(w.dir, "fresh")
	if err := errors.Join(os.RemoveAll(fresh), now.Write(fresh, nil, true)); err != nil {
		return err
	}
	renderDeck(context.Background(), fresh) // its status is that of the programs
	want := w.read("fresh")
	if want == "" { // it cannot be written, and what was written before stays
		return nil
	}
	deck, _ := markdown.Parse(edits.Deck, now[edits.Deck], markdown.Config{Files: now})
	late := time.After(30 * time.Second)
	for look := time.NewTicker(5 * time.Millisecond); ; {
		got := w.read("watched")
		if got == want || got != "" && empty(deck) {
			look.Stop()
			return nil
		}
		select {
		case <-look.C:
		case <-late:
			return fmt.Errorf("it stays another; want\n%s\ngot\n%s", want, got)
		}
	}
}

// read returns what was written of a folder, "" if nothing was.
func (w *watched) read(folder string) string {
	data, err := os.ReadFile(filepath.Join(w.dir, folder, "out.txt"))
	if err != nil {
		return ""
	}
	return string(bytes.ReplaceAll(data, []byte(filepath.Join(w.dir, folder)), []byte("DIR")))
}

// empty reports whether a deck is one that replaces no good one: what was written of that stays.
func empty(d *slides.Deck) bool {
	if d.Diags.Failed() && bytes.IndexByte(d.Files[0].Src, 0) >= 0 {
		return true
	}
	for _, s := range d.Slides {
		for _, b := range s.Blocks {
			if _, problem := b.(*slides.Problem); !problem {
				return false
			}
		}
	}
	return true
}

// Whatever is done to a deck and the files around it, what render --watch writes becomes what render
// writes, with programs that run in the sandbox. SLIDEXEC_EDITS says how many edits are made.
func TestWatchEdits(t *testing.T) {
	if !sandbox.Probe(t.Context()).OK() {
		need.Here(t, "sandbox", "this machine cannot sandbox")
	}
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"} {
		t.Setenv(name, filepath.Join(home, name))
	}
	edits.Run(t, edits.Options{Seeds: 8, Edits: 16, Slow: 10, Burst: 2, Tries: 10, Start: func(f edits.Folder) (edits.Model, error) {
		return watchFolder(t, f)
	}})
}

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPageSize: the page of 30 slides with code, those of the benchmarks, has at most 80 kB.
func TestPageSize(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	deck := filepath.Join(t.TempDir(), "deck.md")
	if err := os.WriteFile(deck, generated(30), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, said bytes.Buffer
	if code := runMain(context.Background(), []string{"render", deck, "-t", "html"}, &app{in: strings.NewReader(""), out: &out, ui: &ui{w: &said}}); code != 0 {
		t.Fatalf("status %d: %s", code, said.String())
	}
	if out.Len() > 80_000 || strings.Count(out.String(), "<section") < 30 {
		t.Errorf("the page has %d bytes", out.Len())
	}
}

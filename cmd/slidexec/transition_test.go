package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides/config"
)

// TestTurning: pages have the transitions of the player.
func TestTurning(t *testing.T) {
	for _, tt := range []struct {
		flag string
		set  config.Transition
		want html.Transition
	}{
		{"", config.Transition{}, html.Transition{}},
		{"none", config.Transition{Style: "fade", Duration: time.Second}, html.Transition{}},
		{"", config.Transition{Style: "slide_horizontal", Duration: time.Second}, html.Transition{Style: "slide", Duration: time.Second}},
		{"collapse", config.Transition{Style: "fade", Duration: time.Second}, html.Transition{Style: "collapse", Duration: time.Second}},
		{"fade", config.Transition{}, html.Transition{Style: "fade", Duration: transitionTime}},
	} {
		if got := turning(wanted(tt.flag, tt.set)); got != tt.want {
			t.Errorf("--transition %q, settings %+v: %+v, want %+v", tt.flag, tt.set, got, tt.want)
		}
	}
}

// TestRenderTransition: a page has the transition of the flag, or else that of the settings beside the deck, and
// formats in which nothing moves refuse the flag.
func TestRenderTransition(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Chdir(t.TempDir())
	write := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("plain.md", "One\n===\n")
	if err := os.Mkdir("set", 0o777); err != nil {
		t.Fatal(err)
	}
	write(filepath.Join("set", "deck.md"), "One\n===\n")
	write(filepath.Join("set", "slidexec.yaml"), "transition: {duration_millis: 750, animation: {style: fade}}\n")
	for _, tt := range []struct {
		line string
		code int
		want string // in the page or in the message
	}{
		{"plain.md -t html", exitDone, `<html lang="en">`},
		{"plain.md -t html --transition slide", exitDone, `data-turn="slide"`},
		{"set/deck.md -t html", exitDone, `data-turn="fade"`},
		{"set/deck.md -t html", exitDone, `--turn:750ms`},
		{"set/deck.md -t html --transition none", exitDone, `<html lang="en">`},
		{"plain.md -t html --transition wipe", exitUsage, "--transition wipe: choose one of none, fade, slide, collapse"},
		{"plain.md -t txt --transition fade", exitUsage, "--transition is for html: nothing moves in other formats"},
	} {
		var out, said bytes.Buffer
		a := &app{in: strings.NewReader(""), out: &out, ui: &ui{w: &said}}
		code := runMain(context.Background(), append([]string{"render"}, strings.Fields(tt.line)...), a)
		if code != tt.code || !strings.Contains(out.String()+said.String(), tt.want) {
			t.Errorf("%s: status %d, want %d and %s; it says %s", tt.line, code, tt.code, tt.want, said.String())
		}
	}
}

// TestServeTransition: so do the pages of a server.
func TestServeTransition(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	s := serveDeck(t, "First\n===\n", "--transition", "collapse")
	if page := s.get("/"); !strings.Contains(page, `data-turn="collapse"`) {
		t.Errorf("page %.300s", page)
	}
}

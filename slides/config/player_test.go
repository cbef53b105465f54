package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/slides/stage"
)

// player writes the files that settings of the player come from, and reads them. The names are slidexec,
// beside, user and named.
func player(t *testing.T, texts map[string]string) (Player, string) {
	t.Helper()
	at := deck(t, texts["slidexec"])
	home := t.TempDir()
	paths := map[string]string{
		"beside": filepath.Join(filepath.Dir(at), Presenterm), "user": filepath.Join(home, "presenterm", "config.yaml"),
		"named": filepath.Join(home, "other.yaml"),
	}
	env := map[string]string{}
	for name, path := range paths {
		text, ok := texts[name]
		if !ok {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if name == "named" {
			env[presentermVariable] = path
		}
	}
	p, diags := load(at).Player(func(name string) string { return env[name] }, home)
	if _, err := stage.NewKeymap(stage.Terminal, p.Bindings); err != nil {
		t.Errorf("the keys have mistakes: %v", err)
	}
	for _, d := range diags {
		if d.Severity.String() != "warning" || !d.Pos.IsValid() || d.Pos.Line() == 0 {
			t.Errorf("%v is no warning with a place", d)
		}
	}
	return p, diags.Error()
}

// does returns the action of a key.
func (p Player) does(t *testing.T, key string) stage.Action {
	t.Helper()
	m, err := stage.NewKeymap(stage.Terminal, p.Bindings)
	if err != nil {
		t.Fatal(err)
	}
	a, _, _ := m.Press(key)
	return a
}

func TestPlayer(t *testing.T) {
	for _, tt := range []struct {
		name  string
		texts map[string]string
		keys  map[string]stage.Action
		style string
		diags []string // what they mention; none: there are none
	}{
		{"nothing", nil, map[string]stage.Action{"j": "next"}, "", nil},
		{"the user's", map[string]string{"user": "bindings: {next: [x2]}\ntransition: {animation: {style: fade}}\nsnippet: {exec: {enable: true}}\n"},
			map[string]stage.Action{"j": "", "n": "nextSlide"}, "fade", nil},
		{"another file of the user", map[string]string{"user": "bindings: {next: [y]}", "named": "bindings: {next: [o]}"},
			map[string]stage.Action{"o": "next", "y": "", "j": ""}, "", nil},
		{"beside the deck, over the user's", map[string]string{"user": "bindings: {next: [y], reload: [Z]}", "beside": "bindings: {next: [z]}\ntransition: {animation: {style: slide_horizontal}}"},
			map[string]stage.Action{"z": "next", "y": "", "Z": "reload"}, "slide_horizontal", nil},
		{"slidexec.yaml over all", map[string]string{"user": "bindings: {next: [y]}", "beside": "bindings: {next: [z]}\ntransition: {animation: {style: fade}}", "slidexec": "bindings: {next: [\"-\"]}\ntransition: collapse_horizontal"},
			map[string]stage.Action{"-": "next", "y": "", "z": ""}, "collapse_horizontal", nil},
		{"a mistake in the user's", map[string]string{"user": "bindings:\n  next: [q]\ntransition: {animation: {style: fade}}"},
			map[string]stage.Action{"q": "exit", "j": "next"}, "fade", []string{"config.yaml:2:10", "q and q"}},
		{"files that conflict", map[string]string{"user": "bindings: {next: [y]}", "slidexec": "bindings: {black: [y]}"},
			map[string]stage.Action{"y": "next", "b": "black"}, "", []string{"y and y"}},
		{"no YAML", map[string]string{"beside": "a: [", "user": "\xff"}, map[string]stage.Action{"j": "next"}, "", []string{"presenterm.yaml:1", "not UTF-8"}},
		{"a file that is missing", map[string]string{"named": ""}, map[string]stage.Action{"j": "next"}, "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, diags := player(t, tt.texts)
			for key, want := range tt.keys {
				if got := p.does(t, key); got != want {
					t.Errorf("%s does %q, want %q", key, got, want)
				}
			}
			if p.Transition.Style != tt.style {
				t.Errorf("transition %+v", p.Transition)
			}
			for _, want := range tt.diags {
				if !strings.Contains(diags, want) {
					t.Errorf("diagnostics %s lack %q", diags, want)
				}
			}
			if tt.diags == nil && diags != "" {
				t.Errorf("diagnostics %s", diags)
			}
		})
	}
}

func TestPlayerDefaults(t *testing.T) {
	p, diags := player(t, map[string]string{
		"user":   "defaults: {theme: light, max_columns: 100, max_columns_alignment: left, image_protocol: sixel, terminal_font_size: 16}\ntransition: {frames: 3, duration_millis: 100, animation: {style: fade}}\n",
		"beside": "defaults: {theme: dark, max_rows: 0, max_rows_alignment: left, image_protocol: kitty}\n",
	})
	want := Player{Theme: "dark", Images: "sixel", Columns: Extent{100, "left"}, Cell: 16, Transition: Transition{"fade", 100 * time.Millisecond, 3}}
	if p.Theme != want.Theme || p.Images != want.Images || p.Columns != want.Columns || p.Rows != want.Rows || p.Cell != want.Cell || p.Transition != want.Transition {
		t.Errorf("got %+v, want %+v", p, want)
	}
	for _, w := range []string{"max_rows: want a number from 1", "there is no left", `image_protocol: there is no kitty`} {
		if !strings.Contains(diags, w) {
			t.Errorf("diagnostics %s lack %q", diags, w)
		}
	}
}

// TestPlayerDocs reads the example of the manual.
func TestPlayerDocs(t *testing.T) {
	src, err := os.ReadFile("../../docs/keys.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(src), "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	c := load(deck(t, example))
	if len(c.Diags) > 0 || len(c.player.Bindings) != 3 || c.player.Transition != (Transition{"fade", 500 * time.Millisecond, 30}) {
		t.Errorf("the example gives %v, %+v", c.Diags, c.player)
	}
}

// TestPlayerNamed: a file that the user names has to be there.
func TestPlayerNamed(t *testing.T) {
	c := load(deck(t, ""))
	_, diags := c.Player(func(string) string { return filepath.Join(t.TempDir(), "none.yaml") }, "")
	if len(diags) != 1 || !strings.Contains(diags.Error(), "none.yaml") {
		t.Errorf("diagnostics %v", diags)
	}
}

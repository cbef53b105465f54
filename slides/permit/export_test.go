package permit

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestExport(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"talk/deck.md": "", "talk/a.png": "a", "talk/other.png": "o", "talk/.env": "S=1",
		"home/rc": "mine", "build/deck.md": ""} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../home/rc", filepath.Join(root, "talk/out.png")); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(root, name) }
	store := OpenStore(at("config/permissions.json"))
	export := Export{From: at("talk"), Since: time.Unix(0, 0),
		Files: []string{at("talk/a.png"), at("talk/.env"), at("talk/out.png"), at("home/rc")}}
	if err := store.RememberExport(at("build/deck.md"), export); err != nil {
		t.Fatal(err)
	}
	reads := func(deck, name string) string {
		d, err := FindDeck(at(deck))
		if err != nil {
			t.Fatal(err)
		}
		f := d.Files(d.Folder(root), nil)
		f.Lend(func() (Export, bool) { return store.Export(d.File) })
		data, err := f.Read(at(name), 100)
		if err != nil {
			return err.Error()
		}
		return string(data)
	}
	for _, tt := range []struct{ deck, name, want string }{
		{"build/deck.md", "talk/a.png", "a"},
		{"build/deck.md", "build/../talk/a.png", "a"},
		{"build/deck.md", "talk/other.png", "outside"}, // not named when it was written
		{"build/deck.md", "talk/.env", "outside"},      // no deck has these
		{"build/deck.md", "talk/out.png", "outside"},   // leads out of the first deck's folder
		{"build/deck.md", "home/rc", "outside"},        // was not in it
		{"home/deck.md", "talk/a.png", "outside"},      // another deck
	} {
		if tt.deck == "home/deck.md" {
			if err := os.WriteFile(at(tt.deck), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got := reads(tt.deck, tt.name); !strings.Contains(got, tt.want) {
			t.Errorf("%s reads %s: %q, want %q", tt.deck, tt.name, got, tt.want)
		}
	}
	list, err := store.List()
	if err != nil || len(list) != 1 || list[0].Deck != at("build/deck.md") || !slices.ContainsFunc(list[0].Grants,
		func(g string) bool { return strings.HasPrefix(g, "read="+at("talk/a.png")) }) {
		t.Errorf("listed: %v, %v", list, err)
	}
	if found, err := store.Revoke(at("build/deck.md")); !found || err != nil {
		t.Errorf("revoke: %v, %v", found, err)
	}
	if got := reads("build/deck.md", "talk/a.png"); !strings.Contains(got, "outside") {
		t.Errorf("revoked, but read: %q", got)
	}
	if err := store.RememberExport(at("build/deck.md"), Export{From: at("talk")}); err != nil {
		t.Error(err)
	}
}

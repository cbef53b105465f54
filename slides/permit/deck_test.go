package permit

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestFindDeck(t *testing.T) {
	home := world(t)
	talk := filepath.Join(home, "talk")
	for name, target := range map[string]string{
		"other/deck.md": "../talk/deck.md", "other/again.md": "deck.md", "talk/same.md": "deck.md",
	} {
		if err := os.Symlink(target, filepath.Join(home, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(home, "other/pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(home)
	deck := filepath.Join(talk, "deck.md")
	for _, tt := range []struct {
		name string
		want Deck
	}{
		{"talk/deck.md", Deck{"talk/deck.md", deck, talk}},
		{deck, Deck{deck, deck, talk}},
		{"link/deck.md", Deck{"link/deck.md", deck, talk}}, // the folder is a link: all of it is there
		{"other/../talk/deck.md", Deck{"other/../talk/deck.md", deck, talk}},
		{"other/deck.md", Deck{deck, deck, talk}}, // the deck is: nothing of it is here
		{"other/again.md", Deck{deck, deck, talk}},
		{"talk/same.md", Deck{deck, deck, talk}},
		{"-", Deck{Name: "-"}},
		{"other/pipe", Deck{Name: "other/pipe"}},
	} {
		if got, err := FindDeck(tt.name); err != nil || got != tt.want {
			t.Errorf("FindDeck(%q) = %+v, %v, want %+v", tt.name, got, err, tt.want)
		}
	}
	for name, want := range map[string]string{
		"talk": "it is a folder", "talk/gone": "no such file", "nope.md": "no such file", "talk/self": "too many",
	} {
		if got, err := FindDeck(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("FindDeck(%q) = %+v, %v, want an error with %q", name, got, err, want)
		}
	}
}

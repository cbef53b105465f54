package permit

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestGuarded(t *testing.T) {
	for name, want := range map[string]bool{
		"/x/.git": true, "/x/.git/config": true, "/x/.GIT/config": true, "/x/y/.envrc": true, "/x/.vscode/a": true, "/x/.tool-versions": true, "/x/.gitmodules": true,
		"/x": false, "/x/Makefile": false, "/x/git": false, "/x/.gitignore": false, "/x/.github.md": false,
	} {
		if got := Guarded(name); got != want {
			t.Errorf("Guarded(%s) = %v, want %v", name, got, want)
		}
	}
	for _, name := range guards {
		if name != strings.ToLower(name) || !Guarded("/x/"+strings.ToUpper(name)) {
			t.Errorf("%q never matches", name)
		}
	}
}

// What other tools run is granted by its name only.
func TestGuardedIsNotCovered(t *testing.T) {
	home := world(t)
	folder, err := NewFolder(filepath.Join(home, "talk"), home)
	if err != nil {
		t.Fatal(err)
	}
	var set Set
	for _, word := range []string{"write=.", "write=data", "write=.git", "write=.git/config", "write=sub/.vscode"} {
		g, err := Parse(word)
		if err == nil {
			g, err = folder.Resolve(g)
		}
		if err != nil {
			t.Fatal(err)
		}
		set = set.With(g)
	}
	if got, want := set.Strings(), []string{"write=.", "write=.git", "write=sub/.vscode"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

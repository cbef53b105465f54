package permit

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// world is a home with a talk in it and things around them.
func world(t testing.TB) (home string) {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	home = filepath.Join(root, "people/ann")
	for _, name := range []string{
		"talk/deck.md", "talk/data/x.csv", "talk/.env", "talk/.git/config", "talk/sub/.vscode/tasks.json", "other/y", ".ssh/id_rsa", ".bashrc",
		"other/.env", "other/.git/HEAD", ".config/x/y", "../../srv/z",
	} {
		path := filepath.Join(home, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{
		"talk/in": "data", "talk/out": "../other", "talk/keys": filepath.Join(home, ".ssh"), "talk/self": "self",
		"other/back": "../talk/data", "talk/gone": "nowhere", "link": "talk",
	} {
		if err := os.Symlink(target, filepath.Join(home, name)); err != nil {
			t.Fatal(err)
		}
	}
	return home
}

func TestResolve(t *testing.T) {
	home := world(t)
	folder, err := NewFolder(filepath.Join(home, "link"), home)
	if err != nil {
		t.Fatal(err)
	}
	talk := filepath.Join(home, "talk")
	for _, tt := range []struct {
		name      string
		path, rel string // wanted; path "" is an error with the text in rel
	}{
		{".", talk, "."},
		{"data", talk + "/data", "data"},
		{"./data/../data/", talk + "/data", "data"},
		{"data/x.csv", talk + "/data/x.csv", "data/x.csv"},
		{"in/x.csv", talk + "/data/x.csv", "data/x.csv"},
		{talk + "/data", talk + "/data", "data"},
		{home + "/link/data", talk + "/data", "data"},
		{"../other/back", talk + "/data", "data"},
		{".env", talk + "/.env", ".env"},
		{"../other", home + "/other", ""},
		{"~/other", home + "/other", ""},
		{"~", home, ""},
		{"../.ssh", home + "/.ssh", ""},
		{"/etc/passwd", "/etc/passwd", ""},

		{"nope", "", "there is no nope; make the file or folder first"},
		{"gone", "", "there is no gone"},
		{"self", "", "cannot open"},
		{"deck.md/x", "", "cannot open"},
		{"out", "", "is a link that leads out of the deck's folder, to " + home + "/other; name that path itself"},
		{"out/y", "", "leads out of the deck's folder"},
		{"keys/id_rsa", "", "leads out of the deck's folder"},
		{talk + "/out", "", "leads out of the deck's folder"},
		{"/", "", "is the whole file system"},
		{"/proc/self", "", "their own /proc"},
		{"/dev/null", "", "is neither a file nor a folder"},
		{"/dev", "", "their own /dev"},
	} {
		g, err := folder.Resolve(Grant{Kind: Read, Arg: tt.name})
		switch {
		case tt.path != "" && (err != nil || g.Place.Path != tt.path || g.Place.Rel != tt.rel):
			t.Errorf("Resolve(%q) = %+v, %v, want %s (%s)", tt.name, g.Place, err, tt.path, tt.rel)
		case tt.path == "" && (err == nil || !strings.Contains(err.Error(), tt.rel)):
			t.Errorf("Resolve(%q) = %+v, %v, want an error with %q", tt.name, g.Place, err, tt.rel)
		}
	}
	if g, err := folder.Resolve(Grant{Kind: Env, Arg: "HOME"}); err != nil || g.Place.Path != "" {
		t.Errorf("a variable has a place: %+v, %v", g, err)
	}
	if _, err := (Folder{dir: talk}).Resolve(Grant{Kind: Read, Arg: "~/x"}); err == nil {
		t.Error("a home that nobody knows was found")
	}
}

func TestAsk(t *testing.T) {
	home := world(t)
	for _, tt := range []struct {
		dir, word string
		want      string // "" when it may be asked for
	}{
		{"talk", "write=.", ""},
		{"talk", "write=data", ""},
		{"talk", "read=.env", ""},
		{"talk", "read=.git", ""},
		{"talk", "read=~/other", ""},
		{"talk", "write=~/other/y", ""},
		{"talk", "read=/usr/share", ""},

		{"talk", "read=../other", "leads out of the deck's folder"},
		{"talk", "read=data/../../other", "leads out of the deck's folder"},
		{"talk", "read=out", "is a link"},
		{"talk", "read=nope", "there is no nope"},
		{"talk", "read=~", "is a home directory"},
		{"talk", "read=~/..", "much more"},
		{"talk", "read=/", "the whole file system"},
		{"talk", "read=/home", "much more"},
		{"talk", "read=/etc", "belongs to the system"},
		{"talk", "read=/etc/passwd", "belongs to the system"},
		{"talk", "write=/usr/bin", "belongs to the system"},
		{"talk", "read=~/.ssh", "settings and credentials"},
		{"talk", "read=~/.ssh/id_rsa", "settings and credentials"},
		{"talk", "write=~/.bashrc", "settings and credentials"},
		{"talk", "read=~/.config/x", "settings and credentials"},
		{"talk", "read=~/other/.env", "settings and credentials"},
		{"talk", "write=.git", "can make other tools run"},
		{"talk", "write=sub/.vscode/tasks.json", "can make other tools run"},
		{"talk", "write=~/other/.git", "can make other tools run"},

		// a deck that lies in the home directory does not own it
		{".", "write=.", "is a home directory"},
		{".", "read=.ssh", "settings and credentials"},
		{".", "read=.", "is a home directory"},
		{".", "read=other", ""},
	} {
		folder, err := NewFolder(filepath.Join(home, tt.dir), home)
		if err != nil {
			t.Fatal(err)
		}
		g, err := Parse(tt.word)
		if err != nil {
			t.Fatal(err)
		}
		_, err = folder.Ask(g)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("in %s, Ask(%s): %v, want %q", tt.dir, tt.word, err, tt.want)
		}
	}
}

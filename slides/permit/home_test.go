package permit

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestHomesIn(t *testing.T) {
	list := filepath.Join(t.TempDir(), "passwd")
	text := "root:x:0:0:root:/root:/bin/sh\ndaemon:x:2:2::/:/bin/false\nann:x:1000:1000:Ann,,,:/people/ann:/bin/sh\r\nshort:x:1000\nrel:x:5:5::x:\n::::::\nbob:x:1001:1:Bob:/people/bob\n"
	if err := os.WriteFile(list, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		ids, names []string
		want       string
	}{
		{[]string{"0"}, nil, "/root"},
		{[]string{"1000"}, nil, "/people/ann"},
		{[]string{"0", "1000"}, []string{"bob"}, "/root /people/ann /people/bob"},
		{[]string{"2"}, nil, ""}, // everything is no home
		{[]string{"5"}, nil, ""},
		{[]string{"4711"}, []string{"eve"}, ""},
		{nil, nil, ""},
	} {
		if got := strings.Join(homesIn(list, tt.ids, tt.names), " "); got != tt.want {
			t.Errorf("%q, %q: %q, want %q", tt.ids, tt.names, got, tt.want)
		}
	}
	if got := homesIn(filepath.Join(t.TempDir(), "gone"), []string{"0"}, nil); got != nil {
		t.Errorf("without a list: %q", got)
	}
}

// ownHome is the home that the list of users has for who runs the tests.
func ownHome(t *testing.T) string {
	t.Helper()
	t.Setenv("HOME", "")
	home := Home()
	if home == "" {
		t.Skip("the list of users has no home for this user")
	}
	if real, err := filepath.EvalSymlinks(home); err == nil {
		home = real
	}
	return home
}

// Whatever $HOME says, the home that the list of users has is one.
func TestHomeOfTheList(t *testing.T) {
	own := ownHome(t)
	for _, env := range []string{"", "/", "here", "/nowhere"} {
		t.Setenv("HOME", env)
		if got := Homes(t.TempDir(), Home()); !slices.Contains(got, own) || slices.Contains(got, "/") || slices.Contains(got, "here") {
			t.Errorf("HOME=%q: %q, want %q among them", env, got, own)
		}
	}
	t.Setenv("HOME", "/nowhere")
	if Home() != "/nowhere" {
		t.Errorf("the user's own word does not count: %q", Home())
	}
	f := Folder{dir: filepath.Join(own, "talk"), homes: Homes(own, "/nowhere")}
	for _, arg := range []string{own, filepath.Dir(own)} {
		if arg == "/" {
			continue
		}
		if why := f.refused(Grant{Kind: Read, Place: Place{Path: arg, Name: arg}}); why == "" {
			t.Errorf("a deck may ask for %s", arg)
		}
	}
	if whole := (Folder{dir: own, homes: f.homes}); !whole.isWide() {
		t.Error("a deck in the home owns all of it")
	}
}

func TestHomesOfCallers(t *testing.T) {
	if got := homesIn(passwd, nil, []string{"root"}); len(got) == 0 {
		t.Skip("the list of users has no root")
	}
	for _, variable := range []string{"SUDO_USER", "DOAS_USER"} {
		t.Setenv(variable, "root")
		real, err := filepath.EvalSymlinks(homesIn(passwd, nil, []string{"root"})[0])
		if err != nil {
			t.Skip(err)
		}
		if got := Homes(t.TempDir(), "/nowhere"); !slices.Contains(got, real) {
			t.Errorf("%s: %q", variable, got)
		}
		t.Setenv(variable, "")
	}
}

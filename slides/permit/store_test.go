package permit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// asks makes requests of words.
func asks(t testing.TB, words ...string) []Request {
	t.Helper()
	var out []Request
	for _, g := range grants(t, words...) {
		out = append(out, Request{Grant: g})
	}
	return out
}

func TestStore(t *testing.T) {
	s := OpenStore(filepath.Join(t.TempDir(), "config/slidexec/permissions.json"))
	if ok, _, err := s.Allows("/deck.md", asks(t, "net")); ok || err != nil {
		t.Errorf("an empty store allows: %v, %v", ok, err)
	}
	if found, err := s.Revoke("/deck.md"); found || err != nil {
		t.Errorf("revoking nothing: %v, %v", found, err)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	if err := s.Remember("/deck.md", asks(t, "net", "env=A"), now); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		deck, words string
		want        bool
	}{
		{"/deck.md", "net env=A", true},
		{"/deck.md", "env=A net net", true},
		{"/deck.md", "net", false},
		{"/deck.md", "net env=A env=B", false},
		{"/deck.md", "", false},
		{"/other.md", "net env=A", false},
	} {
		if got, _, err := s.Allows(tt.deck, asks(t, strings.Fields(tt.words)...)); got != tt.want || err != nil {
			t.Errorf("Allows(%s, %s) = %v, %v, want %v", tt.deck, tt.words, got, err, tt.want)
		}
	}
	alone := asks(t, "net", "env=A")
	alone[0].Snippet = "x"
	if ok, _, _ := s.Allows("/deck.md", alone); ok {
		t.Error("what was allowed to all is taken for what one asks for")
	}
	info, err := os.Stat(s.Path())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info.Mode(), err)
	}
	list, err := s.List()
	if want := "[{/deck.md [env=A net] 2026-01-02 03:04:05 +0000 UTC}]"; err != nil || fmt.Sprint(list) != want {
		t.Errorf("List = %v, %v, want %s", list, err, want)
	}
	if found, err := s.Revoke("/deck.md"); !found || err != nil {
		t.Errorf("Revoke: %v, %v", found, err)
	}
	if ok, _, _ := s.Allows("/deck.md", asks(t, "net", "env=A")); ok {
		t.Error("what was revoked is allowed")
	}
}

func TestStoreIsNotBelieved(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		mode       os.FileMode
		want       string
	}{
		{"no JSON", "{", 0o600, "cannot be read"},
		{"empty", "", 0o600, "cannot be read"},
		{"wrong types", `{"version":1,"decks":{"/d":{"grants":"net"}}}`, 0o600, "cannot be read"},
		{"another version", `{"version":2}`, 0o600, "another version"},
		{"anybody's", `{"version":1,"decks":{"/d":{"grants":["net"]}}}`, 0o666, "others than you can write"},
		{"the group's", `{"version":1,"decks":{"/d":{"grants":["net"]}}}`, 0o620, "others than you can write"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(ownDir(t), "permissions.json")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, tt.mode); err != nil {
				t.Fatal(err)
			}
			s := OpenStore(path)
			ok, _, err := s.Allows("/d", asks(t, "net"))
			if ok || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Allows = %v, %v, want an error with %q", ok, err, tt.want)
			}
			if err := s.Remember("/d", asks(t, "net"), time.Time{}); err == nil {
				t.Error("a file that cannot be read was overwritten")
			}
			if err := s.RevokeAll(); err != nil {
				t.Error(err)
			}
			if ok, _, err := s.Allows("/d", asks(t, "net")); ok || err != nil {
				t.Errorf("after revoking everything: %v, %v", ok, err)
			}
		})
	}
	dir := OpenStore(t.TempDir())
	if _, err := dir.List(); err == nil {
		t.Error("a folder is a store")
	}
}

func TestStoreIsShared(t *testing.T) {
	path := filepath.Join(ownDir(t), "permissions.json")
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if err := OpenStore(path).Remember(fmt.Sprintf("/%d.md", i), asks(t, "net"), time.Time{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if list, err := OpenStore(path).List(); len(list) != 20 || err != nil {
		t.Errorf("%d decks remembered of 20, %v", len(list), err)
	}
}

// An answer is about what was at a path, not about the path.
func TestStoreKnowsPlaces(t *testing.T) {
	home := world(t)
	folder, err := NewFolder(filepath.Join(home, "talk"), home)
	if err != nil {
		t.Fatal(err)
	}
	ask := func() []Request {
		t.Helper()
		g, err := folder.Ask(Grant{Kind: Write, Arg: "~/other"})
		if err != nil {
			t.Fatal(err)
		}
		return []Request{{Grant: g}, {Grant: Grant{Kind: Net}}}
	}
	s := OpenStore(filepath.Join(ownDir(t), "permissions.json"))
	if err := s.Remember("/d", ask(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if ok, replaced, err := s.Allows("/d", ask()); !ok || len(replaced) > 0 || err != nil {
		t.Fatalf("the same place: %v, %v, %v", ok, replaced, err)
	}
	if err := os.WriteFile(filepath.Join(home, "other/new"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if ok, _, _ := s.Allows("/d", ask()); !ok {
		t.Error("a new file in the folder changes what it is")
	}
	if err := errors.Join(os.Rename(filepath.Join(home, "other"), filepath.Join(home, "old")), os.Mkdir(filepath.Join(home, "other"), 0o755)); err != nil {
		t.Fatal(err)
	}
	if ok, replaced, err := s.Allows("/d", ask()); runtime.GOOS == "linux" && (ok || len(replaced) != 1 || replaced[0].Kind != Write) || err != nil {
		t.Errorf("another folder at the path: %v, %v, %v", ok, replaced, err)
	}
	if err := errors.Join(os.Remove(filepath.Join(home, "other")), os.Symlink("old", filepath.Join(home, "other"))); err != nil {
		t.Fatal(err)
	}
	if ok, _, err := s.Allows("/d", ask()); ok || err != nil {
		t.Errorf("a link at the path: %v, %v", ok, err)
	}
}

// ownDir is a folder that only its owner can write to, whatever the mask of who runs the tests.
func ownDir(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Who can write to the folder can put another file there, an older one of the user's own for example.
func TestStoreInForeignFolder(t *testing.T) {
	dir := ownDir(t)
	s := OpenStore(filepath.Join(dir, "permissions.json"))
	if err := s.Remember("/d", asks(t, "net"), time.Time{}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		mode os.FileMode
		want bool
	}{{0o700, true}, {0o755, true}, {0o777, false}, {0o720, false}, {0o777 | os.ModeSticky, true}} {
		if err := os.Chmod(dir, tt.mode); err != nil {
			t.Fatal(err)
		}
		if ok, _, err := s.Allows("/d", asks(t, "net")); ok != tt.want || (err == nil) != tt.want {
			t.Errorf("in a folder of mode %v: %v, %v, want %v", tt.mode, ok, err, tt.want)
		}
	}
}

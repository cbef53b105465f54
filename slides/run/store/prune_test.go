package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// age makes something look as if it was last used long ago.
func age(t *testing.T, path string, by time.Duration) {
	t.Helper()
	at := time.Now().Add(-by)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// A program that is used stays. Its own times stay, too: by them its checksum is known.
func TestUseIsNoted(t *testing.T) {
	s := open(t, "")
	d := domain(t, s, "")
	p := put(t, d, "key", "text")
	p.Release()
	for _, path := range []string{p.Path, p.Path + noteEnding} {
		age(t, path, 40*24*time.Hour)
	}
	before, err := os.Lstat(p.Path)
	if err != nil {
		t.Fatal(err)
	}
	again, ok := d.Program("key")
	if !ok {
		t.Fatal("it is not found")
	}
	again.Release()
	if after, err := os.Lstat(p.Path); err != nil || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("using it changed its times: %v", err)
	}
	if err := s.Prune(time.Now()); err != nil || !there(p.Path) {
		t.Errorf("what was used just now is gone: %v", err)
	}
}

func TestPruneByAge(t *testing.T) {
	s := open(t, "")
	d := domain(t, s, "")
	if err := errors.Join(d.PutResult("new", []byte("x")), d.PutResult("old", []byte("x"))); err != nil {
		t.Fatal(err)
	}
	used, old := put(t, d, "used", "text"), put(t, d, "old", "text")
	old.Release()
	tree, release, err := d.Tree(t.Context(), "target", "key")
	if err != nil {
		t.Fatal(err)
	}
	idle, idleRelease, err := d.Tree(t.Context(), "target", "idle")
	if err != nil {
		t.Fatal(err)
	}
	idleRelease()
	const long = 40 * 24 * time.Hour
	for _, path := range []string{
		filepath.Join(d.dir, "results", "old"), used.Path, used.Path + noteEnding, old.Path, old.Path + noteEnding, tree, filepath.Join(tree, lockName), idle, filepath.Join(idle, lockName),
	} {
		age(t, path, long)
	}
	if err := s.Prune(time.Now()); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		filepath.Join(d.dir, "results", "new"): true, filepath.Join(d.dir, "results", "old"): false,
		used.Path: true, old.Path: false, old.Path + noteEnding: false, tree: true, idle: false,
	} {
		if there(path) != want {
			t.Errorf("%s is there: %v", path, !want)
		}
	}
	used.Release()
	release()
	if err := s.Prune(time.Now()); err != nil {
		t.Fatal(err)
	}
	if there(used.Path) || there(tree) {
		t.Error("what is not used any more stays")
	}
}

// The store keeps to its size while it grows, and drops what was not used for the longest time.
func TestPruneAsItGrows(t *testing.T) {
	s := open(t, "")
	s.Cap = 100_000
	d := domain(t, s, "")
	for i := range 100 {
		name := fmt.Sprint(i)
		if err := d.PutResult(name, make([]byte, 5000)); err != nil {
			t.Fatal(err)
		}
		age(t, filepath.Join(d.dir, "results", name), time.Duration(100-i)*time.Minute)
		s.pruning.Wait()
		if _, ok := d.Result("0"); !ok { // it is used all the time
			t.Fatal("what is used goes")
		}
	}
	var total int64
	for _, it := range s.Items() {
		total += it.Size
	}
	if most := s.Cap + s.Cap/part + 6000; total > most || total < s.Cap/2 {
		t.Errorf("it holds %d bytes of %d", total, most)
	}
	if _, ok := d.Result("99"); !ok {
		t.Error("the newest is gone")
	}
}

// Nothing that somebody put there stops pruning.
func TestPruneGoesOn(t *testing.T) {
	s := open(t, "")
	d := domain(t, s, "")
	results := filepath.Join(d.dir, "results")
	if err := errors.Join(
		d.PutResult("old", []byte("x")), os.WriteFile(filepath.Join(s.dir, "stray"), nil, 0o600), os.WriteFile(filepath.Join(s.dir, "domains", "stray"), nil, 0o600),
		os.Mkdir(filepath.Join(s.dir, "domains", "closed"), 0), syscall.Mkfifo(filepath.Join(results, "pipe"), 0o600), os.Symlink("/etc", filepath.Join(s.dir, "go", "link")),
		os.WriteFile(filepath.Join(s.dir, "pruned"), nil, 0o600),
	); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"old", "pipe"} {
		age(t, filepath.Join(results, name), 40*24*time.Hour)
	}
	age(t, filepath.Join(s.dir, "pruned"), -1000*time.Hour)
	if err := s.PruneDaily(time.Now()); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"old", "pipe"} {
		if there(filepath.Join(results, name)) {
			t.Errorf("%s is left", name)
		}
	}
	if !there("/etc/passwd") {
		t.Fatal("a link was followed")
	}
	if err := d.PutResult("old", []byte("x")); err != nil {
		t.Fatal(err)
	}
	age(t, filepath.Join(results, "old"), 40*24*time.Hour)
	if err := s.PruneDaily(time.Now()); err != nil || !there(filepath.Join(results, "old")) {
		t.Errorf("pruned twice a day: %v", err)
	}
	if err := s.PruneDaily(time.Now().Add(25 * time.Hour)); err != nil || there(filepath.Join(results, "old")) {
		t.Errorf("not pruned the next day: %v", err)
	}
}

// What killed processes and earlier versions left goes; what lives stays.
func TestSweep(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	dir := t.TempDir()
	live, err := OpenTemp("")
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	dead, err := OpenTemp("")
	if err != nil {
		t.Fatal(err)
	}
	_ = dead.held.Close() // as the kernel does for a process that is killed
	s, killed := open(t, dir), open(t, dir)
	_ = killed.held.Close()
	result := filepath.Join(temp, "."+strings.Repeat("a", 40)+".json123")
	write(t, result, "x")
	write(t, filepath.Join(temp, ".aaa.json123"), "x")
	for _, name := range earlier {
		write(t, filepath.Join(dir, name, "ab", "x"), "x")
	}
	write(t, filepath.Join(dir, "mine"), "x")
	for _, path := range []string{result, filepath.Join(temp, ".aaa.json123")} {
		age(t, path, 48*time.Hour)
	}
	if err := s.Prune(time.Now()); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		live.Root(): true, dead.Root(): false, s.tmp: true, killed.tmp: false, result: false, filepath.Join(temp, ".aaa.json123"): true,
		filepath.Join(dir, "results"): false, filepath.Join(dir, "cargo"): false, filepath.Join(dir, "mine"): true,
	} {
		if there(path) != want {
			t.Errorf("%s is there: %v", path, !want)
		}
	}
}

// A directory that only has a name of an earlier version's is somebody else's.
func TestSweepKnowsEarlierLayouts(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	write(t, filepath.Join(dir, "go", "main.go"), "x")
	write(t, filepath.Join(dir, "bin", "x"), "x")
	s.Sweep(time.Now())
	if !there(filepath.Join(dir, "go", "main.go")) || !there(filepath.Join(dir, "bin", "x")) {
		t.Error("files of somebody else are gone")
	}
}

func TestClean(t *testing.T) {
	s := open(t, "")
	d := domain(t, s, "")
	if err := errors.Join(d.PutResult("new", []byte("x")), d.PutResult("old", []byte("x"))); err != nil {
		t.Fatal(err)
	}
	age(t, filepath.Join(d.dir, "results", "old"), 48*time.Hour)
	p := put(t, d, "used", "text")
	freed, busy, err := s.Clean(s.Items(), 24*time.Hour, time.Now())
	if _, ok := d.Result("new"); err != nil || freed == 0 || busy != 0 || !ok || there(filepath.Join(d.dir, "results", "old")) {
		t.Errorf("the old: %d bytes, %d in use, %v, the new one is there: %v", freed, busy, err, ok)
	}
	if _, busy, err = s.Clean(s.Items(), 0, time.Now()); err != nil || busy != 1 || !there(p.Path) {
		t.Errorf("all: %d in use, %v", busy, err)
	}
	p.Release()
	_ = d.Close()
	if _, busy, err = s.Clean(s.Items(), 0, time.Now()); err != nil || busy != 0 || there(d.dir) {
		t.Errorf("the rest: %d in use, %v; the domain is there: %v", busy, err, there(d.dir))
	}
}

// TestCleanLeavesNoLocks cleans after a program was built: of it there is a lock, which is not worth a line
// in a list, unless somebody is building.
func TestCleanLeavesNoLocks(t *testing.T) {
	for _, busy := range []bool{false, true} {
		s := open(t, "")
		d := domain(t, s, "")
		built, err := d.Building(t.Context(), "key")
		if err != nil {
			t.Fatal(err)
		}
		put(t, d, "key", "text").Release()
		if !busy {
			built()
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Clean(s.Items(), 0, time.Now()); err != nil {
			t.Fatal(err)
		}
		if got := there(d.dir); got != busy {
			t.Errorf("while something is built, %v, the emptied domain is there: %v", busy, got)
		}
		if busy {
			built()
		}
	}
}

// A tree that is removed while others open it is there for them, whole or new.
func TestTreesAreNotPulledAway(t *testing.T) {
	s := open(t, "")
	d := domain(t, s, "")
	stop := make(chan bool)
	done := make(chan bool)
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				for _, it := range s.Items() {
					_ = s.Remove(it) // in use, or not there
				}
			}
		}
	}()
	for range 200 {
		dir, release, err := d.Tree(t.Context(), "target", "key")
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "out", "x"), nil, 0o600)
			release()
		}
		if err != nil {
			t.Error(err)
		}
	}
	close(stop)
	<-done
}

// What programs left in a directory goes away, whatever it is called and whatever rights there
// are; what a link leads to stays.
func TestRemoveTree(t *testing.T) {
	dir := t.TempDir()
	outside := t.TempDir()
	write(t, filepath.Join(outside, "precious"), "x")
	path := filepath.Join(dir, "out")
	names := []string{"a\nb", "-rf", "\xff\xfe", strings.Repeat("n", 255), " ", "$(reboot)", "*"}
	for _, name := range names {
		sub := filepath.Join(path, name, name)
		if err := os.MkdirAll(sub, 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(sub, "file"), "x")
		for _, d := range []string{sub, filepath.Dir(sub)} {
			if err := os.Chmod(d, 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, target := range []string{outside, filepath.Join(outside, "precious"), "/", ".."} {
		if err := os.Symlink(target, filepath.Join(path, fmt.Sprint(len(target), "link"))); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(path, "fifo"), 0); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if err := RemoveTree(path); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("it is still there: %v", err)
	}
	if st, err := os.Stat(outside); err != nil || st.Mode().Perm() == 0 {
		t.Errorf("outside: %v, %v", st, err)
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) != 1 || !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == "precious" }) {
		t.Errorf("outside: %v, %v", entries, err)
	}
}

package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// open opens a store in a new directory, or in dir.
func open(t testing.TB, dir string) *Store {
	t.Helper()
	if dir == "" {
		dir = t.TempDir()
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// domain opens the domain of a folder, of a new one where dir is "".
func domain(t testing.TB, s *Store, dir string) *Domain {
	t.Helper()
	if dir == "" {
		dir = t.TempDir()
	}
	id, err := Identify(dir)
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Domain(t.Context(), id, "deck.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// put keeps a program with some text.
func put(t testing.TB, d *Domain, key, text string) *Program {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	write(t, path, text)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := d.PutProgram(key, f, []byte("said"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestResults(t *testing.T) {
	s := open(t, "")
	d := domain(t, s, "")
	if err := d.PutResult("key", []byte("one")); err != nil {
		t.Fatal(err)
	}
	if b, ok := d.Result("key"); !ok || string(b) != "one" {
		t.Errorf("%q, %v", b, ok)
	}
	if _, ok := domain(t, s, "").Result("key"); ok {
		t.Error("another folder has it too")
	}
	path := filepath.Join(d.dir, "results", "key")
	for name, damage := range map[string]func() error{
		"empty":   func() error { return os.Truncate(path, 0) },
		"half":    func() error { return os.Truncate(path, 30) },
		"garbage": func() error { return os.WriteFile(path, []byte("{}\n{}"), 0o600) },
		"a pipe":  func() error { return errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o600)) },
		"a link":  func() error { return errors.Join(os.Remove(path), os.Symlink("other", path)) },
		"others'": func() error { return os.Chmod(path, 0o622) },
	} {
		if err := errors.Join(d.PutResult("other", []byte("one")), d.PutResult("key", []byte("one")), damage()); err != nil {
			t.Fatal(err)
		}
		if b, ok := d.Result("key"); ok {
			t.Errorf("%s: %q", name, b)
		}
		if err := d.PutResult("key", []byte("two")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if b, ok := d.Result("key"); !ok || string(b) != "two" {
			t.Errorf("%s is not healed: %q, %v", name, b, ok)
		}
	}
}

// A program that was damaged is none, and the next one takes its place; who uses the old one goes on.
func TestDamagedPrograms(t *testing.T) {
	d := domain(t, open(t, ""), "")
	text := strings.Repeat("program ", 1000)
	for name, damage := range map[string]func(path string) error{
		"empty": func(path string) error { return os.Truncate(path, 0) },
		"half":  func(path string) error { return os.Truncate(path, int64(len(text)/2)) },
		"one byte": func(path string) error {
			return os.WriteFile(path, bytes.Replace([]byte(text), []byte("p"), []byte("q"), 1), 0o755)
		},
		"gone":         os.Remove,
		"without note": func(path string) error { return os.Remove(path + noteEnding) },
		"another note": func(path string) error { return os.WriteFile(path+noteEnding, checked([]byte(`{"Sum":""}`)), 0o600) },
		"a pipe":       func(path string) error { return errors.Join(os.Remove(path), syscall.Mkfifo(path, 0o755)) },
		"a directory":  func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o755)) },
		"others'":      func(path string) error { return os.Chmod(path, 0o777) },
	} {
		t.Run(name, func(t *testing.T) {
			key := strings.ReplaceAll(name, " ", "-")
			p := put(t, d, key, text)
			defer p.Release()
			if err := damage(p.Path); err != nil {
				t.Fatal(err)
			}
			if again, ok := d.Program(key); ok {
				again.Release()
				t.Fatal("it is taken for a program")
			}
			if name == "a directory" { // nothing is renamed over one
				if err := os.Remove(p.Path); err != nil {
					t.Fatal(err)
				}
			}
			put(t, d, key, text).Release()
			again, ok := d.Program(key)
			if !ok || string(again.Note) != "said" {
				t.Fatalf("it is not healed: %v", ok)
			}
			again.Release()
		})
	}
}

// A program is a copy of the file that it was taken from, and a large one is not copied.
func TestProgramIsACopy(t *testing.T) {
	d := domain(t, open(t, ""), "")
	dir := t.TempDir()
	write(t, dir+"/other", "text")
	if err := errors.Join(os.Link(dir+"/other", dir+"/linked"), os.WriteFile(dir+"/sparse", nil, 0o644), os.Truncate(dir+"/sparse", 1<<40)); err != nil {
		t.Fatal(err)
	}
	for name, ok := range map[string]bool{"linked": true, "sparse": false} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		p, err := d.PutProgram(name, f, nil, 1<<20)
		if (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			p.Release()
		}
	}
	write(t, dir+"/other", "changed")
	p, ok := d.Program("linked")
	if !ok {
		t.Fatal("the program changed with the file that it was taken from")
	}
	p.Release()
	left, err := os.ReadDir(d.s.tmp)
	if err != nil || len(left) != 1 { // the lock
		t.Errorf("left: %v, %v", left, err)
	}
}

// Of many who want the same program, one builds it at a time, in one process or several.
func TestBuilding(t *testing.T) {
	dir, folder := t.TempDir(), t.TempDir()
	var all sync.WaitGroup
	var inside, built atomic.Int32
	for range 8 {
		d := domain(t, open(t, dir), folder) // flock takes them for several processes
		all.Go(func() {
			unlock, err := d.Building(t.Context(), "key")
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			if inside.Add(1) != 1 {
				t.Error("two build at a time")
			}
			defer inside.Add(-1)
			if p, ok := d.Program("key"); ok {
				p.Release()
				return
			}
			built.Add(1)
			put(t, d, "key", "text").Release()
		})
	}
	all.Wait()
	if built.Load() != 1 {
		t.Errorf("built %d times", built.Load())
	}
	d := domain(t, open(t, dir), folder)
	unlock, err := d.Building(t.Context(), "other")
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Building(ctx, "other"); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting is not called off: %v", err)
	}
}

// A store that cannot be written to is read.
func TestReadOnly(t *testing.T) {
	dir, folder := t.TempDir(), t.TempDir()
	s := open(t, dir)
	d := domain(t, s, folder)
	if err := d.PutResult("key", []byte("one")); err != nil {
		t.Fatal(err)
	}
	put(t, d, "key", "text").Release()
	temp, err := OpenTemp(dir)
	if err != nil {
		t.Fatal(err)
	}
	over := domain(t, temp, folder)
	if b, ok := over.Result("key"); !ok || string(b) != "one" {
		t.Errorf("%q, %v", b, ok)
	}
	if p, ok := over.Program("key"); !ok {
		t.Error("its programs are not found")
	} else {
		p.Release()
	}
	if err := over.PutResult("other", []byte("two")); err != nil {
		t.Error(err)
	}
	if _, ok := d.Result("other"); ok {
		t.Error("it was written to")
	}
	root := temp.Root()
	if err := errors.Join(over.Close(), temp.Close()); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(root); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left: %v", root, err)
	}
}

// A list says whose things are.
func TestList(t *testing.T) {
	s := open(t, "")
	folder, gone := t.TempDir(), filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(gone, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{folder, gone} {
		if err := domain(t, s, dir).PutResult("key", []byte("one")); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	_, release, err := s.Shared(t.Context(), "go", "key")
	if err != nil {
		t.Fatal(err)
	}
	release()
	var got []string
	for _, k := range s.List() {
		got = append(got, fmt.Sprint(k.Identity.Path, k.Decks, k.Gone, k.Size() > 0))
	}
	slices.Sort(got)
	want := []string{"[] false false", fmt.Sprint(gone, []string{gone + "/deck.md"}, true, true), fmt.Sprint(folder, []string{folder + "/deck.md"}, false, true)}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

func TestSums(t *testing.T) {
	s := open(t, "")
	d := domain(t, s, "")
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	write(t, path, "one")
	old := time.Now().Add(-time.Hour)
	of := func() Sum {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		sum, err := d.Sums().Of(f)
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	one := of()
	if len(d.Sums().new) != 0 {
		t.Error("a file that changed just now is remembered: it could change again within the same tick")
	}
	st := statPath(t, path)
	d.Sums().add(st, one, time.Unix(0, st.Ctime).Add(settled))
	if len(d.Sums().new) != 0 {
		t.Error("a file that changed as long ago as times are exact is remembered")
	}
	d.Sums().add(st, one, time.Unix(0, st.Ctime).Add(settled+1))
	for name, change := range map[string]func() error{
		"written":       func() error { return os.WriteFile(path, []byte("two"), 0o644) },
		"with its time": func() error { return errors.Join(os.WriteFile(path, []byte("two"), 0o644), os.Chtimes(path, old, old)) },
		"in its place": func() error {
			return errors.Join(os.WriteFile(path+"2", []byte("two"), 0o644), os.Chtimes(path+"2", old, old), os.Rename(path+"2", path))
		},
		"nothing happens": func() error { return nil },
	} {
		err := errors.Join(os.WriteFile(path, []byte("one"), 0o644), os.Chtimes(path, old, old))
		st := statPath(t, path)
		d.Sums().add(st, one, time.Unix(0, st.Ctime).Add(2*settled))
		if err := errors.Join(err, change()); err != nil {
			t.Fatal(err)
		}
		if got := of(); (got == one) != (name == "nothing happens") {
			t.Errorf("%s: the old content: %v", name, got == one)
		}
	}
}

func statPath(t *testing.T, path string) Stat {
	t.Helper()
	st, err := StatPath(path)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func TestSumsAreKept(t *testing.T) {
	dir, folder := t.TempDir(), t.TempDir()
	s := open(t, dir)
	d := domain(t, s, folder)
	sums := d.Sums()
	for i := range 1000 {
		sums.add(Stat{Ino: uint64(i * 7919 % 1000), Size: int64(i)}, Sum{byte(i)}, time.Now())
	}
	if err := d.Save(); err != nil {
		t.Fatal(err)
	}
	again := openSums(sums.path, nil)
	for i := range 1000 {
		st := Stat{Ino: uint64(i * 7919 % 1000), Size: int64(i)}
		if sum, ok := again.Known(st); !ok || sum != (Sum{byte(i)}) {
			t.Fatalf("%d: %v, %v", i, sum, ok)
		}
		st.Ctime++
		if _, ok := again.Known(st); ok {
			t.Fatal("another state of the file has its content")
		}
	}
	b, err := os.ReadFile(sums.path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(sums.path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if damaged := openSums(sums.path, nil); len(damaged.old) > 0 {
		t.Error("a damaged file is believed")
	}
	// What is not used makes room.
	few := &Sums{path: sums.path, old: again.old, used: make([]atomic.Bool, 1000), new: map[Stat]Sum{}}
	for i := range uint64(10) {
		few.add(Stat{Dev: 1, Ino: i}, Sum{}, time.Now())
	}
	many := bytes.Repeat(make([]byte, record), 5000)
	few.old, few.used = many, make([]atomic.Bool, 5000)
	if err := few.save(s); err != nil {
		t.Fatal(err)
	}
	if n := len(few.old) / record; n > 1100 {
		t.Errorf("%d records are kept of files that nobody asks for", n)
	}
}

//go:build unix

package files

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func fifo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "deck.md")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// feed writes to a pipe until somebody stops reading it, or n times.
func feed(t *testing.T, path, text string, n int) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		w, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return
		}
		defer w.Close()
		for i := 0; i != n; i++ {
			if _, err := w.WriteString(text); err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { <-done })
}

func TestReadNamedPipe(t *testing.T) {
	path := fifo(t)
	feed(t, path, "line\n", 1000)
	got, err := readNamed(t.Context(), path, 1<<20, time.Minute)
	if err != nil || string(got) != strings.Repeat("line\n", 1000) {
		t.Errorf("ReadNamed = %d bytes, %v", len(got), err)
	}
}

func TestReadNamedEndlessPipe(t *testing.T) {
	path := fifo(t)
	feed(t, path, strings.Repeat("y\n", 1000), -1)
	if got, err := readNamed(t.Context(), path, 1<<20, time.Minute); !errors.Is(err, ErrTooLarge) {
		t.Errorf("ReadNamed = %d bytes, %v, want %v", len(got), err, ErrTooLarge)
	}
}

func TestReadNamedPipeWithoutWriter(t *testing.T) {
	if _, err := readNamed(t.Context(), fifo(t), 1<<20, time.Millisecond); !errors.Is(err, ErrNoWriter) {
		t.Errorf("ReadNamed = %v, want %v", err, ErrNoWriter)
	}
}

// A writer that is there may take its time.
func TestReadNamedSlowPipe(t *testing.T) {
	path := fifo(t)
	w, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	fd, err := openAt(unix.AT_FDCWD, path, readFlags)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	s := &stream{ctx: t.Context(), fd: fd, ended: -1, wait: time.Millisecond}
	if came, err := s.poll(); came || err != nil {
		t.Fatalf("poll = %v, %v, want that time has passed", came, err)
	}
	if n, err := s.take(make([]byte, 10), false); n != 0 || err != nil || s.wait != 0 {
		t.Errorf("take = %d, %v, then waiting for %v; want to go on for as long as it takes", n, err, s.wait)
	}
}

// What a shell passes on for <(command) has a name in /dev/fd.
func TestReadNamedAnonymousPipe(t *testing.T) {
	if _, err := os.Stat("/dev/fd"); err != nil {
		t.Skip("no /dev/fd")
	}
	for _, text := range []string{"deck", ""} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		_, err = w.WriteString(text)
		if err := errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join("/dev/fd", strconv.Itoa(int(r.Fd())))
		if got, err := readNamed(t.Context(), name, 100, time.Hour); err != nil || string(got) != text {
			t.Errorf("ReadNamed(%q) = %q, %v, want %q", name, got, err, text)
		}
	}
}

func TestReadNamedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deck.md")
	write(t, path, "deck")
	if got, err := ReadNamed(t.Context(), path, 100); err != nil || string(got) != "deck" {
		t.Errorf("ReadNamed = %q, %v", got, err)
	}
	for _, name := range []string{"/dev/zero", t.TempDir()} {
		if _, err := ReadNamed(t.Context(), name, 100); !errors.Is(err, ErrNotRegular) {
			t.Errorf("ReadNamed(%q) = %v, want %v", name, err, ErrNotRegular)
		}
	}
}

func TestReadStream(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := w.WriteString("deck"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ReadStream(ctx, r, 100); !errors.Is(err, context.Canceled) {
		t.Errorf("ReadStream = %v, want %v", err, context.Canceled)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadStream(t.Context(), r, 100); err != nil || string(got) != "deck" {
		t.Errorf("ReadStream = %q, %v, want what was not read before", got, err)
	}
	f, err := os.Open(filepath.Join(world(t), "deck/in.md"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := ReadStream(t.Context(), f, 100); err != nil || string(got) != "in" {
		t.Errorf("ReadStream of a file = %q, %v", got, err)
	}
}

package files

import (
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
)

// What looks like a file in a file system of the kernel is none, also where the folder is in it.
func TestKernelFiles(t *testing.T) {
	for way, r := range open(t, "/proc/self", Policy{}) {
		for _, name := range []string{"environ", "pagemap", "status", "task/../environ"} {
			if got, err := r.Read(name, 1<<20); !errors.Is(err, ErrKernel) {
				t.Errorf("%s: Read(%q) = %d bytes, %v, want %v", way, name, len(got), err, ErrKernel)
			}
		}
		// No link of /proc is more than its text.
		for _, name := range []string{"root/etc/passwd", "cwd/files.go", "exe"} {
			if got, err := r.Read(name, 1<<30); !errors.Is(err, ErrOutside) {
				t.Errorf("%s: Read(%q) = %d bytes, %v, want %v", way, name, len(got), err, ErrOutside)
			}
		}
	}
	for _, name := range []string{"/proc/self/environ", "/proc/self/pagemap", "/proc/kmsg", "/sys/kernel/uevent_seqnum"} {
		if got, err := ReadPlain(name, 1<<20); !errors.Is(err, ErrKernel) && !errors.Is(err, os.ErrPermission) {
			t.Errorf("ReadPlain(%q) = %d bytes, %v, want %v", name, len(got), err, ErrKernel)
		}
	}
}

// A name that changes all the time between a file, a link out and a folder that is a link out is
// opened as what it is at some moment, and never out of the folder.
func TestSwapped(t *testing.T) {
	dir := world(t)
	deck := filepath.Join(dir, "deck")
	for name, target := range map[string]string{"evil": "../home/secret", "evildir": "../home"} {
		if err := os.Symlink(target, filepath.Join(deck, name)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(deck, "name"), "good")
	write(t, filepath.Join(deck, "dir/secret"), "good")
	if err := unix.Mkfifo(filepath.Join(deck, "waits"), 0o600); err != nil {
		t.Fatal(err)
	}
	at, err := unix.Open(deck, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(at)
	var stop atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		for !stop.Load() {
			for _, pair := range [][2]string{{"name", "evil"}, {"dir", "evildir"}, {"name", "waits"}} {
				_ = unix.Renameat2(at, pair[0], at, pair[1], unix.RENAME_EXCHANGE)
			}
		}
	}()
	defer func() { stop.Store(true); <-done }()
	for way, r := range open(t, deck, Policy{}) {
		for range 3000 {
			for _, name := range []string{"name", "dir/secret"} {
				if got, err := r.Read(name, 100); err == nil && string(got) != "good" {
					t.Fatalf("%s: Read(%q) = %q", way, name, got)
				}
			}
		}
	}
}

package live

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/slidexec/slidexec/internal/files"
)

// A file that was swapped for something else between two readings is read as what it is, or not at
// all: nothing is waited for, and no link is followed out of the folder.
func TestSwappedFile(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(t.TempDir(), "secret")
	write(t, secret, "secret")
	root, err := files.OpenRoot(dir, files.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, tt := range []struct {
		name string
		swap func(path string) error
		want error
	}{
		{"pipe", func(p string) error { return syscall.Mkfifo(p, 0o600) }, files.ErrNotRegular},
		{"link to a pipe", func(p string) error {
			return errors.Join(syscall.Mkfifo(p+".pipe", 0o600), os.Symlink(filepath.Base(p)+".pipe", p))
		}, files.ErrNotRegular},
		{"folder", func(p string) error { return os.Mkdir(p, 0o700) }, files.ErrNotRegular},
		{"link out", func(p string) error { return os.Symlink(secret, p) }, files.ErrOutside},
		{"link to a device", func(p string) error { return os.Symlink("/dev/zero", p) }, files.ErrOutside},
		{"link to the kernel", func(p string) error { return os.Symlink("/proc/self/environ", p) }, files.ErrOutside},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(dir, tt.name)
			write(t, path, "part")
			r := &Reader{}
			r.begin(context.Background(), newWatcher(nil))
			if got, err := r.ReadFile(root.Open, path, 100); err != nil || string(got) != "part" {
				t.Fatalf("at first: %q, %v", got, err)
			}
			if err := errors.Join(os.Remove(path), tt.swap(path)); err != nil {
				t.Fatal(err)
			}
			r.begin(context.Background(), newWatcher(nil))
			if got, err := r.ReadFile(root.Open, path, 100); !errors.Is(err, tt.want) {
				t.Errorf("then: %q, %v, want %v", got, err, tt.want)
			}
		})
	}
}

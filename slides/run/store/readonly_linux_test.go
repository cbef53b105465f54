package store

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestReadOnlyIsSaid(t *testing.T) {
	dir := t.TempDir()
	if err := open(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		if err := syscall.Mount(dir, dir, "", syscall.MS_BIND, ""); err != nil {
			t.Skipf("cannot mount: %v", err)
		}
		defer syscall.Unmount(dir, syscall.MNT_DETACH)
		if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY, ""); err != nil {
			t.Fatal(err)
		}
	} else if err := os.Chmod(filepath.Join(dir, layout, "tmp"), 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); !isReadOnly(err) {
		t.Errorf("%v", err)
	}
}

func isReadOnly(err error) bool {
	_, ok := errors.AsType[*ReadOnlyError](err)
	return ok
}

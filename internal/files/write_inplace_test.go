//go:build unix

package files

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// disk is a file that fails when it has no room, or from a step on.
type disk struct {
	data  []byte
	room  int // how large it may become
	steps int // how many calls succeed, -1: all
}

func (d *disk) step() error {
	if d.steps == 0 {
		return unix.EIO
	}
	d.steps--
	return nil
}

func (d *disk) WriteAt(p []byte, at int64) (int, error) {
	if err := d.step(); err != nil {
		return 0, err
	}
	n := min(len(p), max(d.room-int(at), 0))
	if need := int(at) + n; need > len(d.data) {
		d.data = append(d.data, make([]byte, need-len(d.data))...)
	}
	copy(d.data[at:], p[:n])
	if n < len(p) {
		return n, unix.ENOSPC
	}
	return n, nil
}

func (d *disk) Truncate(size int64) error {
	if err := d.step(); err != nil {
		return err
	}
	d.data = append(d.data[:min(int(size), len(d.data))], make([]byte, max(int(size)-len(d.data), 0))...)
	return nil
}

func (d *disk) Sync() error { return d.step() }

func TestOverwrite(t *testing.T) {
	const old = "the old page"
	for _, data := range []string{"", "new", "another page", "a new page that is longer than the old one"} {
		d := &disk{data: []byte(old), room: 1000, steps: -1}
		if err := overwrite(d, []byte(old), []byte(data)); err != nil || string(d.data) != data {
			t.Errorf("%q: %q, %v", data, d.data, err)
		}
		full := &disk{data: []byte(old), room: len(old), steps: -1}
		err := overwrite(full, []byte(old), []byte(data))
		switch {
		case len(data) <= len(old):
			if err != nil || string(full.data) != data {
				t.Errorf("full disk, %q: %q, %v", data, full.data, err)
			}
		case !errors.Is(err, unix.ENOSPC) || string(full.data) != old:
			t.Errorf("full disk, %q: %q, %v", data, full.data, err)
		case !strings.Contains(err.Error(), "there is no space left on the disk") || strings.Contains(err.Error(), "incomplete"):
			t.Errorf("full disk: %v", err)
		}
	}
}

// TestOverwriteFails has the disk break at each step: who cannot put the old content back says so.
func TestOverwriteFails(t *testing.T) {
	const old, data = "old", "a new page"
	for steps := range 4 {
		d := &disk{data: []byte(old), room: 1000, steps: steps}
		err := overwrite(d, []byte(old), []byte(data))
		var we *WriteError
		if !errors.As(err, &we) || !errors.Is(err, unix.EIO) {
			t.Fatalf("step %d: %v", steps, err)
		}
		if !we.Torn || !strings.Contains(err.Error(), "the file is incomplete") {
			t.Errorf("step %d: %v does not say that the file is incomplete", steps, err)
		}
	}
}

// locked makes a folder in which "page" may be written to but nothing be made, or skips.
func locked(t *testing.T) string {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Skip("root may write to any folder; TestOverwriteMounted tests the same as root")
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "page"), "old")
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) }) // so that it can be removed
	return dir
}

func TestWriteInLockedFolder(t *testing.T) {
	dir := locked(t)
	page := filepath.Join(dir, "page")
	before, err := os.Stat(page)
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(page, []byte("a new page"), 0); err != nil || get(t, page) != "a new page" {
		t.Errorf("%q, %v", get(t, page), err)
	}
	if after, err := os.Stat(page); err != nil || !os.SameFile(before, after) {
		t.Error("it is another file")
	}
	if err := Write(filepath.Join(dir, "new"), nil, 0); err == nil || !strings.Contains(err.Error(), "this user may not write there") {
		t.Errorf("got %v", err)
	}
	if err := os.Chmod(page, 0o444); err != nil {
		t.Fatal(err)
	}
	if err := Write(page, nil, 0); err == nil || get(t, page) != "a new page" {
		t.Errorf("a read-only file was overwritten: %v", err)
	}
}

// TestOverwriteSwapped puts a link in the place of a file between looking and writing.
func TestOverwriteSwapped(t *testing.T) {
	for _, how := range []func(name string) error{
		func(name string) error { return os.Symlink("victim", name) },
		func(name string) error { return os.Link("victim", name) },
	} {
		t.Chdir(t.TempDir())
		put(t, "victim", "mine")
		put(t, "page", "old")
		p, err := Target{Name: "page"}.find()
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.Remove("page"), how("page")); err != nil {
			t.Fatal(err)
		}
		if err := p.overwrite([]byte("new")); !errors.Is(err, errChanged) {
			t.Errorf("got %v", err)
		}
		if err := p.replace([]byte("new"), 0); err != nil {
			t.Error(err)
		}
		if got := get(t, "victim"); got != "mine" {
			t.Errorf("written through: %q", got)
		}
		p.close()
	}
}

// TestFolderSwapped puts a link in the place of a folder between looking and writing.
func TestFolderSwapped(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := errors.Join(os.Mkdir("out", 0o755), os.Mkdir("victim", 0o755)); err != nil {
		t.Fatal(err)
	}
	p, err := Target{Name: "out/page"}.find()
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if err := errors.Join(os.Rename("out", "was"), os.Symlink("victim", "out")); err != nil {
		t.Fatal(err)
	}
	if err := p.replace([]byte("page"), 0); err != nil {
		t.Error(err)
	}
	if l := listing(t, "."); strings.Contains(l, "victim/page") || !strings.Contains(l, "was/page: page") {
		t.Error(l)
	}
}

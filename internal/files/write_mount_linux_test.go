package files

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/testkit/need"
)

func bind(t *testing.T, from, to string) {
	t.Helper()
	if err := unix.Mount(from, to, "", unix.MS_BIND, ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Unmount(to, unix.MNT_DETACH) })
}

// TestOverwriteMounted writes to a file that is mounted on its place, as into a container.
func TestOverwriteMounted(t *testing.T) {
	if !need.Mounts(t) {
		return
	}
	t.Chdir(t.TempDir())
	put(t, "host.html", "old")
	put(t, "page.html", "")
	bind(t, "host.html", "page.html")
	for _, data := range []string{"a new page", "short"} {
		if err := Write("page.html", []byte(data), 0); err != nil {
			t.Fatal(err)
		}
		if got := get(t, "host.html"); got != data {
			t.Errorf("got %q", got)
		}
	}
	leftovers(t, ".")
	err := Target{Name: "page.html", Parts: []Part{{"host.html", "part of the deck"}}}.Write(nil)
	if err == nil || get(t, "host.html") != "short" {
		t.Errorf("a part was overwritten where it is mounted: %v", err)
	}
}

// TestWriteMountedOut has a folder that the deck's folder is mounted into: a link still leads out.
func TestWriteMountedOut(t *testing.T) {
	if !need.Mounts(t) {
		return
	}
	root := tree(t)
	link(t, "../rc", filepath.Join(root, "talk/a.html"))
	if err := os.Mkdir(filepath.Join(root, "home/talk"), 0o755); err != nil {
		t.Fatal(err)
	}
	bind(t, filepath.Join(root, "talk"), filepath.Join(root, "home/talk"))
	err := Target{Name: filepath.Join(root, "home/talk/a.html"), Brought: []string{filepath.Join(root, "talk")}}.Write([]byte("page"))
	if err == nil || get(t, filepath.Join(root, "home/rc")) != "mine" {
		t.Errorf("written through a link: %v", err)
	}
}

// TestWriteFullDisk fills a file system: the file keeps its old content, in whichever way it would
// have been written, and nothing is left.
func TestWriteFullDisk(t *testing.T) {
	if !need.Mounts(t) {
		return
	}
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Unmount(dir, unix.MNT_DETACH) }()
	t.Chdir(dir)
	old := strings.Repeat("old page ", 4000)
	put(t, "host.html", old)
	put(t, "page.html", "")
	bind(t, "host.html", "page.html")
	for _, name := range []string{"host.html", "page.html"} {
		err := Write(name, make([]byte, 100_000), 0)
		if !errors.Is(err, unix.ENOSPC) || !strings.Contains(err.Error(), "there is no space left on the disk") {
			t.Errorf("%s: %v", name, err)
		}
		if get(t, name) != old {
			t.Errorf("%s has lost its old content", name)
		}
	}
	if err := Write("page.html", []byte("short"), 0); err != nil || get(t, "host.html") != "short" {
		t.Error(err)
	}
	leftovers(t, ".")
}

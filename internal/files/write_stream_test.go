//go:build unix

package files

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestWriteStreams(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := unix.Mkfifo("pipe", 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write("pipe", []byte("page"), 0); err == nil || !strings.Contains(err.Error(), "a pipe without a reader") {
		t.Errorf("got %v", err)
	}
	r, err := os.OpenFile("pipe", os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := Write("pipe", []byte("page"), 0); err != nil {
		t.Error(err)
	}
	buf := make([]byte, 10)
	if n, err := r.Read(buf); string(buf[:n]) != "page" {
		t.Errorf("read %q, %v", buf[:n], err)
	}
	if err := Write("/dev/null", []byte("page"), 0); err != nil {
		t.Error(err)
	}
	if _, known := (Target{Name: "pipe"}).Holds([]byte("page")); known {
		t.Error("a pipe holds something")
	}
	link(t, "/dev/null", "null")
	if err := Write("null", nil, 0); err == nil {
		t.Error("a link to a device was followed")
	}
}

// TestWriteDescriptor writes where a descriptor of this process stands, as `>>` wants it.
func TestWriteDescriptor(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("no /proc here")
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "log"), "before\n")
	f, err := os.OpenFile(filepath.Join(dir, "log"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	name := "/dev/fd/" + strconv.Itoa(int(f.Fd()))
	if err := (Target{Name: name, Brought: []string{dir}}).Write([]byte("page\n")); err != nil {
		t.Fatal(err)
	}
	if got := get(t, f.Name()); got != "before\npage\n" {
		t.Errorf("got %q", got)
	}
	link(t, name, filepath.Join(dir, "page.html"))
	if err := Write(filepath.Join(dir, "page.html"), nil, 0); err == nil {
		t.Error("a link to a descriptor was followed")
	}
	part := Part{f.Name(), "part of the deck"}
	if err := (Target{Name: name, Parts: []Part{part}}).Write(nil); err == nil {
		t.Error("a descriptor of a part was written to")
	}
}

func TestHolds(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "a", "page")
	for _, tt := range []struct {
		name, data string
		want       bool
	}{{"a", "page", true}, {"a", "PAGE", false}, {"a", "pages", false}, {"b", "", false}, {"no/b", "", false}} {
		if same, known := (Target{Name: tt.name}).Holds([]byte(tt.data)); same != tt.want || !known {
			t.Errorf("Holds(%q, %q) = %v, %v", tt.name, tt.data, same, known)
		}
	}
}

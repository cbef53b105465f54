package stage

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCopyTree(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	if err := os.MkdirAll(filepath.Join(from, "d/e"), 0o755); err != nil {
		t.Fatal(err)
	}
	big := strings.Repeat("0123456789", 300_000)
	for name, text := range map[string]string{"a": "text", "d/e/big": big, "d/\xff\n": "odd name"} {
		if err := os.WriteFile(filepath.Join(from, name), []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/shadow", filepath.Join(from, "link")); err != nil {
		t.Fatal(err)
	}
	if f := copyTree(from, to); !f.ok() {
		t.Fatalf("system call %d: %v", f.nr, f.errno)
	}
	for name, want := range map[string]string{"a": "text", "d/e/big": big, "d/\xff\n": "odd name"} {
		if got, err := os.ReadFile(filepath.Join(to, name)); err != nil || string(got) != want {
			t.Errorf("%q: %d bytes, %v, want %d", name, len(got), err, len(want))
		}
	}
	if got, err := os.Readlink(filepath.Join(to, "link")); err != nil || got != "/etc/shadow" {
		t.Errorf("link leads to %q, %v", got, err)
	}
}

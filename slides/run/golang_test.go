package run

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestGoModule(t *testing.T) {
	outside := files(t, map[string]string{"go.mod": "module private\n"})
	for _, tt := range []struct {
		name string
		make func(path string) error
		want string
	}{
		{"none", func(string) error { return nil }, ""},
		{"a file", func(p string) error {
			return os.WriteFile(p, []byte("// a module\nmodule \"example.org/talk\"\n"), 0o644)
		}, "example.org/talk"},
		{"with a byte order mark", func(p string) error { return os.WriteFile(p, []byte("\ufeffmodule talk\n"), 0o644) }, "talk"},
		{"a link within", func(p string) error { return os.Symlink("sub/mod", p) }, "inside"},
		{"a link out", func(p string) error { return os.Symlink(filepath.Join(outside, "go.mod"), p) }, ""},
		{"an endless device", func(p string) error { return os.Symlink("/dev/zero", p) }, ""},
		{"an endless file of the kernel", func(p string) error { return os.Symlink("/proc/self/pagemap", p) }, ""},
		{"a pipe that nobody writes to", func(p string) error { return syscall.Mkfifo(p, 0o600) }, ""},
		{"sparse", func(p string) error {
			if err := os.WriteFile(p, []byte("module talk\n"), 0o644); err != nil {
				return err
			}
			return os.Truncate(p, 8<<30)
		}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := files(t, map[string]string{"sub/mod": "module inside\n"})
			if err := tt.make(filepath.Join(dir, "go.mod")); err != nil {
				t.Fatal(err)
			}
			if got := goModule(dir); got != tt.want {
				t.Errorf("goModule = %q, want %q", got, tt.want)
			}
		})
	}
}

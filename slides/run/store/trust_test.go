package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTrust(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(root string) error
		why  string
	}{
		{"as made", func(string) error { return nil }, ""},
		{"open to read", func(root string) error { return os.Chmod(root, 0o755) }, ""},
		{"others write to it", func(root string) error { return os.Chmod(root, 0o707) }, "by others than you"},
		{"its group writes to it", func(root string) error { return os.Chmod(root, 0o770) }, "by others than you"},
		{"everybody's, and sticky", func(root string) error { return os.Chmod(root, 0o777|os.ModeSticky) }, "by others than you"},
		{"above it", func(root string) error { return os.Chmod(filepath.Dir(root), 0o777) }, "by others than you"},
		{"above it, and sticky", func(root string) error { return os.Chmod(filepath.Dir(root), 0o777|os.ModeSticky) }, ""},
		{"in it", func(root string) error { return os.Chmod(filepath.Join(root, layout, "domains"), 0o777) }, "by others than you"},
		{"a file", func(root string) error { return errors.Join(os.RemoveAll(root), os.WriteFile(root, nil, 0o600)) }, "not a directory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := filepath.Join(t.TempDir(), "above", "slidexec")
			s, err := Open(root)
			if err == nil {
				err = errors.Join(s.Close(), tt.do(root))
			}
			if err != nil {
				t.Fatal(err)
			}
			s, err = Open(root)
			if err == nil {
				defer s.Close()
			}
			e, ok := errors.AsType[*UntrustedError](err)
			switch {
			case tt.why == "" && err != nil, tt.why != "" && (!ok || !strings.Contains(e.Why, tt.why)):
				t.Errorf("%v, want %q", err, tt.why)
			case ok && e.Fix == "" && tt.why != "not a directory":
				t.Errorf("%v does not say what to do", err)
			}
		})
	}
}

// Nobody else may own a part of it, or a link on the way to it.
func TestTrustOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("giving a directory to another user needs root")
	}
	for _, name := range []string{"above", "above/slidexec", "above/slidexec/v2", "above/slidexec/v2/domains", "link"} {
		base := t.TempDir()
		root := filepath.Join(base, "above", "slidexec")
		s, err := Open(root)
		if err == nil {
			err = errors.Join(s.Close(), os.Symlink("above", filepath.Join(base, "link")), os.Lchown(filepath.Join(base, name), 65534, 65534))
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Open(filepath.Join(base, "link", "slidexec")); !isUntrusted(err) {
			t.Errorf("%s belongs to somebody else: %v", name, err)
		}
	}
	d := domain(t, open(t, ""), "")
	if err := errors.Join(d.PutResult("key", []byte("forged")), os.Chown(filepath.Join(d.dir, "results", "key"), 65534, 65534)); err != nil {
		t.Fatal(err)
	}
	if b, ok := d.Result("key"); ok {
		t.Errorf("somebody else's result is shown: %q", b)
	}
	p := put(t, d, "key", "forged")
	p.Release()
	if err := os.Chown(p.Path, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if _, ok := d.Program("key"); ok {
		t.Error("somebody else's program is run")
	}
}

func isUntrusted(err error) bool {
	_, ok := errors.AsType[*UntrustedError](err)
	return ok
}

package run

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

// TestDiskFull has no room for results: they are shown all the same, and it is said once.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k,mode=700"); err != nil {
		t.Skipf("cannot make a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	var warnings []string
	r, err := New(Options{CacheDir: dir, Executor: &fake{do: prints("hi\n")}, Finder: tools(t, "bash"),
		Warn: func(msg string) { warnings = append(warnings, msg) }, Jobs: 1})
	if err != nil {
		t.Fatal(err)
	}
	fill := func() error { return os.WriteFile(filepath.Join(dir, "full"), make([]byte, 1<<20), 0o600) }
	if err := fill(); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	for _, res := range results(t, r, snippet("bash", "echo 1"), snippet("bash", "echo 2")) {
		if res.Status != slides.OK || string(res.Bytes()) != "hi\n" {
			t.Errorf("with a full disk a program ends as %q: %s", res.Status, res.Remark.Says)
		}
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "no space left") {
		t.Errorf("warnings %q, want one of the full disk", warnings)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// TestDiskFullWhileBuilding: the slide says what is full and what to do, not which file of ours was written.
func TestDiskFullWhileBuilding(t *testing.T) {
	r := newRunner(t, Options{Executor: &fake{}})
	err := fmt.Errorf("keep the compiled program: %w", &os.PathError{Op: "write", Path: "/c/tmp/bin-1634139223", Err: syscall.ENOSPC})
	res := r.failed(t.Context(), err)
	if res.Status != slides.SetupFailed || strings.Contains(res.Remark.Says, "bin-") || !strings.Contains(res.Remark.Try, "cache clean") {
		t.Errorf("%+v", res)
	}
	// The kernel has the same word for too many namespaces.
	setup := &sandbox.SetupError{Layer: "user", Op: "create namespaces", Err: syscall.ENOSPC, Fix: "allow them"}
	if res = r.failed(t.Context(), setup); strings.Contains(res.Remark.Says, "disk") || res.Remark.Try != "allow them" {
		t.Errorf("%+v", res)
	}
}

// Package verapdf has veraPDF check that PDF files keep to PDF/UA-1, for tests.
package verapdf

import (
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/need"
)

//go:embed Check.java
var program []byte

// Check reports every rule that one of the files, by name, breaks. Without Java, or without the libraries of
// veraPDF in the class path that SLIDEXEC_VERAPDF names, the test is skipped.
func Check(t testing.TB, files map[string][]byte) {
	t.Helper()
	path := os.Getenv("SLIDEXEC_VERAPDF")
	if path == "" {
		need.Here(t, "verapdf", "SLIDEXEC_VERAPDF does not name the libraries of veraPDF")
	}
	if _, err := exec.LookPath("java"); err != nil {
		need.Here(t, "verapdf", "java is not installed")
	}
	dir := t.TempDir()
	args := []string{"-cp", path, filepath.Join(dir, "Check.java")}
	write := func(name string, data []byte) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	write("Check.java", program)
	for name, data := range files {
		args = append(args, write(name+".pdf", data))
	}
	cmd := exec.Command("java", args...)
	cmd.Stderr = nil // its libraries log what does not matter
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("java: %v\n%s", err, out)
	}
	broken, _, checked := strings.Cut(strings.ReplaceAll(string(out), dir+string(filepath.Separator), ""), "checks: ")
	if !checked {
		t.Fatalf("veraPDF checked nothing: %s", out)
	}
	for line := range strings.Lines(broken) {
		t.Error(strings.TrimSpace(line))
	}
}

// Package poppler looks into PDF files with poppler's programs, for tests.
package poppler

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/need"
)

// Run runs one of poppler's programs on a PDF file and returns what it prints. Without poppler, the test is
// skipped.
func Run(t testing.TB, pdf []byte, program string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		need.Here(t, "poppler", program+" is not installed")
	}
	name := filepath.Join(t.TempDir(), "talk.pdf")
	if err := os.WriteFile(name, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	args = append(args, name)
	if program == "pdftotext" {
		args = append(args, "-")
	}
	out, err := exec.Command(program, args...).Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	return string(out)
}

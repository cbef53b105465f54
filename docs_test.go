package slidexec_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestThreatModel: what docs/threat-model.md names as a proof is there. A name that ends in "…" is
// the beginning of several.
func TestThreatModel(t *testing.T) {
	doc, err := os.ReadFile("docs/threat-model.md")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	err = filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		tests.Write(src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\b((?:Test|Fuzz)[A-Z]\w*)(…?)`).FindAllStringSubmatch(string(doc), -1) {
		want := "\nfunc " + m[1]
		if m[2] == "" {
			want += "("
		}
		if !strings.Contains(tests.String(), want) {
			t.Errorf("docs/threat-model.md names %s, which is no test", m[1])
		}
	}
	for _, m := range regexp.MustCompile("script\\s+`([a-z_]+\\.txtar)`").FindAllStringSubmatch(string(doc), -1) {
		if _, err := os.Stat("cmd/slidexec/testdata/script/" + m[1]); err != nil {
			t.Errorf("docs/threat-model.md names the script %s: %v", m[1], err)
		}
	}
}

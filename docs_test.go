package slidexec_test

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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

// TestLinks: what the documents link to within the repository is there, headings included.
func TestLinks(t *testing.T) {
	docs, spans := []string{"README.md"}, regexp.MustCompile("`[^`\n]*`") // code spans
	more, err := filepath.Glob("docs/*.md")
	if err != nil || len(more) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	for _, name := range append(docs, more...) {
		for _, m := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(spans.ReplaceAllString(prose(t, name), ""), -1) {
			path, heading, _ := strings.Cut(m[1], "#")
			if strings.Contains(path, ":") {
				continue // somebody else's
			}
			target := name
			if path != "" {
				target = filepath.Join(filepath.Dir(name), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s: %v", name, m[1], err)
			} else if heading != "" && !slices.Contains(headings(t, target), heading) {
				t.Errorf("%s links to %s, which has no such heading", name, m[1])
			}
		}
	}
}

// prose returns a document without its blocks of code.
func prose(t *testing.T, name string) string {
	t.Helper()
	doc, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile("(?ms)^(`{3,}).*?^`{3,}$").ReplaceAllString(string(doc), "")
}

// headings returns the anchors of a document's headings.
func headings(t *testing.T, name string) []string {
	t.Helper()
	var out []string
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(prose(t, name), -1) {
		word := regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(strings.ToLower(m[1]), "")
		out = append(out, strings.ReplaceAll(word, " ", "-"))
	}
	return out
}

// TestArchitecture: docs/architecture.md has every package, and the files that it names are there: a
// path from the top of the repository, or a file of the package whose name in bold is nearest before.
func TestArchitecture(t *testing.T) {
	doc := prose(t, "docs/architecture.md")
	for name := range rooms {
		if !strings.Contains(doc, "**"+name+"**") {
			t.Errorf("docs/architecture.md does not have the package %s", name)
		}
	}
	at := "."
	for _, m := range regexp.MustCompile("\\*\\*([a-z/]+)\\*\\*|`([a-z0-9_/]+\\.(?:go|js|txt))`").FindAllStringSubmatch(doc, -1) {
		if at = cmp.Or(m[1], at); m[1] != "" {
			if _, ok := rooms[at]; !ok {
				t.Errorf("docs/architecture.md has a package %s, which is none", at)
			}
			continue
		}
		if _, err := os.Stat(m[2]); err == nil {
			continue
		}
		if _, err := os.Stat(filepath.Join(at, m[2])); err != nil {
			t.Errorf("docs/architecture.md names %s where it is about %s: %v", m[2], at, err)
		}
	}
}

package slidexec_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Characters that act on a terminal are known in one place, internal/text, and the command line
// prints in two files. A pattern that is found elsewhere needs a reason here.

// escapers are signs of an escaper of one's own.
var escapers = regexp.MustCompile(`(?i)0x2400|0x241b|\b0x202[ae]\b|\b0x2066\b|\\u202[ae]|\\u2066|unicode\.IsControl|unicode\.IsPrint|strconv\.(Can)?Backquote|0x200[ef]\b`)

var mayEscape = map[string]string{
	"slides/permit/permit.go":     "refuses paths that cannot be shown truthfully",
	"render/rendertest/states.go": "hostile decks for tests",
}

// prints are signs of printing past the ui.
var prints = regexp.MustCompile(`\bfmt\.(Fp|P)rint|\blog\.(Print|Fatal|Panic)|\bprintln\(|io\.WriteString\(|\bos\.Std(out|err)\b`)

var mayPrint = map[string]string{
	"cmd/slidexec/ui.go":     "the way to the user",
	"cmd/slidexec/passed.go": "stdout, and what programs print",
	"cmd/slidexec/main.go":   "hands the streams over",
	"cmd/slidexec/check.go":  "workflow commands, which are its format",
	"cmd/slidexec/ask.go":    "the terminal itself, through text.Block",
}

func TestOneEscaper(t *testing.T) {
	used := map[string]bool{}
	find := func(path string, source []byte, pattern *regexp.Regexp, may map[string]string) {
		for i, line := range strings.Split(string(source), "\n") {
			if code, _, _ := strings.Cut(line, "//"); !pattern.MatchString(code) {
				continue
			}
			if used[path] = true; may[path] == "" {
				t.Errorf("%s:%d: %s", path, i+1, strings.TrimSpace(line))
			}
		}
	}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		path = filepath.ToSlash(path)
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !strings.HasPrefix(path, "internal/text/") {
			find(path, source, escapers, mayEscape)
		}
		if strings.HasPrefix(path, "cmd/slidexec/") {
			find(path, source, prints, mayPrint)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, may := range []map[string]string{mayEscape, mayPrint} {
		for path, why := range may {
			if !used[path] {
				t.Errorf("%s has a reason (%s) and does not need it", path, why)
			}
		}
	}
}

package toolchain

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/golden"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestScripts reads programs of testdata/scripts and compares what becomes of them: the manifest
// as found, the package, what the compiler gets.
func TestScripts(t *testing.T) {
	programs, err := filepath.Glob("testdata/scripts/*.rs")
	if err != nil || len(programs) == 0 {
		t.Fatalf("no programs, %v", err)
	}
	for _, path := range programs {
		t.Run(filepath.Base(path), func(t *testing.T) {
			code, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			script, err := ParseScript(string(code))
			var pkg []byte
			if err == nil {
				pkg, err = script.Package(false)
			}
			if e, ok := errors.AsType[*ManifestError](err); ok {
				fmt.Fprintf(&b, "line %d: %v\nhint: %s\n", e.Line, e, e.Hint)
			} else if err != nil {
				t.Fatal(err)
			} else {
				fmt.Fprintf(&b, "== package\n%s== source (%d lines before)\n%s", pkg, script.Before, script.Source)
			}
			golden.Check(t, *update, strings.TrimSuffix(path, ".rs")+".golden", b.String())
		})
	}
}

func TestPackageIsStable(t *testing.T) {
	code := "//! ```cargo\n//! [dependencies]\n//! c = '1'\n//! a = { version = '1', features = ['x'] }\n//! b = '2'\n//! ```\nfn main() {}\n"
	var first string
	for range 20 {
		s, err := ParseScript(code)
		if err != nil {
			t.Fatal(err)
		}
		pkg, err := s.Package(true)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(pkg)
		}
		if string(pkg) != first {
			t.Fatalf("differs:\n%s\n%s", pkg, first)
		}
	}
	if !strings.Contains(first, "warnings = 'deny'") {
		t.Errorf("warnings are not denied:\n%s", first)
	}
}

func FuzzParseScript(f *testing.F) {
	programs, _ := filepath.Glob("testdata/scripts/*.rs")
	for _, path := range programs {
		if b, err := os.ReadFile(path); err == nil {
			f.Add(string(b))
		}
	}
	f.Fuzz(func(t *testing.T, code string) {
		s, err := ParseScript(code)
		if err != nil {
			return
		}
		if got, want := strings.Count(s.Source, "\n"), strings.Count(code, "\n")+s.Before; got < want {
			t.Errorf("%d lines became %d", want, got)
		}
		_, err = s.Package(false)
		if e, ok := errors.AsType[*ManifestError](err); ok && (e.Line < 0 || e.Line > strings.Count(code, "\n")+1) {
			t.Errorf("error in line %d", e.Line)
		}
	})
}

func TestGoImports(t *testing.T) {
	got, err := GoImports("package main\n\nimport \"fmt\"\nimport (\n\tx \"net/http\"\n\t_ \"github.com/a/b\"\n\t\"C\"\n)\n\nbroken {\n")
	want := []Import{{"fmt", 3}, {"net/http", 5}, {"github.com/a/b", 6}, {"C", 7}}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("GoImports = %v, %v; want %v", got, err, want)
	}
	if s := standard(got); fmt.Sprint(s) != "[fmt net/http]" || !cgo(got) {
		t.Errorf("standard %v, cgo %v", s, cgo(got))
	}
	if _, err := GoImports("package main\nimport fmt\n"); err == nil {
		t.Error("a broken import is no error")
	}
}

package slidexec_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What a deck names is opened by internal/files alone. So every function elsewhere that opens a
// file, looks at one, lists a folder or starts a program is in testdata/opens.txt, with the reason
// why the deck does not decide what that is, or why it does no harm. To add one, write its line, or
// better, use internal/files.

// openers are the functions that reach for files, by the import path of their package; nil: all of
// its functions do. Those that only make, change or remove are not among them: writing has rules of
// its own.
var openers = map[string][]string{
	"os": {
		"Open", "OpenFile", "OpenRoot", "OpenInRoot", "ReadFile", "ReadDir", "Stat", "Lstat", "Readlink", "DirFS", "CopyFS",
		"Create", "WriteFile", "StartProcess",
	},
	"io/ioutil":     nil,
	"path/filepath": {"Glob", "Walk", "WalkDir", "EvalSymlinks"},
	"os/exec":       {"Command", "CommandContext", "LookPath"},
	"syscall": {
		"Open", "Openat", "Creat", "Stat", "Lstat", "Statfs", "Access", "Readlink", "Exec", "ForkExec", "StartProcess",
	},
	"golang.org/x/sys/unix": {
		"Open", "Openat", "Openat2", "OpenTree", "OpenByHandleAt", "NameToHandleAt", "Creat", "Stat", "Lstat", "Fstatat",
		"Statx", "Statfs", "Access", "Faccessat", "Faccessat2", "Readlink", "Readlinkat", "Exec",
	},
	"net/http":                      {"Dir", "FileServer", "ServeFile"},
	"html/template":                 {"ParseFiles", "ParseGlob", "ParseFS"},
	"text/template":                 {"ParseFiles", "ParseGlob", "ParseFS"},
	"go/parser":                     {"ParseFile", "ParseDir"},
	"github.com/google/renameio/v2": nil,
}

// use is a function and what it calls.
type use struct {
	file, function string
	calls          string // sorted, without repetitions
}

func (u use) String() string { return fmt.Sprintf("%s %s: %s", u.file, u.function, u.calls) }

func TestOpens(t *testing.T) {
	listed := readOpens(t, filepath.Join("testdata", "opens.txt"))
	found := map[use]bool{}
	for _, path := range sources(t) {
		for _, u := range usesOf(t, path) {
			found[u] = true
		}
	}
	for _, u := range sorted(found) {
		if _, ok := listed[u]; !ok {
			t.Errorf("not in testdata/opens.txt: %s | why may this be?", u)
		}
	}
	for _, u := range sorted(listed) {
		if !found[u] {
			t.Errorf("in testdata/opens.txt, but not in the source: %s", u)
		}
	}
}

func sorted[V any](m map[use]V) []use {
	return slices.SortedFunc(maps.Keys(m), func(a, b use) int { return strings.Compare(a.String(), b.String()) })
}

// readOpens reads the list: a line each of FILE FUNCTION: CALL… | REASON.
func readOpens(t *testing.T, path string) map[use]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out := map[use]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		what, why, ok := strings.Cut(line, " | ")
		place, calls, ok2 := strings.Cut(what, ": ")
		file, function, ok3 := strings.Cut(place, " ")
		if !ok || !ok2 || !ok3 || len(strings.TrimSpace(why)) < 10 {
			t.Errorf("%s: want FILE FUNCTION: CALL… | REASON, got %q", path, line)
			continue
		}
		out[use{file, function, strings.Join(strings.Fields(calls), " ")}] = why
	}
	return out
}

// sources returns the module's Go files without tests, and without the package that opens files.
func sources(t *testing.T) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		switch name := e.Name(); {
		case err != nil:
			return err
		case e.IsDir() && (name == "testdata" || name != "." && strings.HasPrefix(name, ".")) || path == filepath.Join("internal", "files"):
			return fs.SkipDir
		case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
			out = append(out, path)
		}
		return nil
	})
	if err != nil || len(out) < 100 {
		t.Fatalf("%d source files, %v", len(out), err)
	}
	return out
}

// usesOf returns the functions of a file that use openers. It takes a mere mention for a call.
func usesOf(t *testing.T, path string) []use {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string][]string{}
	for _, imp := range file.Imports {
		of, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		calls, ok := openers[of]
		if !ok {
			continue
		}
		name := strings.TrimSuffix(of, "/v2")
		name = name[strings.LastIndexByte(name, '/')+1:]
		if imp.Name != nil {
			name = imp.Name.Name
		}
		if name == "." {
			t.Errorf("%s: %s is imported without a name", path, of)
		}
		names[name] = calls
	}
	var out []use
	for _, d := range file.Decls {
		if calls := callsIn(d, names); len(calls) > 0 {
			out = append(out, use{filepath.ToSlash(path), declared(d), strings.Join(calls, " ")})
		}
	}
	return out
}

// callsIn returns which of the openers a declaration mentions.
func callsIn(d ast.Decl, names map[string][]string) []string {
	found := map[string]bool{}
	ast.Inspect(d, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok {
				calls, known := names[x.Name]
				if known && (calls == nil && ast.IsExported(sel.Sel.Name) || slices.Contains(calls, sel.Sel.Name)) {
					found[x.Name+"."+sel.Sel.Name] = true
				}
			}
		}
		return true
	})
	return slices.Sorted(maps.Keys(found))
}

// declared names a declaration: a function, a method as in (*T).m, or what a group declares first.
func declared(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return d.Name.Name
		}
		switch r := d.Recv.List[0].Type.(type) {
		case *ast.StarExpr:
			return fmt.Sprintf("(*%s).%s", r.X, d.Name.Name)
		default:
			return fmt.Sprintf("(%s).%s", r, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			if v, ok := s.(*ast.ValueSpec); ok {
				return v.Names[0].Name
			}
		}
	}
	return "?"
}

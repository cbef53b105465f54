package toolchain

import (
	"errors"
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/sandbox"
)

// Go compiles programs of one file. Compiling the standard library takes seconds, so it is done
// once. Warm compiles the packages that a program imports, for an empty program of ours, into a
// cache that no foreign program ever writes to. Build gets that cache copied on write, so one
// program cannot change the packages that the next is linked with.
type Go struct {
	Tool Tool
	Dir  string // ours: packages that are compiled once
	// Modules is the directory of fetched modules, "" if a program needs none.
	Modules string
}

// Import is a package that a program imports.
type Import struct {
	Path string
	Line int // of the program
}

// GoImports reads a program's imports. If they cannot be read, the error is a *ManifestError; the
// compiler reports other mistakes of the program.
func GoImports(code string) ([]Import, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "snippet.go", code, parser.ImportsOnly|parser.SkipObjectResolution)
	if list, ok := errors.AsType[scanner.ErrorList](err); ok && len(list) > 0 {
		return nil, &ManifestError{Line: list[0].Pos.Line, Msg: list[0].Msg}
	}
	if err != nil {
		return nil, &ManifestError{Msg: err.Error()}
	}
	var out []Import
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, &ManifestError{Line: fset.Position(spec.Pos()).Line, Msg: err.Error()}
		}
		out = append(out, Import{path, fset.Position(spec.Pos()).Line})
	}
	return out, nil
}

// Standard reports whether an import names a package of the standard library.
func (i Import) Standard() bool {
	first, _, _ := strings.Cut(i.Path, "/")
	return !strings.Contains(first, ".") && i.Path != "C" && i.Path != ""
}

// standard returns the sorted standard packages of a list, without those that always exist.
func standard(imports []Import) []string {
	var out []string
	for _, i := range imports {
		if i.Standard() && i.Path != "unsafe" && !strings.Contains(i.Path, "internal") {
			out = append(out, i.Path)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// cgo reports whether a program contains C code.
func cgo(imports []Import) bool {
	return slices.ContainsFunc(imports, func(i Import) bool { return i.Path == "C" })
}

const goCache = "/box/gocache"

// cache returns the directory of packages that are compiled once.
func (g *Go) cache() string { return filepath.Join(g.Dir, "out") }

// warmMark returns the path of a file that marks the packages as compiled.
func (g *Go) warmMark(imports []Import) string {
	name := strings.NewReplacer("/", "_").Replace(strings.Join(standard(imports), "+"))
	if len(name) > 200 {
		name = "all" // more packages than have a name: compile for every such program
	}
	return filepath.Join(g.Dir, fmt.Sprintf("warm-%v-%s", cgo(imports), name))
}

// Warmed reports whether all packages that the imports need were compiled before.
func (g *Go) Warmed(imports []Import) bool {
	_, err := os.Stat(g.warmMark(imports))
	return err == nil
}

// SetWarmed notes that the Step of Warm succeeded.
func (g *Go) SetWarmed(imports []Import) error {
	return os.WriteFile(g.warmMark(imports), nil, 0o600)
}

// Warm says how to compile the packages of the standard library that a program imports.
func (g *Go) Warm(imports []Import) Step {
	var b strings.Builder
	b.WriteString("package main\n\n")
	for _, path := range standard(imports) {
		fmt.Fprintf(&b, "import _ %q\n", path)
	}
	b.WriteString("\nfunc main() {}\n")
	return Step{
		Args: []string{g.Tool.Path, "build", "-o", "/tmp/warm", "/box/warm.go"},
		Env:  g.env(imports), Dir: "/box",
		Mounts: append(slices.Clone(g.Tool.Mounts),
			sandbox.Mount{Kind: sandbox.File, Dst: "/box/warm.go", Data: []byte(b.String())},
			sandbox.Mount{Kind: sandbox.Out, Src: g.cache(), Dst: goCache}),
	}
}

// Build says how to compile a program. dir is the folder of the build, which may hold a module.
func (g *Go) Build(code string, imports []Import, dir string) Step {
	env := g.env(imports)
	var modules []sandbox.Mount
	if g.Modules != "" {
		env = append(env, "GOMODCACHE="+boxModules, "GOFLAGS=-mod=readonly")
		modules = []sandbox.Mount{{Kind: sandbox.ReadOnly, Src: g.Modules, Dst: boxModules}}
	}
	return Step{
		Args: []string{g.Tool.Path, "build", "-o", "/box/out/snippet", "/box/snippet.go"},
		Env:  env, Dir: dir,
		Mounts: append(slices.Concat(g.Tool.Mounts, modules),
			sandbox.Mount{Kind: sandbox.File, Dst: "/box/snippet.go", Data: []byte(code)},
			sandbox.Mount{Kind: sandbox.CopyOn, Src: g.cache(), Dst: goCache},
			sandbox.Mount{Kind: sandbox.Tmpfs, Dst: "/box/out"}),
		Keep: "/box/out", Left: "snippet",
	}
}

// env turns off every setting by which a module or the user could choose other tools or reach the
// network.
func (g *Go) env(imports []Import) []string {
	enabled := "0"
	if cgo(imports) {
		enabled = "1"
	}
	return append([]string{
		"GOCACHE=" + goCache, "GOPATH=/tmp/go", "GOMODCACHE=/tmp/go/mod", "GOPROXY=off", "GOSUMDB=off", "GOENV=off", "GOFLAGS=",
		"GOTOOLCHAIN=local", "GOTELEMETRY=off", "GOWORK=off", "CGO_ENABLED=" + enabled,
	}, g.Tool.Env...)
}

// GoSettings returns the file of settings that go env -w writes, "" if there is no home.
func (f *Finder) GoSettings() string {
	if f.Home == "" {
		return ""
	}
	return filepath.Join(f.Home, ".config", "go", "env")
}

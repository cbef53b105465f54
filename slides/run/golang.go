package run

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	disk "github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// buildGo compiles a Go program. It may use the standard library. If the deck's folder is a module,
// it may use that module's packages and vendored ones, or else those that its go.mod requires.
func (j *job) buildGo(ctx context.Context) (build, *slides.Result, error) {
	tool, err := j.scene.tool(j.r.find, "go")
	if err != nil {
		return build{}, missing(j.plan.lang.Name, "go", err), nil
	}
	imports, err := toolchain.GoImports(j.s.Code)
	if err != nil {
		imports = nil // the compiler explains the error better
	}
	module := goModule(j.r.folder.dir)
	line, problem := j.foreignImport(imports, module)
	if problem != nil {
		return build{}, problem, nil
	}
	env := j.env(j.s.Env)
	in := buildInputs{Origin: j.origin([]toolchain.Tool{tool}, env), Builder: lang.GoBuild, Source: j.s.Code, Dir: boxDir}
	if module != "" {
		files := j.scene.files()
		asides, ok := j.asides(files)
		in.Dir, in.Folder, in.Asides = workDir, files.sum, asides
		if files.err != nil || !ok { // the inputs are unknown
			in.Folder = rand.Text()
		}
	}
	key := keyOf(in)
	return j.once(ctx, key, func() (build, *slides.Result, error) {
		base, release, err := j.goBase(ctx, tool)
		if err != nil {
			return build{}, nil, err
		}
		defer release()
		golang := &toolchain.Go{Tool: tool, Dir: base}
		if line > 0 {
			modules, release, problem, err := j.modules(ctx, tool, line)
			if problem != nil || err != nil {
				return build{}, problem, err
			}
			defer release()
			golang.Modules = modules
		}
		if problem, err := j.warm(ctx, golang, imports); problem != nil || err != nil {
			return build{}, problem, err
		}
		step := golang.Build(j.s.Code, imports, in.Dir)
		step.Env = lastWins(append(env, step.Env...))
		if module != "" {
			step.Mounts = append(step.Mounts, j.view().mounts...)
		}
		left, problem, err := j.compile(ctx, step)
		if problem != nil || err != nil {
			return build{}, problem, err
		}
		return j.keep(key, left)
	})
}

// goBase returns the directory of the compiled standard library, and a function that releases it.
// All decks share it, because no foreign program can write to it: builds see it copied on write.
// Without a sandbox builds could write to it, so each domain has its own.
func (j *job) goBase(ctx context.Context, tool toolchain.Tool) (string, func(), error) {
	id := keyOf(toolID{tool.Path, tool.Stamp, tool.Env, tool.Mounts})
	if j.r.o.NoSandbox || j.r.o.Degraded {
		return j.tree(ctx, id)
	}
	base, release, err := j.r.store.Shared(ctx, "go", id)
	if err != nil {
		return "", nil, fmt.Errorf("prepare compiling: %w", err)
	}
	return base, release, nil
}

// warm compiles the part of the standard library that the program needs, unless that was done. Only
// the installation's code is compiled there.
func (j *job) warm(ctx context.Context, g *toolchain.Go, imports []toolchain.Import) (*slides.Result, error) {
	if g.Warmed(imports) {
		return nil, nil
	}
	unlock, err := alone(ctx, g.Dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if g.Warmed(imports) {
		return nil, nil
	}
	step := g.Warm(imports)
	step.Env = environ([]toolchain.Tool{g.Tool}, step.Env)
	j.col.hold(nil)
	_, problem, err := j.compile(ctx, step)
	missing := problem != nil && problem.Status == slides.Exited // a package: compiling the program names its line
	j.col.let(!missing)
	if missing {
		return nil, nil
	}
	if problem != nil || err != nil {
		return problem, err
	}
	return nil, g.SetWarmed(imports)
}

// modules fetches the requirements of the go.mod beside the deck into a folder of this deck's. It
// returns the folder and a function that releases it. line is where the program imports the first
// of them.
func (j *job) modules(ctx context.Context, tool toolchain.Tool, line int) (string, func(), *slides.Result, error) {
	mod, err := disk.ReadBeneath(j.r.folder.dir, "go.mod", maxManifest)
	if err != nil {
		return "", nil, j.badProgram(line, "slidexec cannot read the go.mod beside the deck", ""), nil
	}
	sum, err := disk.ReadBeneath(j.r.folder.dir, "go.sum", 8*maxManifest)
	if err != nil {
		sum = nil // go says what is missing
	}
	own, release, err := j.tree(ctx, "modules "+tool.Stamp)
	if err != nil {
		return "", nil, nil, err
	}
	m := &toolchain.Modules{
		Tool: tool, Dir: filepath.Join(own, "out"), Environ: os.Environ(), Config: j.r.find.GoSettings(), Granted: j.granted(),
		Run: j.r.fetching, Limits: j.r.o.fetchLimits, Gate: j.r.o.gate,
	}
	m.Limits.Wall = j.r.o.FetchTime
	if !m.Fetched(mod, sum) {
		j.progress("fetch")
		unlock, lockErr := alone(ctx, own)
		if lockErr != nil {
			release()
			return "", nil, nil, lockErr
		}
		err = m.Fetch(ctx, mod, sum)
		unlock()
	}
	if e, ok := errors.AsType[*toolchain.FetchError](err); ok {
		release()
		j.col.replay([]slides.Chunk{{Stderr: true, Build: true, Data: e.Log}})
		return "", nil, j.badProgram(line, "slidexec cannot fetch its modules: "+e.Reason, e.Hint), nil
	}
	if err != nil {
		release()
		return "", nil, nil, err
	}
	return m.Cache(), release, nil, nil
}

// foreignImport returns the result of a program that imports something unavailable; or else the
// line where it imports a package of another module, 0 if it does not.
func (j *job) foreignImport(imports []toolchain.Import, module string) (int, *slides.Result) {
	line := 0
	for _, i := range imports {
		own := module != "" && (i.Path == module || strings.HasPrefix(i.Path, module+"/")) // it may import others
		switch {
		case i.Standard(), i.Path == "C", strings.HasPrefix(i.Path, "./"):
		case module != "" && isDir(filepath.Join(j.r.folder.dir, "vendor")):
		case module != "" && isFile(filepath.Join(j.r.folder.dir, "go.sum")):
			line = cmp.Or(line, i.Line)
		case own:
		default:
			return 0, j.badProgram(i.Line, fmt.Sprintf("package %q is not in the standard library", i.Path),
				"put a go.mod and a go.sum with this package beside the deck: go mod init talk, go get "+i.Path)
		}
	}
	return line, nil
}

func isFile(path string) bool {
	st, err := os.Lstat(path)
	return err == nil && st.Mode().IsRegular()
}

// maxManifest is larger than any go.mod.
const maxManifest = 1 << 20 // bytes

// goModule returns the path of the module in a folder, "" if there is none.
func goModule(dir string) string {
	if dir == "" {
		return ""
	}
	b, err := disk.ReadBeneath(dir, "go.mod", maxManifest)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(disk.Text(b))) {
		if words := strings.Fields(line); len(words) >= 2 && words[0] == "module" {
			return strings.Trim(words[1], `"`)
		}
	}
	return ""
}

func isDir(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}

package run

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// buildCargo builds a program with crates: its embedded manifest becomes a package, the crates are
// fetched if they are not here, cargo compiles.
func (j *job) buildCargo(ctx context.Context) (build, *slides.Result, error) {
	script, manifest, problem := j.manifest()
	if problem != nil {
		return build{}, problem, nil
	}
	j.skip = script.Before
	j.col = newCollector(j.plan.lang, j.s, j.skip)
	cargo, err := toolchain.NewCargo(j.r.find, filepath.Join(j.r.store.dir, "cargo"))
	if err != nil {
		return build{}, missing(j.plan.lang.Name, "cargo", err), nil
	}
	j.extra = []string{
		"RUST_SCRIPT_PATH=" + boxDir + "/" + j.plan.lang.File, "RUST_SCRIPT_SAFE_NAME=snippet",
		"RUST_SCRIPT_PKG_NAME=snippet", "RUST_SCRIPT_BASE_PATH=" + workDir,
	}
	env := j.env(j.extra, j.s.Env)
	key := hashOf("cargo", script.Source, string(manifest), cargo.Stamp(), cargo.Config.Build, env, j.r.o.NoSandbox)
	if b, ok := j.built(key); ok {
		return b, nil, nil
	}
	lock, problem, err := j.fetch(ctx, cargo, manifest)
	if problem != nil || err != nil {
		return build{}, problem, err
	}
	dir, err := j.tree("target", cargo.Stamp())
	if err != nil {
		return build{}, nil, err
	}
	unlock, err := lockTree(ctx, dir)
	if err != nil {
		return build{}, nil, err
	}
	defer unlock()
	out := filepath.Join(dir, "out")
	step := cargo.Build(manifest, lock, script.Source, out)
	step.Env = lastWins(append(env, step.Env...))
	problem, err = j.compile(ctx, step)
	if problem != nil && toolchain.Missing(j.said()) { // somebody tidied up our crates
		j.col.drop()
		if err := cargo.Forget(manifest); err != nil {
			return build{}, nil, err
		}
		if _, problem, err = j.fetch(ctx, cargo, manifest); problem == nil && err == nil {
			problem, err = j.compile(ctx, step)
		}
	}
	if problem != nil || err != nil {
		return build{}, problem, err
	}
	return j.keep(key, toolchain.Artefact(out))
}

// manifest parses the program and makes its package.
func (j *job) manifest() (*toolchain.Script, []byte, *slides.Result) {
	script, err := toolchain.ParseScript(j.s.Code)
	var manifest []byte
	if err == nil {
		manifest, err = script.Package(j.plan.lang.Deny)
	}
	if e, ok := errors.AsType[*toolchain.ManifestError](err); ok {
		return nil, nil, j.badProgram(e.Line, e.Error(), e.Hint)
	}
	if err != nil {
		return nil, nil, j.badProgram(0, err.Error(), "")
	}
	return script, manifest, nil
}

// fetch makes the crates of a manifest available and returns its lock file.
func (j *job) fetch(ctx context.Context, cargo *toolchain.Cargo, manifest []byte) ([]byte, *slides.Result, error) {
	if lock, ok := cargo.Lock(manifest); ok {
		return lock, nil, nil
	}
	j.progress("fetch")
	lock, err := cargo.Fetch(ctx, manifest)
	if e, ok := errors.AsType[*toolchain.FetchError](err); ok {
		j.col.replay([]chunk{{Stderr: true, Build: true, Data: e.Log}})
		res := notRun(slides.SetupFailed, "its crates cannot be fetched: "+e.Reason, e.Hint)
		res.Phase = "fetch"
		return nil, &res, nil
	}
	return lock, nil, err
}

// said returns the output so far as one.
func (j *job) said() []byte {
	var out []byte
	for _, k := range j.col.output() {
		out = append(out, k.Data...)
	}
	return out
}

// lockTree makes sure that nobody else builds in a tree, from the build to taking its program.
func lockTree(ctx context.Context, dir string) (func(), error) {
	return lock(ctx, filepath.Join(dir, "lock"))
}

// output returns what was written so far.
func (c *collector) output() []chunk {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.raw)
}

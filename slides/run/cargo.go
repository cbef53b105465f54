package run

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/fetch"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run/store"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// buildCargo builds a program with crates: its embedded manifest becomes a package, missing crates
// are fetched, cargo compiles.
func (j *job) buildCargo(ctx context.Context) (build, *slides.Result, error) {
	script, manifest, problem := j.manifest()
	if problem != nil {
		return build{}, problem, nil
	}
	j.skip = script.Before
	crates, release, err := j.r.store.Crates(ctx)
	if err != nil {
		return build{}, nil, fmt.Errorf("prepare fetching: %w", err)
	}
	defer release()
	cargo, err := toolchain.NewCargo(j.r.find, crates)
	if err != nil {
		return build{}, missing(j.plan.lang.Name, "cargo", err), nil
	}
	if problem := j.sources(script, cargo); problem != nil {
		return build{}, problem, nil
	}
	if len(script.Sources) > 0 { // other decks must not find crates that only this deck may fetch
		own, release, err := j.tree(ctx, "crates "+cargo.Stamp())
		if err != nil {
			return build{}, nil, err
		}
		defer release()
		cargo.Dir = filepath.Join(own, "out") // beside the tree's lock
	}
	j.extra = []string{
		"RUST_SCRIPT_PATH=" + boxDir + "/" + j.plan.lang.File, "RUST_SCRIPT_SAFE_NAME=snippet",
		"RUST_SCRIPT_PKG_NAME=snippet", "RUST_SCRIPT_BASE_PATH=" + workDir,
	}
	env := j.env(j.extra, j.s.Env)
	key := keyOf(buildInputs{
		Origin: j.origin([]toolchain.Tool{cargo.Cargo, cargo.Rustc}, env), Builder: lang.CargoBuild,
		Source: script.Source, Steps: [][]string{{string(manifest), cargo.Config.Build}},
	})
	return j.once(ctx, key, func() (build, *slides.Result, error) {
		return j.compileCargo(ctx, cargoJob{key, cargo, script, manifest, env})
	})
}

// cargoJob is the input of a build by cargo.
type cargoJob struct {
	key      string
	cargo    *toolchain.Cargo
	script   *toolchain.Script
	manifest []byte
	env      []string
}

// compileCargo fetches and compiles.
func (j *job) compileCargo(ctx context.Context, c cargoJob) (build, *slides.Result, error) {
	lock, problem, err := j.fetch(ctx, c.cargo, c.script, c.manifest)
	if problem != nil || err != nil {
		return build{}, problem, err
	}
	dir, release, err := j.tree(ctx, c.cargo.Stamp())
	if err != nil {
		return build{}, nil, err
	}
	defer release()
	unlock, err := alone(ctx, dir)
	if err != nil {
		return build{}, nil, err
	}
	defer unlock()
	step := c.cargo.Build(c.manifest, lock, c.script.Source, filepath.Join(dir, "out"))
	step.Env = lastWins(append(c.env, step.Env...))
	j.col.hold(mayMiss)
	left, problem, err := j.compile(ctx, step)
	missing := problem != nil && toolchain.Missing(j.printed()) // somebody removed our crates
	j.col.let(!missing)
	if missing {
		if err := c.cargo.Forget(c.manifest); err != nil {
			return build{}, nil, err
		}
		if _, problem, err = j.fetch(ctx, c.cargo, c.script, c.manifest); problem == nil && err == nil {
			left, problem, err = j.compile(ctx, step)
		}
	}
	if problem != nil || err != nil {
		return build{}, problem, err
	}
	j.r.store.Grew(dir)
	return j.keep(c.key, left)
}

var colours = pattern.New(`\x1b\[[0-9;]*[mK]`)

// mayMiss reports whether what cargo has printed so far may become its message about missing crates, which
// comes before anything is compiled.
func mayMiss(log []slides.Chunk) bool {
	const message = "error: "
	text := colours().ReplaceAll(slides.Result{Log: log}.Bytes(), nil)
	n := min(len(text), len(message))
	return string(text[:n]) == message[:n]
}

// sources returns the result of a program whose manifest names places that it may not fetch from.
func (j *job) sources(script *toolchain.Script, cargo *toolchain.Cargo) *slides.Result {
	cargo.Granted = j.granted()
	for _, s := range script.Sources {
		if cargo.Allows(s.Place) {
			continue
		}
		e := toolchain.Refused(s.Place)
		return j.badProgram(s.Line, fmt.Sprintf("dependency %q: %s", s.Name, e.Reason), e.Hint)
	}
	return nil
}

// granted returns the hosts from which packages may be fetched.
func (j *job) granted() []fetch.Place {
	var out []fetch.Place
	for _, g := range j.with.Allow.Of(permit.Fetch) {
		if p, err := fetch.ParsePlace(g.Arg); err == nil {
			out = append(out, p)
		}
	}
	return out
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
func (j *job) fetch(ctx context.Context, cargo *toolchain.Cargo, script *toolchain.Script, manifest []byte) ([]byte, *slides.Result, error) {
	if known, ok := cargo.Lock(manifest); ok {
		return known, nil, nil
	}
	j.progress("fetch")
	unlock, err := store.Lock(ctx, filepath.Join(cargo.Dir, "fetching"))
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	cargo.Run, cargo.Gate, cargo.Limits = j.r.fetching, j.r.o.gate, j.r.o.fetchLimits
	cargo.Limits.Wall = j.r.o.FetchTime
	locked, err := cargo.Fetch(ctx, manifest)
	if e, ok := errors.AsType[*toolchain.FetchError](err); ok {
		j.col.replay([]slides.Chunk{{Stderr: true, Build: true, Data: e.Log}})
		reason, line := "slidexec cannot fetch its crates: "+e.Reason, 0
		if e.Place != "" {
			line = script.LineOf(e.Place)
		}
		return nil, j.badProgram(line, reason, e.Hint), nil
	}
	return locked, nil, err
}

// fetching runs a command that fetches.
func (r *Runner) fetching(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
	c.Policy.Degraded = r.o.Degraded
	return r.exec.Run(ctx, c)
}

// printed returns the output so far as one text.
func (j *job) printed() []byte { return slides.Result{Log: j.col.all()}.Bytes() }

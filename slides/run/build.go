package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/run/store"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// A build runs foreign code as a program does: macros, build scripts, #include. It happens in a
// sandbox without network and without the deck's folder. It leaves one file, which is taken only if
// it is a plain file. A compiled program is kept under a name that covers all its inputs, together
// with the compiler's output. So building again and not building again look the same.

// builders carry out the steps before a program's last. The result is that of a failed build; the
// error is not the program's fault.
var builders = map[lang.Builder]func(*job, context.Context) (build, *slides.Result, error){
	lang.PlainSteps: (*job).buildSteps,
	lang.CargoBuild: (*job).buildCargo,
	lang.GoBuild:    (*job).buildGo,
}

// build is a kept compiled program, and the compiler's output.
type build struct {
	*store.Program
	Log []slides.Chunk
}

// build compiles the snippet.
func (j *job) build(ctx context.Context) (build, *slides.Result, error) {
	return builders[j.plan.lang.Builder](j, ctx)
}

// buildInputs decide the result of compiling.
type buildInputs struct {
	Origin  origin
	Builder lang.Builder
	Source  string
	File    string
	Steps   [][]string // as executed, or the files that they read
	Dir     string
	Folder  string // content of the deck's folder, if the compiler sees it
	Asides  []string
}

// buildSteps runs the steps of the language table one after the other.
func (j *job) buildSteps(ctx context.Context) (build, *slides.Result, error) {
	env := j.env(j.plan.lang.Env, j.s.Env)
	key := keyOf(buildInputs{Origin: j.origin(j.plan.tools, env), Source: j.s.Code, File: j.plan.lang.File, Steps: j.plan.steps})
	if len(j.plan.steps) > 2 {
		panic("run: a language with more than one step to compile") // the second would not see the first one's files
	}
	return j.once(ctx, key, func() (build, *slides.Result, error) {
		left, failed, err := j.compile(ctx, toolchain.Step{
			Args: expand(j.plan.steps[0], boxDir+"/out/snippet"), Env: env, Dir: boxDir,
			Mounts: append(j.plan.mounts(),
				sandbox.Mount{Kind: sandbox.File, Dst: boxDir + "/" + j.plan.lang.File, Data: []byte(j.s.Code)},
				sandbox.Mount{Kind: sandbox.Tmpfs, Dst: boxDir + "/out"}),
			Keep: boxDir + "/out", Left: "snippet",
		})
		if err != nil || failed != nil {
			return build{}, failed, err
		}
		return j.keep(key, left)
	})
}

// once compiles the program of a key, unless that was done before. If several callers want it at
// the same time, in this process and others, one compiles, and the others wait and take its result.
func (j *job) once(ctx context.Context, key string, compile func() (build, *slides.Result, error)) (build, *slides.Result, error) {
	if b, ok := j.built(key); ok {
		return b, nil, nil
	}
	unlock, err := j.r.domain.Building(ctx, key)
	if err != nil {
		return build{}, nil, fmt.Errorf("prepare compiling: %w", err)
	}
	defer unlock()
	if b, ok := j.built(key); ok {
		return b, nil, nil
	}
	b, failed, err := compile()
	if err == nil && failed == nil {
		j.r.anew.Store(key, true)
	}
	return b, failed, err
}

// built returns a program compiled before and shows its compiler's output.
func (j *job) built(key string) (build, bool) {
	if _, anew := j.r.anew.Load(key); j.r.o.Refresh && !anew {
		return build{}, false
	}
	p, ok := j.r.domain.Program(key)
	if !ok {
		return build{}, false
	}
	b := build{Program: p}
	if json.Unmarshal(p.Note, &b.Log) != nil {
		p.Release()
		return build{}, false
	}
	j.col.replay(b.Log)
	return b, true
}

// keep takes a compiled program into the store, and closes it. If there is no program, left is nil.
func (j *job) keep(key string, left *os.File) (build, *slides.Result, error) {
	if left == nil {
		res := notRun(slides.SetupFailed, "the compiler wrote no program", "")
		return build{}, &res, nil
	}
	defer left.Close()
	log := slices.DeleteFunc(slices.Clone(j.col.snapshot()), func(k slides.Chunk) bool { return !k.Build })
	note, err := json.Marshal(log)
	if err != nil {
		return build{}, nil, fmt.Errorf("keep the compiled program: %w", err)
	}
	p, err := j.r.domain.PutProgram(key, left, note, buildLimits.FileSize)
	return build{Program: p, Log: log}, nil, err
}

// compile runs a step of a build. If the build ends here, it returns a result, else the file that
// the step has left, nil if there is none. The step writes to memory; everything but the taken file
// is gone when the last descriptor of it is closed.
func (j *job) compile(ctx context.Context, s toolchain.Step) (left *os.File, failed *slides.Result, err error) {
	begin := time.Now()
	p := sandbox.Policy{Limits: buildLimits, Degraded: j.r.o.Degraded}
	p.Mounts = slices.Concat(sandbox.System(), s.Mounts)
	cmd := &sandbox.Cmd{Path: s.Args[0], Args: s.Args, Env: s.Env, Dir: s.Dir, Policy: &p, Keep: s.Keep}
	if s.Keep != "" {
		cmd.Kept = func(dir *os.Root, r sandbox.Result) (err error) {
			if r.Status == sandbox.OK {
				left, err = take(dir, s)
			}
			return err
		}
	}
	res, err := j.execute(ctx, cmd, "build")
	if err != nil || !res.Failed() {
		return left, nil, err
	}
	res.Built = time.Since(begin)
	return nil, &res, nil
}

// take opens the file that a step was to make, if it exists, and takes the other files that are
// wanted. Foreign code wrote there, so only a plain file counts.
func take(dir *os.Root, s toolchain.Step) (*os.File, error) {
	if s.Take != nil {
		if err := s.Take(dir); err != nil {
			return nil, fmt.Errorf("keep what was compiled: %w", err)
		}
	}
	st, err := dir.Lstat(s.Left)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err == nil && !st.Mode().IsRegular() {
		err = &os.PathError{Op: "open", Path: s.Left, Err: errors.New("not a regular file")}
	}
	var f *os.File
	if err == nil {
		f, err = dir.Open(s.Left)
	}
	if err != nil {
		return nil, fmt.Errorf("take the compiled program: %w", err)
	}
	return f, nil
}

// badProgram is the result of a program that no compiler can be given. line is the program's, 0 if
// there is none.
func (j *job) badProgram(line int, msg, hint string) *slides.Result {
	res := notRun(slides.SetupFailed, msg, hint)
	res.Phase, res.Remark.Line, res.Program = "fetch", line, j.program()
	return &res
}

// tree returns a directory for files that a compiler keeps between builds, and a function that
// releases it. It belongs to this domain: programs of one deck's folder share it and so trust each
// other. Refreshing begins with an empty one.
func (j *job) tree(ctx context.Context, stamp string) (string, func(), error) {
	key := keyOf([]string{keyVersion, j.r.domainID, stamp})
	if _, emptied := j.r.anew.LoadOrStore("tree "+key, true); j.r.o.Refresh && !emptied {
		if err := j.r.domain.DropTree(ctx, "target", key); err != nil {
			return "", nil, fmt.Errorf("prepare compiling: %w", err)
		}
	}
	dir, release, err := j.r.domain.Tree(ctx, "target", key)
	if err != nil {
		return "", nil, fmt.Errorf("prepare compiling: %w", err)
	}
	return dir, release, nil
}

// alone keeps other builds out of a tree, from the build to taking its program.
func alone(ctx context.Context, dir string) (func(), error) {
	return store.Lock(ctx, filepath.Join(dir, "building"))
}

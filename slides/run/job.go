package run

import (
	"context"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

// batch is how long output is collected before it is shown. An eye sees no difference, and a
// program that prints in a loop does not flood its readers.
const batch = 30 * time.Millisecond

// job is a snippet on its way through fetch, build and run. It belongs to one goroutine.
type job struct {
	r     *Runner
	s     *slides.Snippet
	plan  plan
	with  Settings
	scene scene
	send  func(slides.Result)
	stdin io.Reader
	piped bool      // somebody wants the bytes that the program writes to no terminal
	keys  *Keyboard // nil: nobody can type
	lend  Lend      // nil: the program does not get the real terminal
	size  [2]int    // of the pseudo terminal when the program starts
	free  func()    // called when the program itself starts: others need not wait for somebody's keys

	col     *collector
	term    *terminal // of the program while it runs and afterwards, nil: it has none
	used    bool      // somebody had a part in what the program did
	started time.Time
	skip    int // lines of the compiled file before the program's first
	extra   []string
	guard   guard
	looked  map[*regexp.Regexp]looked // results of searches, see looks
}

// run builds and runs the program. The error is not the program's fault.
func (j *job) run(ctx context.Context) (slides.Result, error) {
	j.r.prepare()
	j.started = time.Now()
	j.col = newCollector()
	var bin string
	if j.plan.compiles() {
		b, failed, err := j.build(ctx)
		if err != nil || failed != nil {
			return j.finish(failed, err)
		}
		defer b.Release()
		bin = b.Path
	}
	built := time.Since(j.started)
	if !j.r.o.NoSandbox { // without a sandbox, it could have changed anything
		var err error
		if j.guard, err = guardOf(j.with.Allow); err != nil {
			return j.finish(unguarded(err), nil)
		}
	}
	cmd := j.command(bin)
	res, err := j.perform(ctx, cmd)
	j.guard.report(&res)
	if bin != "" {
		res.Built = built // no other run needs a sandbox with this program
	} else {
		j.r.warm(func() *sandbox.Cmd { return cmd })
	}
	return j.finish(&res, err)
}

// perform runs the program itself, with its terminal if it has one.
func (j *job) perform(ctx context.Context, cmd *sandbox.Cmd) (res slides.Result, err error) {
	give, err := j.connect(ctx, cmd)
	if err != nil {
		return res, err
	}
	defer give(&res) // whatever happens: a real terminal must come back
	return j.execute(ctx, cmd, "run")
}

// finish completes a result with the output.
func (j *job) finish(res *slides.Result, err error) (slides.Result, error) {
	if err != nil {
		return slides.Result{}, err
	}
	res.Log, res.Screen = j.output()
	res.Program, res.Started = j.program(), j.started
	return unlucky(addHint(*res, j.plan.lang.Name, j.with), !j.r.o.NoSandbox), nil
}

// command is the program's last step.
func (j *job) command(bin string) *sandbox.Cmd {
	mounts := slices.Concat(j.view().with(j.with.Allow, j.guard), j.plan.mounts())
	if bin != "" {
		mounts = append(mounts, sandbox.Mount{Kind: sandbox.ReadOnly, Src: bin, Dst: boxDir + "/snippet"})
	} else {
		source, before := j.plan.lang.Source(j.s.Code)
		j.skip = before
		mounts = append(mounts, sandbox.Mount{Kind: sandbox.File, Dst: boxDir + "/" + j.plan.lang.File, Data: []byte(source)})
	}
	p := j.r.policy(j.with)
	if j.drawn() {
		p.Limits.Output = -1 // the screen is the limit
	}
	if j.attended() && j.r.untimed(j.s) {
		p.Limits.Wall = -1
	}
	p.Mounts = slices.Concat(sandbox.System(), mounts)
	argv := expand(j.plan.steps[len(j.plan.steps)-1], boxDir+"/snippet")
	cmd := &sandbox.Cmd{
		Path: argv[0], Args: argv, Dir: workDir, Stdin: j.stdin, Policy: &p,
		Env: j.programEnv(j.extra),
	}
	if j.lines() {
		cmd.LineByLine = printSize
	}
	return cmd
}

// env returns the environment of the plan's commands with further layers.
func (j *job) env(layers ...[]string) []string {
	return environ(j.plan.tools, slices.Concat([][]string{pipeEnv}, layers)...)
}

// programEnv returns the environment of the program itself, with what its build adds.
func (j *job) programEnv(extra []string) []string {
	layers := [][]string{j.plan.lang.Env, extra, j.s.Env, grantedEnv(j.with.Allow)}
	switch {
	case j.drawn():
		return environ(j.plan.tools, slices.Concat([][]string{screenEnv}, layers)...)
	case j.lines():
		return j.env(slices.Concat([][]string{lineEnv}, layers)...)
	}
	return j.env(layers...)
}

// lines reports whether the program prints to terminals, so that what it shows comes as soon as it is
// printed, and in order. A picture is no text: programs refuse to write one to a terminal.
func (j *job) lines() bool { return !j.drawn() && !j.piped && !j.s.Exec.Draws() }

// drawn reports whether a screen takes what the program prints.
func (j *job) drawn() bool { return j.lend != nil || j.s.Exec.OnScreen() }

// expand replaces the names in a step of the language table.
func expand(step []string, bin string) []string {
	r := strings.NewReplacer("$pwd", boxDir, "$bin", bin)
	out := make([]string, len(step))
	for i, arg := range step {
		out[i] = r.Replace(arg)
	}
	return out
}

// execute runs one command and shows its output as it comes.
func (j *job) execute(ctx context.Context, cmd *sandbox.Cmd, phase string) (slides.Result, error) {
	if res := j.replaced(cmd.Policy); res != nil {
		return *res, nil
	}
	j.col.begin(phase == "build")
	if cmd.Terminal == nil {
		cmd.Stdout, cmd.Stderr = j.col.stream(false), j.col.stream(true)
	}
	type answer struct {
		res sandbox.Result
		err error
	}
	done := make(chan answer, 1)
	go func() {
		var a answer
		defer func() { done <- a }()
		defer slides.Contain("running "+j.s.Name(), &a.err)
		a.res, a.err = j.r.exec.Run(ctx, cmd)
	}()
	j.progress(phase)
	var due <-chan time.Time
	for {
		select {
		case <-j.col.wake:
			if due == nil {
				due = time.After(batch)
			}
		case <-due:
			due = nil
			j.progress(phase)
		case a := <-done:
			if errors.Is(a.err, sandbox.ErrNotFound) {
				return notRun(slides.SetupFailed, cmd.Path+" cannot be started in the sandbox", ""), nil
			}
			if setup, ok := errors.AsType[*sandbox.SetupError](a.err); ok && errors.Is(setup, sandbox.ErrReplaced) {
				return *j.notShown(setup.Path), nil // the path changed after the check
			}
			return outcome(a.res, phase, cmd.Policy.Limits), a.err
		}
	}
}

// progress emits that the snippet is running, with its output so far.
func (j *job) progress(phase string) {
	log, screen := j.output()
	j.send(slides.Result{State: slides.Running, Phase: phase, Log: log, Screen: screen, Program: j.program(), Started: j.started,
		Origin: slides.Live})
}

// output returns what there is to show by now. A screen takes the place of everything before it.
func (j *job) output() ([]slides.Chunk, *slides.Screen) {
	if j.term == nil {
		return j.col.snapshot(), nil
	}
	screen := j.term.screen.Snapshot()
	text := screen.Text()
	if len(text) == 0 {
		return nil, screen
	}
	return []slides.Chunk{{At: time.Since(j.col.start), Data: text}}, screen
}

// program describes the program's names in the output. On a screen, a name of another length would
// move what stands behind it, so nothing there is a name.
func (j *job) program() slides.Program {
	if j.term != nil {
		return slides.Program{}
	}
	return slides.Program{File: j.plan.lang.File, Dir: boxDir, Before: j.skip, Stdout: j.plan.lang.Stdout}
}

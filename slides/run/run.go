// Package run makes results out of snippets: it finds what a snippet's language needs, fetches and
// compiles where that is to be done, runs the program in a sandbox, and remembers what came of it.
//
// A Runner is for one deck's folder. Run takes snippets and emits what happens to each of them:
// queued, running with the output so far, done. A failure of a program, of its compiler, or a
// missing tool is a result like any other; an error of Run means that nothing can be run on this
// machine as asked.
//
// A snippet passes these files: plan.go finds the tools of its language, key.go names the result,
// kept.go answers if the result is there, build.go compiles, job.go runs the program, and collect.go
// takes its output. folder.go and environ.go say what a program finds around it. The languages are a
// table in package lang.
package run

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/fetch"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run/store"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// Options say how a Runner runs. The zero value runs with everything the defaults give.
type Options struct {
	Dir       string         // the deck's folder, where programs start; "": they start in an empty one
	Deck      string         // the name of the deck's file in Dir, for lists of what is kept
	Text      []string       // files that the deck's text is in, besides those that its snippets stand in; see SetText
	Content   string         // without Dir, what tells the deck from others; "": it shares with nobody
	CacheDir  string         // "": slidexec below the user's cache directory
	NoCache   bool           // neither look results and programs up nor keep them
	Refresh   bool           // compile and run everything again, and keep the results
	Jobs      int            // how many programs run at a time, 0: one for each processor
	Limits    sandbox.Limits // of each program; zero fields take the defaults
	Degraded  bool           // run with the layers there are, see sandbox.Policy
	NoSandbox bool           // run as the user, with everything the user may do
	Strict    bool           // no nested namespaces, whatever is said otherwise

	Nested   int                 // namespaces of each kind that a program may create; 0: DefaultNested, negative: none
	Allow    permit.Set          // what the user grants to all programs
	Snippets map[string]Settings // of single snippets, by id

	Ignore    []string      // files in Dir that programs do not depend on: what is written there
	FetchTime time.Duration // how long fetching what a program needs may take; 0: ten minutes

	Warn     func(string)      // is told what does not work as well as it could; nil: nobody
	Executor Executor          // nil: the sandbox
	Finder   *toolchain.Finder // nil: as the user's shell finds tools

	gate        func(*fetch.Gate) // changes how packages are fetched, for tests
	fetchLimits sandbox.Limits    // likewise
}

// Executor runs a command. Run returns an error only if the command could not be run at all.
type Executor interface {
	Run(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error)
}

// Runner runs the snippets of a deck. Its methods may be called at the same time.
type Runner struct {
	o      Options
	exec   Executor
	find   *toolchain.Finder
	store  *store.Store
	domain *store.Domain // what is kept of decks in this folder
	folder folder
	pool   *sandbox.Pool // nil: programs are not run in the sandbox
	// Snippets that no worker has taken yet.
	waiting atomic.Int64
	text    atomic.Pointer[[]string]
	jobs    chan struct{} // holds an element for each program that runs
	full    sync.Once     // it was said that results cannot be kept
	large   sync.Once     // it was said that the folder is too large for results to be kept
	system  string        // identifies the system's programs, for keys

	domainID string   // identifies the folder, for keys
	anew     sync.Map // keys of programs that were compiled, and trees that were emptied, since New
}

// New returns a Runner. Close it after use.
func New(o Options) (*Runner, error) {
	r := &Runner{o: o, exec: o.Executor, find: o.Finder, system: systemStamp()}
	r.SetText(o.Text)
	if r.o.Jobs <= 0 {
		r.o.Jobs = runtime.NumCPU()
	}
	if err := o.checkGrants(); err != nil {
		return nil, err
	}
	if r.writes() {
		r.o.Jobs = 1
	}
	r.jobs = make(chan struct{}, r.o.Jobs)
	r.o.Limits = withDefaults(o.Limits, runLimits)
	if r.find == nil {
		dir, err := filepath.Abs(o.Dir)
		if err != nil {
			return nil, fmt.Errorf("find the deck's folder: %w", err)
		}
		r.find = toolchain.NewFinder(dir)
	}
	if err := r.open(); err != nil {
		return nil, err
	}
	if r.exec == nil {
		if !o.NoSandbox {
			r.pool = sandbox.NewPool(r.o.Jobs)
			if o.NoCache || o.Refresh { // all will run
				r.prepare()
			}
		}
		r.exec = sandboxed{r.pool}
	}
	r.folder = openFolder(o.Dir, r.find.Home, append(slices.Clone(o.Ignore), r.store.Root())).opened()
	r.folder.sums, r.folder.written = r.domain.Sums(), outputs{}
	r.domain.Note("outputs", &r.folder.written)
	return r, nil
}

// SetText says which files the deck's text is in from now on, as Options.Text did.
func (r *Runner) SetText(files []string) { r.text.Store(&files) }

// Close removes what is temporary, and sometimes tidies what is kept.
func (r *Runner) Close() error {
	if r.pool != nil {
		r.pool.Close()
	}
	err := r.folder.remember(r.domain)
	if err = errors.Join(err, r.domain.Close()); err != nil {
		r.full.Do(func() { r.warn("slidexec keeps no results: " + err.Error()) })
	}
	return errors.Join(r.store.PruneDaily(time.Now()), r.store.Close())
}

func (r *Runner) warn(msg string) {
	if r.o.Warn != nil {
		r.o.Warn(msg)
	}
}

// Task is a snippet to run, and how.
type Task struct {
	Snippet *slides.Snippet
	Fresh   bool            // run it, whatever is known from earlier
	Stop    <-chan struct{} // closed: this one is to end, or not to begin; nil: that is up to the context
	Named   func(string)    // is told what names the result, see Sight, before there is one; nil: nobody
}

// Run runs snippets, in document order, several at a time. emit is called from the goroutine that
// called Run: first with every snippet queued, then as each one gets on, at most every 30 ms, and
// last with its result. The error wraps a *sandbox.SetupError where nothing can be run; every
// snippet has a result nevertheless. It is that of ctx when ctx ended.
func (r *Runner) Run(ctx context.Context, snippets []*slides.Snippet, emit func(slides.Ran)) error {
	tasks := make([]Task, len(snippets))
	for i, s := range snippets {
		tasks[i] = Task{Snippet: s}
	}
	return r.RunTasks(ctx, tasks, emit)
}

// RunTasks is Run for snippets that are to be run in ways of their own. Several calls at a time
// share the jobs that the Runner may run.
func (r *Runner) RunTasks(ctx context.Context, tasks []Task, emit func(slides.Ran)) error {
	for _, t := range tasks {
		emit(slides.Ran{Key: t.Snippet.Key, Result: slides.Result{State: slides.Queued, Origin: slides.Live}})
	}
	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	sc := r.scene(textsOf(tasks))
	r.waiting.Add(int64(len(tasks)))
	todo, done := make(chan Task), make(chan slides.Ran)
	var workers sync.WaitGroup
	if (r.o.NoCache || r.o.Refresh) && scripts(tasks) > 1 { // else it is not known yet whether there is anything to run
		workers.Go(func() { r.warm(func() sandbox.Policy { return r.usual(sc) }) })
	}
	for range min(r.o.Jobs, len(tasks)) {
		workers.Go(func() {
			for t := range todo {
				if err := r.runTask(inner, t, sc, done); err != nil {
					stop(err) // the others cannot do better
				}
			}
		})
	}
	go func() {
		for _, t := range tasks {
			todo <- t
		}
		close(todo)
		workers.Wait()
		close(done)
	}()
	for ran := range done {
		emit(ran)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return context.Cause(inner)
}

// runTask waits until a job is free and runs a snippet. The error says that nothing can be run.
func (r *Runner) runTask(ctx context.Context, t Task, sc scene, done chan<- slides.Ran) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var watch sync.WaitGroup
	defer watch.Wait()
	ended := make(chan struct{})
	defer close(ended)
	watch.Go(func() {
		select {
		case <-t.Stop:
			cancel()
		case <-ended:
		}
	})
	select {
	case <-t.Stop: // before its turn came
		cancel()
	default:
	}
	select {
	case r.jobs <- struct{}{}:
		defer func() { <-r.jobs }()
	case <-ctx.Done():
	}
	r.waiting.Add(-1)
	if r.writes() {
		sc = r.scene(sc.folder.text) // as the one before left it
	}
	send := func(res slides.Result) { done <- slides.Ran{Key: t.Snippet.Key, Result: res} }
	return r.runOne(ctx, t, sc, send)
}

// runOne runs a snippet and sends what happens; what it sends last is the result. The error says
// that nothing can be run.
func (r *Runner) runOne(ctx context.Context, t Task, sc scene, send func(slides.Result)) error {
	s := t.Snippet
	res, err := r.contained(ctx, t, sc, send)
	if err != nil {
		res = r.failed(ctx, err)
	}
	if own := res.Phase == "run" && (!res.Failed() || res.Status == slides.Exited || res.Status == slides.Signaled); own && res.Remark.Says == "" {
		res.Remark.Says, res.Remark.Try = r.note(s, res, sc)
	}
	res.Allowed = r.settings(s).Allow.Strings()
	send(res)
	if _, ok := errors.AsType[*sandbox.SetupError](err); ok && ctx.Err() == nil {
		return err
	}
	return nil
}

// contained is try, where a fault of ours is the failure of one program.
func (r *Runner) contained(ctx context.Context, t Task, sc scene, send func(slides.Result)) (res slides.Result, err error) {
	defer slides.Contain("running "+t.Snippet.Name(), &err)
	return r.try(ctx, t, sc, send)
}

// note is what an author should know about a run that is otherwise as it should be. Looking
// through the folder takes time, so it is not done for a stored result.
func (r *Runner) note(s *slides.Snippet, res slides.Result, sc scene) (reason, hint string) {
	v := view{why: r.folder.why, hint: r.folder.hint}
	if res.Origin == slides.Live {
		v = sc.view()
	}
	if !v.unknown && showsFolder(r.settings(s).Allow) {
		v.why, v.hint = "", ""
	}
	why, hint := v.why, v.hint
	if why == "" && s.Exec.Mode == slides.ModePty {
		why = "the program ran without a terminal"
	}
	if hint == "" {
		hint = res.Remark.Try
	}
	return why, hint
}

// failed is the result of a snippet that was not run because of an error.
func (r *Runner) failed(ctx context.Context, err error) slides.Result {
	if ctx.Err() != nil {
		cause, ok := errors.AsType[*sandbox.SetupError](context.Cause(ctx))
		if !ok {
			return notRun(slides.Canceled, "", "")
		}
		err = cause
	}
	res := notRun(slides.SetupFailed, err.Error(), "")
	if e, ok := errors.AsType[*sandbox.SetupError](err); ok { // whose ENOSPC may be of namespaces
		res.Remark.Try = e.Fix
	} else if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		res.Remark.Says = "the disk that holds slidexec's cache is full"
		res.Remark.Try = "free some space on that disk, or empty the cache: slidexec cache clean --all"
	} else if slides.AsFault(err) != nil {
		res.Remark.Try = slides.FaultHint
	}
	return res
}

// try takes a snippet from its language to its result.
func (r *Runner) try(ctx context.Context, t Task, sc scene, send func(slides.Result)) (slides.Result, error) {
	if ctx.Err() != nil {
		return slides.Result{}, ctx.Err()
	}
	named := func(name func() string) {
		if t.Named != nil {
			t.Named(name())
		}
	}
	j, problem := r.job(t.Snippet, sc)
	if problem != nil {
		named(func() string { return nameless(problem) })
		return *problem, nil
	}
	j.send = send
	if j.with.Allow.Has(permit.Write) || r.o.NoCache {
		named(func() string { return j.name(j.inputs()) })
		return j.run(ctx)
	}
	in, whole := j.inputs()
	named(func() string { return j.name(in, whole) })
	if !whole {
		r.large.Do(func() { r.warn(sc.unkept()) })
		return j.run(ctx)
	}
	key := keyOf(in)
	if !r.o.Refresh && !t.Fresh {
		if res, ok := r.kept(key); ok {
			return res, nil
		}
	}
	res, err := j.run(ctx)
	if err != nil || !decided(res) || !sc.same() {
		return res, err
	}
	if err := r.keep(key, res); err != nil {
		r.full.Do(func() { r.warn(err.Error()) }) // the others fail in the same way
	}
	return res, nil
}

// job prepares a snippet to be run, or says as a result why it cannot be.
func (r *Runner) job(s *slides.Snippet, sc scene) (*job, *slides.Result) {
	if res, ok := refused(s); ok {
		return nil, &res
	}
	p, problem := r.plan(s, sc)
	return &job{r: r, s: s, plan: p, with: r.settings(s), scene: sc}, problem
}

// textsOf lists the files that the tasks' snippets stand in.
func textsOf(tasks []Task) []string {
	var out []string
	for _, t := range tasks {
		if f := t.Snippet.At.Pos.File; f != nil && f.Path != "" && !slices.Contains(out, f.Path) {
			out = append(out, f.Path)
		}
	}
	return out
}

// refused are the snippets that this way of running cannot do justice to.
func refused(s *slides.Snippet) (slides.Result, bool) {
	switch s.Exec.Mode {
	case slides.ModeTerminal:
		return notRun(slides.Denied, "the program needs the terminal, which slidexec cannot give it here",
			"+acquire_terminal hands the terminal to a program while presenting"), true
	case slides.ModeRender:
		return notRun(slides.SetupFailed, "slidexec cannot draw "+s.Lang+" (+render)", ""), true
	}
	return slides.Result{}, false
}

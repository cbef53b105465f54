// Package run makes results from snippets: it finds the tools of a snippet's language, fetches and
// compiles if needed, runs the program in a sandbox, and remembers the result.
//
// A Runner is for one deck's folder. Run takes snippets and emits the progress of each: queued,
// running with the output so far, done. A failure of a program, of its compiler, or a missing tool
// is a result like any other; an error of Run means that nothing can be run on this machine with
// these options.
//
// A snippet passes these files: plan.go finds the tools of its language, key.go names the result,
// kept.go returns the result if it is stored, build.go compiles, job.go runs the program, and
// collect.go takes its output. folder.go and environ.go describe the program's surroundings. The
// languages are a table in package lang.
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
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run/store"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// Options say how a Runner runs. The zero value has all defaults.
type Options struct {
	Dir       string         // the deck's folder, where programs start; "": they start in an empty one
	Deck      string         // the name of the deck's file in Dir, shown in lists of kept data
	Text      []string       // files of the deck's text, besides those of its snippets; see SetText
	Content   string         // without Dir: tells the deck from others; "": it shares with nobody
	CacheDir  string         // "": slidexec below the user's cache directory
	NoCache   bool           // neither look up nor keep results and programs
	Refresh   bool           // compile and run everything again, and keep the results
	Jobs      int            // how many programs run at a time, 0: one for each processor
	Limits    sandbox.Limits // of each program; zero fields take the defaults
	Degraded  bool           // run with the available layers, see sandbox.Policy
	NoSandbox bool           // run as the user, with everything the user may do
	Strict    bool           // no nested namespaces, whatever other settings say

	Untimed bool // Limits.Wall is what programs get that nobody attends; others get as long as they need

	Nested   int                 // namespaces of each kind that a program may create; 0: DefaultNested, negative: none
	Allow    permit.Set          // the user's grants for all programs
	Snippets map[string]Settings // of single snippets, by id

	Ignore    []string      // files in Dir that slidexec writes, so programs do not depend on them
	FetchTime time.Duration // the most time for fetching a program's needs; 0: ten minutes

	Warn     func(string)                            // is told what works less well than it could; may be nil
	Language func(name string) (lang.Language, bool) // finds languages; nil: lang.Lookup
	Executor Executor                                // nil: the sandbox
	Finder   *toolchain.Finder                       // nil: finds tools as the user's shell does

	gate        func(*fetch.Gate) // changes how packages are fetched, for tests
	fetchLimits sandbox.Limits    // likewise
	drawer      string            // likewise: the only way to draw
}

// language finds a language by its name.
func (o *Options) language(name string) (lang.Language, bool) {
	if o.Language == nil {
		return lang.Lookup(name)
	}
	return o.Language(name)
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
	domain *store.Domain // kept results of decks in this folder
	folder folder
	pool   *sandbox.Pool // nil: programs do not run in the sandbox
	// waiting counts snippets that no worker has taken yet.
	waiting atomic.Int64
	text    atomic.Pointer[[]string]
	jobs    chan struct{} // holds an element for each program that runs, but not for those that somebody attends
	screens chan struct{} // likewise for those
	full    sync.Once     // for the message that results cannot be kept
	large   sync.Once     // for the message that the folder is too large to keep results
	system  string        // identifies the system's programs, for keys

	domainID string   // identifies the folder, for keys
	anew     sync.Map // keys of compiled programs, and emptied trees, since New
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
	r.jobs, r.screens = make(chan struct{}, r.o.Jobs), make(chan struct{}, mostScreens)
	r.o.Untimed = o.Untimed || o.Limits.Wall == 0
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
			if o.NoCache || o.Refresh { // all snippets will run
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

// SetText replaces Options.Text: the files of the deck's text from now on.
func (r *Runner) SetText(files []string) { r.text.Store(&files) }

// Close removes temporary files, and sometimes prunes the kept ones.
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
	Fresh   bool            // run it, even if a result is known
	Stop    <-chan struct{} // closed: end or do not begin this snippet; nil: only the context decides
	Named   func(string)    // is told the result's name, see Sight, before the result; may be nil

	// Keyboard says that somebody may type, if the program has a pseudo terminal. Then it has no
	// time limit but one that the user or the deck's settings have set, and no other program waits
	// for its end. It is for one run. Nil: nobody can type.
	Keyboard *Keyboard

	// Lend lends a real terminal to the program, whatever its fence says. Nil: nobody does, and a
	// program that needs one is skipped.
	Lend Lend

	free func() // of runTask, see job
}

// attended reports whether somebody is there while the program runs.
func (t Task) attended() bool {
	return t.Lend != nil || t.Keyboard != nil && t.Snippet.Exec.OnScreen()
}

// Run runs snippets, in document order, several at a time. It calls emit from the goroutine that
// called Run: first with every snippet queued, then with the progress of each, at most every 30 ms,
// and last with its result. If nothing can be run, the error wraps a *sandbox.SetupError; every
// snippet has a result nevertheless. If ctx ended, the error is that of ctx.
func (r *Runner) Run(ctx context.Context, snippets []*slides.Snippet, emit func(slides.Ran)) error {
	tasks := make([]Task, len(snippets))
	for i, s := range snippets {
		tasks[i] = Task{Snippet: s}
	}
	return r.RunTasks(ctx, tasks, emit)
}

// RunTasks is Run with options for each snippet. Several calls at a time share the Runner's limit
// of jobs.
func (r *Runner) RunTasks(ctx context.Context, tasks []Task, emit func(slides.Ran)) error {
	for _, t := range tasks {
		emit(slides.Ran{Key: t.Snippet.Key, Result: slides.Result{State: slides.Queued, Origin: slides.Live}})
	}
	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	sc := r.scene(textsOf(tasks))
	attended, others := split(tasks)
	r.waiting.Add(int64(len(tasks)))
	todo, done := make(chan Task), make(chan slides.Ran)
	var workers sync.WaitGroup
	if (r.o.NoCache || r.o.Refresh) && r.scripts(tasks) > 1 { // otherwise stored results may be enough
		workers.Go(func() { r.warm(func() *sandbox.Cmd { return r.usual(sc) }) })
	}
	perform := func(t Task) {
		if err := r.runTask(inner, t, sc, done); err != nil {
			stop(err) // the others would fail in the same way
		}
	}
	for _, t := range attended {
		workers.Go(func() { perform(t) })
	}
	for range min(r.o.Jobs, len(others)) {
		workers.Go(func() {
			for t := range todo {
				perform(t)
			}
		})
	}
	go func() {
		for _, t := range others {
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

// split tells the programs that somebody attends from the others.
func split(tasks []Task) (attended, others []Task) {
	for _, t := range tasks {
		if t.attended() {
			attended = append(attended, t)
		} else {
			others = append(others, t)
		}
	}
	return attended, others
}

// seat waits for a seat, or for the end of ctx, and returns a function that gives it back, once.
func seat(ctx context.Context, seats chan struct{}) func() {
	select {
	case seats <- struct{}{}:
		return sync.OnceFunc(func() { <-seats })
	case <-ctx.Done():
		return func() {}
	}
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
	case <-t.Stop: // stopped before its turn
		cancel()
	default:
	}
	if t.attended() {
		defer seat(ctx, r.screens)()
	}
	t.free = seat(ctx, r.jobs)
	defer t.free()
	r.waiting.Add(-1)
	if r.writes() {
		sc = r.scene(sc.folder.text) // the program before this one may have changed the files
	}
	send := func(res slides.Result) { done <- slides.Ran{Key: t.Snippet.Key, Result: res} }
	return r.runOne(ctx, t, sc, send)
}

// runOne runs a snippet and sends its progress; the last message is the result. The error says that
// nothing can be run.
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

// contained is try, but a fault of ours fails only one program.
func (r *Runner) contained(ctx context.Context, t Task, sc scene, send func(slides.Result)) (res slides.Result, err error) {
	defer slides.Contain("running "+t.Snippet.Name(), &err)
	return r.try(ctx, t, sc, send)
}

// note returns a remark for the author about a run that is otherwise in order. Searching the folder
// takes time, so stored results get no such remark.
func (r *Runner) note(s *slides.Snippet, res slides.Result, sc scene) (reason, hint string) {
	v := view{why: r.folder.why, hint: r.folder.hint}
	if res.Origin == slides.Live {
		v = sc.view()
	}
	if !v.unknown && showsFolder(r.settings(s).Allow) {
		v.why, v.hint = "", ""
	}
	why, hint := v.why, v.hint
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
	if e, ok := errors.AsType[*sandbox.SetupError](err); ok { // its ENOSPC may be about namespaces
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
	j, problem := r.job(t, sc)
	if problem != nil {
		named(func() string { return nameless(problem) })
		return *problem, nil
	}
	j.send = send
	if t.Lend != nil {
		return j.run(ctx)
	}
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
	if err != nil || !decided(res) || j.used || j.outlasted(res) || !sc.same() {
		return res, err
	}
	if err := r.keep(key, res); err != nil {
		r.full.Do(func() { r.warn(err.Error()) }) // the others fail in the same way
	}
	return res, nil
}

// job prepares a snippet to be run, or returns a result that says why it cannot be.
func (r *Runner) job(t Task, sc scene) (*job, *slides.Result) {
	s := t.Snippet
	if res, ok := refused(t); ok {
		return nil, &res
	}
	p, problem := r.plan(s, sc)
	return &job{r: r, s: s, plan: p, with: r.settings(s), scene: sc, keys: t.Keyboard, lend: t.Lend, free: t.free, size: startSize(t)}, problem
}

// textsOf lists the files of the tasks' snippets.
func textsOf(tasks []Task) []string {
	var out []string
	for _, t := range tasks {
		if f := t.Snippet.At.Pos.File; f != nil && f.Path != "" && !slices.Contains(out, f.Path) {
			out = append(out, f.Path)
		}
	}
	return out
}

// refused returns a result for snippets that need another way to run.
func refused(t Task) (slides.Result, bool) {
	switch t.Snippet.Exec.Mode {
	case slides.ModeTerminal:
		if t.Lend == nil {
			return notRun(slides.Skipped, "", ""), true
		}
	}
	return slides.Result{}, false
}

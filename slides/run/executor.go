package run

import (
	"context"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
)

// sandboxed is the Executor that runs everything. Without a pool it runs programs without a
// sandbox, for users who ask for that.
type sandboxed struct{ pool *sandbox.Pool }

func (e sandboxed) Run(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
	c.Pool, c.Unconfined = e.pool, e.pool == nil
	return c.Run(ctx)
}

// prepare is called as soon as a program will run, or probably will. The process that it starts is
// ready by the time the program's tools have been found and its policy is known.
func (r *Runner) prepare() {
	if r.pool != nil {
		r.pool.Prepare()
	}
}

// warm has sandboxes built in advance for programs like c, if there are snippets left that
// may need them.
func (r *Runner) warm(c func() *sandbox.Cmd) {
	if r.pool != nil && r.waiting.Load() > 0 {
		r.pool.WarmFor(c())
	}
}

// usual is the command of programs that ask for nothing and whose language is part of the system.
func (r *Runner) usual(sc scene) *sandbox.Cmd {
	with := r.settings(&slides.Snippet{})
	p := r.policy(with)
	v := sc.view().without(sc.folder, func(aside) bool { return false })
	p.Mounts = append(sandbox.System(), v.with(with.Allow, nil)...)
	return &sandbox.Cmd{Policy: &p, LineByLine: printSize}
}

// scripts counts the programs that are not compiled, because every compiled one has a sandbox of
// its own. For a single program, building a sandbox in advance saves no time.
func (r *Runner) scripts(tasks []Task) (n int) {
	for _, t := range tasks {
		l, problem := r.languageOf(t.Snippet)
		if problem == nil && l.Builder == lang.PlainSteps && len(l.Steps) == 1 {
			n++
		}
	}
	return n
}

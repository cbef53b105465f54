package run

import (
	"context"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
)

// sandboxed is the Executor that everything runs with. Without a pool there is no sandbox: that is for
// users who say so.
type sandboxed struct{ pool *sandbox.Pool }

func (e sandboxed) Run(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
	c.Pool, c.Unconfined = e.pool, e.pool == nil
	return c.Run(ctx)
}

// prepare is called as soon as it is known that a program will run, or likely. What it starts is
// ready when the program's tools have been found and its policy is known.
func (r *Runner) prepare() {
	if r.pool != nil {
		r.pool.Prepare()
	}
}

// warm lets sandboxes for programs like the one with policy p be built while there is time, if
// there are snippets left that may need them.
func (r *Runner) warm(p func() sandbox.Policy) {
	if r.pool != nil && r.waiting.Load() > 0 {
		r.pool.Warm(p())
	}
}

// usual is the policy of programs that ask for nothing and whose language is part of the system.
func (r *Runner) usual(sc scene) sandbox.Policy {
	with := r.settings(&slides.Snippet{})
	p := r.policy(with)
	v := sc.view().without(sc.folder, func(aside) bool { return false })
	p.Mounts = append(sandbox.System(), v.with(with.Allow, nil)...)
	return p
}

// scripts counts the programs that are not compiled: those that are have a sandbox like no other's.
// For a single one it takes as long to build a sandbox in advance as to wait for it.
func scripts(tasks []Task) (n int) {
	for _, t := range tasks {
		l, problem := languageOf(t.Snippet)
		if problem == nil && l.Builder == lang.PlainSteps && len(l.Steps) == 1 {
			n++
		}
	}
	return n
}

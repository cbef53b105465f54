package sandbox

import (
	"context"
	"errors"
)

// A maker has sandboxes for programs: it starts a process for each, it forks one that is there, or it has
// one that waits already. Whoever runs a program does not know which; the difference is how soon it starts.
type maker interface {
	// start makes a sandbox for c. The program need not have been executed when it returns.
	start(ctx context.Context, c *Cmd) (*sandboxed, error)
	// over says that the program has ended, and whether it was executed or why not.
	over(executed bool, err error)
}

// runBy runs the program in a sandbox of one maker, and reports whether it was executed at all.
func (c *Cmd) runBy(ctx context.Context, by maker, limits Limits) (r Result, executed bool, err error) {
	s, err := by.start(ctx, c)
	if err == nil {
		r, executed, err = c.supervise(ctx, s, limits)
	}
	by.over(executed, err)
	return r, executed, err
}

// alone makes sandboxes that have nothing in common, with all layers but some.
type alone struct{ without []string }

func (a alone) start(ctx context.Context, c *Cmd) (*sandboxed, error) {
	s, err := c.start(ctx, a.without)
	if errors.Is(err, errSilent) { // somebody killed what was to make it
		s, err = c.start(ctx, a.without)
	}
	return s, err
}

func (alone) over(bool, error) {}

//go:build !linux

package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// run runs the one form that needs nothing of the system.
func (c *Cmd) run(ctx context.Context) (Result, error) {
	if c.form != unconfined {
		return Result{}, ErrUnsupported
	}
	limits := c.Policy.Limits
	inner, stop := context.WithCancel(ctx)
	defer stop()
	if limits.Wall > 0 {
		inner, stop = context.WithTimeout(ctx, limits.Wall)
		defer stop()
	}
	out := &output{room: limits.Output, stop: stop, cut: [2]cutter{{text: []byte(c.cut)}, {text: []byte(c.cut)}}}
	cmd := exec.CommandContext(inner, c.Path)
	if len(c.Args) > 0 {
		cmd.Args = c.Args
	}
	cmd.Env, cmd.Dir, cmd.Stdin = c.Env, c.Dir, c.Stdin
	cmd.Stdout, cmd.Stderr = stream{out, 0, c.Stdout}, stream{out, 1, c.Stderr}
	cmd.WaitDelay = time.Second
	ownGroup(cmd)
	begin := time.Now()
	err := cmd.Run()
	if cmd.Process != nil {
		_ = cmd.Cancel() // whom it has left behind, if anybody
	}
	r := Result{Status: OK, Elapsed: time.Since(begin), Omitted: out.omitted, Limits: map[string]string{"wall": "enforced", "output": "enforced"}}
	out.rest(c.Stdout, c.Stderr)
	exit, failed := errors.AsType[*exec.ExitError](err)
	switch {
	case out.wrote != nil:
		return Result{}, fmt.Errorf("sandbox: pass on output: %w", out.wrote)
	case out.omitted > 0:
		r.Status, r.Reason = OutputLimit, "stopped after "+size(limits.Output)+" of output (output limit)"
	case ctx.Err() != nil:
		r.Status, r.Reason = Canceled, "stopped: "+context.Cause(ctx).Error()
	case inner.Err() != nil:
		r.Status, r.Reason = TimedOut, fmt.Sprintf("stopped after %v (time limit)", limits.Wall)
	case errors.Is(err, os.ErrNotExist), errors.Is(err, exec.ErrNotFound):
		return Result{}, fmt.Errorf("%s: %w", cmp.Or(cmd.Args[0], c.Path), ErrNotFound)
	case failed:
		r.Status, r.Exit = Exited, exit.ExitCode()
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			r.Status, r.Exit, r.Signal = Signaled, 0, signalName(status.Signal())
		}
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return Result{}, fmt.Errorf("sandbox: execute %s: %w", c.Path, err)
	}
	return r, nil
}

// An output passes on both streams up to a limit, and stops the program beyond it.
type output struct {
	mu      sync.Mutex
	room    int64 // negative: no limit
	omitted int64
	stop    func()
	cut     [2]cutter
	wrote   error
}

type stream struct {
	*output
	n int
	w io.Writer
}

func (s stream) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pass(s.w, s.cut[s.n].cut(b))
	return len(b), nil
}

// pass is called with o.mu held, or when nobody writes any more.
func (o *output) pass(w io.Writer, b []byte) {
	if o.room >= 0 {
		over := max(int64(len(b))-o.room, 0)
		b = b[:int64(len(b))-over]
		o.room -= int64(len(b))
		if o.omitted += over; over > 0 {
			o.stop()
		}
	}
	if w == nil || len(b) == 0 || o.wrote != nil {
		return
	}
	if _, o.wrote = w.Write(b); o.wrote != nil {
		o.stop()
	}
}

// rest passes on what was held back.
func (o *output) rest(stdout, stderr io.Writer) {
	o.pass(stdout, o.cut[0].rest())
	o.pass(stderr, o.cut[1].rest())
}

// systemTexts are none: see System.
var systemTexts map[string]string

func probe(context.Context) Report {
	return report(map[string]*SetupError{"user": {Layer: "user", Op: "build a sandbox", Err: ErrUnsupported}}, "user")
}

// System returns nothing: there is no sandbox to mount it in.
func System() []Mount { return nil }

// Network returns nothing: there is no sandbox to mount it in.
func Network() []Mount { return nil }

// Certificates returns nothing: there is no sandbox to mount it in.
func Certificates() []Mount { return nil }

// keeper makes no sandboxes.
type keeper struct{}

// pool is empty: there is nothing to build.
type pool struct{ size int }

func (p *pool) prepare() {}

func (p *pool) warm(Policy) {}

func (p *pool) close() { p.size = 0 }

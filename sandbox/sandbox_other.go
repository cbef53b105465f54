//go:build !linux

package sandbox

import (
	"context"
	"errors"
	"fmt"
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
	inner, end := context.WithCancel(ctx)
	defer end()
	r := Result{Status: OK, Limits: map[string]string{"wall": "enforced", "output": "enforced"}}
	var mu sync.Mutex
	stop := func(status Status, reason string) { // with mu held; the first counts
		if r.Status == OK {
			r.Status, r.Reason = status, reason
			end()
		}
	}
	if limits.Wall > 0 {
		defer time.AfterFunc(limits.Wall, func() {
			mu.Lock()
			defer mu.Unlock()
			stop(TimedOut, fmt.Sprintf("stopped after %v (time limit)", limits.Wall))
		}).Stop()
	}
	out := newOutput(c, limits.Output, c.cut, stop)
	cmd := exec.CommandContext(inner, c.Path)
	if len(c.Args) > 0 {
		cmd.Args = c.Args
	}
	cmd.Env, cmd.Dir, cmd.Stdin = c.Env, c.Dir, c.Stdin
	cmd.Stdout, cmd.Stderr = stream{out, &mu, stdout}, stream{out, &mu, stderr}
	cmd.WaitDelay = time.Second
	ownGroup(cmd)
	begin := time.Now()
	err := cmd.Run()
	if cmd.Process != nil {
		_ = cmd.Cancel() // whom it has left behind, if anybody
	}
	mu.Lock()
	defer mu.Unlock()
	out.end()
	r.Elapsed, r.Omitted = time.Since(begin), out.omitted
	exit, failed := errors.AsType[*exec.ExitError](err)
	switch {
	case out.failed != nil:
		return Result{}, fmt.Errorf("sandbox: pass on output: %w", out.failed)
	case r.Status != OK:
	case ctx.Err() != nil:
		stop(Canceled, "stopped: "+context.Cause(ctx).Error())
	case errors.Is(err, os.ErrNotExist), errors.Is(err, exec.ErrNotFound):
		return Result{}, fmt.Errorf("%s: %w", c.Path, ErrNotFound)
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

// A stream is one of a program's.
type stream struct {
	out *output
	mu  *sync.Mutex
	n   int
}

func (s stream) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.pass(s.n, b)
	return len(b), nil
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

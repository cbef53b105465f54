package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// runUnconfined runs c without a sandbox. It replaces mounts and a network with one door, and does
// all else as for any other form.
func (c *Cmd) runUnconfined(ctx context.Context) (r Result, err error) {
	var policy Policy
	if c.Policy != nil {
		policy = *c.Policy
	}
	mounts, err := arrange(policy.Mounts)
	if err != nil {
		return Result{}, err
	}
	var l layout
	if err := l.open(); err != nil {
		return Result{}, &SetupError{Op: "make a private directory", Err: err}
	}
	defer func() { err = errors.Join(err, l.close()) }()
	if err := l.fill(mounts); err != nil {
		return Result{}, err
	}
	own := l.cmd(c)
	closed, err := own.door()
	if err != nil {
		return Result{}, err
	}
	defer closed()
	limits := policy.Limits.filled()
	own.Policy = &Policy{Limits: Limits{Wall: limits.Wall, Output: limits.Output,
		CPU: -1, Memory: -1, Processes: -1, Files: -1, FileSize: -1, Tmp: -1, Inodes: -1}}
	own.Pool, own.Keep, own.Kept, own.form, own.cut = nil, "", nil, unconfined, l.dir
	if r, err = own.run(ctx); err != nil || c.Keep == "" {
		return r, err
	}
	dir, err := os.OpenRoot(l.host(c.Keep))
	if err != nil {
		return r, fmt.Errorf("sandbox: open %s: %w", c.Keep, err)
	}
	return r, errors.Join(c.Kept(dir, r), dir.Close())
}

// door lets a program find its door on this machine, where others could find it, too.
func (c *Cmd) door() (closed func(), err error) {
	serve := c.Serve
	if c.Serve = nil; serve == nil {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("sandbox: listen for the program: %w", err)
	}
	for i, kv := range c.Env {
		c.Env[i] = strings.ReplaceAll(kv, Door, l.Addr().String())
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		serve(l)
	}()
	return func() {
		_ = l.Close() // Serve may have closed it
		<-done
	}, nil
}

// runBare runs a program without a sandbox on systems that lack the calls for the other forms:
// there is no order between the two streams.
func (c *Cmd) runBare(ctx context.Context) (Result, error) {
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
	bare, err := c.bareTerminals(cmd)
	if err != nil {
		return Result{}, err
	}
	begin := time.Now()
	if err = cmd.Start(); err == nil {
		bare.follow(c)
		err = cmd.Wait()
		_ = cmd.Cancel() // kill processes that it has left behind
	}
	bare.end()
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

// A stream is one output stream of a program.
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

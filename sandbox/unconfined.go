package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
)

// runUnconfined runs c without a sandbox. What is not there then, mounts and a network with one door,
// is stood in for; all else is done as for any other form.
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

// door lets a program that has one find it on this machine, where others could find it, too.
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
		_ = l.Close() // Serve may have done so
		<-done
	}, nil
}

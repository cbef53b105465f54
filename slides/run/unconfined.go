package run

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/slidexec/slidexec/sandbox"
)

// unconfined is the Executor for those who want no sandbox: it runs commands as the user, with
// everything the user may do, in a deck's own folder. Only time and output are limited. The places
// that a command names in the sandbox are replaced by the ones behind them; what is a file of ours
// there is written to a temporary directory first.
type unconfined struct{}

func (unconfined) Run(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
	root, err := os.MkdirTemp("", "slidexec-")
	if err != nil {
		return sandbox.Result{}, err
	}
	defer os.RemoveAll(root)
	places, err := layOut(root, c.Policy.Mounts)
	if err != nil {
		return sandbox.Result{}, err
	}
	args := make([]string, len(c.Args))
	for i, a := range c.Args {
		args[i] = places.host(a)
	}
	env := make([]string, len(c.Env))
	for i, kv := range c.Env {
		env[i] = places.host(kv)
	}
	closed, err := open(c, env)
	if err != nil {
		return sandbox.Result{}, err
	}
	defer closed()
	limits := c.Policy.Limits
	inner, stop := context.WithTimeout(ctx, cmp.Or(max(limits.Wall, 0), 24*time.Hour))
	defer stop()
	out := &capped{left: limits.Output, stop: stop, root: []byte(root)}
	cmd := exec.CommandContext(inner, places.host(c.Path), args[1:]...)
	cmd.Env, cmd.Dir, cmd.Stdin = env, places.host(c.Dir), c.Stdin
	cmd.Stdout, cmd.Stderr = cappedWriter{out, c.Stdout}, cappedWriter{out, c.Stderr}
	cmd.WaitDelay = time.Second
	ownGroup(cmd)
	begin := time.Now()
	err = cmd.Run()
	res := sandbox.Result{Status: sandbox.OK, Elapsed: time.Since(begin), Omitted: out.omitted}
	switch {
	case out.omitted > 0:
		res.Status, res.Reason = sandbox.OutputLimit, "stopped after "+size(limits.Output)+" of output (output limit)"
	case ctx.Err() != nil:
		res.Status = sandbox.Canceled
	case inner.Err() != nil:
		res.Status, res.Reason = sandbox.TimedOut, "stopped after "+seconds(limits.Wall)+" (time limit)"
	default:
		if err := ended(&res, err); err != nil {
			return res, err
		}
	}
	if c.Keep == "" {
		return res, nil
	}
	dir, err := os.OpenRoot(places.host(c.Keep))
	if err != nil {
		return res, err
	}
	return res, errors.Join(c.Kept(dir, res), dir.Close())
}

// open lets a command that has a door find it on this machine, where others could find it, too.
func open(c *sandbox.Cmd, env []string) (closed func(), err error) {
	if c.Serve == nil {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	for i, kv := range env {
		env[i] = strings.ReplaceAll(kv, sandbox.Door, l.Addr().String())
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Serve(l)
	}()
	return func() {
		_ = l.Close() // Serve may have done so
		<-done
	}, nil
}

// ended says how a program ended by itself.
func ended(res *sandbox.Result, err error) error {
	exit, failed := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay):
		return nil
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("%w: %w", sandbox.ErrNotFound, err)
	case !failed:
		return err
	}
	res.Status, res.Exit = sandbox.Exited, exit.ExitCode()
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		res.Status, res.Exit, res.Signal = sandbox.Signaled, 0, signalName(status.Signal())
	}
	return nil
}

// places maps places in a sandbox to those of the machine, the longest first.
type places []struct{ in, out string }

// layOut writes the files of the mounts below root and says where everything is.
func layOut(root string, mounts []sandbox.Mount) (places, error) {
	p := places{{boxDir, filepath.Join(root, boxDir)}}
	if err := os.MkdirAll(filepath.Join(root, boxDir), 0o700); err != nil {
		return nil, err
	}
	for _, m := range mounts {
		at := filepath.Join(root, m.Dst)
		switch {
		case !strings.HasPrefix(m.Dst, boxDir+"/") && m.Dst != workDir && !strings.HasPrefix(m.Dst, "/opt/"):
			continue // the system is there
		case m.Kind == sandbox.Tmpfs:
			if err := os.MkdirAll(at, 0o700); err != nil {
				return nil, err
			}
		case m.Kind == sandbox.File:
			if dir := p.ours(m.Dst); dir != "" {
				at = dir
			}
			err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.WriteFile(at, m.Data, 0o600))
			if err != nil {
				return nil, err
			}
		case strings.HasPrefix(m.Dst, boxDir+"/"): // found by those, too, who look into the directory it is in
			err := os.MkdirAll(filepath.Dir(at), 0o700)
			if err == nil {
				err = os.Symlink(m.Src, at)
			}
			if err != nil && !errors.Is(err, os.ErrExist) {
				return nil, err
			}
			at = m.Src
		default:
			at = m.Src
		}
		p = append(p, struct{ in, out string }{m.Dst, at})
	}
	slices.SortStableFunc(p, func(a, b struct{ in, out string }) int { return cmp.Compare(len(b.in), len(a.in)) })
	return p, nil
}

// ours is where a file is written that belongs into a directory of the store, "" for others.
func (p places) ours(dst string) string {
	for _, m := range p {
		if after, ok := strings.CutPrefix(dst, m.in+"/"); ok && strings.HasPrefix(m.in, boxDir+"/") {
			return filepath.Join(m.out, after)
		}
	}
	return ""
}

// host replaces the places in an argument or an environment entry.
func (p places) host(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		rest := s[i:]
		n := slices.IndexFunc(p, func(m struct{ in, out string }) bool {
			after, ok := strings.CutPrefix(rest, m.in)
			return ok && (i == 0 || strings.ContainsRune("=: ", rune(s[i-1]))) && (after == "" || strings.ContainsRune("/: ", rune(after[0])))
		})
		if n >= 0 {
			b.WriteString(p[n].out)
			i += len(p[n].in)
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// capped counts the output of both streams and stops the program after too much of it.
type capped struct {
	mu      sync.Mutex
	left    int64
	omitted int64
	stop    func()
	root    []byte // left out of the output, so that it names the places that it names in a sandbox
}

type cappedWriter struct {
	c *capped
	w interface{ Write([]byte) (int, error) }
}

func (w cappedWriter) Write(p []byte) (int, error) {
	w.c.mu.Lock()
	defer w.c.mu.Unlock()
	n := int64(len(p))
	if fits := min(n, max(w.c.left, 0)); w.c.left >= 0 && fits < n {
		w.c.omitted += n - fits
		p = p[:fits]
		w.c.stop()
	}
	w.c.left = max(w.c.left-int64(len(p)), 0)
	if _, err := w.w.Write(bytes.ReplaceAll(p, w.c.root, nil)); err != nil {
		return 0, err
	}
	return int(n), nil
}

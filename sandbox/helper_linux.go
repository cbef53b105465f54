package sandbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// We wait for a helper process only for a bounded time: anybody may have stopped or killed it, such
// as the kernel's memory killer. We wait in short pieces, which also end when the caller's context
// does. A helper that answers in time is not slowed down.

const (
	piece = 100 * time.Millisecond
	// patience is how long a keeper may take for one sandbox; it needs a few milliseconds.
	patience = 5 * time.Second
	// longPatience is how long a stage or an init may take until the program is executed; a stage
	// may have a whole folder to copy.
	longPatience = 30 * time.Second
)

// errSlow is the reason for killing a slow helper.
var errSlow = errors.New("the helper process did not get ready in time; something may have stopped it")

// await polls until one of the descriptors is ready, until most has passed or until ctx ends.
func await(ctx context.Context, fds []unix.PollFd, most time.Duration) error {
	for range most / piece {
		n, err := unix.Poll(fds, int(piece/time.Millisecond))
		switch {
		case n > 0:
			return nil
		case err != nil && !errors.Is(err, unix.EINTR):
			return err
		case ctx.Err() != nil:
			return context.Cause(ctx)
		}
	}
	return errSlow
}

// outwait waits for a child of ours to end and kills it if it takes too long; then it returns an
// error.
func outwait(ctx context.Context, pid, pidfd int, most time.Duration) error {
	err := await(ctx, []unix.PollFd{{Fd: int32(pidfd), Events: unix.POLLIN}}, most)
	if err != nil {
		_ = unix.Kill(pid, unix.SIGKILL) // it is our child and we have not waited for it
	}
	_, waitErr := wait(pid, nil)
	return errors.Join(err, waitErr)
}

// make lets a keeper or a stage of its own make the sandbox, up to init, and hands the connections
// over.
func (p *planner) make(ctx context.Context, l *launch) (*sandboxed, error) {
	c, err := takeCell()
	if err != nil {
		return nil, err
	}
	defer c.release()
	if k := p.cmd.keeper; k != nil {
		return k.make(ctx, p, l, c)
	}
	p.plan.CellsFD, p.plan.Cell = uint32(stage.SourceFD+len(p.sources.fds)), uint32(c.index)
	if l.planFile, err = writePlan(&p.plan); err != nil {
		return nil, fmt.Errorf("sandbox: write the plan: %w", err)
	}
	pid, pidfd, err := p.fork(l, c)
	if err != nil {
		return nil, err
	}
	err = outwait(ctx, pid, pidfd, longPatience)
	unix.Close(pidfd)
	s := p.connected(l)
	// The stage has ended, but its last message may be incomplete.
	for heard := error(nil); s.pid == 0 && (heard == nil || errors.Is(heard, unix.EINTR)); {
		heard = s.hear()
	}
	if s.pid == 0 {
		s.pid = c.pid()
	}
	if s.pid == 0 {
		defer s.release()
		if err != nil {
			return nil, &SetupError{Layer: "init", Op: "start", Err: err}
		}
		return nil, s.failure(nil)
	}
	return p.follow(l, s)
}

// follow takes over an existing init. Init and the program may have been faster than we are.
func (p *planner) follow(l *launch, s *sandboxed) (_ *sandboxed, err error) {
	s.pidfd, err = unix.PidfdOpen(s.pid, 0)
	if err == nil && p.form&spaces == 0 {
		s.lifeline, err = unix.FcntlInt(uintptr(s.control), unix.F_DUPFD_CLOEXEC, 0)
	}
	if err != nil {
		shut(&s.pidfd)
		s.release()
		shut(&l.control.ours) // init ends when it closes
		_, waitErr := wait(s.pid, nil)
		return nil, fmt.Errorf("sandbox: open a process descriptor: %w", errors.Join(err, waitErr))
	}
	return s, nil
}

// listen reads messages until it has heard enough. If other is a socket and is closed, listen gives
// up, because the process that was to send the messages has died.
func (s *sandboxed) listen(ctx context.Context, other int, most time.Duration, enough func() bool) error {
	fds := []unix.PollFd{{Fd: int32(s.control), Events: unix.POLLIN}, {Fd: int32(other)}}
	for !enough() {
		err := s.hear()
		if errors.Is(err, unix.EAGAIN) && fds[1].Revents == 0 {
			err = await(ctx, fds, most)
		}
		if err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
	}
	return nil
}

package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/group"
	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// A keeper is our end of a process that makes sandboxes by forking itself, see stage.Request. That
// process may die or hang at any time. Then we kill it, and each waiting program's goroutine checks
// whether its sandbox exists already. Programs go on with a process of their own, and the pool
// starts another keeper.
type keeper struct {
	pid      int
	mu       sync.RWMutex
	control  int           // -1: closed
	failures atomic.Int32  // programs' sandboxes that failed in a row
	made     atomic.Bool   // it has made a sandbox
	die      uint32        // of the next request, in tests
	patience time.Duration // how long it may take for one sandbox
	buried   sync.Once
	lost     atomic.Bool
	aside    func(func()) // see sandboxed

	groups group.Maker
}

// errNotKept says that a keeper cannot make the sandbox. A process of its own can.
var errNotKept = errors.New("no keeper can make this sandbox")

// newKeeper starts a stage that leaves a keeper behind.
func newKeeper(ctx context.Context) (*keeper, error) {
	c, err := takeCell()
	if err != nil {
		return nil, err
	}
	defer c.release()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("sandbox: open a socket: %w", err)
	}
	k := &keeper{control: fds[0], patience: patience}
	err = errors.Join(startKeeper(ctx, fds[1], c), unix.SetNonblock(k.control, true))
	unix.Close(fds[1])
	if k.pid = c.pid(); k.pid != 0 && err == nil {
		return k, nil
	}
	if k.pid != 0 {
		k.lose()
	}
	k.close()
	return nil, fmt.Errorf("sandbox: start a keeper: %w", cmp.Or(err, errSilent))
}

// startKeeper runs the stage to its end; then a keeper is at the other end of the socket.
func startKeeper(ctx context.Context, theirs int, c cell) error {
	const cells = stage.ReportFD
	plan, err := writePlan(&stage.Plan{Keep: true, CellsFD: cells, Cell: uint32(c.index)})
	if err != nil {
		return err
	}
	defer unix.Close(plan)
	null, err := unix.Open("/dev/null", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(null)
	// A dying Go runtime prints text that is no message; it must not go to the socket.
	files := []uintptr{uintptr(null), uintptr(null), uintptr(null), uintptr(plan), uintptr(theirs), uintptr(c.fd)}
	var pidfd int
	pid, err := syscall.ForkExec("/proc/self/exe", []string{"slidexec-sandbox"}, &syscall.ProcAttr{
		Files: files, Env: []string{}, Sys: &syscall.SysProcAttr{Setsid: true, PidFD: &pidfd}})
	if err != nil {
		return err
	}
	defer unix.Close(pidfd)
	return outwait(ctx, pid, pidfd, patience)
}

// lose gives the keeper up. When it returns, the process is dead and makes no more sandboxes.
func (k *keeper) lose() {
	k.lost.Store(true)
	k.buried.Do(func() {
		_ = unix.Kill(k.pid, unix.SIGKILL) // it is our child and we have not waited for it
		_, _ = wait(k.pid, nil)
	})
}

// close lets the keeper end, once it has finished its requests. The sandboxes it has made go on.
func (k *keeper) close() {
	k.mu.Lock() // the goroutine that waits for it is done
	shut(&k.control)
	k.mu.Unlock()
	if k.pid != 0 {
		k.lose()
	}
}

// capabilities of the stage and init in the sandbox's user namespace; the program has none.
func (p *planner) capabilities() []uintptr {
	caps := []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_SETPCAP, unix.CAP_NET_ADMIN, unix.CAP_SYS_RESOURCE}
	if slices.ContainsFunc(p.plan.Setup, func(s stage.Step) bool { return s.Op == stage.Overlay }) {
		// An overlay keeps the rights of the process that mounts it, and works in a directory of mode 000.
		caps = append(caps, unix.CAP_DAC_OVERRIDE)
	}
	return caps
}

// start makes a sandbox for a program; over counts failures in a row.
func (k *keeper) start(ctx context.Context, c *Cmd) (*sandboxed, error) {
	own := *c
	own.keeper = k
	s, err := own.start(ctx, nil)
	if err == nil {
		s.aside = k.aside
	}
	return s, err
}

func (k *keeper) over(executed bool, err error) {
	switch {
	case executed:
		k.failures.Store(0)
	case failedSetup(executed, err):
		k.failures.Add(1)
	}
}

// make makes the sandbox, up to init.
func (k *keeper) make(ctx context.Context, p *planner, l *launch, c cell) (*sandboxed, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.control < 0 || k.lost.Load() {
		return nil, errNotKept
	}
	if err := k.fork(ctx, p, l, c); err != nil {
		return nil, err
	}
	s := p.connected(l)
	known := func() bool { return s.pid != 0 }
	err := s.listen(ctx, k.control, k.patience, known)
	if ctx.Err() != nil && err != nil { // then the keeper is not to blame, and others need it
		err = s.listen(context.WithoutCancel(ctx), k.control, 3*piece, known)
	}
	if err != nil && !errors.Is(err, io.EOF) { // EOF: the keeper is done with the request
		k.lose()
	}
	if s.pid == 0 { // the kernel knows the number if the keeper did not get to send it
		s.pid = c.pid()
	}
	if s.pid == 0 {
		s.release()
		return nil, k.unmade(s, err)
	}
	k.made.Store(true)
	return p.follow(l, s)
}

// unmade says why there is no init: the keeper reported it, or it has died.
func (k *keeper) unmade(s *sandboxed, cause error) error {
	err := s.failure(cause)
	if !errors.Is(err, errSilent) {
		return err
	}
	if n, err := unix.Poll([]unix.PollFd{{Fd: int32(k.control)}}, int(piece/time.Millisecond)); n > 0 && err == nil {
		k.lose()
	}
	return errors.Join(errNotKept, cause)
}

// fork asks the keeper for the sandbox.
func (k *keeper) fork(ctx context.Context, p *planner, l *launch, c cell) error {
	if p.clone&unix.CLONE_NEWUSER == 0 || slices.ContainsFunc(p.plan.Setup, func(s stage.Step) bool { return s.Op == stage.Overlay && s.Flags == stage.Copy }) {
		return errNotKept
	}
	var mask uint64
	for _, c := range p.capabilities() {
		mask |= 1 << c
	}
	user := layerNumber("user")
	p.plan.Setup = slices.Insert(p.plan.Setup, 0,
		stage.Step{Op: stage.Owner, Layer: user, Arg: uid, Flags: uint64(p.id.uid), Arg2: uint64(p.id.gid)},
		stage.Step{Op: stage.Caps, Layer: user, Flags: mask})
	r := stage.Request{Plan: &p.plan, Clone: uint64(p.clone), UID: p.id.uid, GID: p.id.gid, Switch: p.id.root, Cell: uint32(c.index), Die: k.die}
	await := l.await.theirs
	if await < 0 {
		await = l.report.theirs // each descriptor needs its place
	}
	fds := append([]int{l.control.theirs, l.report.theirs, await}, p.sources.fds...)
	fds = append(fds, l.in.theirs, l.out.theirs, l.err.theirs)
	if p.group.Box() >= 0 {
		r.Group = true
		fds = append(fds, p.group.Box())
	}
	b := r.Append(nil)
	if len(b) == 0 || len(b) > stage.RequestRoom || len(fds) > stage.RequestFDs {
		return errNotKept
	}
	if err := k.send(ctx, b, unix.UnixRights(fds...)); err != nil {
		return errors.Join(errNotKept, err)
	}
	l.closeTheirs()
	return nil
}

// send sends a request; the socket may be full at first. A keeper that takes no request is lost.
func (k *keeper) send(ctx context.Context, request, rights []byte) error {
	for {
		_, err := unix.SendmsgN(k.control, request, rights, nil, unix.MSG_NOSIGNAL|unix.MSG_DONTWAIT)
		if errors.Is(err, unix.EAGAIN) {
			err = await(ctx, []unix.PollFd{{Fd: int32(k.control), Events: unix.POLLOUT}}, k.patience)
			if errors.Is(err, errSlow) {
				k.lose()
			}
			if err == nil {
				continue
			}
		}
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EPIPE), errors.Is(err, unix.ECONNRESET):
			k.lose()
		}
		return err
	}
}

package sandbox

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// A keeper is our end of a process that makes sandboxes by forking itself, see stage.Request.
type keeper struct {
	pid      int
	mu       sync.RWMutex
	control  int          // -1: closed
	failures atomic.Int32 // of programs' sandboxes, one after the other

	learn   sync.Mutex
	late    *group // the first of version 1
	noGroup error  // why there can be none
}

// errNotKept is why a sandbox cannot be had of a keeper. A process of its own will do.
var errNotKept = errors.New("no keeper can make this sandbox")

func newKeeper() (*keeper, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("sandbox: open a socket: %w", err)
	}
	theirs := fds[1]
	defer unix.Close(theirs)
	plan, err := writePlan(&stage.Plan{Keep: true})
	if err != nil {
		unix.Close(fds[0])
		return nil, fmt.Errorf("sandbox: write the plan: %w", err)
	}
	defer unix.Close(plan)
	control, file := uintptr(theirs), uintptr(plan)
	pid, err := syscall.ForkExec("/proc/self/exe", []string{"slidexec-sandbox"}, &syscall.ProcAttr{
		Files: []uintptr{control, control, control, file, control}, Env: []string{}, Sys: &syscall.SysProcAttr{Setsid: true}})
	if err != nil {
		unix.Close(fds[0])
		return nil, fmt.Errorf("sandbox: start a keeper: %w", err)
	}
	return &keeper{pid: pid, control: fds[0]}, nil
}

// close lets the keeper end, once it is done with what it was asked for. What it has made goes on.
func (k *keeper) close() {
	k.mu.Lock()
	shut(&k.control)
	k.mu.Unlock()
	_, _ = wait(k.pid, nil) // it is ours, and goes by itself
}

// group makes a control group as newGroup does, but finds out only once where those of version 1
// are, or that none can be made: it takes a tenth of the time that a sandbox does.
func (k *keeper) group(limits Limits, unique uint64) (*group, error) {
	k.learn.Lock()
	defer k.learn.Unlock()
	if k.noGroup != nil {
		return nil, k.noGroup
	}
	if k.late != nil {
		return &group{box: -1, source: k.late.source, late: filepath.Join(filepath.Dir(k.late.late), groupName(unique))}, nil
	}
	g, err := newGroup(limits, unique)
	if err == nil && g.late != "" {
		k.late = &group{source: g.source, late: g.late} // g's own changes when it is moved
	}
	k.noGroup = err
	return g, err
}

// capabilities of the stage and init in the sandbox's user namespace; the program has none.
func (p *planner) capabilities() []uintptr {
	caps := []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_SETPCAP, unix.CAP_NET_ADMIN, unix.CAP_SYS_RESOURCE}
	if slices.ContainsFunc(p.plan.Setup, func(s stage.Step) bool { return s.Op == stage.Overlay }) {
		// An overlay keeps the rights of who mounts it, and works in a directory of mode 000.
		caps = append(caps, unix.CAP_DAC_OVERRIDE)
	}
	return caps
}

// make makes the sandbox, up to init.
func (k *keeper) make(p *planner, l *launch) (*sandboxed, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.control < 0 {
		return nil, errNotKept
	}
	if err := k.fork(p, l); err != nil {
		return nil, err
	}
	return p.follow(l, k.control)
}

// fork asks the keeper for the sandbox.
func (k *keeper) fork(p *planner, l *launch) error {
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
	r := stage.Request{Plan: &p.plan, Clone: uint64(p.clone), UID: p.id.uid, GID: p.id.gid, Switch: p.id.root}
	await := l.await.theirs
	if await < 0 {
		await = l.report.theirs // something must have its place
	}
	fds := append([]int{l.control.theirs, l.report.theirs, await}, p.sources.fds...)
	fds = append(fds, l.in.theirs, l.out.theirs, l.err.theirs)
	if p.group != nil && p.group.box >= 0 {
		r.Group = true
		fds = append(fds, p.group.box)
	}
	b := r.Append(nil)
	if len(b) == 0 || len(b) > stage.RequestRoom || len(fds) > stage.RequestFDs {
		return errNotKept
	}
	for {
		_, err := unix.SendmsgN(k.control, b, unix.UnixRights(fds...), nil, unix.MSG_NOSIGNAL)
		if err == nil {
			l.closeTheirs()
			return nil
		}
		if !errors.Is(err, unix.EINTR) {
			return errors.Join(errNotKept, err)
		}
	}
}

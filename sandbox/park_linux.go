package sandbox

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// parked is a sandbox whose program waits to be told what to execute. Everything else is done. No
// process in it has rights that the program will not have.
type parked struct {
	planner *planner
	launch  launch
	*sandboxed
	size [2]int // of its terminals
}

// errChanging says that a sandbox cannot wait: it would show an old state of something.
var errChanging = errors.New("the sandbox has a copy of something that may change")

// later is the Path of a program that is not yet known.
const later = "\x00later"

// park builds a sandbox for a policy. Its terminals have a size that will probably do. It returns when the program waits.
func park(ctx context.Context, policy *Policy, m manner, size [2]int, k *keeper) (_ *parked, err error) {
	w := &parked{size: size}
	defer w.launch.closeTheirs()
	w.planner, err = m.cmd(policy, size, k).prepare(&w.launch, nil)
	if err != nil {
		w.launch.closeOurs()
		return nil, err
	}
	defer w.planner.sources.close()
	if err := w.fork(ctx); err != nil {
		return nil, errors.Join(err, w.discard())
	}
	return w, nil
}

func (w *parked) fork(ctx context.Context) (err error) {
	p := w.planner
	for i := range p.plan.Setup {
		s := &p.plan.Setup[i]
		if s.Op != stage.Overlay {
			continue
		}
		if s.Flags == stage.Copy {
			return errChanging
		}
		s.Flags = stage.Live
	}
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("sandbox: open a socket: %w", err)
	}
	w.launch.await = channel{fds[0], fds[1]}
	if w.sandboxed, err = p.make(ctx, &w.launch); err != nil {
		return err
	}
	if err := w.listen(ctx, -1, longPatience, func() bool { return w.parked }); err != nil {
		return w.failure(err)
	}
	return nil
}

// start makes the waiting program that of c. The sandbox is used up then, even if start fails.
func (w *parked) start(c *Cmd, late []Mount) (*sandboxed, error) {
	if err := w.send(c, late); err != nil {
		return nil, errors.Join(err, w.discard())
	}
	shut(&w.launch.await.ours)
	return w.sandboxed, nil
}

// send tells the program what to execute.
func (w *parked) send(c *Cmd, late []Mount) error {
	if n, err := unix.Poll([]unix.PollFd{{Fd: int32(w.pidfd), Events: unix.POLLIN}}, 0); n != 0 || err != nil {
		return errors.Join(err, errors.New("sandbox: the one that waited is gone"))
	}
	p := w.planner
	own := *c
	own.keeper = p.cmd.keeper
	p.cmd = &own
	p.layer = layerNumber("root")
	for _, m := range late {
		p.program(stage.Step{Op: stage.LateFile, Dst: m.Dst, Data: m.Data, Flags: uint64(cmp.Or(m.Mode, 0o444))})
	}
	if err := p.exec(); err != nil {
		return err
	}
	if err := w.resize(c); err != nil {
		return err
	}
	b, ok := p.plan.Late()
	if !ok {
		return errors.New("sandbox: a step that a program cannot do")
	}
	for len(b) > 0 {
		n, err := unix.SendmsgN(w.launch.await.ours, b, nil, nil, unix.MSG_NOSIGNAL)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("sandbox: start the program: %w", err)
		}
		b = b[max(n, 0):]
	}
	return nil
}

func layerNumber(name string) uint8 {
	return uint8(slices.IndexFunc(layers, func(l layer) bool { return l.name == name }))
}

// discard ends the sandbox and removes its remains.
func (w *parked) discard() error {
	w.launch.closeOurs()
	var err error
	if w.sandboxed != nil {
		w.release()
		// The program would exit by itself, but later.
		err = unix.PidfdSendSignal(w.pidfd, unix.SIGKILL, nil, 0)
		shut(&w.pidfd)
		_, waitErr := wait(w.pid, nil)
		err = cmp.Or(err, waitErr)
	}
	return errors.Join(err, w.planner.remove())
}

// lateRoom is the largest total size of the late files of a parked sandbox.
const lateRoom = 16 << 20

// lateIn reports whether m is a file that can be written last. Among the mounts given, that needs
// memory file systems all the way to it. The system's own texts need not be
// late, because they are always the same.
func (m Mount) lateIn(mounts []Mount) bool {
	if m.Kind != File || string(m.Data) == systemTexts[m.Dst] {
		return false
	}
	return !slices.ContainsFunc(mounts, func(o Mount) bool {
		return o.Kind != Tmpfs && o.Kind != Dir && strings.HasPrefix(m.Dst, o.Dst+"/") || strings.HasPrefix(o.Dst, m.Dst+"/")
	})
}

// A manner is what else sandboxes must share: how the program's streams are made.
type manner struct{ unordered, lines, terminal bool }

func (c *Cmd) manner() manner {
	return manner{c.Unordered, c.LineByLine != [2]int{}, c.Terminal != nil}
}

// cmd returns a program that is not known yet, with terminals of a size.
func (m manner) cmd(policy *Policy, size [2]int, k *keeper) *Cmd {
	c := &Cmd{Path: later, Policy: policy, Unordered: m.unordered, keeper: k}
	if m.terminal {
		c.Terminal = &Terminal{Cols: size[0], Rows: size[1]}
	}
	if m.lines {
		c.LineByLine = size
	}
	return c
}

// size returns the size of the program's terminals; without any, that does not matter.
func (c *Cmd) size() [2]int {
	if c.Terminal != nil {
		return c.Terminal.size()
	}
	return fit(c.LineByLine)
}

// A kind is the part of a policy that sandboxes must share to replace each other.
type kind [sha256.Size]byte

// sort splits the policy of c into the part for parking a sandbox, its kind, and the late files.
func (c *Cmd) sort() (policy Policy, k kind, late []Mount, ok bool) {
	policy.Mounts = nil
	if c.Policy != nil {
		policy = *c.Policy
	} else {
		policy.Mounts = System()
	}
	mounts, err := arrange(policy.Mounts)
	if err != nil {
		return policy, k, nil, false
	}
	policy.Mounts = make([]Mount, 0, len(mounts))
	room, largest := lateRoom, policy.Limits.filled().FileSize
	for _, m := range mounts {
		switch {
		case m.Kind == Out: // it is given to one user, and every sandbox has its own user
			return policy, k, nil, false
		case m.lateIn(mounts):
			late = append(late, m)
			room -= len(m.Data) + 4096
			if largest >= 0 && int64(len(m.Data)) > largest { // the program writes it, within its own limit
				room = -1 << 31
			}
		default:
			policy.Mounts = append(policy.Mounts, m)
		}
	}
	return policy, policy.kind(c.manner()), late, room >= 0
}

// kind hashes a policy, with the present sources of its mounts.
func (policy Policy) kind(m manner) (k kind) {
	rest := policy
	rest.Mounts = nil
	b := fmt.Appendf(make([]byte, 0, 8<<10), "%#v %v\n", rest, m)
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	for _, m := range policy.Mounts {
		var st unix.Stat_t
		if m.Kind != File && m.Kind != Tmpfs && m.Kind != Dir && m.Kind != Symlink {
			_ = m.stat(&st) // zeros serve for a source that does not exist
		}
		for _, s := range []string{string(m.Kind), m.Src, m.Dst, string(m.Data)} {
			text(s)
		}
		optional, from := uint64(0), uint64(0)
		if m.Optional {
			optional = 1
		}
		if m.From != nil {
			from = 1
		}
		for _, n := range []uint64{uint64(m.Mode), uint64(m.Size), uint64(m.Inodes), optional, from, st.Dev, st.Ino, uint64(st.Mode), uint64(st.Uid), uint64(st.Gid)} {
			b = binary.AppendUvarint(b, n)
		}
	}
	return sha256.Sum256(b)
}

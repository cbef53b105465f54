package sandbox

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// parked is a sandbox whose stage waits for the program.
type parked struct {
	planner *planner
	launch  launch
	stage   int // its process; 0: none
}

// errChanging is why a sandbox cannot wait: what it shows would be as it was, not as it is.
var errChanging = errors.New("the sandbox has a copy of something that may change")

// park builds a sandbox for a policy and lets it wait. It returns when the file system is there.
func park(policy *Policy) (_ *parked, err error) {
	w := &parked{}
	defer w.launch.closeTheirs()
	w.planner, err = (&Cmd{Path: dry, Policy: policy}).prepare(&w.launch, nil)
	if err != nil {
		w.launch.closeOurs()
		return nil, err
	}
	defer w.planner.sources.close()
	if err := w.fork(); err != nil {
		return nil, errors.Join(err, w.discard())
	}
	return w, nil
}

func (w *parked) fork() (err error) {
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
	if w.launch.planFile, err = writePlan(&stage.Plan{Setup: p.plan.Setup, Park: true}); err != nil {
		return fmt.Errorf("sandbox: write the plan: %w", err)
	}
	if w.stage, err = p.fork(&w.launch); err != nil {
		return err
	}
	s := p.connected(&w.launch)
	for !s.parked {
		err := s.hear()
		if errors.Is(err, unix.EAGAIN) {
			_, err = unix.Poll([]unix.PollFd{{Fd: int32(s.control), Events: unix.POLLIN}}, -1)
		}
		if err != nil && !errors.Is(err, unix.EINTR) {
			return s.failure(err)
		}
	}
	return nil
}

// start starts the program of c in the sandbox, which is used up then whatever comes of it.
func (w *parked) start(c *Cmd, late []Mount) (*sandboxed, error) {
	if err := w.send(c, late); err != nil {
		return nil, errors.Join(err, w.discard())
	}
	s, err := w.planner.follow(&w.launch, w.stage)
	if err != nil {
		w.stage = 0 // it has been waited for
		return nil, errors.Join(err, w.discard())
	}
	return s, nil
}

// send completes the plan and sends what the stage has not got yet.
func (w *parked) send(c *Cmd, late []Mount) error {
	p := w.planner
	done := len(p.plan.Setup)
	p.cmd = c
	p.layer = layerNumber("root")
	for _, m := range late {
		if err := p.place(m); err != nil {
			return err
		}
	}
	if c.Unordered { // the filter that is planned asks for the order
		p.layer = layerNumber("seccomp")
		p.plan.Program = slices.DeleteFunc(p.plan.Program, func(s stage.Step) bool { return s.Op == stage.Filter })
		p.filter()
	}
	if err := p.exec(); err != nil {
		return err
	}
	second := p.plan
	second.Setup = second.Setup[done:]
	file, err := writePlan(&second)
	if err != nil {
		return err
	}
	defer unix.Close(file)
	return unix.Sendmsg(w.launch.control.ours, []byte{stage.Parked}, unix.UnixRights(file), nil, unix.MSG_NOSIGNAL)
}

func layerNumber(name string) uint8 {
	return uint8(slices.IndexFunc(layers, func(l layer) bool { return l.name == name }))
}

// discard ends the sandbox and removes what is left of it.
func (w *parked) discard() error {
	w.launch.closeOurs()
	var err error
	if w.stage != 0 {
		// It would go by itself, in its time.
		err = unix.Kill(w.stage, unix.SIGKILL)
		_, waitErr := wait(w.stage, nil)
		err = cmp.Or(err, waitErr)
	}
	return errors.Join(err, w.planner.group.remove())
}

// lateRoom is how much the late files of a parked sandbox may be together.
const lateRoom = 16 << 20

// lateIn reports whether m is a file that can be written last, which among the mounts given is so
// when there is nothing but memory on the way to it. Those of the system are always the same.
func (m Mount) lateIn(mounts []Mount) bool {
	if m.Kind != File || string(m.Data) == systemTexts[m.Dst] {
		return false
	}
	return !slices.ContainsFunc(mounts, func(o Mount) bool {
		return o.Kind != Tmpfs && o.Kind != Dir && strings.HasPrefix(m.Dst, o.Dst+"/") || strings.HasPrefix(o.Dst, m.Dst+"/")
	})
}

// A kind is what sandboxes must have in common to stand for each other.
type kind [sha256.Size]byte

// sort parts the policy of c into what a sandbox can be parked with, its kind, and the late files.
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
	policy.Mounts = nil
	room := lateRoom
	for _, m := range mounts {
		switch {
		case m.Kind == Out: // given to one user, and every sandbox has its own
			return policy, k, nil, false
		case m.lateIn(mounts):
			late = append(late, m)
			room -= len(m.Data) + 4096
		default:
			policy.Mounts = append(policy.Mounts, m)
		}
	}
	return policy, policy.kind(), late, room >= 0
}

// kind hashes a policy, with what the sources of its mounts are now.
func (policy Policy) kind() (k kind) {
	h := sha256.New()
	rest := policy
	rest.Mounts = nil
	fmt.Fprintf(h, "%#v\n", rest)
	for _, m := range policy.Mounts {
		var st unix.Stat_t
		if m.Kind != File && m.Kind != Tmpfs && m.Kind != Dir && m.Kind != Symlink {
			_ = unix.Stat(m.Src, &st) // zeros are as good as any for what is not there
		}
		fmt.Fprintf(h, "%q %q %q %d %d %d %t %d %d %d %d %d\n%q\n", m.Kind, m.Src, m.Dst, m.Mode, m.Size, m.Inodes, m.Optional,
			st.Dev, st.Ino, st.Mode, st.Uid, st.Gid, m.Data)
	}
	h.Sum(k[:0])
	return k
}

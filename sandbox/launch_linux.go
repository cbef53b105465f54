package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/group"
	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// A sandboxed is a program under way, as its supervisor sees it.
type sandboxed struct {
	pid     int // of init
	pidfd   int
	stdin   int // write end
	stdout  int // read ends
	stderr  int
	control int
	report  int
	// The listener of the program's filter, once control has brought it.
	listener int
	socket   int // the listening socket of a Serve, and
	given    int // the directory of a Give, likewise
	master   int // our end of a terminal that the sandbox made, until it takes the place of stdout
	// The program's ends of its terminals, so that ours never report that nobody has them open.
	held     [2]int
	ended    *stage.Message
	parked   bool         // the program waits, see stage.Await
	segments int64        // pages of System V shared memory, as last reported
	group    *group.Group // nil: none
	lacking  []*SetupError
	layers   []string // in force
	plan     *stage.Plan
	form     form
	private  *private // nil: none
	single   bool     // the program can have no namespaces
	lifeline int      // -1, or a connection: init ends when it is shut, instead of being killed
	// aside runs the rest of the work when all processes but init are gone; nil: the supervisor
	// does it.
	aside func(func())
}

// A channel is one connection: our end and the sandbox's.
type channel struct{ ours, theirs int }

// A launch holds the descriptors that are closed again whatever happens.
type launch struct {
	in, out, err, report, control channel
	await                         channel // of a program that waits
	master                        int     // our end of a terminal that we made; see sandboxed, also for
	held                          [2]int
	planFile                      int
}

// open makes all connections. The program's standard streams are pipes even if the caller has
// files: the program could open a file again through /proc/self/fd, for writing.
func (l *launch) open() error {
	none := channel{-1, -1}
	*l = launch{in: none, out: none, err: none, report: none, control: none, await: none, master: -1, held: [2]int{-1, -1}, planFile: -1}
	var fds [2]int
	for _, c := range []*channel{&l.out, &l.err, &l.report} {
		if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
			return err
		}
		c.ours, c.theirs = fds[0], fds[1]
		if err := unix.SetNonblock(c.ours, true); err != nil {
			return err
		}
	}
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		return err
	}
	l.in = channel{ours: fds[1], theirs: fds[0]}
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	l.control = channel{fds[0], fds[1]}
	return unix.SetNonblock(l.control.ours, true)
}

// give makes the program's user the owner of its pipes. Otherwise the program could not open
// /dev/stdout.
func (l *launch) give(id identity) error {
	if !id.root {
		return nil
	}
	for _, fd := range []int{l.in.theirs, l.out.theirs, l.err.theirs} {
		if err := unix.Fchown(fd, id.uid, id.gid); err != nil {
			return err
		}
	}
	return nil
}

func (l *launch) closeTheirs() {
	for _, fd := range []*int{&l.in.theirs, &l.out.theirs, &l.err.theirs, &l.report.theirs, &l.control.theirs, &l.await.theirs, &l.planFile} {
		shut(fd)
	}
}

func (l *launch) closeOurs() {
	for _, fd := range []*int{&l.in.ours, &l.out.ours, &l.err.ours, &l.report.ours, &l.control.ours, &l.await.ours, &l.master, &l.held[0], &l.held[1]} {
		shut(fd)
	}
}

// shut closes a descriptor once.
func shut(fd *int) {
	if *fd >= 0 {
		unix.Close(*fd)
		*fd = -1
	}
}

// prepare opens the connections and plans the sandbox.
func (c *Cmd) prepare(l *launch, without []string) (*planner, error) {
	if err := l.open(); err != nil {
		return nil, fmt.Errorf("sandbox: open pipes: %w", err)
	}
	var st unix.Stat_t
	if err := unix.Fstat(l.control.ours, &st); err != nil {
		return nil, fmt.Errorf("sandbox: stat socket: %w", err)
	}
	id, err := identify(st.Ino, c.form == unconfined)
	if err != nil {
		return nil, err
	}
	if err := l.give(id); err != nil {
		return nil, fmt.Errorf("sandbox: give the pipes to the program's user: %w", err)
	}
	own := *c
	if err := l.connect(&own, id, without); err != nil {
		return nil, err
	}
	return newPlan(&own, id, without)
}

// start builds the sandbox and starts the program in it. When it returns, the program may not have
// been executed yet; the supervisor finds that out.
func (c *Cmd) start(ctx context.Context, without []string) (s *sandboxed, err error) {
	var l launch
	defer l.closeTheirs()
	defer func() {
		if err != nil {
			l.closeOurs()
		}
	}()
	p, err := c.prepare(&l, without)
	if err != nil {
		return nil, err
	}
	defer p.sources.close()
	if s, err = p.make(ctx, &l); err != nil {
		return nil, errors.Join(err, p.remove())
	}
	return s, nil
}

// writePlan puts the plan into a memory file that no process can change any more.
func writePlan(p *stage.Plan) (int, error) {
	const flags = unix.MFD_CLOEXEC | unix.MFD_ALLOW_SEALING
	fd, err := unix.MemfdCreate("slidexec-plan", flags|unix.MFD_NOEXEC_SEAL)
	if errors.Is(err, unix.EINVAL) { // older than Linux 6.3
		fd, err = unix.MemfdCreate("slidexec-plan", flags)
	}
	if err != nil {
		return -1, err
	}
	b := p.Append([]byte(stage.Magic))
	for len(b) > 0 && err == nil {
		var n int
		if n, err = unix.Write(fd, b); err == nil {
			b = b[n:]
		}
	}
	if err == nil {
		_, err = unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, stage.Seals)
	}
	if err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// fork starts the stage and gives it its ends of the connections.
func (p *planner) fork(l *launch, c cell) (pid, pidfd int, err error) {
	files := []uintptr{uintptr(l.in.theirs), uintptr(l.out.theirs), uintptr(l.err.theirs),
		uintptr(l.planFile), uintptr(l.control.theirs), uintptr(l.report.theirs), uintptr(l.await.theirs)}
	if p.form == confined { // the program does not wait, and enters Landlock's domain again by this descriptor
		files[stage.AwaitFD] = uintptr(p.rules)
	}
	for _, fd := range p.sources.fds {
		files = append(files, uintptr(fd))
	}
	files = append(files, uintptr(c.fd))
	sys := p.attributes()
	sys.PidFD = &pidfd
	// The name is for people who list processes; the environment is empty because it stays
	// readable in /proc for as long as init lives.
	pid, err = syscall.ForkExec("/proc/self/exe", []string{"slidexec-sandbox"},
		&syscall.ProcAttr{Files: files, Env: []string{}, Sys: sys})
	switch {
	case err != nil && p.group.Box() >= 0:
		return 0, -1, &SetupError{Layer: "memory", Op: "start in a control group", Err: err} // or another cause, see run
	case err != nil:
		e := starts[p.form]
		e.Err = err
		return 0, -1, explain(&e)
	}
	l.closeTheirs()
	return pid, pidfd, nil
}

// starts describe the start of the stage in each form, for errors.
var starts = map[form]SetupError{
	whole: {Layer: "user", Op: "create namespaces"}, plain: {Layer: "mount", Op: "create namespaces"}, confined: {Layer: "init", Op: "start"},
	unconfined: {Layer: "init", Op: "start"},
}

// connected returns a sandbox that has no init yet.
func (p *planner) connected(l *launch) *sandboxed {
	defer func() { l.master, l.held = -1, [2]int{-1, -1} }()
	return &sandboxed{plan: &p.plan, pidfd: -1, stdin: l.in.ours, stdout: l.out.ours, stderr: l.err.ours,
		control: l.control.ours, report: l.report.ours, listener: -1, socket: -1, given: -1, lifeline: -1,
		master: l.master, held: l.held, form: p.form, private: p.private, single: p.lonely(), group: p.group, lacking: p.lacking, layers: p.kept}
}

// attributes returns the attributes for cloning the stage. The capabilities are those of the new
// user namespace. They are ambient because exec of an ordinary user loses all others; the program
// has none.
func (p *planner) attributes() *syscall.SysProcAttr {
	// A program without a sandbox keeps the terminal.
	sys := &syscall.SysProcAttr{Cloneflags: p.clone, Setsid: p.form != unconfined, Setpgid: p.form == unconfined}
	own := p.clone&unix.CLONE_NEWUSER != 0
	if own {
		sys.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: p.id.uid, Size: 1}}
		sys.GidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: p.id.gid, Size: 1}}
	}
	if own || p.id.root {
		sys.AmbientCaps = p.capabilities()
	}
	if p.group.Box() >= 0 {
		sys.UseCgroupFD, sys.CgroupFD = true, p.group.Box()
	}
	if !own { // keep only the caller's own: a container has taken some of them away
		sys.AmbientCaps = slices.DeleteFunc(sys.AmbientCaps, func(c uintptr) bool { return !permitted(c) })
	}
	if p.id.root { // and give up all other groups
		sys.Credential = &syscall.Credential{Uid: uint32(p.id.uid), Gid: uint32(p.id.gid)}
		if own {
			sys.Credential = &syscall.Credential{Uid: uid, Gid: uid}
			sys.GidMappingsEnableSetgroups = true
		}
	}
	return sys
}

// hear reads one message.
func (s *sandboxed) hear() error {
	var buf [stage.MessageSize]byte
	var rights [64]byte
	n, rn, _, _, err := unix.Recvmsg(s.control, buf[:], rights[:], unix.MSG_CMSG_CLOEXEC)
	if err != nil {
		return err
	}
	m, ok := stage.DecodeMessage(buf[:n])
	switch {
	case n == 0:
		return io.EOF
	case !ok:
		return unix.EBADMSG
	}
	switch m.Kind {
	case stage.Parked:
		s.parked = true
	case stage.Forked:
		s.pid = int(m.N)
	case stage.Ended:
		s.ended = &m
	case stage.Segments:
		s.segments = int64(m.N)
	case stage.Listener:
		return take(rights[:rn], &s.listener)
	case stage.Socket:
		return take(rights[:rn], &s.socket)
	case stage.Given:
		return take(rights[:rn], &s.given)
	case stage.Master:
		return s.takeTerminal(rights[:rn])
	}
	return nil
}

// take takes the one descriptor out of a control message.
func take(rights []byte, to *int) error {
	messages, err := unix.ParseSocketControlMessage(rights)
	if err != nil || len(messages) != 1 {
		return unix.EBADMSG
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return unix.EBADMSG
	}
	shut(to)
	*to = fds[0]
	return nil
}

// release closes the descriptors that the sandbox has passed on.
func (s *sandboxed) release() {
	for _, fd := range []*int{&s.listener, &s.socket, &s.given, &s.master, &s.held[0], &s.held[1]} {
		shut(fd)
	}
}

// errSilent says that init never existed, because its maker was killed.
var errSilent = errors.New("the helper process ended without a report")

// failure reads the failure from the report; cause is the reason for reading it.
func (s *sandboxed) failure(cause error) error {
	var buf [stage.FailureSize]byte
	n, err := unix.Read(s.report, buf[:])
	if n <= 0 {
		return &SetupError{Layer: "init", Op: "start", Err: errors.Join(cause, err, errSilent)}
	}
	f, ok := stage.DecodeFailure(buf[:n])
	if !ok {
		return &SetupError{Layer: "init", Op: "read its report", Err: unix.EBADMSG}
	}
	return s.describe(f)
}

package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/filter"
	"github.com/slidexec/slidexec/sandbox/internal/group"
	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// uid is the program's user and group in the sandbox. It is an ordinary number: user 0 would have
// capabilities again after exec.
const uid = 1000

// A planner turns a Cmd and its Policy into a plan for the stage. It takes all decisions in the
// caller's process; the stage only does what it is told.
type planner struct {
	cmd     *Cmd
	policy  Policy // defaults filled in
	limits  Limits
	id      identity
	sources *sources
	group   *group.Group
	form    form
	private *private // replaces the file system in the form confined
	rules   int      // the descriptor of private's rules
	clone   uintptr  // namespaces of the stage
	plan    stage.Plan
	layer   uint8
	slots   uint64
	err     error
	lacking []*SetupError // optional layers that this machine does not have
	kept    []string      // the layers that are planned
}

// measures has a function for each layer of the table layers; it plans the layer's steps.
var measures = map[string]func(*planner){
	"memory":         (*planner).memory,
	"user":           func(p *planner) { p.clone |= unix.CLONE_NEWUSER },
	"keyring":        func(p *planner) { p.setup(stage.Step{Op: stage.Keyring}) },
	"net":            (*planner).net,
	"ipc":            func(p *planner) { p.clone |= unix.CLONE_NEWIPC },
	"uts":            (*planner).uts,
	"cgroup":         func(p *planner) { p.setup(stage.Step{Op: stage.Unshare, Flags: unix.CLONE_NEWCGROUP}) },
	"mount":          (*planner).mount,
	"root":           (*planner).root,
	"landlock-files": (*planner).confine,
	"dev":            (*planner).dev,
	"pid":            func(p *planner) { p.plan.Fork |= unix.CLONE_NEWPID },
	"proc":           (*planner).proc,
	"namespace-caps": (*planner).namespaceCaps,
	"pid-max":        (*planner).pidMax,
	"read-only":      (*planner).readOnly,
	"init":           (*planner).pidOne,
	"session":        (*planner).session,
	"rlimits":        (*planner).rlimits,
	"caps":           (*planner).caps,
	"no-new-privs":   func(p *planner) { p.program(stage.Step{Op: stage.NoNewPriv}) },
	"descriptors":    func(p *planner) { p.program(stage.Step{Op: stage.CloseFrom, Flags: 3}) },
	"landlock-scope": (*planner).scope,
	"seccomp":        (*planner).filter,
}

// newPlan plans all layers except those in without, and except optional ones that it knows this
// machine to lack.
func newPlan(c *Cmd, id identity, without []string) (*planner, error) {
	p := &planner{cmd: c, id: id, sources: &sources{id: id}, form: cmp.Or(c.form, whole)}
	if c.Policy != nil {
		p.policy = *c.Policy
	} else {
		p.policy.Mounts = System()
	}
	p.limits = p.policy.Limits.filled()
	if p.lonely() {
		p.policy.Nested = 0
	}
	if err := p.checkDoor(without); err != nil {
		return nil, err
	}
	for i, l := range layers {
		if l.in&p.form == 0 || slices.Contains(without, l.name) {
			continue
		}
		p.layer = uint8(i)
		p.take(l.name, without)
		var setup *SetupError
		switch {
		case p.err == nil:
			p.kept = append(p.kept, l.name)
			continue
		case l.optional && errors.As(p.err, &setup): // known before the step is tried, so the other layers stay
			p.lacking, p.err = append(p.lacking, setup), nil
			continue
		}
		break
	}
	if p.form == unconfined {
		p.unconfined()
	}
	if p.err == nil {
		p.err = p.exec()
	}
	if p.err != nil {
		p.sources.close()
		return nil, errors.Join(p.err, p.remove())
	}
	return p, nil
}

// needs lists, for a layer, the layers that keep its steps from changing the machine itself.
var needs = map[string][]string{
	"root": {"mount"}, "dev": {"mount"}, "proc": {"mount", "pid"}, "namespace-caps": {"user"}, "pid-max": {"pid"},
}

// take plans a layer, unless a layer that it needs is left out.
func (p *planner) take(name string, without []string) {
	for _, other := range needs[name] {
		if slices.Contains(without, other) {
			p.err = &SetupError{Layer: name, Op: "build it without the layer " + other, Err: unix.EPERM}
			return
		}
	}
	measures[name](p)
}

// remove removes things that were made on the machine for the sandbox.
func (p *planner) remove() error { return errors.Join(p.group.Remove(), p.private.remove()) }

// lonely reports whether the program can have no namespaces of its own, because nothing would limit
// them.
func (p *planner) lonely() bool {
	return p.form != whole || slices.Contains(p.cmd.lost, "namespace-caps")
}

func (p *planner) setup(s stage.Step) {
	s.Layer = p.layer
	p.plan.Setup = append(p.plan.Setup, s)
}

func (p *planner) init(s stage.Step) {
	s.Layer = p.layer
	p.plan.Init = append(p.plan.Init, s)
}

func (p *planner) program(s stage.Step) {
	s.Layer = p.layer
	p.plan.Program = append(p.plan.Program, s)
}

// memory puts the sandbox into a control group, if the caller can make one. Otherwise it is
// watched.
func (p *planner) memory() {
	newGroup := group.New
	if p.cmd.keeper != nil {
		newGroup = p.cmd.keeper.groups.New
	}
	if p.group, p.err = newGroup(p.limits.together(), p.id.unique); p.err != nil {
		p.err = explain(&SetupError{Layer: "memory", Op: "make a control group", Err: p.err})
		return
	}
}

func (p *planner) net() {
	if p.policy.Net == NetHost {
		return
	}
	p.clone |= unix.CLONE_NEWNET
	p.setup(stage.Step{Op: stage.Loopback})
	p.door()
}

func (p *planner) uts() {
	p.clone |= unix.CLONE_NEWUTS
	p.setup(stage.Step{Op: stage.Hostname, Src: p.hostname()})
}

func (p *planner) hostname() string {
	if p.policy.Hostname != "" {
		return p.policy.Hostname
	}
	return "sandbox"
}

func (p *planner) mount() {
	p.clone |= unix.CLONE_NEWNS
	p.setup(stage.Step{Op: stage.Private})
}

const (
	quiet    = unix.MS_NOSUID | unix.MS_NODEV
	readOnly = unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV
)

// devices are all that the program gets; /dev/tty and /dev/console are left out on purpose.
var devices = []string{"null", "zero", "full", "random", "urandom"}

// devLinks are links that programs expect in /dev.
var devLinks = map[string]string{
	"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2",
}

func (p *planner) dev() {
	p.setup(stage.Step{Op: stage.Mount, Src: "tmpfs", Dst: "/dev", Flags: quiet | unix.MS_NOEXEC, Data: []byte("mode=0755,size=64k")})
	for _, name := range devices {
		// Writing to a device does not write to its file system, so it can be read-only; that keeps
		// the host's inode from being touched.
		p.bind("/dev/"+name, "/dev/"+name, unix.MOUNT_ATTR_RDONLY|unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NOEXEC)
	}
	p.tmpfs("/dev/shm", 0, 0)
	p.terminal()
	for _, name := range slices.Sorted(maps.Keys(devLinks)) {
		p.setup(stage.Step{Op: stage.Link, Src: devLinks[name], Dst: "/dev/" + name})
	}
	p.setup(stage.Step{Op: stage.Attr, Dst: "/dev", Flags: unix.MOUNT_ATTR_RDONLY})
}

func (p *planner) proc() {
	p.setup(stage.Step{Op: stage.Dir, Dst: "/proc", Flags: 0o555})
	p.init(stage.Step{Op: stage.Mount, Src: "proc", Dst: "/proc", Flags: quiet | unix.MS_NOEXEC})
	if p.policy.Nested > 0 || !p.ownRoot() {
		return
	}
	// These files name the keys of the caller's user, which the program has outside. If anything is
	// hidden in this /proc, a program that may nest cannot mount one of its own.
	for _, path := range []string{"/proc/keys", "/proc/key-users"} {
		if _, err := os.Stat(path); err == nil { // otherwise the kernel has no keys
			p.init(stage.Step{Op: stage.FileAt, Dst: path, Flags: 0o444})
		}
	}
}

// namespaceKinds are the files of /proc/sys/user that count namespaces, besides user_namespaces.
// The value says whether the stage, or else the caller's user, made the sandbox's own one.
var namespaceKinds = map[string]bool{
	"mnt": false, "net": false, "pid": true, "ipc": false, "uts": false, "cgroup": true, "time": false,
}

// namespaceCaps bounds the namespaces that the program can create (namespaces(7)). They are
// counted for each user, so the sandbox's own ones count where the program's user made them.
func (p *planner) namespaceCaps() {
	nested := max(p.policy.Nested, 0)
	p.init(write("/proc/sys/user/max_user_namespaces", nested))
	for _, kind := range slices.Sorted(maps.Keys(namespaceKinds)) {
		n := nested
		if (!p.id.root || p.cmd.keeper != nil) && kind != "time" || namespaceKinds[kind] {
			n++
		}
		s := write("/proc/sys/user/max_"+kind+"_namespaces", n)
		s.Soft = kind == "time" // since Linux 5.6
		p.init(s)
	}
	// The kernel counts them for the user outside too, who would have none left (inotify(7)).
	for name, n := range map[string]int{"instances": 32, "watches": 4096} {
		s := write("/proc/sys/user/max_inotify_"+name, n)
		s.Soft = true // a kernel without inotify has none to count
		p.init(s)
	}
}

func write(path string, n int) stage.Step {
	return stage.Step{Op: stage.WriteFile, Dst: path, Data: fmt.Append(nil, n)}
}

// reservedPids are handed out only once: later numbers start above them (RESERVED_PIDS).
const reservedPids = 300

// pidMax bounds the process numbers of the sandbox, including those in nested namespaces. The limit
// must leave numbers free above the reserved ones, or a shell script would run out of them. So
// until those are used up, pid_max is loose, and RLIMIT_NPROC enforces the limit.
func (p *planner) pidMax() {
	if !atLeastLinux(6, 14) { // older kernels have one number for the whole machine (proc_sys_kernel(5))
		p.err = explain(&SetupError{Layer: "pid-max", Op: "set a limit of process numbers", Err: unix.ENOSYS})
		return
	}
	if p.limits.Processes > 0 {
		p.init(write("/proc/sys/kernel/pid_max", reservedPids+p.limits.Processes+2))
	}
}

// ownRoot reports whether the root belongs to the sandbox, so that we may change it.
func (p *planner) ownRoot() bool {
	return slices.ContainsFunc(p.plan.Setup, func(s stage.Step) bool { return s.Op == stage.Root })
}

func (p *planner) readOnly() {
	if !p.ownRoot() {
		return
	}
	// Right after /proc was mounted, which needed the old one, and before namespaces are counted: a
	// copy of mounts counts as one for a moment.
	steps := []stage.Step{{Op: stage.Detach, Layer: p.layer, Dst: stage.Old}, {Op: stage.Remove, Layer: p.layer, Dst: stage.Old}}
	if p.cmd.Path == later {
		steps = append(steps, stage.Step{Op: stage.Hold, Layer: p.layer})
	}
	at := slices.IndexFunc(p.plan.Init, func(s stage.Step) bool { return s.Op == stage.Mount })
	p.plan.Init = slices.Insert(p.plan.Init, at+1, steps...)
	p.init(stage.Step{Op: stage.Attr, Dst: "/", Flags: unix.MOUNT_ATTR_RDONLY})
}

func (p *planner) pidOne() {
	p.init(stage.Step{Op: stage.Name, Src: "init"})
	if p.form == confined { // its own Landlock domain keeps the program out of init
		p.init(stage.Step{Op: stage.Guard, Flags: uint64(os.Getpid())})
		return
	}
	p.init(stage.Step{Op: stage.Undumpable})
}

func (p *planner) caps() {
	if p.form != confined { // there the program has none and cannot gain any
		p.program(stage.Step{Op: stage.Bounding}) // first: it needs a capability
	}
	p.program(stage.Step{Op: stage.Ambient})
	p.program(stage.Step{Op: stage.Caps})
}

// scope confines abstract sockets and signals (Landlock ABI 6). If the network and the process
// numbers are the sandbox's own, it repeats what they do. With the host's network, it alone keeps
// the desktop's sockets out of reach. It has no file rules: they would forbid nested mounts.
func (p *planner) scope() {
	if p.form == confined {
		// The same rules once more: if a set has none while another has, the program may not move
		// files between directories (landlock(7), LANDLOCK_ACCESS_FS_REFER).
		p.program(stage.Step{Op: stage.Scope, FD: stage.AwaitFD})
		return
	}
	const abstractSockets, signals = 1, 2
	const needed, askVersion = 6, 1
	if abi, _, _ := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, askVersion); int(abi) < needed {
		p.err = explain(&SetupError{Layer: "landlock-scope", Op: "confine signals and sockets", Err: unix.ENOSYS})
		return
	}
	p.program(stage.Step{Op: stage.Scope, Flags: abstractSockets | signals})
}

func (p *planner) filter() {
	step := stage.Step{Op: stage.Filter}
	if p.cmd.ordered(p.form) {
		step.Flags = unix.SECCOMP_FILTER_FLAG_NEW_LISTENER
	}
	lasting := func(m Mount) bool { return m.Kind == Writable || m.Kind == Out }
	p.plan.Filter = filter.New(filter.Options{
		Order: p.cmd.ordered(p.form), Terminal: len(p.cmd.ends) > 0,
		Trace: p.policy.Syscalls.Ptrace && p.form == whole, // otherwise the machine has processes of the same user
		Nest:  p.policy.Nested > 0, Durable: slices.ContainsFunc(p.policy.Mounts, lasting), Lonely: p.lonely(),
		Confined: p.form == confined, Network: p.policy.Net == NetHost, Foreign: p.id.root,
	})
	p.program(step)
}

// unconfined plans the steps for a program without a sandbox. It leads a process group, which init
// ends with it, and a filter asks about the order of its output. If it has the right to load a
// filter, it gives up no rights for that.
func (p *planner) unconfined() {
	p.layer = layerNumber("init")
	if p.cmd.Terminal == nil {
		p.init(stage.Step{Op: stage.Group})
		p.program(stage.Step{Op: stage.Leader})
	} else {
		p.init(stage.Step{Op: stage.Group, Flags: 1})
		p.session()
	}
	p.program(stage.Step{Op: stage.CloseFrom, Flags: 3})
	if !p.cmd.ordered(p.form) {
		return
	}
	p.layer = layerNumber("seccomp")
	if !permitted(unix.CAP_SYS_ADMIN) {
		p.program(stage.Step{Op: stage.NoNewPriv})
	}
	p.plan.Filter = filter.Order()
	p.program(stage.Step{Op: stage.Filter, Flags: unix.SECCOMP_FILTER_FLAG_NEW_LISTENER})
}

// base returns a directory of the caller's on which the new root can be mounted for a moment.
func base() string {
	for _, dir := range []string{"/tmp", "/dev", "/usr"} {
		if st, err := os.Stat(dir); err == nil && st.IsDir() {
			return dir
		}
	}
	return "/proc"
}

package stage

import (
	"syscall"
	"unsafe"
)

// The style of this repository has no init functions. This one is the exception, for the reason in
// the package comment. It costs every other start of the executable one failing system call.
func init() {
	seals, _, errno := syscall.RawSyscall(syscall.SYS_FCNTL, PlanFD, getSeals, 0)
	if errno != 0 || seals&Seals != Seals {
		return
	}
	b, ok := readPlan(PlanFD)
	if len(b) < len(Magic) || string(b[:len(Magic)]) != Magic {
		return
	}
	var plan *Plan
	if ok {
		plan, ok = Decode(b[len(Magic):])
	}
	if !ok {
		fail(Failure{Phase: InPlan})
	}
	run(plan)
}

// readPlan reads the plan file from its beginning, whatever its offset is.
func readPlan(fd int) ([]byte, bool) {
	var st syscall.Stat_t
	if syscall.Fstat(fd, &st) != nil || st.Size < 0 || st.Size > 1<<30 {
		return nil, false
	}
	b := make([]byte, st.Size)
	for n := 0; n < len(b); {
		m, err := syscall.Pread(fd, b[n:], int64(n))
		if err == syscall.EINTR {
			continue
		}
		if err != nil || m == 0 {
			return b[:n], false
		}
		n += m
	}
	return b, true
}

// run carries out the plan and ends the process.
func run(p *Plan) {
	umask := syscall.Umask(0)
	if p.Keep {
		stay(p)
	}
	child, bad := compile(p)
	if bad != nil {
		fail(*bad)
	}
	if child.grouped {
		child.umask = uintptr(umask)
	}
	build(child, p)
	pid, errno := forkInit(child, uintptr(p.Fork))
	if errno != 0 {
		fail(Failure{Phase: InFork, Call: syscall.SYS_CLONE, Errno: uint32(errno)})
	}
	send(ControlFD, Message{Kind: Forked, N: uint32(pid)})
	exit(0)
}

// build carries out Setup. Most steps are calls; an overlay between them may have to become a copy,
// which ordinary Go code makes.
func build(ch *child, p *Plan) {
	for i := 0; i < len(p.Setup); {
		n := i
		for n < len(p.Setup) && !(p.Setup[n].Op == Overlay && p.Setup[n].Flags != Live) {
			n++
		}
		block, bad := compileSteps(p, p.Setup[i:n], i)
		if bad >= 0 || !ch.setup.load(block) {
			fail(Failure{Phase: InStage, Step: uint32(max(bad, 0)), Errno: uint32(syscall.ENOSYS)})
		}
		if !perform(ch, &ch.setup, InStage) {
			exit(1)
		}
		if i = n; i == len(p.Setup) {
			break
		}
		s := &p.Setup[i]
		tree := uintptr(s.FD)
		if s.FD < 0 {
			tree = ch.slots[(firstSlot+slot(s.Arg))%numSlots]
		}
		if f := overlayOrCopy(s, tree); !f.ok() {
			fail(Failure{Phase: InStage, Step: uint32(i), Call: uint32(f.nr), Errno: uint32(f.errno)})
		}
		i++
	}
	ch.setup = calls{}
}

// fail reports f and ends the process.
func fail(f Failure) {
	b := f.Append(nil)
	syscall.Syscall(syscall.SYS_WRITE, ReportFD, uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
	exit(1)
}

// send tells the caller; if the caller has died meanwhile, init notices that the same way.
func send(fd uintptr, m Message) {
	b := m.Append(nil)
	syscall.Syscall(syscall.SYS_WRITE, fd, uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
}

func exit(code int) {
	for {
		syscall.RawSyscall(syscall.SYS_EXIT_GROUP, uintptr(code), 0, 0)
	}
}

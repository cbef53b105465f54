package stage

import (
	"syscall"
	"unsafe"
)

// A call is one raw system call of init or the program. They are all prepared before the fork:
// behind it only this thread exists, and the Go runtime, which other threads may have left
// locked, must not be entered.
type call struct {
	nr   uintptr
	a    [6]uintptr
	step uint32
	mode mode
}

// mode says how a call is connected with the others.
type mode uint8

const (
	useLast  mode = 1 << iota // the first argument is the kept result
	keepLast                  // keep the result
	soft                      // go on when it fails
	try                       // go on when there is no such program
	untilBad                  // EINVAL is not a failure: the argument is beyond the last one known
	listener                  // the result is a descriptor for the caller
)

// A child is what init and the program need after the fork, reachable from one pointer.
type child struct {
	init, program []call
	fork          call // stands for the fork of the program in a report

	cmsg     rightsMessage
	iov      syscall.Iovec
	msg      syscall.Msghdr
	failure  [4]uint32
	ended    [3]uint32
	status   uint32
	segments [8]uint64 // struct shm_info: used_ids, shm_tot, shm_rss, …
	poll     [2]pollFD
	set      uint64 // signal set with SIGCHLD only
	full     uint64 // signal set with everything
	none     uint64
	action   [4]uint64 // struct sigaction: the default
	buf      [4096]byte
	procPath *byte

	initStack, programStack [stackSize]byte
}

// stackSize is ample: what runs on it has no frames to speak of and takes no signals.
const stackSize = 16 << 10

type pollFD struct {
	fd      int32
	events  int16
	revents int16
}

// rightsMessage is a control message with one descriptor.
type rightsMessage struct {
	head syscall.Cmsghdr
	fd   int32
	_    int32
}

// A compiler turns steps into calls.
type compiler struct {
	plan *Plan
	out  []call
	step uint32
	mode mode
}

func (c *compiler) add(m mode, nr uintptr, args ...uintptr) {
	k := call{nr: nr, step: c.step, mode: m | c.mode}
	copy(k.a[:], args)
	c.out = append(c.out, k)
}

// rawSteps is the table of what init and the program can do.
var rawSteps = [numOps]func(*compiler, *Step){
	Mount: func(c *compiler, s *Step) {
		c.add(0, syscall.SYS_MOUNT, str(s.Src), str(s.Dst), str(s.Src), uintptr(s.Flags), str(string(s.Data)))
	},
	WriteFile: func(c *compiler, s *Step) {
		c.add(keepLast, syscall.SYS_OPENAT, cwd, str(s.Dst), syscall.O_WRONLY|oCloexec)
		c.add(useLast, syscall.SYS_WRITE, 0, str(string(s.Data)), uintptr(len(s.Data)))
		c.add(useLast, syscall.SYS_CLOSE)
	},
	Attr: func(c *compiler, s *Step) {
		attr := &mountAttr{set: s.Flags}
		c.add(0, sysMountSetattr, cwd, str(s.Dst), 0, keep(unsafe.Pointer(attr)), unsafe.Sizeof(*attr))
	},
	Detach: func(c *compiler, s *Step) { c.add(0, syscall.SYS_UMOUNT2, str(s.Dst), syscall.MNT_DETACH) },
	Remove: func(c *compiler, s *Step) { c.add(0, syscall.SYS_UNLINKAT, cwd, str(s.Dst), atRemovedir) },
	Undumpable: func(c *compiler, _ *Step) {
		c.add(0, syscall.SYS_PRCTL, prSetDumpable, 0)
	},
	Name:   func(c *compiler, s *Step) { c.add(0, syscall.SYS_PRCTL, syscall.PR_SET_NAME, str(s.Src)) },
	Setsid: func(c *compiler, _ *Step) { c.add(0, syscall.SYS_SETSID) },
	Rlimit: func(c *compiler, s *Step) {
		limit := &[2]uint64{s.Arg, s.Arg2}
		c.add(0, syscall.SYS_PRLIMIT64, 0, uintptr(s.Flags), keep(unsafe.Pointer(limit)), 0)
	},
	Bounding: func(c *compiler, _ *Step) {
		for n := range uintptr(maxCapability + 1) {
			c.add(untilBad, syscall.SYS_PRCTL, prCapbsetDrop, n)
		}
	},
	Ambient: func(c *compiler, _ *Step) { c.add(0, syscall.SYS_PRCTL, prCapAmbient, ambientClear) },
	Caps: func(c *compiler, _ *Step) {
		head, none := &[2]uint32{capVersion3, 0}, new([6]uint32)
		c.add(0, syscall.SYS_CAPSET, keep(unsafe.Pointer(head)), keep(unsafe.Pointer(none)))
	},
	NoNewPriv: func(c *compiler, _ *Step) { c.add(0, syscall.SYS_PRCTL, prSetNoNewPrivs, 1) },
	CloseFrom: func(c *compiler, s *Step) {
		c.add(0, sysCloseRange, uintptr(s.Flags), 1<<31-1, closeOnExec)
	},
	Chdir: func(c *compiler, s *Step) { c.add(0, syscall.SYS_CHDIR, str(s.Dst)) },
	Filter: func(c *compiler, s *Step) {
		filter := c.plan.Filter
		if len(filter) < 8 {
			c.add(0, ^uintptr(0)>>1) // ENOSYS: there is no filter to load
			return
		}
		prog := &syscall.SockFprog{Len: uint16(len(filter) / 8), Filter: (*syscall.SockFilter)(unsafe.Pointer(&filter[0]))}
		m := mode(0)
		if s.Flags == newListener {
			m = listener
		}
		c.add(m, sysSeccomp, seccompFilter, uintptr(s.Flags), keep(unsafe.Pointer(prog)))
	},
	Scope: func(c *compiler, s *Step) {
		attr := &[3]uint64{0, 0, s.Flags} // struct landlock_ruleset_attr: files, network, scoped
		c.add(keepLast, sysLandlockMake, keep(unsafe.Pointer(attr)), 24, 0)
		c.add(useLast, sysLandlockSelf, 0, 0)
		c.add(useLast, syscall.SYS_CLOSE)
	},
	Exec: func(c *compiler, s *Step) {
		c.add(try, syscall.SYS_EXECVE, str(s.Dst), vector(c.plan.Argv), vector(c.plan.Env))
	},
}

// keptPointers does for other things what kept does for strings.
var keptPointers []unsafe.Pointer

func keep(p unsafe.Pointer) uintptr {
	keptPointers = append(keptPointers, p)
	return uintptr(p)
}

// vector gives a list of C strings with its final zero.
func vector(list []string) uintptr {
	v := make([]uintptr, len(list)+1)
	for i, s := range list {
		v[i] = str(s)
	}
	return keep(unsafe.Pointer(&v[0]))
}

// compile prepares the calls of init and the program.
func compile(p *Plan) (*child, *Failure) {
	ch := &child{fork: call{nr: syscall.SYS_CLONE, step: 1}, full: ^uint64(0), set: 1 << (sigChld - 1)}
	proc := []byte("/proc\x00")
	ch.procPath = &proc[0]
	for phase, part := range map[Phase]struct {
		steps []Step
		out   *[]call
	}{InInit: {p.Init, &ch.init}, InProgram: {p.Program, &ch.program}} {
		c := &compiler{plan: p}
		for i := range part.steps {
			s := &part.steps[i]
			if s.Op >= numOps || rawSteps[s.Op] == nil {
				return nil, &Failure{Phase: phase, Step: uint32(i), Errno: uint32(syscall.ENOSYS)}
			}
			c.step, c.mode = uint32(i), 0
			if s.Soft {
				c.mode = soft
			}
			rawSteps[s.Op](c, s)
		}
		*part.out = c.out
	}
	ch.prepareMessage()
	return ch, nil
}

// prepareMessage makes the message that carries the listener; only the number is missing.
func (ch *child) prepareMessage() {
	ch.cmsg.head = syscall.Cmsghdr{Level: syscall.SOL_SOCKET, Type: syscall.SCM_RIGHTS}
	ch.cmsg.head.SetLen(syscall.SizeofCmsghdr + 4)
	m := Message{Kind: Listener}.Append(nil)
	ch.iov.Base = &m[0]
	ch.iov.SetLen(len(m))
	ch.msg.Iov, ch.msg.Iovlen = &ch.iov, 1
	ch.msg.Control = (*byte)(unsafe.Pointer(&ch.cmsg))
	ch.msg.SetControllen(int(unsafe.Sizeof(ch.cmsg)))
}

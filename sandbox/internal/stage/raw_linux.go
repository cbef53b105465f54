package stage

import (
	"syscall"
	"unsafe"
)

// A child is the data of init and the program after the fork, reachable from one pointer.
type child struct {
	setup, init, program, late calls
	fork                       call // stands for the fork of the program in a report
	share                      uintptr
	await                      bool    // the program waits before the late calls
	own                        bool    // there is a pid namespace
	guarded                    bool    // without one, a Guard: init can signal only the sandbox
	grouped                    bool    // without either, a Group:
	session                    bool    // it is a session, which the program makes itself
	group                      uintptr // the program's process group, once it exists
	umask                      uintptr // the program's
	streams                    uintptr // of a keeper's child: the first of three
	cells, tid                 uintptr // the address of the caller's cells, and of init's cell; 0: there is none
	keeper                     keeping
	slots                      [numSlots]uintptr

	cmsg     rightsMessage
	iov      syscall.Iovec
	msg      syscall.Msghdr
	failure  [4]uint32
	parked   message
	passing  message // the message that carries a descriptor
	ended    message
	status   uint32
	usage    [18]int64 // struct rusage
	segments [8]uint64 // struct shm_info: used_ids, shm_tot, shm_rss, …
	poll     [2]pollFD
	set      uint64 // signal set with SIGCHLD only
	full     uint64 // signal set with everything
	none     uint64
	action   [4]uint64 // struct sigaction: the default
	buf      [4096]byte
	procPath *byte
	room     [8 << 10]uint64 // for late calls with an ordinary program

	initStack, programStack [stackSize]byte
}

// stackSize is ample: the functions on this stack have small frames and take no signals.
const stackSize = 16 << 10

type pollFD struct {
	fd      int32
	events  int16
	revents int16
}

// message is an encoded Message; the encoding's byte order must be the machine's.
type message struct {
	kind, status, n, _ uint32
	cpu, rss           uint64
}

// rightsMessage is a control message with one descriptor.
type rightsMessage struct {
	head syscall.Cmsghdr
	fd   int32
	_    int32
}

// compile prepares the calls of init and the program.
func compile(p *Plan) (*child, *Failure) {
	ch := newChild()
	ch.share, ch.own = shareProgram, p.Fork&syscall.CLONE_NEWPID != 0
	for i := range p.Init {
		ch.guarded = ch.guarded || p.Init[i].Op == Guard
		ch.grouped = ch.grouped || p.Init[i].Op == Group
		ch.session = ch.session || p.Init[i].Op == Group && p.Init[i].Flags == 1
	}
	if p.CellsFD != 0 {
		if ch.cells = mapCells(int(p.CellsFD)); ch.cells != 0 {
			ch.tid = ch.cells + cellSize*uintptr(p.Cell%Cells)
		}
	}
	program := p.Program
	if n := len(program); n > 0 && program[n-1].Op == Await {
		ch.await, ch.share, program = true, shareParked, program[:n-1]
	}
	for phase, part := range map[Phase]struct {
		steps []Step
		out   *calls
	}{InInit: {p.Init, &ch.init}, InProgram: {program, &ch.program}} {
		block, bad := compileSteps(p, part.steps, 0)
		if bad >= 0 || !part.out.load(block) {
			return nil, &Failure{Phase: phase, Step: uint32(max(bad, 0)), Errno: uint32(syscall.ENOSYS)}
		}
	}
	return ch, nil
}

func newChild() *child {
	ch := &child{fork: call{nr: syscall.SYS_CLONE, step: 1}, full: ^uint64(0), set: 1 << (sigChld - 1), umask: 0o022}
	proc := []byte("/proc\x00")
	ch.procPath = &proc[0]
	ch.parked.kind = Parked
	ch.prepareMessage()
	return ch
}

// prepareMessage makes the message that carries a descriptor; the sender fills in its number and
// kind.
func (ch *child) prepareMessage() {
	ch.cmsg.head = syscall.Cmsghdr{Level: syscall.SOL_SOCKET, Type: syscall.SCM_RIGHTS}
	ch.cmsg.head.SetLen(syscall.SizeofCmsghdr + 4)
	ch.iov.Base = (*byte)(unsafe.Pointer(&ch.passing))
	ch.iov.SetLen(MessageSize)
	ch.msg.Iov, ch.msg.Iovlen = &ch.iov, 1
	ch.msg.Control = (*byte)(unsafe.Pointer(&ch.cmsg))
	ch.msg.SetControllen(int(unsafe.Sizeof(ch.cmsg)))
}

// The process that starts init may be killed before it tells the caller init's number; then nobody
// would ever wait for init. So the kernel itself writes the number to memory that is the caller's
// too, before init runs (CLONE_PARENT_SETTID). Init itself has no use for this memory: a keeper's
// child gets none (MADV_DONTFORK), and a stage's child unmaps it.

// Cells is how many numbers fit into the memory file that a caller shares with its stages and keepers.
const Cells = CellsSize / cellSize

// CellsSize is the size of that file in bytes.
const CellsSize = 4096

const cellSize = 4

// mapCells maps the file and closes it. If that fails it returns 0, and the number is written
// nowhere.
func mapCells(fd int) uintptr {
	const readWrite = syscall.PROT_READ | syscall.PROT_WRITE
	at, _, errno := syscall.RawSyscall6(syscall.SYS_MMAP, 0, CellsSize, readWrite, syscall.MAP_SHARED, uintptr(fd), 0)
	syscall.RawSyscall(syscall.SYS_CLOSE, uintptr(fd), 0, 0)
	if errno != 0 {
		return 0
	}
	return at
}

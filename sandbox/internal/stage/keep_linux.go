package stage

import (
	"syscall"
	"unsafe"
)

// A keeper is a second stage that stays. Starting a process of a Go program costs more than
// building a sandbox; forking a running one does not. The keeper forks itself into new namespaces
// for each sandbox, and the child, which can make raw calls only, makes the calls of the whole
// plan. The child is pid 1 from its first moment. Its copy of the keeper's memory holds only data
// of the sandbox itself.
//
// The keeper is itself a fork of the stage, and makes raw calls only. It has one thread and no
// living Go runtime: no collector that opens or needs descriptors of its own, no timers, no
// traceback that could be written somewhere. So it has only the descriptors that it was given.
//
// The keeper stays in the caller's namespaces and has the caller's rights, root's if the caller is
// root. It only reads requests from the caller, which alone has the other end of its socket, and
// exits when that end is closed.
//
// The keeper may be killed at any moment. Before an init does anything, the kernel writes its
// number to memory that the caller shares (Request.Cell). So when the keeper is dead, the caller
// knows which sandboxes exist.

// Descriptors of a keeper. Those that come with a request get the next numbers, so that most of
// them are numbered as in a stage: control, report and await sockets, sources, the program's
// streams, and the directory of a control group if there is one.
const (
	keeperFD = 3
	handedFD = ControlFD
)

// The largest size of a request, and the most descriptors that can come with it.
const (
	RequestRoom = 128 << 10
	RequestFDs  = 128
)

// A Request tells a keeper what to make: a plan, and the arguments that a caller otherwise gives to
// clone(2).
type Request struct {
	Plan     *Plan
	Clone    uint64 // flags of the new namespaces
	UID, GID int    // the user to be before that, if Switch is set
	Switch   bool   // change to UID and GID
	Group    bool   // the last descriptor is a control group in which init is to be born
	Cell     uint32 // the number of the caller's Cell that gets the number of init
	Die      uint32 // when the keeper is to die of this request; tests set it
}

// Points at which a keeper dies.
const (
	BeforeFork = 1
	AfterFork  = 2
)

type requestHead struct {
	clone, uid, gid      uint64
	switched, group      uint64
	await, cell, die     uint64
	setup, init, program uint64 // sizes of the blocks that follow
}

const requestHeadSize = uint64(unsafe.Sizeof(requestHead{}))

// Append adds the encoded request to b, or returns nothing if a keeper cannot carry out the plan.
func (r Request) Append(b []byte) []byte {
	head := requestHead{clone: r.Clone | r.Plan.Fork, uid: uint64(r.UID), gid: uint64(r.GID), cell: uint64(r.Cell), die: uint64(r.Die)}
	if r.Switch {
		head.switched = 1
	}
	if r.Group {
		head.group = 1
	}
	program := r.Plan.Program
	if n := len(program); n > 0 && program[n-1].Op == Await {
		head.await, program = 1, program[:n-1]
	}
	var blocks [3][]byte
	for i, steps := range [][]Step{r.Plan.Setup, r.Plan.Init, program} {
		var bad int
		if blocks[i], bad = compileSteps(r.Plan, steps, 0); bad >= 0 {
			return nil
		}
	}
	head.setup, head.init, head.program = uint64(len(blocks[0])), uint64(len(blocks[1])), uint64(len(blocks[2]))
	if b == nil {
		b = make([]byte, 0, requestHeadSize+head.setup+head.init+head.program)
	}
	b = append(b, (*[requestHeadSize]byte)(unsafe.Pointer(&head))[:]...)
	for _, block := range blocks {
		b = append(b, block...)
	}
	return b
}

// accept reads a request of n bytes, which begins at a multiple of eight, and relocates its blocks.
//
//go:norace
//go:nosplit
//go:nocheckptr
func (ch *child) accept(base unsafe.Pointer, n uint64) bool {
	if n < requestHeadSize {
		return false
	}
	head := (*requestHead)(base)
	at := requestHeadSize
	if !part(&ch.setup, base, &at, head.setup, n) || !part(&ch.init, base, &at, head.init, n) || !part(&ch.program, base, &at, head.program, n) {
		return false
	}
	ch.await, ch.share, ch.own = head.await != 0, shareProgram, head.clone&syscall.CLONE_NEWPID != 0
	if ch.await {
		ch.share = shareParked
	}
	return at == n && head.cell < Cells
}

// part takes the block of size bytes that begins at the given offset of a request of n bytes.
//
//go:norace
//go:nosplit
//go:nocheckptr
func part(out *calls, base unsafe.Pointer, at *uint64, size, n uint64) bool {
	block := unsafe.Add(base, *at)
	if size%8 != 0 || size > n-*at || !relocate(block, size) {
		return false
	}
	out.of(block)
	*at += size
	return true
}

// stay leaves the keeper behind, and tells the caller its number.
func stay(p *Plan) {
	ch := newChild()
	syscall.Chdir("/") // do not keep a directory of the caller's in use
	if ch.cells = mapCells(int(p.CellsFD)); ch.cells == 0 {
		fail(Failure{Phase: InFork, Call: syscall.SYS_MMAP, Errno: uint32(syscall.ENOMEM)})
	}
	ch.tid = ch.cells + cellSize*uintptr(p.Cell%Cells)
	k := &ch.keeper
	k.base = uintptr(unsafe.Pointer(&k.room[0]))
	k.iov = [2]uintptr{k.base, RequestRoom}
	k.head = msghdr{iov: uintptr(unsafe.Pointer(&k.iov)), iovlen: 1, control: uintptr(unsafe.Pointer(&k.rights))}
	keep(unsafe.Pointer(ch))
	var before uint64
	mask(&ch.full, &before)
	pid, errno := forkKeeper(ch)
	if errno != 0 {
		fail(Failure{Phase: InFork, Call: syscall.SYS_CLONE, Errno: uint32(errno)})
	}
	send(ControlFD, Message{Kind: Forked, N: uint32(pid)})
	exit(0)
}

// forkKeeper starts the keeper as a child of the caller.
//
//go:norace
func forkKeeper(ch *child) (uintptr, syscall.Errno) {
	deepen()
	return forkRaw(syscall.CLONE_PARENT|syscall.CLONE_PARENT_SETTID|sigChld, ch, keeperEntry, ch.tid)
}

// keeperEntry and initEntry are called by their addresses: the linker adds up the stack of all
// functions that must not grow it, and does not know that deepen has made room.
var (
	keeperEntry = runKeeper
	initEntry   = runInit
)

// forkRaw starts a process with a copy of this one's memory. The process calls entry, which never
// returns.
//
//go:norace
//go:nosplit
func forkRaw(flags uintptr, ch *child, entry func(*child), tid uintptr) (uintptr, syscall.Errno) {
	pid, _, errno := syscall.RawSyscall6(syscall.SYS_CLONE, flags, 0, tid, 0, 0, 0)
	if errno == 0 && pid == 0 {
		entry(ch)
	}
	return pid, errno
}

// deepen makes sure that the stack has room for functions that must not grow it.
//
//go:noinline
func deepen() {
	var room [16 << 10]byte
	touch(&room)
}

//go:noinline
func touch(room *[16 << 10]byte) { room[0]++ }

// A msghdr is struct msghdr with numbers for pointers, which a collector would have to follow.
type msghdr struct{ name, namelen, iov, iovlen, control, controllen, flags uintptr }

// A keeping is the memory into which a keeper reads requests.
type keeping struct {
	base   uintptr // the address of room
	head   msghdr
	iov    [2]uintptr
	rights [(rightsRoom + 7) / 8]uint64
	sent   message
	failed [4]uint32
	clone  cloneArgs
	room   [RequestRoom / 8]uint64
}

// rightsRoom is the size of a control message with the most descriptors.
const rightsRoom = 16 + 4*RequestFDs

// runKeeper forks sandboxes until no process can ask for one any more.
//
//go:norace
//go:nosplit
//go:nocheckptr
func runKeeper(ch *child) {
	syscall.RawSyscall(syscall.SYS_DUP3, ControlFD, keeperFD, oCloexec)
	syscall.RawSyscall(sysCloseRange, handedFD, 1<<31-1, 0)
	const dontFork = 10 // MADV_DONTFORK
	syscall.RawSyscall(syscall.SYS_MADVISE, ch.cells, CellsSize, dontFork)
	syscall.RawSyscall(syscall.SYS_SETGROUPS, 0, 0, 0) // an ordinary user cannot give groups up
	k := &ch.keeper
	for {
		k.head.controllen = rightsRoom
		n, _, errno := syscall.RawSyscall(syscall.SYS_RECVMSG, keeperFD, uintptr(unsafe.Pointer(&k.head)), syscall.MSG_CMSG_CLOEXEC)
		switch {
		case errno == syscall.EINTR:
			continue
		case errno != 0 || n == 0:
			leave(0)
		}
		count := handed(k)
		if count < 0 {
			leave(1) // every later request would be wrong too
		}
		base := unsafe.Pointer(&k.room)
		if k.head.flags&(syscall.MSG_TRUNC|syscall.MSG_CTRUNC) == 0 && ch.accept(base, uint64(n)) {
			serve(ch, (*requestHead)(base), uintptr(handedFD+count))
		}
		syscall.RawSyscall(sysCloseRange, handedFD, 1<<31-1, 0)
	}
}

// handed counts the descriptors of a message, and checks that they are numbered as agreed.
//
//go:norace
//go:nosplit
//go:nocheckptr
func handed(k *keeping) int {
	const headSize, kind = 16, syscall.SOL_SOCKET | syscall.SCM_RIGHTS<<32 // struct cmsghdr: length, level, type
	if k.head.controllen < headSize || k.rights[1] != kind || k.rights[0] < headSize || k.rights[0] > rightsRoom {
		return -1
	}
	count := int(k.rights[0]-headSize) / 4
	for i := 0; i < count; i++ {
		if *(*int32)(unsafe.Add(unsafe.Pointer(&k.rights), headSize+4*i)) != int32(handedFD+i) {
			return -1
		}
	}
	return count
}

// serve forks the child and tells the caller its number. end is one more than the number of the
// child's last descriptor.
//
//go:norace
//go:nosplit
//go:nocheckptr
func serve(ch *child, head *requestHead, end uintptr) {
	group := ^uintptr(0)
	if head.group != 0 {
		end--
		group = end
	}
	if head.die == BeforeFork {
		leave(1)
	}
	ch.streams = end - 3
	ch.tid = ch.cells + cellSize*uintptr(head.cell)
	if head.switched != 0 {
		change(uintptr(head.uid), uintptr(head.gid))
	}
	pid, errno := forkKept(ch, uintptr(head.clone), group)
	if head.switched != 0 {
		change(0, 0)
	}
	if head.die == AfterFork {
		leave(1)
	}
	k := &ch.keeper
	if errno != 0 {
		k.failed = [4]uint32{uint32(InFork), 0, syscall.SYS_CLONE, uint32(errno)}
		syscall.RawSyscall(syscall.SYS_WRITE, ReportFD, uintptr(unsafe.Pointer(&k.failed)), FailureSize)
		return
	}
	k.sent.kind, k.sent.n = Forked, uint32(pid)
	syscall.RawSyscall(syscall.SYS_WRITE, ControlFD, uintptr(unsafe.Pointer(&k.sent)), MessageSize)
}

// change gives this thread another user for a moment, so that this user owns the namespaces made
// then. The saved user stays root; the child gives it up with Owner.
//
//go:norace
//go:nosplit
func change(uid, gid uintptr) {
	if uid == 0 {
		syscall.RawSyscall(syscall.SYS_SETRESUID, 0, 0, 0)
		syscall.RawSyscall(syscall.SYS_SETRESGID, 0, 0, 0)
		return
	}
	syscall.RawSyscall(syscall.SYS_SETRESGID, gid, gid, 0)
	syscall.RawSyscall(syscall.SYS_SETRESUID, uid, uid, 0)
}

//go:norace
//go:nosplit
func mask(set, old *uint64) {
	const setmask = 2
	syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, setmask, uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), 8, 0, 0)
}

// cloneArgs is struct clone_args.
type cloneArgs struct{ flags, pidfd, childTID, parentTID, exitSignal, stack, stackSize, tls, setTID, setTIDSize, cgroup uint64 }

// forkKept starts a sandbox's init as a child of the caller, with a copy of this process's memory.
//
//go:norace
//go:nosplit
//go:nocheckptr
func forkKept(ch *child, flags, group uintptr) (pid uintptr, errno syscall.Errno) {
	flags |= syscall.CLONE_PARENT | syscall.CLONE_PARENT_SETTID
	if group == ^uintptr(0) {
		return forkRaw(flags|sigChld, ch, keptEntry, ch.tid)
	}
	k := &ch.keeper
	k.clone.flags, k.clone.parentTID, k.clone.cgroup = uint64(flags)|cloneIntoCgroup, uint64(ch.tid), uint64(group)
	pid, _, errno = syscall.RawSyscall(sysClone3, uintptr(unsafe.Pointer(&k.clone)), unsafe.Sizeof(k.clone), 0)
	if errno == 0 && pid == 0 {
		runKept(ch)
	}
	return pid, errno
}

// keptEntry is called by its address, as keeperEntry is.
var keptEntry = runKept

// runKept is init after it has put the program's streams in their places.
//
//go:norace
//go:nosplit
func runKept(ch *child) {
	for fd := uintptr(0); fd < 3; fd++ {
		syscall.RawSyscall(syscall.SYS_DUP3, ch.streams+fd, fd, 0)
	}
	initEntry(ch)
}

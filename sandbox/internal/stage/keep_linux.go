package stage

import (
	"syscall"
	"unsafe"
)

// A keeper is a second stage that stays. Starting a process of a Go program costs more than all
// that a sandbox is made of, and forking one that is there does not: the keeper forks itself for
// each sandbox into new namespaces, and the child, in which only raw calls can be made, makes the
// calls of the whole plan. It is pid 1 from its first moment, with its own copy of the keeper's
// memory, in which there is nothing but what the sandbox itself is made of.
//
// The keeper stays in the caller's namespaces and has the caller's rights, root's where that is
// root. It does nothing but to read requests from the caller, which is the only one who has the
// other end of its socket, and goes when that is closed.

// Descriptors of a keeper. Those that come with a request are the next ones, so that most of them
// are where a stage would have them: control, report and await sockets, sources, the program's
// streams, the directory of a control group if there is one.
const (
	keeperFD = 3
	handedFD = ControlFD
)

// How large a request can be, and how many descriptors can come with it.
const (
	RequestRoom = 128 << 10
	RequestFDs  = 128
)

// A Request is what a keeper is to make: a plan, and what a caller does by clone(2) otherwise.
type Request struct {
	Plan     *Plan
	Clone    uint64 // flags of the new namespaces
	UID, GID int    // whom to be before that, if it is somebody else
	Switch   bool   // it is
	Group    bool   // the last descriptor is a control group's to be born in
}

type requestHead struct {
	clone, uid, gid      uint64
	switched, group      uint64
	await                uint64
	setup, init, program uint64 // sizes of the blocks that follow
}

const requestHeadSize = uint64(unsafe.Sizeof(requestHead{}))

// Append adds the encoded request to b, or returns nothing if a keeper cannot do what is planned.
func (r Request) Append(b []byte) []byte {
	head := requestHead{clone: r.Clone | r.Plan.Fork, uid: uint64(r.UID), gid: uint64(r.GID)}
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

// accept reads a request of n bytes, which begins at a multiple of eight, and makes its pointers.
func (ch *child) accept(base unsafe.Pointer, n uint64) bool {
	if n < requestHeadSize {
		return false
	}
	head := (*requestHead)(base)
	at := requestHeadSize
	for _, part := range []struct {
		size uint64
		out  *calls
	}{{head.setup, &ch.setup}, {head.init, &ch.init}, {head.program, &ch.program}} {
		if part.size%8 != 0 || part.size > n-at || !relocate(unsafe.Add(base, at), part.size) {
			return false
		}
		part.out.of(unsafe.Add(base, at))
		at += part.size
	}
	ch.await, ch.share, ch.own = head.await != 0, shareProgram, head.clone&syscall.CLONE_NEWPID != 0
	if ch.await {
		ch.share = shareParked
	}
	return at == n
}

// serve forks sandboxes until there is nobody any more who could ask for one.
func serve() {
	syscall.Chdir("/") // a directory of the caller's is not to be kept in use
	syscall.Dup3(ControlFD, keeperFD, syscall.O_CLOEXEC)
	syscall.Syscall(sysCloseRange, handedFD, 1<<31-1, 0)
	syscall.Syscall(syscall.SYS_SETGROUPS, 0, 0, 0) // of an ordinary user they cannot be given up, nor are they of use
	ch := newChild()
	room := make([]uint64, RequestRoom/8)
	base := unsafe.Pointer(&room[0])
	rights := make([]byte, syscall.CmsgSpace(4*RequestFDs))
	for {
		n, rn, flags, _, err := syscall.Recvmsg(keeperFD, unsafe.Slice((*byte)(base), RequestRoom), rights, syscall.MSG_CMSG_CLOEXEC)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil || n == 0:
			exit(0)
		}
		count := handed(rights[:rn])
		if count < 0 {
			exit(1) // every later request would be wrong too
		}
		if flags&(syscall.MSG_TRUNC|syscall.MSG_CTRUNC) == 0 && ch.accept(base, uint64(n)) {
			ch.serve((*requestHead)(base), handedFD+count)
		}
		syscall.Syscall(sysCloseRange, handedFD, 1<<31-1, 0)
	}
}

// handed counts the descriptors of a message, which must be numbered as agreed.
func handed(rights []byte) int {
	messages, err := syscall.ParseSocketControlMessage(rights)
	if err != nil || len(messages) != 1 {
		return -1
	}
	fds, err := syscall.ParseUnixRights(&messages[0])
	if err != nil {
		return -1
	}
	for i, fd := range fds {
		if fd != handedFD+i {
			return -1
		}
	}
	return len(fds)
}

// serve forks the child, end being one more than the number of its last descriptor, and tells the
// caller its number.
func (ch *child) serve(head *requestHead, end int) {
	group := -1
	if head.group != 0 {
		end--
		group = end
	}
	ch.streams = uintptr(end - 3)
	var before uint64
	mask(&ch.full, &before)
	if head.switched != 0 {
		change(uintptr(head.uid), uintptr(head.gid))
	}
	pid, errno := forkKept(ch, uintptr(head.clone), group)
	if head.switched != 0 {
		change(0, 0)
	}
	mask(&before, nil)
	if errno != 0 {
		b := Failure{Phase: InFork, Call: syscall.SYS_CLONE, Errno: uint32(errno)}.Append(nil)
		syscall.Syscall(syscall.SYS_WRITE, ReportFD, uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
		return
	}
	send(ControlFD, Message{Kind: Forked, N: uint32(pid)})
}

// change makes this thread somebody else for a moment: the namespaces that are made then are
// theirs. The saved user stays root, which the child gives up with Owner.
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
func forkKept(ch *child, flags uintptr, group int) (pid uintptr, errno syscall.Errno) {
	flags |= syscall.CLONE_PARENT
	if group < 0 {
		pid, _, errno = syscall.RawSyscall6(syscall.SYS_CLONE, flags|sigChld, 0, 0, 0, 0, 0)
	} else {
		ch.clone = cloneArgs{flags: uint64(flags) | cloneIntoCgroup, cgroup: uint64(group)}
		pid, _, errno = syscall.RawSyscall(sysClone3, uintptr(unsafe.Pointer(&ch.clone)), unsafe.Sizeof(ch.clone), 0)
	}
	if errno == 0 && pid == 0 {
		for fd := uintptr(0); fd < 3; fd++ {
			syscall.RawSyscall(syscall.SYS_DUP3, ch.streams+fd, fd, 0)
		}
		runInit(ch)
	}
	return pid, errno
}

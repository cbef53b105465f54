package stage

import (
	"syscall"
	"unsafe"
)

// Everything in this file below forkInit runs in a single-threaded process that was forked from a
// Go program with threads. It allocates nothing, grows no stack and calls nothing but raw system
// calls and functions of this kind.

// forkInit starts pid 1 of a new pid namespace. Pid 1 becomes a child of the caller (CLONE_PARENT),
// so that the stage can exit and the caller learns of pid 1's end directly.
//
//go:norace
func forkInit(ch *child, flags uintptr) (uintptr, syscall.Errno) {
	keep(unsafe.Pointer(ch))
	block(&ch.full)
	flags |= syscall.CLONE_PARENT | shareInit | sigChld
	if ch.tid != 0 {
		flags |= syscall.CLONE_PARENT_SETTID
	}
	deepen()
	pid, errno := spawnInit(flags, stackTop(&ch.initStack), ch, ch.tid)
	return pid, syscall.Errno(errno)
}

//go:norace
//go:nosplit
func block(set *uint64) {
	const setmask = 2
	syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, setmask, uintptr(unsafe.Pointer(set)), 0, 8, 0, 0)
}

//go:norace
//go:nosplit
//go:nocheckptr
func runInit(ch *child) {
	if ch.cells != 0 { // a keeper's child has none
		syscall.RawSyscall(syscall.SYS_MUNMAP, ch.cells, CellsSize, 0)
	}
	// The Go runtime has handlers for every signal, and pid 1 is safe only from signals without a
	// handler (pid_namespaces(7)). Ignored signals would stay ignored in the program.
	for sig := uintptr(1); sig <= 64; sig++ {
		syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, sig, uintptr(unsafe.Pointer(&ch.action)), 0, 8, 0, 0)
	}
	if !perform(ch, &ch.setup, InStage) { // the stage may have done the setup; then the list is empty
		leave(1)
	}
	// Close descriptors that the caller left open on exec, the plan and the mounts.
	syscall.RawSyscall(sysCloseRange, PlanFD, PlanFD, 0)
	syscall.RawSyscall(sysCloseRange, SourceFD, 1<<31-1, 0)
	if !perform(ch, &ch.init, InInit) {
		leave(1)
	}
	signals, _, _ := syscall.RawSyscall6(syscall.SYS_SIGNALFD4, ^uintptr(0), uintptr(unsafe.Pointer(&ch.set)), 8, oCloexec, 0, 0)
	syscall.RawSyscall(syscall.SYS_UMASK, ch.umask, 0, 0)
	pid, errno := spawnProgram(ch.share|sigChld, stackTop(&ch.programStack), ch, 0)
	if errno != 0 {
		report(ch, InFork, &ch.fork, syscall.Errno(errno))
		leave(1)
	}
	if ch.grouped {
		ch.group = pid
		if !ch.session { // the leader of a group cannot make a session any more
			syscall.RawSyscall(syscall.SYS_SETPGID, pid, pid, 0) // the program may not have done it yet
		}
	}
	// Init closes its copies of the pipes' ends, so that an end that the program closes shows at
	// once.
	syscall.RawSyscall(sysCloseRange, 0, 2, 0)
	syscall.RawSyscall(sysCloseRange, ReportFD, AwaitFD, 0)
	if root := ch.slots[rootSlot]; root != 0 {
		syscall.RawSyscall(syscall.SYS_CLOSE, root, 0, 0)
	}
	reap(ch, int32(signals), pid)
}

//go:norace
//go:nosplit
//go:nocheckptr
func runProgram(ch *child) {
	block(&ch.none)
	if !perform(ch, &ch.program, InProgram) {
		leave(127)
	}
	if ch.await {
		syscall.RawSyscall(syscall.SYS_WRITE, ControlFD, uintptr(unsafe.Pointer(&ch.parked)), MessageSize)
		if !receive(ch) {
			leave(1) // nobody can start the program any more
		}
		perform(ch, &ch.late, InProgram)
		leave(127)
	}
	leave(0) // the plan executes nothing
}

// receive reads the block that Plan.Late made.
//
//go:norace
//go:nosplit
//go:nocheckptr
func receive(ch *child) bool {
	base := unsafe.Pointer(&ch.room)
	if !fill(base, headSize) {
		return false
	}
	size := (*blockHead)(base).size
	if size > uint64(unsafe.Sizeof(ch.room)) {
		const readWrite, private = syscall.PROT_READ | syscall.PROT_WRITE, syscall.MAP_PRIVATE | syscall.MAP_ANONYMOUS
		r, _, errno := syscall.RawSyscall6(syscall.SYS_MMAP, 0, uintptr(size), readWrite, private, ^uintptr(0), 0)
		if errno != 0 {
			return false
		}
		*(*uintptr)(unsafe.Pointer(&base)) = r // the collector does not know this memory, nor does it run here
		*(*blockHead)(base) = *(*blockHead)(unsafe.Pointer(&ch.room))
	}
	if size < headSize || !fill(unsafe.Add(base, headSize), size-headSize) || !relocate(base, size) {
		return false
	}
	ch.late.of(base)
	return true
}

// fill reads n bytes from AwaitFD.
//
//go:norace
//go:nosplit
//go:nocheckptr
func fill(p unsafe.Pointer, n uint64) bool {
	for n > 0 {
		m, _, errno := syscall.RawSyscall(syscall.SYS_READ, AwaitFD, uintptr(p), uintptr(n))
		switch {
		case errno == syscall.EINTR:
			continue
		case errno != 0 || m == 0:
			return false
		}
		p, n = unsafe.Add(p, m), n-uint64(m)
	}
	return true
}

// perform makes the calls. It returns only if one failed or all succeeded; a successful exec does
// not return.
//
//go:norace
//go:nosplit
//go:nocheckptr
func perform(ch *child, list *calls, phase Phase) bool {
	var missing *call
	var why syscall.Errno
	for i := uint64(0); i < list.n; i++ {
		c := list.at(i)
		if c.mode&jump != 0 {
			i += uint64(c.skip)
			continue
		}
		a := c.a[0]
		if c.from != 0 {
			a = ch.slots[c.from%numSlots]
		}
		r, _, errno := syscall.RawSyscall6(c.nr, a, c.a[1], c.a[2], c.a[3], c.a[4], c.a[5])
		if errno == 0 && c.mode&whole != 0 && r != c.a[2] {
			errno = syscall.ENOSPC
		}
		if c.mode&denied != 0 {
			errno = undenied(errno)
		}
		if errno == 0 && c.mode&passed != 0 {
			errno = pass(ch, c.kind, r)
		}
		if errno == 0 && c.mode&identity != 0 {
			errno = identified(*(*unsafe.Pointer)(unsafe.Pointer(&c.a[4])))
		}
		switch {
		case errno == 0:
			if c.to != 0 {
				ch.slots[c.to%numSlots] = r
			}
		case c.mode&soft != 0 || c.mode&orElse != 0 && (errno == syscall.EEXIST || errno == syscall.EROFS || errno == syscall.EACCES):
			i += uint64(c.skip)
		case c.mode&untilBad != 0 && errno == syscall.EINVAL, c.mode&exists != 0 && errno == syscall.EEXIST,
			c.mode&keyless != 0 && (errno == syscall.ENOSYS || errno == syscall.EPERM):
		case c.mode&try != 0:
			// As in execvp(3): try the next path, but remember an error about a program that
			// exists.
			if missing == nil || why == syscall.ENOENT || why == syscall.ENOTDIR {
				missing, why = c, errno
			}
		default:
			report(ch, phase, c, errno)
			return false
		}
	}
	if missing != nil {
		report(ch, phase, missing, why)
		return false
	}
	return true
}

// identified compares a struct statx with the Identity behind it.
//
//go:norace
//go:nosplit
//go:nocheckptr
func identified(at unsafe.Pointer) syscall.Errno {
	want := (*Identity)(unsafe.Add(at, statxSize))
	inode := *(*uint64)(unsafe.Add(at, statxInode))
	major, minor := *(*uint32)(unsafe.Add(at, statxDevice)), *(*uint32)(unsafe.Add(at, statxDevice+4))
	if inode != want.Inode || major != want.Major || minor != want.Minor {
		return syscall.ESTALE
	}
	return 0
}

//go:norace
//go:nosplit
//go:nocheckptr
func report(ch *child, phase Phase, c *call, errno syscall.Errno) {
	ch.failure = [4]uint32{uint32(phase), c.step, uint32(c.nr), uint32(errno)}
	syscall.RawSyscall(syscall.SYS_WRITE, ReportFD, uintptr(unsafe.Pointer(&ch.failure)), FailureSize)
}

// pass sends a descriptor to the caller and closes it here.
//
//go:norace
//go:nosplit
//go:nocheckptr
func pass(ch *child, kind uint32, fd uintptr) syscall.Errno {
	ch.cmsg.fd, ch.passing.kind = int32(fd), kind
	_, _, errno := syscall.RawSyscall(syscall.SYS_SENDMSG, ControlFD, uintptr(unsafe.Pointer(&ch.msg)), 0)
	syscall.RawSyscall(syscall.SYS_CLOSE, fd, 0, 0)
	return errno
}

// reap waits for the program, and buries the orphans that init gets meanwhile. When the caller
// dies, its end of the control socket closes, init exits, and the kernel kills the rest.
//
//go:norace
//go:nosplit
//go:nocheckptr
func reap(ch *child, signals int32, program uintptr) {
	const pollIn = 1
	ch.poll[0] = pollFD{fd: ControlFD, events: pollIn}
	ch.poll[1] = pollFD{fd: signals, events: pollIn}
	for {
		syscall.RawSyscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&ch.poll)), 2, 0, 0, 0, 0)
		if ch.poll[0].revents != 0 {
			answer(ch)
		}
		if ch.poll[1].revents != 0 {
			syscall.RawSyscall(syscall.SYS_READ, uintptr(signals), uintptr(unsafe.Pointer(&ch.buf)), 128)
		}
		for {
			pid, _, errno := syscall.RawSyscall6(syscall.SYS_WAIT4, ^uintptr(0), uintptr(unsafe.Pointer(&ch.status)), waitAll, 0, 0, 0)
			if errno != 0 || pid == 0 {
				break
			}
			if ch.status&0xff == stopped { // the status says that init traces a child, which it does not
				syscall.RawSyscall6(syscall.SYS_PTRACE, syscall.PTRACE_DETACH, pid, 0, 0, 0, 0)
				continue
			}
			if pid == program {
				finish(ch)
			}
		}
	}
}

// answer tells the caller how much System V shared memory there is, because nobody outside this IPC
// namespace can see that. Or it finds that the caller has died.
//
//go:norace
//go:nosplit
//go:nocheckptr
func answer(ch *child) {
	n, _, errno := syscall.RawSyscall(syscall.SYS_READ, ControlFD, uintptr(unsafe.Pointer(&ch.buf)), 1)
	if errno == syscall.EINTR {
		return
	}
	if errno != 0 || n == 0 {
		if !ch.own { // with a pid namespace the kernel does it
			sweep(ch)
		}
		leave(1)
	}
	const shmInfo = 14
	syscall.RawSyscall(syscall.SYS_SHMCTL, 0, shmInfo, uintptr(unsafe.Pointer(&ch.segments)))
	ch.ended.kind, ch.ended.n = Segments, uint32(ch.segments[2])
	syscall.RawSyscall(syscall.SYS_WRITE, ControlFD, uintptr(unsafe.Pointer(&ch.ended)), MessageSize)
}

// finish kills and buries the processes that the program left, and reports how the program ended.
// Their number tells the caller whether the program had reached the limit of processes.
//
//go:norace
//go:nosplit
//go:nocheckptr
func finish(ch *child) {
	e := &ch.ended
	e.kind, e.status, e.n = Ended, ch.status, 0
	if ch.status != 0 && ch.own {
		e.n = survivors(ch)
	}
	if left := sweep(ch); ch.status != 0 && !ch.own {
		e.n = left
	}
	const children = ^uintptr(0) // RUSAGE_CHILDREN
	u := &ch.usage
	syscall.RawSyscall(syscall.SYS_GETRUSAGE, children, uintptr(unsafe.Pointer(u)), 0)
	e.cpu, e.rss = uint64((u[0]+u[2])*1_000_000+u[1]+u[3]), uint64(u[4])
	syscall.RawSyscall(syscall.SYS_WRITE, ControlFD, uintptr(unsafe.Pointer(e)), MessageSize)
	leave(0)
}

// sweep kills and buries every process that init may signal, until none is left, and returns how
// many there were. All have init's user, so none can escape the signal, and the kernel undoes a
// fork under way. Processes that are not children of init become so when their parents are dead. If
// neither a pid namespace nor a Guard contains the signal, sweep sends it to the program's process
// group only.
//
//go:norace
//go:nosplit
//go:nocheckptr
func sweep(ch *child) (buried uint32) {
	whom := -ch.group
	if ch.own || ch.guarded {
		whom = ^uintptr(0)
	}
	for whom != 0 {
		syscall.RawSyscall(syscall.SYS_KILL, whom, uintptr(syscall.SIGKILL), 0)
		for options := uintptr(anyChild); ; options = waitAll {
			pid, _, errno := syscall.RawSyscall6(syscall.SYS_WAIT4, whom, 0, options, 0, 0, 0)
			if errno == syscall.ECHILD {
				return buried
			}
			if errno != 0 || pid == 0 {
				break
			}
			buried++
		}
	}
	return 0
}

// undenied returns the error for a call that should have been denied and returned errno.
//
//go:norace
//go:nosplit
func undenied(errno syscall.Errno) syscall.Errno {
	switch errno {
	case syscall.EPERM:
		return 0
	case 0:
		return syscall.ENOTSUP
	}
	return errno
}

// survivors counts the processes in /proc except init.
//
//go:norace
//go:nosplit
//go:nocheckptr
func survivors(ch *child) uint32 {
	const dirFlags = syscall.O_DIRECTORY | oCloexec
	dir, _, errno := syscall.RawSyscall6(syscall.SYS_OPENAT, cwd, uintptr(unsafe.Pointer(ch.procPath)), dirFlags, 0, 0, 0)
	if errno != 0 {
		return 0
	}
	count := uint32(0)
	for {
		n, _, errno := syscall.RawSyscall(syscall.SYS_GETDENTS64, dir, uintptr(unsafe.Pointer(&ch.buf)), uintptr(len(ch.buf)))
		if errno != 0 || n == 0 || n > uintptr(len(ch.buf)) {
			break
		}
		// struct linux_dirent64: inode 8, offset 8, length 2, type 1, name
		for at := uintptr(0); at+19 < n; {
			if c := ch.buf[at+19]; c >= '1' && c <= '9' {
				count++
			}
			size := uintptr(ch.buf[at+16]) | uintptr(ch.buf[at+17])<<8
			if size == 0 {
				break
			}
			at += size
		}
	}
	if count > 0 {
		count--
	}
	return count
}

//go:norace
//go:nosplit
func leave(code uintptr) {
	for {
		syscall.RawSyscall(syscall.SYS_EXIT_GROUP, code, 0, 0)
	}
}

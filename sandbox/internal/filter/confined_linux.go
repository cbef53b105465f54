package filter

import "golang.org/x/sys/unix"

// aNamespace is CLONE_NEWUSER; without it a program gets no other namespace.
const aNamespace = unix.CLONE_NEWUSER

// lonely are the rules for a sandbox in which the program can make no namespaces. The program sees
// the refusal when it tries, and the result notes it for its reader.
func lonely(notify bool) []Rule {
	return []Rule{
		{Call: unix.SYS_UNSHARE, Errno: unix.EPERM, Ask: notify, Checks: []Check{{Arg: 0, Op: AnyBit, Value: aNamespace}}},
		{Call: unix.SYS_CLONE, Errno: unix.EPERM, Ask: notify, Checks: []Check{{Arg: 0, Op: AnyBit, Value: aNamespace}}},
		{Call: unix.SYS_CLONE3, Errno: unix.ENOSYS},
		{Call: unix.SYS_SETNS, Errno: unix.EPERM},
	}
}

// firstFileRequest is above the numbers of ioctls for terminals, pipes and sockets. File systems
// use the numbers above, and many of those change a file through a descriptor that is open for
// reading only.
const firstFileRequest = 0x8a00

// terminalRequests are above that, too: they read and change the settings of a terminal, and C
// libraries use them to learn whether a descriptor is one.
var terminalRequests = []uint32{unix.TCGETS2, unix.TCSETS2, unix.TCSETSW2, unix.TCSETSF2}

// sharedIPC are System V IPC and message queues: without a namespace all programs of the machine
// share them.
var sharedIPC = []uint32{
	unix.SYS_SHMGET, unix.SYS_SHMAT, unix.SYS_SHMCTL, unix.SYS_SEMGET, unix.SYS_SEMOP, unix.SYS_SEMCTL, unix.SYS_SEMTIMEDOP,
	unix.SYS_MSGGET, unix.SYS_MSGSND, unix.SYS_MSGRCV, unix.SYS_MSGCTL, unix.SYS_MQ_OPEN, unix.SYS_MQ_UNLINK,
}

// owners change a file's owner and its attributes; no program needs to.
var (
	owners     = []uint32{unix.SYS_FCHOWN, unix.SYS_FCHOWNAT}
	attributes = []uint32{
		unix.SYS_SETXATTR, unix.SYS_LSETXATTR, unix.SYS_FSETXATTR, unix.SYS_SETXATTRAT,
		unix.SYS_REMOVEXATTR, unix.SYS_LREMOVEXATTR, unix.SYS_FREMOVEXATTR, unix.SYS_REMOVEXATTRAT,
	}
)

// metadata are the calls that the broker carries out: they change modes and times.
var metadata = []uint32{unix.SYS_FCHMOD, unix.SYS_FCHMODAT, unix.SYS_FCHMODAT2, unix.SYS_UTIMENSAT}

// confined are the rules for a program that has Landlock and no namespaces. If the filter has a
// Listener, the broker carries out what it can.
func confined(o Options) []Rule {
	rules := lonely(o.Order)
	deny := func(errno unix.Errno, calls ...uint32) {
		for _, nr := range calls {
			rules = append(rules, Rule{Call: nr, Errno: errno})
		}
	}
	when := func(nr uint32, checks ...Check) {
		rules = append(rules, Rule{Call: nr, Errno: unix.EPERM, Checks: checks})
	}
	if o.Network {
		rules = append(rules, Rule{Call: unix.SYS_SOCKET, Errno: unix.EACCES, Checks: []Check{{Arg: 0, Op: Equal, Value: unix.AF_UNIX}}})
	} else {
		deny(unix.EACCES, unix.SYS_SOCKET)
	}
	// A pair is connected for good unless its type is datagram. The check works by a bit: the
	// number of datagrams contains 2, those of the other types do not.
	rules = append(rules, Rule{Call: unix.SYS_SOCKETPAIR, Errno: unix.EACCES, Checks: []Check{{Arg: 1, Op: AnyBit, Value: unix.SOCK_DGRAM}}})
	deny(unix.ENOSYS, sharedIPC...)
	deny(unix.ENOSYS, unix.SYS_INOTIFY_INIT1, unix.SYS_FILE_SETATTR)
	deny(unix.ENOSYS, archWatch...)
	// The program must not slow down its user's other programs, nor those that guard it.
	for _, nr := range []uint32{unix.SYS_SCHED_SETAFFINITY, unix.SYS_SCHED_SETSCHEDULER, unix.SYS_SCHED_SETPARAM, unix.SYS_SCHED_SETATTR} {
		when(nr, Check{Arg: 0, Op: NotEqual, Value: 0})
	}
	for _, nr := range []uint32{unix.SYS_SETPRIORITY, unix.SYS_IOPRIO_SET} {
		when(nr, Check{Arg: 1, Op: NotEqual, Value: 0})
	}
	const priorityOfUser, ioPriorityOfUser = 2, 3
	when(unix.SYS_SETPRIORITY, Check{Arg: 0, Op: Equal, Value: priorityOfUser})
	when(unix.SYS_IOPRIO_SET, Check{Arg: 0, Op: Equal, Value: ioPriorityOfUser})
	if o.Foreign {
		return rules
	}
	deny(unix.EPERM, owners...)
	deny(unix.EPERM, archOwners...)
	deny(unix.EOPNOTSUPP, attributes...)
	files := []Check{{Arg: 1, Op: AtLeast, Value: firstFileRequest}}
	if o.Terminal {
		for _, request := range terminalRequests {
			files = append(files, Check{Arg: 1, Op: NotEqual, Value: request})
		}
	}
	rules = append(rules, Rule{Call: unix.SYS_IOCTL, Errno: unix.ENOTTY, Checks: files})
	for _, calls := range [][]uint32{metadata, archMetadata} {
		for _, nr := range calls {
			rules = append(rules, Rule{Call: nr, Errno: unix.EPERM, Ask: o.Order})
		}
	}
	return rules
}

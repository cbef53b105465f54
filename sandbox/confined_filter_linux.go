package sandbox

import "golang.org/x/sys/unix"

// aNamespace is CLONE_NEWUSER, without which a program gets no other.
const aNamespace = unix.CLONE_NEWUSER

// lonely are the rules for a sandbox in which no namespaces can be made: the program is told so
// when it tries, and so are those who read its result.
func lonely(notify bool) []rule {
	return []rule{
		{nr: unix.SYS_UNSHARE, errno: unix.EPERM, notify: notify, checks: []check{{arg: 0, op: anyBit, val: aNamespace}}},
		{nr: unix.SYS_CLONE, errno: unix.EPERM, notify: notify, checks: []check{{arg: 0, op: anyBit, val: aNamespace}}},
		{nr: unix.SYS_CLONE3, errno: unix.ENOSYS},
		{nr: unix.SYS_SETNS, errno: unix.EPERM},
	}
}

// firstFileRequest is above the numbers of ioctls for terminals, pipes and sockets. Above are those of
// file systems, many of which change a file of which only a descriptor to read is needed.
const firstFileRequest = 0x8a00

// sysV and the message queues are one for all programs of the machine, without a namespace.
var sharedIPC = []uint32{
	unix.SYS_SHMGET, unix.SYS_SHMAT, unix.SYS_SHMCTL, unix.SYS_SEMGET, unix.SYS_SEMOP, unix.SYS_SEMCTL, unix.SYS_SEMTIMEDOP,
	unix.SYS_MSGGET, unix.SYS_MSGSND, unix.SYS_MSGRCV, unix.SYS_MSGCTL, unix.SYS_MQ_OPEN, unix.SYS_MQ_UNLINK,
}

// owners change whose a file is, and attributes what it may do; nobody needs to.
var (
	owners     = []uint32{unix.SYS_FCHOWN, unix.SYS_FCHOWNAT}
	attributes = []uint32{
		unix.SYS_SETXATTR, unix.SYS_LSETXATTR, unix.SYS_FSETXATTR, unix.SYS_SETXATTRAT,
		unix.SYS_REMOVEXATTR, unix.SYS_LREMOVEXATTR, unix.SYS_FREMOVEXATTR, unix.SYS_REMOVEXATTRAT,
	}
)

// metadata are the calls that the broker carries out: they change modes and times.
var metadata = []uint32{unix.SYS_FCHMOD, unix.SYS_FCHMODAT, unix.SYS_FCHMODAT2, unix.SYS_UTIMENSAT}

// confinedRules are those that a program needs that has Landlock and no namespaces. With notify the
// broker does what it can for it; foreign is a program whose user owns nothing but its own files.
func confinedRules(net Net, notify, foreign bool) []rule {
	rules := lonely(notify)
	deny := func(errno unix.Errno, calls ...uint32) {
		for _, nr := range calls {
			rules = append(rules, rule{nr: nr, errno: errno})
		}
	}
	when := func(nr uint32, checks ...check) {
		rules = append(rules, rule{nr: nr, errno: unix.EPERM, checks: checks})
	}
	if net == NetHost {
		rules = append(rules, rule{nr: unix.SYS_SOCKET, errno: unix.EACCES, checks: []check{{arg: 0, op: equal, val: unix.AF_UNIX}}})
	} else {
		deny(unix.EACCES, unix.SYS_SOCKET)
	}
	// A pair is connected for good, unless it is one of datagrams: 2 is in their number, and not in
	// those of the others.
	rules = append(rules, rule{nr: unix.SYS_SOCKETPAIR, errno: unix.EACCES, checks: []check{{arg: 1, op: anyBit, val: unix.SOCK_DGRAM}}})
	deny(unix.ENOSYS, sharedIPC...)
	deny(unix.ENOSYS, unix.SYS_INOTIFY_INIT1, unix.SYS_FILE_SETATTR)
	deny(unix.ENOSYS, archWatch...)
	// Its user's other programs are not to be slowed down, nor those that guard it.
	for _, nr := range []uint32{unix.SYS_SCHED_SETAFFINITY, unix.SYS_SCHED_SETSCHEDULER, unix.SYS_SCHED_SETPARAM, unix.SYS_SCHED_SETATTR} {
		when(nr, check{arg: 0, op: notEqual, val: 0})
	}
	for _, nr := range []uint32{unix.SYS_SETPRIORITY, unix.SYS_IOPRIO_SET} {
		when(nr, check{arg: 1, op: notEqual, val: 0})
	}
	const priorityOfUser, ioPriorityOfUser = 2, 3
	when(unix.SYS_SETPRIORITY, check{arg: 0, op: equal, val: priorityOfUser})
	when(unix.SYS_IOPRIO_SET, check{arg: 0, op: equal, val: ioPriorityOfUser})
	if foreign {
		return rules
	}
	deny(unix.EPERM, owners...)
	deny(unix.EPERM, archOwners...)
	deny(unix.EOPNOTSUPP, attributes...)
	rules = append(rules, rule{nr: unix.SYS_IOCTL, errno: unix.ENOTTY, checks: []check{{arg: 1, op: atLeast, val: firstFileRequest}}})
	for _, calls := range [][]uint32{metadata, archMetadata} {
		for _, nr := range calls {
			rules = append(rules, rule{nr: nr, errno: unix.EPERM, notify: notify})
		}
	}
	return rules
}

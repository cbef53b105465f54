package filter

import "golang.org/x/sys/unix"

// aNamespace is CLONE_NEWUSER, without which a program gets no other.
const aNamespace = unix.CLONE_NEWUSER

// lonely are the rules for a sandbox in which no namespaces can be made: the program is told so
// when it tries, and so are those who read its result.
func lonely(notify bool) []Rule {
	return []Rule{
		{Call: unix.SYS_UNSHARE, Errno: unix.EPERM, Ask: notify, Checks: []Check{{Arg: 0, Op: AnyBit, Value: aNamespace}}},
		{Call: unix.SYS_CLONE, Errno: unix.EPERM, Ask: notify, Checks: []Check{{Arg: 0, Op: AnyBit, Value: aNamespace}}},
		{Call: unix.SYS_CLONE3, Errno: unix.ENOSYS},
		{Call: unix.SYS_SETNS, Errno: unix.EPERM},
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

// confined are the rules for a program that has Landlock and no namespaces. Where a Listener is asked,
// the broker does what it can for it.
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
	// A pair is connected for good, unless it is one of datagrams: 2 is in their number, and not in
	// those of the others.
	rules = append(rules, Rule{Call: unix.SYS_SOCKETPAIR, Errno: unix.EACCES, Checks: []Check{{Arg: 1, Op: AnyBit, Value: unix.SOCK_DGRAM}}})
	deny(unix.ENOSYS, sharedIPC...)
	deny(unix.ENOSYS, unix.SYS_INOTIFY_INIT1, unix.SYS_FILE_SETATTR)
	deny(unix.ENOSYS, archWatch...)
	// Its user's other programs are not to be slowed down, nor those that guard it.
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
	rules = append(rules, Rule{Call: unix.SYS_IOCTL, Errno: unix.ENOTTY, Checks: []Check{{Arg: 1, Op: AtLeast, Value: firstFileRequest}}})
	for _, calls := range [][]uint32{metadata, archMetadata} {
		for _, nr := range calls {
			rules = append(rules, Rule{Call: nr, Errno: unix.EPERM, Ask: o.Order})
		}
	}
	return rules
}

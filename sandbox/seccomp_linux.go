package sandbox

import (
	"encoding/binary"
	"maps"
	"slices"

	"golang.org/x/sys/unix"
)

// The filter is a list of what is denied, not of what is allowed. A list of allowed calls that
// runs every language's runtime is nearly all of them, and breaks with each new one; what matters
// is to keep programs away from the parts of the kernel that attacks come through and
// demonstrations do not need.
//
// A forbidden call says EPERM. One that a library has another way for says ENOSYS, as on an old
// kernel, so that it takes the other way; so does every call that is newer than this list, which
// nobody has looked at here. Only a call by another architecture's table kills.

// A rule is about one system call.
type rule struct {
	nr     uint32
	errno  unix.Errno
	notify bool    // ask the listener instead of denying
	checks []check // all must hold; none: always
}

// A check compares the lower half of an argument, which is all that the kernel looks at where we
// do; the upper half must not be able to hide it.
type check struct {
	arg int
	op  operator
	val uint32
}

type operator uint8

const (
	equal operator = iota
	notEqual
	atLeast
	anyBit
)

// denied are forbidden to everybody.
var denied = []uint32{
	unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY, // keys have no namespace
	unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, // the usual ways into the kernel
	unix.SYS_KEXEC_LOAD, unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE,
	unix.SYS_OPEN_BY_HANDLE_AT, unix.SYS_NAME_TO_HANDLE_AT, // leads out of a mount
	unix.SYS_SWAPON, unix.SYS_SWAPOFF, unix.SYS_REBOOT, unix.SYS_ACCT, unix.SYS_QUOTACTL, unix.SYS_QUOTACTL_FD,
	unix.SYS_SYSLOG, unix.SYS_VHANGUP, unix.SYS_LOOKUP_DCOOKIE, unix.SYS_NFSSERVCTL, unix.SYS_FANOTIFY_INIT,
	unix.SYS_SETTIMEOFDAY, unix.SYS_CLOCK_SETTIME, unix.SYS_CLOCK_ADJTIME, unix.SYS_ADJTIMEX,
	unix.SYS_KCMP, unix.SYS_MIGRATE_PAGES, unix.SYS_MOVE_PAGES, unix.SYS_MBIND, unix.SYS_SET_MEMPOLICY,
	unix.SYS_SET_MEMPOLICY_HOME_NODE,
}

// absent are said not to be there: there is an older way for what they do.
var absent = []uint32{
	unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER,
	unix.SYS_FSOPEN, unix.SYS_FSCONFIG, unix.SYS_FSMOUNT, unix.SYS_FSPICK, // mount(2) is enough to nest
	unix.SYS_OPEN_TREE, unix.SYS_OPEN_TREE_ATTR, unix.SYS_MOVE_MOUNT, unix.SYS_MOUNT_SETATTR,
	unix.SYS_PIDFD_GETFD, unix.SYS_PROCESS_MADVISE,
}

// newest is the last call that was looked at when these lists were made.
const newest = unix.SYS_RSEQ_SLICE_YIELD

// tracing is what debuggers need, and attacks on other processes of the sandbox.
var tracing = []uint32{unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV}

// families of sockets that programs use; all others are old or exotic code in the kernel.
var families = []uint32{unix.AF_UNIX, unix.AF_INET, unix.AF_INET6, unix.AF_NETLINK}

const (
	tiocsti   = 0x5412 // types into a terminal
	tioclinux = 0x541C // pastes into one
	firstXT   = 64     // the first socket option of iptables, arptables (96) and ebtables (128)
)

// filterFor returns the rules for a policy.
func filterFor(p Policy) []rule {
	var rules []rule
	for _, nr := range denied {
		rules = append(rules, rule{nr: nr, errno: unix.EPERM})
	}
	for _, nr := range archDenied {
		rules = append(rules, rule{nr: nr, errno: unix.EPERM})
	}
	for _, nr := range absent {
		rules = append(rules, rule{nr: nr, errno: unix.ENOSYS})
	}
	for _, nr := range archAbsent {
		rules = append(rules, rule{nr: nr, errno: unix.ENOSYS})
	}
	if !p.Syscalls.Ptrace {
		for _, nr := range tracing {
			rules = append(rules, rule{nr: nr, errno: unix.EPERM})
		}
	}
	if p.Nested <= 0 {
		// Its flags are in memory, where a filter cannot look; libraries fall back to clone.
		rules = append(rules, rule{nr: unix.SYS_CLONE3, errno: unix.ENOSYS})
	}
	if slices.ContainsFunc(p.Mounts, func(m Mount) bool { return m.Kind == Writable || m.Kind == Out }) {
		rules = append(rules, durableRules()...)
	}
	return append(rules, argumentRules()...)
}

// durableRules keep a program that can write to the caller's own file systems from leaving behind
// what would run with somebody's rights outside, where no mount option holds it: setuid and setgid
// files, and capabilities of files. The latter are extended attributes, whose names a filter
// cannot see, so there are none to be set; openat2 has its mode in memory as well.
func durableRules() []rule {
	const special, create = unix.S_ISUID | unix.S_ISGID, unix.O_CREAT | unix.O_TMPFILE&^unix.O_DIRECTORY
	mode := func(nr uint32, arg int) rule {
		return rule{nr: nr, errno: unix.EPERM, checks: []check{{arg: arg, op: anyBit, val: special}}}
	}
	open := func(nr uint32, flags int) rule {
		return rule{nr: nr, errno: unix.EPERM, checks: []check{{arg: flags, op: anyBit, val: create}, {arg: flags + 1, op: anyBit, val: special}}}
	}
	rules := []rule{
		mode(unix.SYS_FCHMOD, 1), mode(unix.SYS_FCHMODAT, 2), mode(unix.SYS_FCHMODAT2, 2), mode(unix.SYS_MKNODAT, 2),
		open(unix.SYS_OPENAT, 2), {nr: unix.SYS_OPENAT2, errno: unix.ENOSYS},
	}
	for nr, arg := range archMode {
		rules = append(rules, mode(nr, arg))
	}
	for _, nr := range archOpen {
		rules = append(rules, open(nr, 1))
	}
	for _, nr := range []uint32{unix.SYS_SETXATTR, unix.SYS_LSETXATTR, unix.SYS_FSETXATTR, unix.SYS_SETXATTRAT} {
		rules = append(rules, rule{nr: nr, errno: unix.EOPNOTSUPP})
	}
	return rules
}

// argumentRules are about calls that depend on what they are called with.
func argumentRules() []rule {
	eperm := func(nr uint32, checks ...check) rule { return rule{nr: nr, errno: unix.EPERM, checks: checks} }
	family := []check{{arg: 0, op: notEqual, val: families[0]}}
	for _, f := range families[1:] {
		family = append(family, check{arg: 0, op: notEqual, val: f})
	}
	rules := []rule{
		// Switching off address randomisation, or making all memory executable; the other two
		// values are the default and a question.
		eperm(unix.SYS_PERSONALITY, check{arg: 0, op: notEqual, val: 0}, check{arg: 0, op: notEqual, val: 0xffffffff}),
		eperm(unix.SYS_IOCTL, check{arg: 1, op: equal, val: tiocsti}),
		eperm(unix.SYS_IOCTL, check{arg: 1, op: equal, val: tioclinux}),
		// Limits of another process, which might be init: it is the same user.
		eperm(unix.SYS_PRLIMIT64, check{arg: 0, op: notEqual, val: 0}),
		{nr: unix.SYS_SOCKET, errno: unix.EAFNOSUPPORT, checks: family},
		{nr: unix.SYS_SOCKETPAIR, errno: unix.EAFNOSUPPORT, checks: family},
		// Of netlink only the part that configures networks: netfilter and xfrm are reachable
		// from a nested user namespace and have been the way out of it more than once.
		eperm(unix.SYS_SOCKET, check{arg: 0, op: equal, val: unix.AF_NETLINK}, check{arg: 2, op: notEqual, val: unix.NETLINK_ROUTE}),
	}
	return append(rules, networkRules()...)
}

// xt6 are the options of IPv6 sockets that the kernel hands to ip6_tables: those of IPv4 that it has,
// two by other numbers, and 80, which asks for the first address of a connection. IPv6 itself has
// options between them that programs use.
var xt6 = []uint32{firstXT, firstXT + 1, firstXT + 4, firstXT + 5, 80}

// encryption are the options that give a socket a policy of xfrm, by the level.
var encryption = map[uint32][]uint32{
	unix.SOL_IP:   {unix.IP_IPSEC_POLICY, unix.IP_XFRM_POLICY},
	unix.SOL_IPV6: {unix.IPV6_IPSEC_POLICY, unix.IPV6_XFRM_POLICY},
}

// protocols of internet sockets that bring code of their own into the kernel, which hardly anybody
// uses on purpose; Go tries the last one, and does without.
var protocols = []uint32{unix.IPPROTO_DCCP, unix.IPPROTO_L2TP, unix.IPPROTO_SCTP, unix.IPPROTO_UDPLITE, unix.IPPROTO_MPTCP}

// networkRules keep programs, and root of nested namespaces, from parts of the network that are
// reached through ordinary sockets. The old packet filters are configured by options and asked by
// options; IPv4 has all of its own below theirs.
func networkRules() (rules []rule) {
	option := func(nr uint32, errno unix.Errno, level uint32, op operator, n uint32) {
		rules = append(rules, rule{nr: nr, errno: errno, checks: []check{{arg: 1, op: equal, val: level}, {arg: 2, op: op, val: n}}})
	}
	for _, nr := range []uint32{unix.SYS_SETSOCKOPT, unix.SYS_GETSOCKOPT} {
		option(nr, unix.EPERM, unix.SOL_IP, atLeast, firstXT)
		for _, n := range xt6 {
			option(nr, unix.EPERM, unix.SOL_IPV6, equal, n)
		}
		for _, level := range slices.Sorted(maps.Keys(encryption)) {
			for _, n := range encryption[level] {
				option(nr, unix.EPERM, level, equal, n)
			}
		}
	}
	// Encryption in the kernel, and whatever else may take a connection over.
	option(unix.SYS_SETSOCKOPT, unix.ENOPROTOOPT, unix.SOL_TCP, equal, unix.TCP_ULP)
	for _, family := range []uint32{unix.AF_INET, unix.AF_INET6} {
		for _, n := range protocols {
			rules = append(rules, rule{nr: unix.SYS_SOCKET, errno: unix.EPROTONOSUPPORT,
				checks: []check{{arg: 0, op: equal, val: family}, {arg: 2, op: equal, val: n}}})
		}
	}
	return rules
}

// Offsets in struct seccomp_data.
const (
	dataNr   = 0
	dataArch = 4
	dataArgs = 16
)

// compileFilter turns rules into a program for the kernel's filter machine. Rules of one call are
// tried one after the other, the calls in the order of the list: the kernel remembers for each
// number whether it is always allowed (since Linux 5.11), so the length costs nothing in practice.
func compileFilter(rules []rule) []byte {
	a := &assembler{}
	a.load(dataArch)
	a.jump(unix.BPF_JEQ, auditArch, 1, 0)
	a.ret(unix.SECCOMP_RET_KILL_PROCESS)
	a.load(dataNr)
	a.jump(unix.BPF_JGT, newest, 0, 1) // the x32 table, too, is up there
	a.ret(unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS))
	for _, r := range rules {
		a.rule(r)
	}
	a.ret(unix.SECCOMP_RET_ALLOW)
	return a.code
}

// An assembler appends instructions of struct sock_filter.
type assembler struct{ code []byte }

func (a *assembler) emit(code uint16, jt, jf uint8, k uint32) {
	a.code = binary.NativeEndian.AppendUint16(a.code, code)
	a.code = append(a.code, jt, jf)
	a.code = binary.NativeEndian.AppendUint32(a.code, k)
}

func (a *assembler) load(offset uint32) { a.emit(unix.BPF_LD|unix.BPF_W|unix.BPF_ABS, 0, 0, offset) }

func (a *assembler) jump(op uint16, k uint32, jt, jf uint8) {
	a.emit(unix.BPF_JMP|unix.BPF_K|op, jt, jf, k)
}

func (a *assembler) ret(action uint32) { a.emit(unix.BPF_RET|unix.BPF_K, 0, 0, action) }

// rule emits: skip unless this call; skip unless every check holds; deny. The number is loaded
// again behind checks, which have loaded arguments.
func (a *assembler) rule(r rule) {
	action := unix.SECCOMP_RET_ERRNO | uint32(r.errno)
	if r.notify {
		action = unix.SECCOMP_RET_USER_NOTIF
	}
	if len(r.checks) == 0 {
		a.jump(unix.BPF_JEQ, r.nr, 0, 1)
		a.ret(action)
		return
	}
	n := uint8(len(r.checks))
	a.jump(unix.BPF_JEQ, r.nr, 0, 2*n+2)
	for i, c := range r.checks {
		rest := 2*(n-1-uint8(i)) + 1 // to the reload of the number
		a.load(uint32(dataArgs + 8*c.arg))
		switch c.op {
		case equal:
			a.jump(unix.BPF_JEQ, c.val, 0, rest)
		case notEqual:
			a.jump(unix.BPF_JEQ, c.val, rest, 0)
		case atLeast:
			a.jump(unix.BPF_JGE, c.val, 0, rest)
		case anyBit:
			a.jump(unix.BPF_JSET, c.val, 0, rest)
		}
	}
	a.ret(action)
	a.load(dataNr)
}

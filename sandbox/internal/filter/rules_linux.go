package filter

import (
	"maps"
	"slices"

	"golang.org/x/sys/unix"
)

// Options say what a filter lets through, and which other layers it must stand in for. The zero
// Options give the strictest filter of a program in namespaces.
type Options struct {
	Order    bool // the filter asks a Listener before the program writes to standard error
	Trace    bool // it may trace processes and read their memory
	Nest     bool // it may make namespaces by clone3
	Durable  bool // it can write to file systems that outlast the program
	Lonely   bool // no namespaces: nothing would limit them
	Confined bool // Landlock stands in for namespaces; implies Lonely
	Network  bool // of Confined: it may use the machine's network
	Terminal bool // of Confined: its streams may be terminals
	Foreign  bool // of Confined: its user owns no files but its own
}

// New returns the filter for a program.
func New(o Options) []byte {
	var list []Rule
	if o.Order {
		list = order()
	}
	switch {
	case o.Confined:
		list = append(list, confined(o)...)
	case o.Lonely:
		list = append(list, lonely(o.Order)...)
	}
	return Compile(append(list, rules(o)...))
}

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

// absent are calls that return ENOSYS: programs have an older way to do the same.
var absent = []uint32{
	unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER,
	unix.SYS_FSOPEN, unix.SYS_FSCONFIG, unix.SYS_FSMOUNT, unix.SYS_FSPICK, // mount(2) is enough to nest
	unix.SYS_OPEN_TREE, unix.SYS_OPEN_TREE_ATTR, unix.SYS_MOVE_MOUNT, unix.SYS_MOUNT_SETATTR,
	unix.SYS_PIDFD_GETFD, unix.SYS_PROCESS_MADVISE,
}

// newest is the last call that was reviewed when these lists were made.
const newest = unix.SYS_RSEQ_SLICE_YIELD

// tracing are the calls of debuggers, and of attacks on other processes of the sandbox.
var tracing = []uint32{unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV}

// families are the socket families that programs use; the others are old or exotic code in the
// kernel.
var families = []uint32{unix.AF_UNIX, unix.AF_INET, unix.AF_INET6, unix.AF_NETLINK}

const (
	tiocsti   = 0x5412 // types into a terminal
	tioclinux = 0x541C // pastes into one
	tiocsetd  = 0x5423 // gives one another line discipline, which may be a whole protocol that the kernel loads for it
	firstXT   = 64     // the first socket option of iptables, arptables (96) and ebtables (128)
)

// rules are those for every sandbox's program, minus those that o lifts.
func rules(o Options) (rules []Rule) {
	refuse := func(errno unix.Errno, lists ...[]uint32) {
		for _, nr := range slices.Concat(lists...) {
			rules = append(rules, Rule{Call: nr, Errno: errno})
		}
	}
	refuse(unix.EPERM, denied, archDenied)
	refuse(unix.ENOSYS, absent, archAbsent)
	if !o.Trace {
		refuse(unix.EPERM, tracing)
	}
	if !o.Nest {
		// The flags of clone3 are in memory, where a filter cannot look; libraries fall back to
		// clone.
		refuse(unix.ENOSYS, []uint32{unix.SYS_CLONE3})
	}
	if o.Durable {
		rules = append(rules, durableRules()...)
	}
	return append(rules, argumentRules()...)
}

// durableRules apply to a program that can write to the caller's own file systems. They keep it
// from leaving files that would run with another user's rights outside, where no mount option holds
// them: setuid and setgid files, and files with capabilities. File capabilities are extended
// attributes, whose names a filter cannot see, so no attribute may be set; openat2 has its mode in
// memory as well.
func durableRules() []Rule {
	const special, create = unix.S_ISUID | unix.S_ISGID, unix.O_CREAT | unix.O_TMPFILE&^unix.O_DIRECTORY
	mode := func(nr uint32, arg int) Rule {
		return Rule{Call: nr, Errno: unix.EPERM, Checks: []Check{{Arg: arg, Op: AnyBit, Value: special}}}
	}
	open := func(nr uint32, flags int) Rule {
		return Rule{Call: nr, Errno: unix.EPERM, Checks: []Check{{Arg: flags, Op: AnyBit, Value: create}, {Arg: flags + 1, Op: AnyBit, Value: special}}}
	}
	rules := []Rule{
		mode(unix.SYS_FCHMOD, 1), mode(unix.SYS_FCHMODAT, 2), mode(unix.SYS_FCHMODAT2, 2), mode(unix.SYS_MKNODAT, 2),
		open(unix.SYS_OPENAT, 2), {Call: unix.SYS_OPENAT2, Errno: unix.ENOSYS},
	}
	for nr, arg := range archMode {
		rules = append(rules, mode(nr, arg))
	}
	for _, nr := range archOpen {
		rules = append(rules, open(nr, 1))
	}
	for _, nr := range []uint32{unix.SYS_SETXATTR, unix.SYS_LSETXATTR, unix.SYS_FSETXATTR, unix.SYS_SETXATTRAT} {
		rules = append(rules, Rule{Call: nr, Errno: unix.EOPNOTSUPP})
	}
	return rules
}

// argumentRules deny calls that are dangerous with some arguments only.
func argumentRules() []Rule {
	eperm := func(nr uint32, checks ...Check) Rule { return Rule{Call: nr, Errno: unix.EPERM, Checks: checks} }
	family := []Check{{Arg: 0, Op: NotEqual, Value: families[0]}}
	for _, f := range families[1:] {
		family = append(family, Check{Arg: 0, Op: NotEqual, Value: f})
	}
	rules := []Rule{
		// Deny switching off address randomisation and making all memory executable. The two
		// allowed values are the default and a query.
		eperm(unix.SYS_PERSONALITY, Check{Arg: 0, Op: NotEqual, Value: 0}, Check{Arg: 0, Op: NotEqual, Value: 0xffffffff}),
		eperm(unix.SYS_IOCTL, Check{Arg: 1, Op: Equal, Value: tiocsti}),
		eperm(unix.SYS_IOCTL, Check{Arg: 1, Op: Equal, Value: tioclinux}),
		eperm(unix.SYS_IOCTL, Check{Arg: 1, Op: Equal, Value: tiocsetd}),
		// Deny setting the limits of another process: it might be init, which has the same user.
		eperm(unix.SYS_PRLIMIT64, Check{Arg: 0, Op: NotEqual, Value: 0}),
		{Call: unix.SYS_SOCKET, Errno: unix.EAFNOSUPPORT, Checks: family},
		{Call: unix.SYS_SOCKETPAIR, Errno: unix.EAFNOSUPPORT, Checks: family},
		// Of netlink, allow only the part that configures networks: netfilter and xfrm are
		// reachable from a nested user namespace, and programs have broken out through them more
		// than once.
		eperm(unix.SYS_SOCKET, Check{Arg: 0, Op: Equal, Value: unix.AF_NETLINK}, Check{Arg: 2, Op: NotEqual, Value: unix.NETLINK_ROUTE}),
	}
	return append(rules, networkRules()...)
}

// xt6 are the options of IPv6 sockets that the kernel hands to ip6_tables: the ones that IPv4 also
// has, two of them by other numbers, and 80, which asks for the first address of a connection.
// Between them are options of IPv6 itself that programs use.
var xt6 = []uint32{firstXT, firstXT + 1, firstXT + 4, firstXT + 5, 80}

// encryption are the options that give a socket a policy of xfrm, by the level.
var encryption = map[uint32][]uint32{
	unix.SOL_IP:   {unix.IP_IPSEC_POLICY, unix.IP_XFRM_POLICY},
	unix.SOL_IPV6: {unix.IPV6_IPSEC_POLICY, unix.IPV6_XFRM_POLICY},
}

// protocols of internet sockets that bring code of their own into the kernel. Hardly any program
// uses them on purpose; Go tries the last one, and does without.
var protocols = []uint32{unix.IPPROTO_DCCP, unix.IPPROTO_L2TP, unix.IPPROTO_SCTP, unix.IPPROTO_UDPLITE, unix.IPPROTO_MPTCP}

// networkRules keep programs, and root of nested namespaces, from parts of the network that
// ordinary sockets reach. Socket options configure and query the old packet filters; all of IPv4's
// own options have smaller numbers.
func networkRules() (rules []Rule) {
	option := func(nr uint32, errno unix.Errno, level uint32, op Operator, n uint32) {
		rules = append(rules, Rule{Call: nr, Errno: errno, Checks: []Check{{Arg: 1, Op: Equal, Value: level}, {Arg: 2, Op: op, Value: n}}})
	}
	for _, nr := range []uint32{unix.SYS_SETSOCKOPT, unix.SYS_GETSOCKOPT} {
		option(nr, unix.EPERM, unix.SOL_IP, AtLeast, firstXT)
		for _, n := range xt6 {
			option(nr, unix.EPERM, unix.SOL_IPV6, Equal, n)
		}
		for _, level := range slices.Sorted(maps.Keys(encryption)) {
			for _, n := range encryption[level] {
				option(nr, unix.EPERM, level, Equal, n)
			}
		}
	}
	// Deny encryption in the kernel, and all other protocols that can take a connection over.
	option(unix.SYS_SETSOCKOPT, unix.ENOPROTOOPT, unix.SOL_TCP, Equal, unix.TCP_ULP)
	for _, family := range []uint32{unix.AF_INET, unix.AF_INET6} {
		for _, n := range protocols {
			rules = append(rules, Rule{Call: unix.SYS_SOCKET, Errno: unix.EPROTONOSUPPORT,
				Checks: []Check{{Arg: 0, Op: Equal, Value: family}, {Arg: 2, Op: Equal, Value: n}}})
		}
	}
	return rules
}

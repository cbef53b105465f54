package filter

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"golang.org/x/sys/unix"
)

// A systemCall is what a filter is asked about: struct seccomp_data.
type systemCall struct {
	nr, arch uint32
	args     [6]uint64
}

// ask runs a filter as the kernel does. It knows the instructions that the assembler emits.
func ask(t *testing.T, filter []byte, c systemCall) uint32 {
	t.Helper()
	data := binary.NativeEndian.AppendUint32(nil, c.nr)
	data = binary.NativeEndian.AppendUint32(data, c.arch)
	data = binary.NativeEndian.AppendUint64(data, 0)
	for _, a := range c.args {
		data = binary.NativeEndian.AppendUint64(data, a)
	}
	var acc uint32
	for pc := 0; pc < len(filter)/8; pc++ {
		in := filter[8*pc:]
		code, jt, jf, k := binary.NativeEndian.Uint16(in), int(in[2]), int(in[3]), binary.NativeEndian.Uint32(in[4:])
		var holds bool
		switch code {
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			acc = binary.NativeEndian.Uint32(data[k:])
			continue
		case unix.BPF_RET | unix.BPF_K:
			return k
		case unix.BPF_JMP | unix.BPF_K | unix.BPF_JEQ:
			holds = acc == k
		case unix.BPF_JMP | unix.BPF_K | unix.BPF_JGT:
			holds = acc > k
		case unix.BPF_JMP | unix.BPF_K | unix.BPF_JGE:
			holds = acc >= k
		case unix.BPF_JMP | unix.BPF_K | unix.BPF_JSET:
			holds = acc&k != 0
		default:
			t.Fatalf("instruction %d: code %#x", pc, code)
		}
		if holds {
			pc += jt
		} else {
			pc += jf
		}
	}
	t.Fatal("the filter has no end")
	return 0
}

// verdict names what a filter said.
func verdict(action uint32) string {
	switch action & unix.SECCOMP_RET_ACTION_FULL {
	case unix.SECCOMP_RET_ALLOW:
		return "allowed"
	case unix.SECCOMP_RET_KILL_PROCESS:
		return "killed"
	case unix.SECCOMP_RET_ERRNO:
		return unix.ErrnoName(unix.Errno(action & unix.SECCOMP_RET_DATA))
	}
	return fmt.Sprintf("%#x", action)
}

// The filter itself is asked about calls that this kernel may not have: of another table, of the
// future, sockets of families that it was built without.
func TestFilter(t *testing.T) {
	const high = 0xdeadbeef << 32
	tests := []struct {
		name string
		call systemCall
		want string
	}{
		{"read", systemCall{nr: unix.SYS_READ}, "allowed"},
		{"another table", systemCall{nr: unix.SYS_READ, arch: 0x40000003}, "killed"},
		{"x32", systemCall{nr: 0x40000000 | unix.SYS_GETPID}, "ENOSYS"},
		{"x32 beyond its own numbers", systemCall{nr: 0x40000000 | 520}, "ENOSYS"},
		{"of the future", systemCall{nr: newest + 1}, "ENOSYS"},
		{"the last one known", systemCall{nr: newest}, "allowed"},
		{"negative", systemCall{nr: 0xffffffff}, "ENOSYS"},
		{"socket unix", systemCall{nr: unix.SYS_SOCKET, args: [6]uint64{unix.AF_UNIX}}, "allowed"},
		{"socket inet6", systemCall{nr: unix.SYS_SOCKET, args: [6]uint64{unix.AF_INET6}}, "allowed"},
		{"socket alg", systemCall{nr: unix.SYS_SOCKET, args: [6]uint64{unix.AF_ALG}}, "EAFNOSUPPORT"},
		{"socket vsock", systemCall{nr: unix.SYS_SOCKET, args: [6]uint64{unix.AF_VSOCK}}, "EAFNOSUPPORT"},
		{"socket tipc", systemCall{nr: unix.SYS_SOCKET, args: [6]uint64{unix.AF_TIPC}}, "EAFNOSUPPORT"},
		{"socket rds, high bits set", systemCall{nr: unix.SYS_SOCKET, args: [6]uint64{high | unix.AF_RDS}}, "EAFNOSUPPORT"},
		{"socket pair can", systemCall{nr: unix.SYS_SOCKETPAIR, args: [6]uint64{unix.AF_CAN}}, "EAFNOSUPPORT"},
		{"route", systemCall{nr: unix.SYS_SOCKET, args: [6]uint64{unix.AF_NETLINK, 0, unix.NETLINK_ROUTE}}, "allowed"},
		{"netfilter", systemCall{nr: unix.SYS_SOCKET, args: [6]uint64{unix.AF_NETLINK, 0, unix.NETLINK_NETFILTER}}, "EPERM"},
		{"type into a terminal", systemCall{nr: unix.SYS_IOCTL, args: [6]uint64{0, tiocsti}}, "EPERM"},
		{"the same with high bits", systemCall{nr: unix.SYS_IOCTL, args: [6]uint64{0, high | tiocsti}}, "EPERM"},
		{"paste into one", systemCall{nr: unix.SYS_IOCTL, args: [6]uint64{0, high | tioclinux}}, "EPERM"},
		{"another discipline of one", systemCall{nr: unix.SYS_IOCTL, args: [6]uint64{0, high | tiocsetd}}, "EPERM"},
		{"size of one", systemCall{nr: unix.SYS_IOCTL, args: [6]uint64{0, unix.TIOCGWINSZ}}, "allowed"},
		{"limits of init", systemCall{nr: unix.SYS_PRLIMIT64, args: [6]uint64{1}}, "EPERM"},
		{"own limits", systemCall{nr: unix.SYS_PRLIMIT64, args: [6]uint64{0}}, "allowed"},
		{"iptables", systemCall{nr: unix.SYS_SETSOCKOPT, args: [6]uint64{3, unix.SOL_IP, 64}}, "EPERM"},
		{"ask iptables", systemCall{nr: unix.SYS_GETSOCKOPT, args: [6]uint64{3, unix.SOL_IP, 65}}, "EPERM"},
		{"ask arptables, high bits set", systemCall{nr: unix.SYS_GETSOCKOPT, args: [6]uint64{3, unix.SOL_IP, high | 96}}, "EPERM"},
		{"ask ebtables", systemCall{nr: unix.SYS_GETSOCKOPT, args: [6]uint64{3, unix.SOL_IP, 131}}, "EPERM"},
		{"ask the virtual server", systemCall{nr: unix.SYS_GETSOCKOPT, args: [6]uint64{3, unix.SOL_IP, 64 + 1024}}, "EPERM"},
		{"ask ip6tables", systemCall{nr: unix.SYS_GETSOCKOPT, args: [6]uint64{3, unix.SOL_IPV6, 64}}, "EPERM"},
		{"ask for a revision", systemCall{nr: unix.SYS_GETSOCKOPT, args: [6]uint64{3, unix.SOL_IPV6, 69}}, "EPERM"},
		{"a socket's encryption", systemCall{nr: unix.SYS_SETSOCKOPT, args: [6]uint64{3, unix.SOL_IPV6, unix.IPV6_XFRM_POLICY}}, "EPERM"},
		{"traffic class", systemCall{nr: unix.SYS_GETSOCKOPT, args: [6]uint64{3, unix.SOL_IPV6, unix.IPV6_TCLASS}}, "allowed"},
		{"error of a socket", systemCall{nr: unix.SYS_GETSOCKOPT, args: [6]uint64{3, unix.SOL_SOCKET, 4}}, "allowed"},
		{"take a connection over", systemCall{nr: unix.SYS_SETSOCKOPT, args: [6]uint64{3, unix.SOL_TCP, unix.TCP_ULP}}, "ENOPROTOOPT"},
		{"no delay", systemCall{nr: unix.SYS_SETSOCKOPT, args: [6]uint64{3, unix.SOL_TCP, unix.TCP_NODELAY}}, "allowed"},
		{"socket sctp", systemCall{nr: unix.SYS_SOCKET, args: [6]uint64{unix.AF_INET6, unix.SOCK_STREAM, unix.IPPROTO_SCTP}}, "EPROTONOSUPPORT"},
		{"socket icmp", systemCall{nr: unix.SYS_SOCKET, args: [6]uint64{unix.AF_INET, unix.SOCK_DGRAM, unix.IPPROTO_ICMP}}, "allowed"},
		{"netlink of the same number", systemCall{nr: unix.SYS_SOCKET, args: [6]uint64{unix.AF_NETLINK, unix.SOCK_RAW, unix.NETLINK_ROUTE}}, "allowed"},
		{"time to live", systemCall{nr: unix.SYS_SETSOCKOPT, args: [6]uint64{3, unix.SOL_IP, unix.IP_TTL}}, "allowed"},
	}
	filter := New(Options{Nest: true})
	for _, tt := range tests {
		if tt.call.arch == 0 {
			tt.call.arch = auditArch
		}
		if got := verdict(ask(t, filter, tt.call)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	for _, nr := range slices.Concat(denied, archDenied, tracing) {
		if got := verdict(ask(t, filter, systemCall{nr: nr, arch: auditArch})); got != "EPERM" {
			t.Errorf("call %d: %s, want EPERM", nr, got)
		}
	}
	for _, nr := range slices.Concat(absent, archAbsent) {
		if got := verdict(ask(t, filter, systemCall{nr: nr, arch: auditArch})); got != "ENOSYS" {
			t.Errorf("call %d: %s, want ENOSYS", nr, got)
		}
	}
	if got := verdict(ask(t, filter, systemCall{nr: unix.SYS_CLONE3, arch: auditArch})); got != "allowed" {
		t.Errorf("clone3 with nesting: %s", got)
	}
	if got := verdict(ask(t, New(Options{}), systemCall{nr: unix.SYS_CLONE3, arch: auditArch})); got != "ENOSYS" {
		t.Errorf("clone3 without nesting: %s", got)
	}
	if got := verdict(ask(t, New(Options{Trace: true}), systemCall{nr: unix.SYS_PTRACE, arch: auditArch})); got != "allowed" {
		t.Errorf("ptrace where it is allowed: %s", got)
	}
}

// Each option by which packet filters, the virtual server and policies of encryption are set is refused to
// who sets and to who asks, by the kernel's numbers; their neighbours are allowed.
func TestFilterOptions(t *testing.T) {
	options := map[uint64]map[string][]uint64{
		unix.SOL_IP:   {"EPERM": {16, 17, 64, 65, 66, 67, 96, 97, 128, 130, 131, 1088, 1157, 1<<32 - 1}, "allowed": {1, 2, 15, 18, 35, 50}},
		unix.SOL_IPV6: {"EPERM": {34, 35, 64, 65, 68, 69, 80}, "allowed": {16, 17, 26, 33, 36, 63, 66, 67, 70, 79, 81}},
	}
	filter := New(Options{Nest: true})
	for level, verdicts := range options {
		for want, numbers := range verdicts {
			for _, n := range numbers {
				for _, nr := range []uint32{unix.SYS_SETSOCKOPT, unix.SYS_GETSOCKOPT} {
					call := systemCall{nr: nr, arch: auditArch, args: [6]uint64{3, level, n}}
					if got := verdict(ask(t, filter, call)); got != want {
						t.Errorf("call %d of level %d, option %d: %s, want %s", nr, level, n, got, want)
					}
				}
			}
		}
	}
}

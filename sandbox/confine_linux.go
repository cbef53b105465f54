package sandbox

import (
	"os"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// Without namespaces a program shares everything with its user. Rules keep it away from that:
//
//   - Landlock lets it open what the policy's mounts name, and nothing else; it keeps signals and
//     abstract sockets inside. Rules can only add access, so a mount that hides part of another must be
//     a copy, or the policy is refused (private_linux.go).
//   - Landlock does not see calls that need no open file: those change modes, times, owners and
//     attributes by name. The filter has a rule for each of them (internal/filter), and the supervisor
//     sets modes and times of the program's own files for it (filter.Listener.Broker).
//   - Landlock of this age does not see sockets with names either. The user's session bus is behind one,
//     and it starts programs for every client. So the program gets no such sockets.
//
// The program still sees the list of processes with their command lines. It can also learn whether
// a file of a given name exists, how large it is and when it was changed.

// Rights of Landlock, by the use of a place. File systems grow rights with each version; those
// here are all of version 5, and the scopes are those of version 6.
const (
	scopeVersion = 6

	readRights  = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	runRights   = readRights | unix.LANDLOCK_ACCESS_FS_EXECUTE
	writeRights = runRights | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE |
		unix.LANDLOCK_ACCESS_FS_REMOVE_DIR | unix.LANDLOCK_ACCESS_FS_REMOVE_FILE | unix.LANDLOCK_ACCESS_FS_REFER |
		unix.LANDLOCK_ACCESS_FS_MAKE_DIR | unix.LANDLOCK_ACCESS_FS_MAKE_REG | unix.LANDLOCK_ACCESS_FS_MAKE_SYM |
		unix.LANDLOCK_ACCESS_FS_MAKE_FIFO | unix.LANDLOCK_ACCESS_FS_MAKE_SOCK
	deviceRights = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV

	// Rights that Landlock can grant for a file that is not a directory.
	fileRights = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_READ_FILE |
		unix.LANDLOCK_ACCESS_FS_TRUNCATE | unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	allRights = 2*unix.LANDLOCK_ACCESS_FS_IOCTL_DEV - 1
)

// A permit lets the program do something with a file or with all below a directory.
type permit struct {
	path   string
	rights uint64
	from   *os.File // the place itself, wherever path leads now; nil: open path
}

// confine plans the Landlock domain of init and the program.
func (p *planner) confine() {
	if landlockVersion() < scopeVersion {
		p.err = explain(&SetupError{Layer: "landlock-files", Op: "confine files, signals and sockets", Err: unix.ENOSYS})
		return
	}
	if p.private, p.err = layOut(p.policy, p.limits, p.id); p.err != nil {
		return
	}
	var err error
	if p.rules, err = p.ruleset(); err != nil {
		p.err = &SetupError{Layer: "landlock-files", Op: "make the rules", Err: err}
		return
	}
	// This step comes last before the rules: see root.
	p.setup(stage.Step{Op: stage.WriteFile, Soft: true, Dst: "/proc/self/oom_score_adj", Data: []byte("1000")})
	p.setup(stage.Step{Op: stage.Confine, FD: p.sources.hand(p.rules)})
}

// landlockVersion returns the version of the kernel's Landlock, 0 or less if it has none.
func landlockVersion() int {
	n, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0
	}
	return int(n)
}

// ruleset makes the rules.
func (p *planner) ruleset() (int, error) {
	attr := struct{ files, net, scoped uint64 }{files: allRights,
		scoped: unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL}
	if p.policy.Net != NetHost {
		attr.net = unix.LANDLOCK_ACCESS_NET_BIND_TCP | unix.LANDLOCK_ACCESS_NET_CONNECT_TCP
	}
	n, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr), 0)
	if errno != 0 {
		return -1, errno
	}
	ruleset := int(n)
	for _, rule := range slices.Concat(p.private.permits, surroundings(), p.terminalPermits()) {
		if err := rule.add(ruleset); err != nil {
			unix.Close(ruleset)
			return -1, err
		}
	}
	return ruleset, nil
}

// publicFiles are read by libraries when they start. The libraries do without a missing file and
// give up on a forbidden one.
var publicFiles = []string{
	"/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf", "/etc/crypto-policies", "/etc/os-release", "/etc/debian_version",
	"/etc/locale.alias", "/etc/inputrc", "/etc/gai.conf", "/etc/resolv.conf",
}

// surroundings are the places that every program may use.
func surroundings() []permit {
	list := []permit{{path: "/proc", rights: readRights}}
	for _, path := range publicFiles {
		list = append(list, permit{path: path, rights: readRights})
	}
	for _, name := range devices {
		list = append(list, permit{path: "/dev/" + name, rights: deviceRights})
	}
	return list
}

func (r permit) add(ruleset int) error {
	from := r.from
	if from == nil {
		fd, err := unix.Open(r.path, unix.O_PATH|unix.O_CLOEXEC, 0)
		if err == unix.ENOENT {
			return nil // a missing file needs no rule
		}
		if err != nil {
			return &os.PathError{Op: "open", Path: r.path, Err: err}
		}
		from = os.NewFile(uintptr(fd), r.path)
		defer from.Close()
	}
	fd := int(from.Fd())
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return &os.PathError{Op: "stat", Path: r.path, Err: err}
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		r.rights &= fileRights
	}
	attr := unix.LandlockPathBeneathAttr{Allowed_access: r.rights, Parent_fd: int32(fd)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(ruleset), unix.LANDLOCK_RULE_PATH_BENEATH,
		uintptr(unsafe.Pointer(&attr)), 0, 0, 0)
	if errno != 0 {
		return &os.PathError{Op: "allow", Path: r.path, Err: errno}
	}
	return nil
}

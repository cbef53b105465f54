package filter

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_X86_64

var (
	archDenied = []uint32{unix.SYS_IOPL, unix.SYS_IOPERM, unix.SYS_KEXEC_FILE_LOAD, unix.SYS_USELIB, unix.SYS_USTAT, unix.SYS_SYSFS}
	archAbsent = []uint32{unix.SYS_MODIFY_LDT, unix.SYS__SYSCTL, unix.SYS_CREATE_MODULE, unix.SYS_GET_KERNEL_SYMS, unix.SYS_QUERY_MODULE}
	archDup    = []uint32{unix.SYS_DUP2, unix.SYS_DUP3}
	// Calls that make files, by the argument that holds the mode; archOpen has open.
	archMode = map[uint32]int{unix.SYS_CHMOD: 1, unix.SYS_CREAT: 1, unix.SYS_MKNOD: 1}
	archOpen = []uint32{unix.SYS_OPEN}
)

// Older calls of this architecture that the confined form denies.
var (
	archWatch    = []uint32{unix.SYS_INOTIFY_INIT}
	archOwners   = []uint32{unix.SYS_CHOWN, unix.SYS_LCHOWN}
	archMetadata = []uint32{unix.SYS_CHMOD, unix.SYS_UTIME, unix.SYS_UTIMES, unix.SYS_FUTIMESAT}
)

var archBrokered = map[int32]func(*asker) error{
	unix.SYS_CHMOD: func(a *asker) error { return a.chmod(unix.AT_FDCWD, a.n.args[0], 1, 0) },
	unix.SYS_UTIMES: func(a *asker) error {
		return a.touch(unix.AT_FDCWD, a.n.args[0], 0, func() ([]unix.Timespec, error) { return a.times(a.n.args[1], 1000) })
	},
	unix.SYS_FUTIMESAT: func(a *asker) error {
		return a.touch(int32(a.n.args[0]), a.n.args[1], 0, func() ([]unix.Timespec, error) { return a.times(a.n.args[2], 1000) })
	},
	// Its two words are seconds. For decades programs have used it only to set the current time.
	unix.SYS_UTIME: func(a *asker) error {
		if a.n.args[1] != 0 {
			return unix.ENOSYS
		}
		return a.touch(unix.AT_FDCWD, a.n.args[0], 0, func() ([]unix.Timespec, error) { return a.times(0, 1) })
	},
}

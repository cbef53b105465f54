package sandbox

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_X86_64

var (
	archDenied = []uint32{unix.SYS_IOPL, unix.SYS_IOPERM, unix.SYS_KEXEC_FILE_LOAD, unix.SYS_USELIB, unix.SYS_USTAT, unix.SYS_SYSFS}
	archAbsent = []uint32{unix.SYS_MODIFY_LDT, unix.SYS__SYSCTL, unix.SYS_CREATE_MODULE, unix.SYS_GET_KERNEL_SYMS, unix.SYS_QUERY_MODULE}
	archDup    = []uint32{unix.SYS_DUP2, unix.SYS_DUP3}
	// Calls that make files, by the argument that holds the mode; and open.
	archMode = map[uint32]int{unix.SYS_CHMOD: 1, unix.SYS_CREAT: 1, unix.SYS_MKNOD: 1}
	archOpen = []uint32{unix.SYS_OPEN}
)

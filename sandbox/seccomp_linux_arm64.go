package sandbox

import "golang.org/x/sys/unix"

const auditArch = unix.AUDIT_ARCH_AARCH64

var (
	archDenied = []uint32{unix.SYS_KEXEC_FILE_LOAD}
	archAbsent []uint32
	archDup    = []uint32{unix.SYS_DUP3}
	// Calls that make files, by the argument that holds the mode; and open.
	archMode = map[uint32]int{}
	archOpen = []uint32(nil)
)

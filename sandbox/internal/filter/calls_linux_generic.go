//go:build linux && (arm64 || riscv64)

package filter

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// auditArch names the table of numbers by which a call was made.
var auditArch = map[string]uint32{
	"arm64": unix.AUDIT_ARCH_AARCH64, "riscv64": unix.AUDIT_ARCH_RISCV64,
}[runtime.GOARCH]

var (
	archDenied = []uint32{unix.SYS_KEXEC_FILE_LOAD}
	archAbsent []uint32
	archDup    = []uint32{unix.SYS_DUP3}
	// Calls that make files, by the argument that holds the mode; archOpen has open.
	archMode = map[uint32]int{}
	archOpen = []uint32(nil)
)

// These architectures never had the older calls.
var (
	archWatch    []uint32
	archOwners   []uint32
	archMetadata []uint32
	archBrokered map[int32]func(*asker) error
)

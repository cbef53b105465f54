//go:build linux && (arm64 || riscv64)

package stage

// Machines with the generic table of system calls.
const (
	sysSeccomp = 277
	sysStatx   = 291
)

//go:build linux && (arm64 || riscv64)

package sandbox

// These architectures never had the older calls.
var (
	archWatch    []uint32
	archOwners   []uint32
	archMetadata []uint32
	archBrokered map[int32]func(*asker) error
)

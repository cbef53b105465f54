//go:build linux && (!amd64 || race || msan || asan)

package stage

// If no stack switch is written for the machine, or with a sanitizer, init and the program are
// forked with a copy of the memory, and stay on the stack that they have.

const (
	shareInit    = 0
	shareProgram = 0
	shareParked  = 0
)

// programEntry is called by its address, as keeperEntry is.
var programEntry = runProgram

//go:norace
//go:nosplit
func spawnInit(flags, _ uintptr, ch *child, tid uintptr) (pid, errno uintptr) {
	pid, e := forkRaw(flags, ch, initEntry, tid)
	return pid, uintptr(e)
}

//go:norace
//go:nosplit
func spawnProgram(flags, _ uintptr, ch *child, tid uintptr) (pid, errno uintptr) {
	pid, e := forkRaw(flags, ch, programEntry, tid)
	return pid, uintptr(e)
}

//go:norace
//go:nosplit
func stackTop(*[stackSize]byte) uintptr { return 0 }

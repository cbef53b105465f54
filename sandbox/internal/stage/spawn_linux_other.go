//go:build linux && (!amd64 || race || msan || asan)

package stage

import "syscall"

// Without a stack switch written for the machine, or with a sanitizer, init and the program are forked with a copy of
// the memory, and stay on the stack that they have.

const (
	shareInit    = 0
	shareProgram = 0
	shareParked  = 0
)

//go:norace
//go:nosplit
func spawnInit(flags, _ uintptr, ch *child) (pid, errno uintptr) {
	pid, _, e := syscall.RawSyscall6(syscall.SYS_CLONE, flags, 0, 0, 0, 0, 0)
	if e == 0 && pid == 0 {
		runInit(ch)
	}
	return pid, uintptr(e)
}

//go:norace
//go:nosplit
func spawnProgram(flags, _ uintptr, ch *child) (pid, errno uintptr) {
	pid, _, e := syscall.RawSyscall6(syscall.SYS_CLONE, flags, 0, 0, 0, 0, 0)
	if e == 0 && pid == 0 {
		runProgram(ch)
	}
	return pid, uintptr(e)
}

//go:norace
//go:nosplit
func stackTop(*[stackSize]byte) uintptr { return 0 }

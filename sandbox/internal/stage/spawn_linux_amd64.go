//go:build !race && !msan && !asan

package stage

import (
	"syscall"
	"unsafe"
)

// Init and the program share the memory of who starts them until they execute something else:
// copying it, page by page as it is touched, is a good part of what a fork costs. The stage ends
// at once and init waits, so nobody is in the way. Not so in builds with a sanitizer, which adds
// calls that look at the memory of the goroutine that was running on this thread.

// shareInit and the others are clone flags.
const (
	shareInit    = syscall.CLONE_VM
	shareProgram = syscall.CLONE_VM | syscall.CLONE_VFORK
	shareParked  = syscall.CLONE_VM
)

// spawnInit starts a process that calls runInit. Its number is written to tid if the flags say so.
//
//go:noescape
func spawnInit(flags, stack uintptr, ch *child, tid uintptr) (pid, errno uintptr)

// spawnProgram starts a process that calls runProgram.
//
//go:noescape
func spawnProgram(flags, stack uintptr, ch *child, tid uintptr) (pid, errno uintptr)

// stackTop returns the end of one of the child's stacks.
//
//go:norace
//go:nosplit
func stackTop(stack *[stackSize]byte) uintptr {
	return uintptr(unsafe.Pointer(stack)) + stackSize&^15
}

// Called from assembly, where checkers do not look.
var _ = [...]func(*child){runInit, runProgram}

//go:build !race && !msan && !asan

package stage

import (
	"syscall"
	"unsafe"
)

// Init and the program share their parent's memory until they execute something else: copying it,
// page by page as it is touched, is a good part of the cost of a fork. The stage ends at once and
// init waits, so no process disturbs another. Builds with a sanitizer do not share: the sanitizer
// adds calls that look at the memory of the goroutine that was running on this thread.

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

// Assembly calls these functions, and checkers do not look there.
var _ = [...]func(*child){runInit, runProgram}

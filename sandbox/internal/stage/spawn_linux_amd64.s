//go:build !race && !msan && !asan

#include "textflag.h"

// The child of clone(2) comes out of the system call with the registers of its parent but a stack
// of its own, on which there is nothing to return to: it calls, and the callee ends the process.
// There are two functions, one for each callee, because the linker adds up the stack of all that
// a function may call, and init calls the one for the program.

#define CLONE(RUN) \
	MOVQ flags+0(FP), DI \
	MOVQ stack+8(FP), SI \
	MOVQ ch+16(FP), R12  \
	MOVQ tid+24(FP), DX  \
	XORL R10, R10        \
	XORL R8, R8          \
	MOVL $56, AX         \
	SYSCALL              \
	CMPQ AX, $0          \
	JEQ  child           \
	CMPQ AX, $0xfffffffffffff001 \
	JLS  parent          \
	NEGQ AX              \
	MOVQ $0, pid+32(FP)  \
	MOVQ AX, errno+40(FP) \
	RET                  \
parent:                  \
	MOVQ AX, pid+32(FP)  \
	MOVQ $0, errno+40(FP) \
	RET                  \
child:                   \
	SUBQ $32, SP         \
	MOVQ R12, 0(SP)      \
	CALL RUN             \
	INT  $3

// func spawnInit(flags, stack uintptr, ch *child, tid uintptr) (pid, errno uintptr)
TEXT ·spawnInit(SB), NOSPLIT, $0-48
	CLONE(·runInit(SB))

// func spawnProgram(flags, stack uintptr, ch *child, tid uintptr) (pid, errno uintptr)
TEXT ·spawnProgram(SB), NOSPLIT, $0-48
	CLONE(·runProgram(SB))

package filter

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// A Rule is about one system call.
type Rule struct {
	Call   uint32
	Errno  unix.Errno // the error that the program gets
	Ask    bool       // ask the listener instead of denying
	Checks []Check    // all must hold; none: always
}

// A Check compares the lower half of an argument. In the calls that have checks, the kernel itself
// ignores the upper half, so nothing can hide there.
type Check struct {
	Arg   int
	Op    Operator
	Value uint32
}

// Operator is how a Check compares.
type Operator uint8

// Operators.
const (
	Equal Operator = iota
	NotEqual
	AtLeast
	AnyBit
)

// Offsets in struct seccomp_data.
const (
	dataNr   = 0
	dataArch = 4
	dataArgs = 16
)

// Compile turns rules into a program for the kernel's filter machine. The program tries rules of
// one call one after the other, and the calls in the order of the list. The kernel remembers each
// number that is always allowed (since Linux 5.11), so the length costs nothing in practice.
func Compile(rules []Rule) []byte {
	a := &assembler{}
	a.load(dataArch)
	a.jump(unix.BPF_JEQ, auditArch, 1, 0)
	a.ret(unix.SECCOMP_RET_KILL_PROCESS)
	a.load(dataNr)
	a.jump(unix.BPF_JGT, newest, 0, 1) // the numbers of the x32 table are up there too
	a.ret(unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS))
	for _, r := range rules {
		a.rule(r)
	}
	a.ret(unix.SECCOMP_RET_ALLOW)
	return a.code
}

// An assembler appends instructions of struct sock_filter.
type assembler struct{ code []byte }

func (a *assembler) emit(code uint16, jt, jf uint8, k uint32) {
	a.code = binary.NativeEndian.AppendUint16(a.code, code)
	a.code = append(a.code, jt, jf)
	a.code = binary.NativeEndian.AppendUint32(a.code, k)
}

func (a *assembler) load(offset uint32) { a.emit(unix.BPF_LD|unix.BPF_W|unix.BPF_ABS, 0, 0, offset) }

func (a *assembler) jump(op uint16, k uint32, jt, jf uint8) {
	a.emit(unix.BPF_JMP|unix.BPF_K|op, jt, jf, k)
}

func (a *assembler) ret(action uint32) { a.emit(unix.BPF_RET|unix.BPF_K, 0, 0, action) }

// rule emits: skip unless this call; skip unless every check holds; deny. Checks load arguments, so
// the number is loaded again behind them.
func (a *assembler) rule(r Rule) {
	action := unix.SECCOMP_RET_ERRNO | uint32(r.Errno)
	if r.Ask {
		action = unix.SECCOMP_RET_USER_NOTIF
	}
	if len(r.Checks) == 0 {
		a.jump(unix.BPF_JEQ, r.Call, 0, 1)
		a.ret(action)
		return
	}
	n := uint8(len(r.Checks))
	a.jump(unix.BPF_JEQ, r.Call, 0, 2*n+2)
	for i, c := range r.Checks {
		rest := 2*(n-1-uint8(i)) + 1 // to the reload of the number
		a.load(uint32(dataArgs + 8*c.Arg))
		switch c.Op {
		case Equal:
			a.jump(unix.BPF_JEQ, c.Value, 0, rest)
		case NotEqual:
			a.jump(unix.BPF_JEQ, c.Value, rest, 0)
		case AtLeast:
			a.jump(unix.BPF_JGE, c.Value, 0, rest)
		case AnyBit:
			a.jump(unix.BPF_JSET, c.Value, 0, rest)
		}
	}
	a.ret(action)
	a.load(dataNr)
}

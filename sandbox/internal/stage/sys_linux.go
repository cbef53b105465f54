package stage

import (
	"syscall"
	"unsafe"
)

// System calls newer than the frozen package syscall; these numbers are the same everywhere.
const (
	sysOpenTree     = 428
	sysMoveMount    = 429
	sysClone3       = 435
	sysCloseRange   = 436
	sysMountSetattr = 442
	sysLandlockMake = 444
	sysLandlockSelf = 446
)

const (
	atEmptyPath     = 0x1000
	atRecursive     = 0x8000
	atRemovedir     = 0x200
	openTreeClone   = 0x1
	oCloexec        = 0x80000
	oPath           = 0x200000
	moveEmptyPath   = 0x4     // MOVE_MOUNT_F_EMPTY_PATH
	moveFollowTo    = 0x10    // MOVE_MOUNT_T_SYMLINKS
	msPrivate       = 0x40000 // MS_PRIVATE
	getSeals        = 1034    // F_GET_SEALS
	dupCloexec      = 1030    // F_DUPFD_CLOEXEC
	joinKeyring     = 1       // KEYCTL_JOIN_SESSION_KEYRING
	maxCapability   = 63      // PR_CAPBSET_DROP returns EINVAL beyond the last one of the kernel
	capVersion3     = 0x20080522
	prSetDumpable   = 4
	prCapbsetDrop   = 24
	prSetSubreaper  = 36
	prSetNoNewPrivs = 38
	prCapAmbient    = 47
	ambientClear    = 4
	closeOnExec     = 4 // CLOSE_RANGE_CLOEXEC
	seccompFilter   = 1 // SECCOMP_SET_MODE_FILTER
	newListener     = 8 // SECCOMP_FILTER_FLAG_NEW_LISTENER
	sigChld         = 17
	tiocsptlck      = 0x40045431
	tiocgptpeer     = 0x5441
	cloneIntoCgroup = 0x200000000
	waitAll         = 0x40000001 // WNOHANG|__WALL
	anyChild        = 0x40000000 // __WALL
	stopped         = 0x7f       // the lower half of such a status, see wait(2)
)

// mountAttrSize is that of struct mount_attr: set, clear, propagation, userns.
const mountAttrSize = 32

// Offsets in struct statx of the fields that tell a file from others.
const (
	statxSize   = 256
	statxInode  = 32
	statxDevice = 136 // major and minor number
)

// A fault is a failed system call.
type fault struct {
	nr    uintptr
	errno syscall.Errno
}

// sys makes a system call. The pragma keeps the memory that its arguments point to in place until
// the call has returned.
//
//go:uintptrescapes
func sys(nr, a, b, c, d, e uintptr) (uintptr, fault) {
	r, _, errno := syscall.Syscall6(nr, a, b, c, d, e, 0)
	if errno != 0 {
		return 0, fault{nr, errno}
	}
	return r, fault{}
}

func (f fault) ok() bool { return f.errno == 0 }

// cwd is AT_FDCWD as an argument.
const cwd = ^uintptr(0x64 - 1)

// kept holds every C string made, for good: the collector must not free memory that only a uintptr
// points to, and this process does not live long enough to need the room.
var kept []*byte

// str gives the address of a C string; the caller has refused paths with a zero byte.
func str(s string) uintptr {
	b := make([]byte, len(s)+1)
	copy(b, s)
	kept = append(kept, &b[0])
	return uintptr(unsafe.Pointer(&b[0]))
}

package filter

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// order are the rules that ask the listener about writes to standard error.
func order() []Rule {
	rules := []Rule{
		{Call: unix.SYS_WRITE, Ask: true, Checks: []Check{{Arg: 0, Op: Equal, Value: 2}}},
		{Call: unix.SYS_WRITEV, Ask: true, Checks: []Check{{Arg: 0, Op: Equal, Value: 2}}},
	}
	// These calls make 1 the same as 2, as >&2 does: writes to 1 then go to stderr's pipe and do
	// not ask. Holding a program when it restores 1 would be useless and harmful: a signal ends the
	// hold with EINTR, which shells do not expect, so their output would go on to the wrong place.
	for _, nr := range archDup {
		rules = append(rules, Rule{Call: nr, Ask: true, Checks: []Check{{Arg: 0, Op: Equal, Value: 2}, {Arg: 1, Op: Equal, Value: 1}}})
	}
	return rules
}

// Order returns a filter that only asks a Listener about writes to standard error.
func Order() []byte {
	a := &assembler{}
	a.load(dataArch)
	a.jump(unix.BPF_JEQ, auditArch, 1, 0)
	a.ret(unix.SECCOMP_RET_ALLOW)
	a.load(dataNr)
	for _, r := range order() {
		a.rule(r)
	}
	a.ret(unix.SECCOMP_RET_ALLOW)
	return a.code
}

// A Listener is the descriptor that comes with a filter that asks. Its owner closes it.
type Listener int

// A Notification is a call at which a program is held: struct seccomp_notif.
type Notification struct {
	id    uint64
	pid   uint32
	flags uint32
	nr    int32
	arch  uint32
	ip    uint64
	args  [6]uint64
}

// response is struct seccomp_notif_resp.
type response struct {
	id    uint64
	val   int64
	err   int32
	flags uint32
}

// Namespaces reports whether the program asks for namespaces, which a lonely program cannot have.
func (n *Notification) Namespaces() bool { return n.nr == unix.SYS_UNSHARE || n.nr == unix.SYS_CLONE }

// Receive returns the next call, if a program is held at one.
func (l Listener) Receive() (*Notification, bool) {
	n := &Notification{}
	return n, l.ioctl(unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(n))
}

// Allow lets the program make its call. A program that was killed meanwhile needs no answer.
func (l Listener) Allow(n *Notification) {
	l.send(response{id: n.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE})
}

// Answer tells the program that its call ended with errno, or succeeded if errno is 0.
func (l Listener) Answer(n *Notification, errno unix.Errno) {
	l.send(response{id: n.id, err: -int32(errno)})
}

// send ignores failures: nobody could use them.
func (l Listener) send(r response) { l.ioctl(unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&r)) }

// valid reports whether the program is still held.
func (l Listener) valid(n *Notification) bool {
	return l.ioctl(unix.SECCOMP_IOCTL_NOTIF_ID_VALID, unsafe.Pointer(&n.id))
}

func (l Listener) ioctl(request uintptr, arg unsafe.Pointer) bool {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(l), request, uintptr(arg))
	return errno == 0
}

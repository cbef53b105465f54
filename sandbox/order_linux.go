package sandbox

import (
	"errors"
	"io"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Two pipes do not say in which order they were written to, and a display of both must show that
// order. One pipe for both would, but not which is which. So the program is held for a moment at
// each write to descriptor 2, and when it makes 1 the same as 2, as shells do for >&2: its
// filter asks a listener (seccomp_unotify(2)), which is us; we read both pipes empty and say "go
// on". Between two such moments a program that does one thing after the other can have written
// first to stderr's pipe and then to stdout's, and not the other way round, because the next
// write to stderr asks again. Reading stderr first is then reading in order.
//
// Nothing is decided here: the answer is yes to all but the calls of a degraded sandbox, see broker. Programs that write from several processes
// or threads at once have no order of their own, and those that copy descriptor 2 to another
// number and write there are put in order as far as can be seen.

// notification is struct seccomp_notif, response struct seccomp_notif_resp.
type notification struct {
	id    uint64
	pid   uint32
	flags uint32
	nr    int32
	arch  uint32
	ip    uint64
	args  [6]uint64
}

type response struct {
	id    uint64
	val   int64
	err   int32
	flags uint32
}

// drains bounds how many buffers are read of one stream before the other gets its turn: a
// background process may never stop.
const drains = 32

// writesOrder are the rules that ask the listener.
func writesOrder() []rule {
	rules := []rule{
		{nr: unix.SYS_WRITE, notify: true, checks: []check{{arg: 0, op: equal, val: 2}}},
		{nr: unix.SYS_WRITEV, notify: true, checks: []check{{arg: 0, op: equal, val: 2}}},
	}
	// Only what makes 1 the same as 2, as >&2 does: its writes go to stderr's pipe and do not ask. To
	// hold a program when it makes 1 what it was before would be of no use, and do harm: a signal ends
	// the hold with EINTR, which shells do not expect, so that their output would go on elsewhere.
	for _, nr := range archDup {
		rules = append(rules, rule{nr: nr, notify: true, checks: []check{{arg: 0, op: equal, val: 2}, {arg: 1, op: equal, val: 1}}})
	}
	return rules
}

// answer lets a held program go on, once everything it wrote before has been read.
func (v *supervisor) answer() {
	var n notification
	if !v.ask(unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&n)) {
		return
	}
	v.drain()
	r := response{id: n.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
	if err, ours := v.broker(&n); ours {
		r = response{id: n.id, err: -int32(errnoOf(err))}
	} else if n.nr == unix.SYS_UNSHARE || n.nr == unix.SYS_CLONE {
		v.lonely, r = true, response{id: n.id, err: -int32(unix.EPERM)}
	}
	// A program that was killed meanwhile needs no answer, and the failure is of no interest.
	v.ask(unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&r))
}

func errnoOf(err error) unix.Errno {
	if err == nil {
		return 0
	}
	if errno, ok := errors.AsType[unix.Errno](err); ok {
		return errno
	}
	return unix.EPERM
}

func (v *supervisor) ask(request uintptr, arg unsafe.Pointer) bool {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(v.listener), request, uintptr(arg))
	return errno == 0
}

// drain reads both pipes empty, in order.
func (v *supervisor) drain() {
	for range drains {
		if !v.readBoth() {
			return
		}
	}
}

// readBoth passes on what stderr has and then one buffer of stdout. Stdout is read first and
// passed on last: what stderr has got until then is older than what was in stdout.
func (v *supervisor) readBoth() bool {
	if v.outBuf == nil {
		v.outBuf, v.errBuf = make([]byte, pipeSize), make([]byte, pipeSize)
	}
	n, more := v.fill(&v.stdout, v.outBuf)
	for range drains {
		m, moreErr := v.fill(&v.stderr, v.errBuf)
		v.pass(v.cmd.Stderr, v.errCut.cut(v.errBuf[:m]))
		if !moreErr {
			break
		}
	}
	v.pass(v.cmd.Stdout, v.outCut.cut(v.outBuf[:n]))
	return more
}

// fill reads one buffer and reports whether there may be more at once.
func (v *supervisor) fill(fd *int, buf []byte) (int, bool) {
	if *fd < 0 {
		return 0, false
	}
	n, err := unix.Read(*fd, buf)
	switch {
	case errors.Is(err, unix.EAGAIN):
		return 0, false
	case errors.Is(err, unix.EINTR):
		return 0, true
	case err != nil || n == 0:
		shut(fd)
		return 0, false
	}
	return n, true
}

// pass passes on output as long as there is room for it, and counts the rest.
func (v *supervisor) pass(w io.Writer, b []byte) {
	if len(b) == 0 {
		return
	}
	fits := min(int64(len(b)), v.room)
	v.room -= fits
	if over := int64(len(b)) - fits; over > 0 {
		v.omitted += over
		v.stop(OutputLimit, "stopped after "+size(v.limits.Output)+" of output (output limit)")
	}
	if w == nil || fits == 0 || v.wrote != nil {
		return
	}
	if _, err := w.Write(b[:fits]); err != nil {
		v.wrote = err
		v.stop(Canceled, "stopped: its output could not be passed on")
	}
}

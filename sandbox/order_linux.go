package sandbox

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/filter"
)

// Two pipes do not say in which order they were written to, and a display of both must show that
// order. One pipe for both would, but not which is which. So the program is held for a moment at
// each write to descriptor 2, and when it makes 1 the same as 2, as shells do for >&2: its
// filter asks a listener (seccomp_unotify(2)), which is us; we read both pipes empty and say "go
// on". Between two such moments a program that does one thing after the other can have written
// first to stderr's pipe and then to stdout's, and not the other way round, because the next
// write to stderr asks again. Reading stderr first is then reading in order.
//
// Nothing is decided here: the answer is yes to all but the calls of a degraded sandbox, see filter.Listener. Programs that write from several processes
// or threads at once have no order of their own, and those that copy descriptor 2 to another
// number and write there are put in order as far as can be seen.

// drains bounds how many buffers are read of one stream before the other gets its turn: a
// background process may never stop.
const drains = 32

// answer lets a held program go on, once everything it wrote before has been read.
func (v *supervisor) answer() {
	l := filter.Listener(v.listener)
	n, ok := l.Receive()
	if !ok {
		return
	}
	v.drain()
	var writable func(string) bool
	if v.private != nil {
		writable = v.private.writable
	}
	if errno, ours := l.Broker(n, writable); ours {
		l.Answer(n, errno)
	} else if n.Namespaces() {
		v.lonely = true
		l.Answer(n, unix.EPERM)
	} else {
		l.Allow(n)
	}
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
		v.output.pass(stderr, v.errBuf[:m])
		if !moreErr {
			break
		}
	}
	v.output.pass(stdout, v.outBuf[:n])
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

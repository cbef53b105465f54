package sandbox

import (
	"errors"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/filter"
)

// Two pipes do not say in which order they were written to, and a display of both must show that
// order. One pipe for both would keep the order, but not tell the streams apart. So the filter
// holds the program for a moment at each write to descriptor 2, and when it makes 1 the same as 2,
// as shells do for >&2. The filter asks its listener, which is this process (seccomp_unotify(2)).
// We read both pipes empty and let the program go on. Between two such moments, a program that does
// one thing after the other can write first to stderr's pipe and then to stdout's. It cannot write
// the other way round, because the next write to stderr asks again. So reading stderr first is
// reading in order.
//
// The listener allows every call, except those of a degraded sandbox, see filter.Listener. Programs
// that write from several processes or threads at once have no order of their own. Programs that
// copy descriptor 2 to another number and write there are put in order as far as we can see it.

// buffers are for what is read of the two streams. To make fresh ones takes longer than to read a few lines.
type buffers [2][pipeSize]byte

var spare = sync.Pool{New: func() any { return new(buffers) }}

// drains bounds how many buffers are read of one stream before the other gets its turn: a
// background process may never stop.
const drains = 32

// answer lets a held program go on, after reading everything that it wrote before.
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

// readBoth passes on stderr's content and then one buffer of stdout. It reads stdout first and
// passes it on last: stderr's content by then is older than that of stdout.
func (v *supervisor) readBoth() bool {
	if v.buffers == nil {
		v.buffers = spare.Get().(*buffers)
	}
	out, err := v.buffers[stdout][:], v.buffers[stderr][:]
	n, more := v.fill(&v.stdout, out)
	for range drains {
		m, moreErr := v.fill(&v.stderr, err)
		v.output.pass(stderr, err[:m])
		if !moreErr {
			break
		}
	}
	v.output.pass(stdout, out[:n])
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

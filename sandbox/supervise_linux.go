package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// A supervisor follows one program from its start to its end. One goroutine, that of Run, owns it
// and does all reading and writing; timers and the context only kill, through stopper.
type supervisor struct {
	*sandboxed
	*stopper
	cmd     *Cmd
	limits  Limits
	output  *output
	buffers *buffers  // taken when there is output to read
	made    time.Time // when the sandbox was ready
	started time.Time // when we saw that the program was executed; zero before that
	elapsed time.Duration
	failed  error // why the program was not executed
	wall    *time.Timer
	input   *os.File      // the pipe or terminal being fed, or nil
	gone    chan struct{} // closed when the program is
	watch   *watch
	lonely  bool // the program was refused a namespace
}

// A stopper kills the sandbox, at most once, and remembers why.
type stopper struct {
	mu     sync.Mutex
	pidfd  int // -1 once the sandbox is gone
	line   int // -1, or our end of a connection: init ends when it is shut
	status Status
	reason string
}

// stop kills init, and with it everything in the sandbox (pid_namespaces(7)). Without such a
// namespace it has init kill the rest. The first reason counts.
func (s *stopper) stop(status Status, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pidfd < 0 || s.status != "" {
		return
	}
	s.status, s.reason = status, reason
	// Neither can fail: the process is our child and we have not waited for it.
	if s.line >= 0 {
		_ = unix.Shutdown(s.line, unix.SHUT_WR)
		return
	}
	_ = unix.PidfdSendSignal(s.pidfd, unix.SIGKILL, nil, 0)
}

// verdict returns the reason for stopping the sandbox, if any, and keeps it from being stopped
// again.
func (s *stopper) verdict() (Status, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	shut(&s.pidfd)
	shut(&s.line)
	return s.status, s.reason
}

func newSupervisor(c *Cmd, s *sandboxed, limits Limits) *supervisor {
	v := &supervisor{made: time.Now(), sandboxed: s, stopper: &stopper{pidfd: s.pidfd, line: s.lifeline}, cmd: c, limits: limits, gone: make(chan struct{})}
	v.watch = newWatch(s, limits)
	if c.Terminal != nil { // it takes their place, see adopt
		shut(&v.stdout)
		shut(&v.stderr)
	}
	cut := c.cut
	if s.private != nil {
		cut = s.private.dir
	}
	v.output = newOutput(c, limits.Output, cut, v.stop)
	return v
}

// pipeSize is the size of a pipe that nobody has changed (pipe(7)).
const pipeSize = 64 << 10

// feed copies the caller's input, once a program reads it. The supervisor does not wait for feed,
// because a Read cannot be interrupted; it closes the pipe to end a Write.
func (v *supervisor) feed() {
	in := v.cmd.Stdin
	if v.cmd.Terminal != nil {
		v.readControl() // it may still have to bring the terminal
		v.keyboard(in)
		in = nil
	}
	if in == nil {
		shut(&v.stdin)
		return
	}
	pipe := os.NewFile(uintptr(v.stdin), "stdin")
	v.input, v.stdin = pipe, -1
	go func() {
		_, _ = io.Copy(pipe, in) // a program need not read its input
		_ = pipe.Close()
	}()
}

// spent is the total use of all processes of a sandbox.
type spent struct {
	cpu time.Duration
	rss int64 // bytes, the largest of any process
}

// run supervises until all processes of the program are gone and returns what they used.
func (v *supervisor) run(ctx context.Context) (spent, error) {
	kill := v.stopper // a stopped timer may stay in memory for a while, and must not keep all of v there
	unhook := context.AfterFunc(ctx, func() { kill.stop(Canceled, "stopped: "+context.Cause(ctx).Error()) })
	defer unhook()
	pollErr := v.loop()
	if pollErr != nil {
		v.stop(Canceled, "")
	}
	if v.wall != nil {
		v.wall.Stop()
	}
	var u spent
	var err error
	if !v.over() {
		var usage unix.Rusage
		_, err = wait(v.pid, &usage)
		u = spent{time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), usage.Maxrss << 10}
	}
	// A program may end before its start was seen.
	v.elapsed = time.Since(v.made)
	if !v.started.IsZero() {
		v.elapsed = time.Since(v.started)
	}
	v.readAll()
	if v.ended != nil {
		u = spent{max(u.cpu, time.Duration(v.ended.CPU)*time.Microsecond), max(u.rss, int64(v.ended.RSS)<<10)}
	}
	if v.input != nil {
		_ = v.input.Close() // feed's goroutine may have closed it
	}
	close(v.gone)
	for _, fd := range []*int{&v.stdin, &v.control, &v.report, &v.listener} {
		shut(fd)
	}
	if !v.over() {
		hangUp(v.ends())
	}
	if v.buffers != nil {
		spare.Put(v.buffers)
		v.buffers = nil
	}
	v.watch.Close()
	return u, errors.Join(pollErr, err)
}

// ends takes the descriptors of the program's output away, for hangUp: nobody else may close them, because
// others can have got their numbers by then.
func (v *supervisor) ends() (all [4]int) {
	for i, fd := range []*int{&v.stdout, &v.stderr, &v.held[0], &v.held[1]} {
		all[i], *fd = *fd, -1
	}
	return all
}

// hangUp closes the program's output, which takes the kernel a while if it is a terminal.
func hangUp(ends [4]int) {
	for i := range ends {
		shut(&ends[i])
	}
}

// over reports whether only init is left, which is ending too, and somebody else waits for it.
// Init's last message says that it has buried all others.
func (v *supervisor) over() bool { return v.aside != nil && v.ended != nil }

// clear removes the sandbox's remains.
func (v *supervisor) clear() error {
	if !v.over() {
		return errors.Join(v.group.Remove(), v.private.remove())
	}
	pid, group, ends := v.pid, v.group, v.ends()
	v.aside(func() {
		hangUp(ends)
		_ = unix.Kill(pid, unix.SIGKILL) // it exits by itself, unless somebody stopped it
		_, _ = wait(pid, nil)
		_ = group.Remove() // the next run will try again, see prune
	})
	return nil
}

// loop serves the sandbox's descriptors until no process can use them.
func (v *supervisor) loop() error {
	for {
		fds := []unix.PollFd{
			{Fd: int32(v.stopper.pidfd), Events: unix.POLLIN},
			{Fd: int32(v.report), Events: unix.POLLIN},
			{Fd: int32(v.control), Events: unix.POLLIN},
			{Fd: int32(v.stderr), Events: unix.POLLIN},
			{Fd: int32(v.stdout), Events: unix.POLLIN},
			{Fd: int32(v.listener), Events: unix.POLLIN},
		}
		n, err := unix.Poll(fds, v.watch.Timeout(v.started))
		if err != nil && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("sandbox: poll: %w", err)
		}
		if fds[0].Revents != 0 {
			return nil
		}
		if n > 0 {
			v.serve(fds[1:])
		}
		if v.over() {
			return nil
		}
		if v.started.IsZero() && v.report >= 0 && time.Since(v.made) > longPatience {
			shut(&v.report)
			v.failed = &SetupError{Layer: "init", Op: "start the program", Err: errSlow}
			v.stop("", "")
		}
		if !v.started.IsZero() {
			if status, reason := v.watch.check(); status != "" {
				v.stop(status, reason)
			}
		}
	}
}

// serve reads from the ready descriptors: reports first, so that the clock starts, and a held
// program last.
func (v *supervisor) serve(fds []unix.PollFd) {
	if fds[0].Revents != 0 {
		v.readReport()
	}
	if fds[1].Revents != 0 {
		v.readControl()
	}
	if (fds[2].Revents|fds[3].Revents)&unix.POLLIN != 0 {
		v.readBoth()
	}
	for i, fd := range []*int{&v.stderr, &v.stdout} {
		if r := fds[2+i].Revents; r != 0 && r&unix.POLLIN == 0 { // no process is left to write
			shut(fd)
		}
	}
	switch {
	case fds[4].Revents&unix.POLLIN != 0:
		v.answer()
	case fds[4].Revents != 0: // no process is left to ask
		shut(&v.listener)
	}
}

// readAll reads the rest of the output when all its writers are dead.
func (v *supervisor) readAll() {
	if v.report >= 0 {
		v.readReport()
	}
	v.readControl()
	for v.stdout >= 0 && v.readBoth() {
	}
	for v.stderr >= 0 && v.readBoth() {
	}
	v.output.end()
}

// readReport learns that the program was executed, which alone closes the pipe.
func (v *supervisor) readReport() {
	var buf [stage.FailureSize]byte
	n, err := unix.Read(v.report, buf[:])
	if err != nil {
		return // EAGAIN: later
	}
	shut(&v.report)
	if n > 0 {
		f, ok := stage.DecodeFailure(buf[:n])
		if !ok {
			f = stage.Failure{Phase: stage.InPlan}
		}
		v.failed = v.describe(f)
		return
	}
	v.started = time.Now()
	v.feed()
	if v.limits.Wall > 0 {
		reason := fmt.Sprintf("stopped after %v (time limit)", v.limits.Wall)
		kill := v.stopper
		v.wall = time.AfterFunc(v.limits.Wall, func() { kill.stop(TimedOut, reason) })
	}
}

func (v *supervisor) readControl() {
	for v.control >= 0 {
		err := v.hear()
		if errors.Is(err, unix.EAGAIN) {
			break
		}
		if err != nil { // closed: init has ended
			shut(&v.control)
		}
	}
	v.adopt()
}

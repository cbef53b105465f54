package sandbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/text"
)

func (c *Cmd) run(ctx context.Context) (Result, error) {
	var policy Policy
	if c.Policy != nil {
		policy = *c.Policy
	}
	if c.form == unconfined && (c.bare || !atLeastLinux(5, 11)) { // close_range(2) with CLOSE_RANGE_CLOEXEC
		return c.runBare(ctx)
	}
	attempt := *c
	c = &attempt
	without := slices.Clone(c.without)
	for {
		if err := ctx.Err(); err != nil {
			return Result{Status: Canceled, Reason: "stopped: " + context.Cause(ctx).Error()}, nil
		}
		result, err := c.runWithout(ctx, without, policy.Limits.filled())
		setup, failed := errors.AsType[*SetupError](err)
		switch {
		case failed && ctx.Err() != nil:
			continue
		case !failed:
			result.Missing = c.missing(result.Layers)
			return result, err
		case setup.Layer == "seccomp" && !c.Unordered && (errors.Is(err, unix.EBUSY) || c.form == unconfined):
			// A filter with a listener holds this process too, and there can be only one. Or the
			// filter was for the order alone.
			c.Unordered = true
		case c.Terminal != nil && !c.outer && setup.Path == devpts:
			c.outer = true // an old kernel, or a container that forbids it
		case policy.Degraded && c.fallBack(setup):
			without, c.lost = slices.Clone(c.without), nil
		case c.dispensable(setup.Layer, policy.Degraded) && !slices.Contains(without, setup.Layer):
			without = append(without, setup.Layer)
			c.lost = append(c.lost, setup.Layer)
		default:
			return Result{}, err
		}
	}
}

func optional(name string) bool {
	return slices.ContainsFunc(layers, func(l layer) bool { return l.name == name && l.optional })
}

// runWithout runs the program once, with all layers but those in without.
func (c *Cmd) runWithout(ctx context.Context, without []string, limits Limits) (Result, error) {
	if err := c.checkHanded(); err != nil {
		return Result{}, err
	}
	// A waiting sandbox cannot hand anything over.
	if len(without) == 0 && c.form == 0 && c.Pool != nil && c.Serve == nil && c.Keep == "" {
		by, refill := c.Pool.maker(c)
		defer refill()
		if by != nil {
			r, executed, err := c.runBy(ctx, by, limits)
			if executed {
				return r, err
			}
			// If a waiting sandbox had a fault, a new one will report it.
		}
	}
	r, _, err := c.runBy(ctx, alone{without}, limits)
	return r, err
}

// supervise follows a program to its end. It also reports whether the program was executed.
func (c *Cmd) supervise(ctx context.Context, s *sandboxed, limits Limits) (r Result, executed bool, err error) {
	v := newSupervisor(c, s, limits)
	closed := s.serve(c)
	usage, err := v.run(ctx)
	closed()
	defer s.release()
	status, reason := v.verdict()
	oom := s.group.Killed()
	v.watch.refused = s.group.Refused()
	err = errors.Join(err, v.clear())
	switch {
	case err != nil:
		return Result{}, true, err
	case v.failed != nil && status == "":
		return Result{}, false, v.failed
	case v.output.failed != nil:
		return Result{}, true, fmt.Errorf("sandbox: pass on output: %w", v.output.failed)
	}
	r = Result{Status: status, Reason: reason, Elapsed: v.elapsed, Omitted: v.output.omitted, Layers: s.layers, lacking: s.lacking}
	// Processes that were killed with init are in no total, so the last look counts for them.
	r.CPU = max(usage.cpu, v.watch.CPU())
	r.Limits = v.watch.kept()
	r.memory = s.group.Describe()
	if v.ended != nil && status != OutputLimit && status != MemoryLimit {
		r.Reason = ""
		v.judge(&r, unix.WaitStatus(v.ended.Status), usage)
		if oom && r.Status != OK {
			r.stopped(MemoryLimit, memoryReason(limits))
		}
	} else if status == "" && oom {
		r.Status, r.Reason = MemoryLimit, memoryReason(limits)
	} else if status == "" {
		r.Status, r.Signal, r.Reason = Signaled, "SIGKILL", "killed from outside the sandbox"
	}
	if status == TimedOut && v.watch.crowded(0) {
		r.Reason += fmt.Sprintf(", with %d processes, the most it may have", limits.Processes)
	}
	if r.Status == Signaled && r.Signal == "" {
		r.Signal = "SIGKILL" // we sent it
	}
	v.explainLonely(&r)
	return r, true, s.keep(c, r)
}

// judge says how a program ended, if it ended by itself or the kernel ended it for a limit.
func (v *supervisor) judge(r *Result, status unix.WaitStatus, usage spent) {
	switch {
	case status.Signaled():
		r.Status, r.Signal = Signaled, signalName(status.Signal())
	case status.ExitStatus() == 0:
		r.Status = OK
		return
	default:
		r.Status, r.Exit = Exited, status.ExitStatus()
	}
	signal := unix.Signal(max(r.Exit-128, 0)) // a shell exits so if a signal ended its command
	if status.Signaled() {
		signal = status.Signal()
	}
	limits := v.limits
	switch {
	case limits.CPU > 0 && v.ranOut(signal, r.CPU):
		r.stopped(CPULimit, fmt.Sprintf("stopped after %v of processor time (CPU limit)", limits.CPU))
	case limits.FileSize > 0 && signal == unix.SIGXFSZ:
		r.Reason = fmt.Sprintf("the program wrote a file of more than %s (file size limit)", text.Size(limits.FileSize))
	case status.Signaled() && signal == unix.SIGSYS && v.form != unconfined: // any program may exit with 159
		r.stopped(Denied, "stopped by the system call filter: only the machine's native calls are allowed")
	case limits.Memory > 0 && usage.rss >= limits.Memory:
		r.stopped(MemoryLimit, memoryReason(limits))
	case v.watch.crowded(int(v.ended.N)):
		r.stopped(ProcessLimit, fmt.Sprintf("the program could not start more than %d processes (process limit)", limits.Processes))
	}
}

func memoryReason(l Limits) string {
	return fmt.Sprintf("stopped when it used more than %s of memory (memory limit)", text.Size(l.Memory))
}

// ranOut reports whether the limit of processor time sent the signal. The kernel keeps that limit
// by its ticks and reports by the clock; on a busy machine the two differ by a lot. Only the limit
// sends SIGXCPU, unless the program sends it to itself.
func (v *supervisor) ranOut(signal unix.Signal, used time.Duration) bool {
	switch signal {
	case unix.SIGXCPU:
		return used >= v.limits.CPU/2
	case unix.SIGKILL:
		return used >= v.limits.CPU-v.limits.CPU/8
	}
	return false
}

// stopped makes r the result of a program that a limit ended.
func (r *Result) stopped(status Status, reason string) {
	r.Status, r.Reason = status, reason
	r.Exit, r.Signal = 0, ""
}

// A maker has sandboxes for programs: it starts a process for each, forks a running one, or has one
// that waits already. The caller does not know which; they differ only in speed.
type maker interface {
	// start makes a sandbox for c. The program need not have been executed when it returns.
	start(ctx context.Context, c *Cmd) (*sandboxed, error)
	// over tells the maker that the program has ended, and whether it was executed or why not.
	over(executed bool, err error)
}

// runBy runs the program in a sandbox of one maker, and reports whether it was executed.
func (c *Cmd) runBy(ctx context.Context, by maker, limits Limits) (r Result, executed bool, err error) {
	s, err := by.start(ctx, c)
	if err == nil {
		r, executed, err = c.supervise(ctx, s, limits)
	}
	by.over(executed, err)
	return r, executed, err
}

// alone makes sandboxes that share nothing, without the layers given.
type alone struct{ without []string }

func (a alone) start(ctx context.Context, c *Cmd) (*sandboxed, error) {
	s, err := c.start(ctx, a.without)
	if errors.Is(err, errSilent) { // somebody killed its maker
		s, err = c.start(ctx, a.without)
	}
	return s, err
}

func (alone) over(bool, error) {}

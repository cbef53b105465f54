package group

import (
	"os"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// If only the watch keeps a limit, a program can overshoot it by as much as it takes between two
// looks. Two things keep that small. First, cheap numbers serve to guess the exact ones: the
// resident pages with the shared ones, each counted for every process that has them, and the memory
// that the whole machine has lost, because nothing else shows memory that no process has mapped. A
// guess stops no program; the watch only reads the exact numbers at once. Second, the next look
// comes when the program will have used up half of the rest at its present speed.

const (
	// interval between two looks at a program that is far from its limit.
	interval = 25 * time.Millisecond
	// shortest is the time between two looks at one that is close to it.
	shortest = 2 * time.Millisecond
)

// A pace holds the watch's last readings of a sandbox's memory, in bytes.
type pace struct {
	exact, hint, available int64 // from the last reading of the exact numbers; zero before it
	hoarded                int64 // available at the last look for unmapped memory
	used                   int64 // in use at the last look
	at                     time.Time
}

// guess returns what the exact numbers may be by now. Memory that other programs took counts as
// well.
func (p *pace) guess(sure, hint, available int64) int64 {
	return max(sure, p.exact+max(hint-p.hint, p.available-available, 0))
}

// measured remembers exact numbers.
func (p *pace) measured(exact, hint, available int64) {
	p.exact, p.hint, p.available, p.hoarded = exact, hint, available, available
}

// lost returns the memory that the machine has lost since the last look for unmapped memory.
func (p *pace) lost(available int64) int64 { return p.hoarded - available }

// next returns how long the program may be left alone after a look that found used bytes.
func (p *pace) next(now time.Time, used, limit int64) time.Duration {
	grown, since := used-p.used, now.Sub(p.at)
	p.used, p.at = used, now
	if limit <= 0 || grown <= 0 || since <= 0 {
		return interval
	}
	left := float64(limit-used) / 2 * float64(since) / float64(grown)
	return time.Duration(min(max(left, float64(shortest)), float64(interval)))
}

// A reserve is the last resort without a control group. Memory that the kernel holds for a program
// in pipes and sockets is charged to nobody; we only see that it is gone.
type reserve struct {
	first int64 // available when the program began
}

// gone reports whether the machine has hardly any memory left and has lost more than the limit
// since the program began. If the program cannot have taken that much, it is not stopped.
func (r *reserve) gone(total, available, limit int64) bool {
	const share = 20 // one part in so many counts as hardly any
	if r.first == 0 {
		r.first = available
	}
	return total > 0 && available < total/share && r.first-available > limit
}

// machineMemory reads how much memory the machine has, and how much of it is available; zeros if
// unknown.
func machineMemory(meminfo string) (total, available int64) {
	text, err := os.ReadFile(meminfo)
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		switch {
		case len(f) < 2:
		case f[0] == "MemTotal:":
			total = number(f[1]) << 10
		case f[0] == "MemAvailable:":
			return total, number(f[1]) << 10
		}
	}
	return total, 0
}

// An urgency lets the thread that watches run before others on a busy machine. An ordinary user
// cannot raise its priority; but a thread that asks for short turns gets them early (sched(7),
// since Linux 6.12). The thread takes it when a program is large, as one in a thousand is.
type urgency struct {
	taken  bool
	before *unix.SchedAttr
}

func (u *urgency) take() {
	if u.taken {
		return
	}
	u.taken = true
	runtime.LockOSThread()
	attr, err := unix.SchedGetAttr(0, 0)
	if err != nil {
		return
	}
	before := *attr
	attr.Runtime = uint64(100 * time.Microsecond)
	if unix.SchedSetAttr(0, attr, 0) == nil {
		u.before = &before
	}
}

// drop restores the thread's scheduling.
func (u *urgency) drop() {
	if u.before != nil {
		_ = unix.SchedSetAttr(0, u.before, 0) // the thread had these settings before
	}
	if u.taken {
		runtime.UnlockOSThread()
	}
	*u = urgency{}
}

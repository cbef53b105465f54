package group

import (
	"os"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// How far a program can overshoot a limit that only the watch keeps is what it takes between two
// looks. Two things keep that small. What is cheap to read is used to guess what the exact numbers
// have become: the resident pages with the shared ones, each counted for every process that has
// them, and what the whole machine has lost, which is all that shows of memory that no process has
// mapped. A guess stops nobody, it only has the exact numbers read at once. And the next look comes
// when at the present speed half of what is left will be used up.

const (
	// interval between two looks at a program that is far from its limit.
	interval = 25 * time.Millisecond
	// shortest is the time between two looks at one that is close to it.
	shortest = 2 * time.Millisecond
)

// A pace is what was seen of a sandbox's memory, in bytes.
type pace struct {
	exact, hint, available int64 // when the exact numbers were read last; nothing before that
	hoarded                int64 // what was available when unmapped memory was looked for last
	used                   int64 // by the last look
	at                     time.Time
}

// guess is what the exact numbers may be by now. What other programs took counts as well.
func (p *pace) guess(sure, hint, available int64) int64 {
	return max(sure, p.exact+max(hint-p.hint, p.available-available, 0))
}

// measured remembers exact numbers.
func (p *pace) measured(exact, hint, available int64) {
	p.exact, p.hint, p.available, p.hoarded = exact, hint, available, available
}

// lost is what the machine has lost since unmapped memory was looked for.
func (p *pace) lost(available int64) int64 { return p.hoarded - available }

// next is how long the program may be left alone after a look that found so much in use.
func (p *pace) next(now time.Time, used, limit int64) time.Duration {
	grown, since := used-p.used, now.Sub(p.at)
	p.used, p.at = used, now
	if limit <= 0 || grown <= 0 || since <= 0 {
		return interval
	}
	left := float64(limit-used) / 2 * float64(since) / float64(grown)
	return time.Duration(min(max(left, float64(shortest)), float64(interval)))
}

// A reserve is the last line where there is no control group. What the kernel holds for a program in
// pipes and sockets is charged to nobody; all that can be seen is that it is gone.
type reserve struct {
	first int64 // what was available when the program began
}

// gone reports whether the machine has hardly any memory left and has lost more than the limit since
// the program began: one that cannot have taken it is not stopped for others.
func (r *reserve) gone(total, available, limit int64) bool {
	const share = 20 // one part in so many is hardly any
	if r.first == 0 {
		r.first = available
	}
	return total > 0 && available < total/share && r.first-available > limit
}

// machineMemory reads how much memory the machine has, and how much of it is available; zeros where
// that is not known.
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

// An urgency lets the thread that watches be served before others on a busy machine. An ordinary user
// cannot raise its priority; but a thread that asks for short turns gets them early (sched(7), since
// Linux 6.12). It is taken when a program is large, which one in a thousand is.
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

// drop gives the thread back as it was.
func (u *urgency) drop() {
	if u.before != nil {
		_ = unix.SchedSetAttr(0, u.before, 0) // it was so before
	}
	if u.taken {
		runtime.UnlockOSThread()
	}
	*u = urgency{}
}

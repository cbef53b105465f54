package group

import (
	"os"
	"strconv"
	"time"
)

// settled is when a program has run for so long that moving it to a group does not matter to it.
const settled = 100 * time.Millisecond

// A Watch looks at a sandbox from outside, every now and then, and adds up what its processes
// use together. It sees them through the sandbox's own /proc, which holds nested namespaces too.
// Without a control group this is all that bounds their memory together.
type Watch struct {
	Config
	page      int64
	ramfs     bool  // the program has mounted one
	hoard     int64 // bytes of memory files and segments, when last looked for
	meminfo   string
	total     int64 // memory of the machine, when last looked at
	available int64
	root      string   // the sandbox's root, as seen from here
	proc      *os.File // the sandbox's /proc; nil until first needed
	own       string   // the mount namespace of init: its mounts are in Mounts
	begun     time.Time
	next      time.Time
	looks     int
	now       int // tasks last seen
	tasks     int // the most seen
	reserve   reserve
	pace      pace
	urgent    urgency
	cpu       time.Duration // used by all processes seen last
}

// A Config says what to watch.
type Config struct {
	Init     int      // the process that all others descend from, in our numbers
	Remote   bool     // it has no /proc of its own, so its processes are looked up in ours
	Mounts   []string // its memory file systems, as it sees them
	Limits   Limits
	Group    *Group       // nil: none
	Segments func() int64 // pages of System V shared memory, when last asked, and asks again; nil: there is none
}

// NewWatch returns a watch that looks for the first time some time after the program has started.
func NewWatch(c Config) *Watch {
	return &Watch{Config: c, page: int64(os.Getpagesize()), meminfo: "/proc/meminfo", root: "/proc/" + strconv.Itoa(c.Init) + "/root"}
}

// Timeout is how long the supervisor may sleep, in milliseconds.
func (w *Watch) Timeout(started time.Time) int {
	if started.IsZero() {
		return 1000 // for the supervisor to notice that it never does
	}
	if w.next.IsZero() {
		w.begun, w.next = started, started.Add(interval)
	}
	return max(int(time.Until(w.next).Milliseconds())+1, 0)
}

// A Finding is what is wrong with a sandbox.
type Finding uint8

// Findings.
const (
	Nothing   Finding = iota
	TooMany           // more processes than it may have
	TooLarge          // more memory
	Exhausted         // the machine has hardly any memory left, and this has taken it
)

// Check takes a look when it is time for one, and says whether a limit is broken; looked is false when
// it was not time.
func (w *Watch) Check() (found Finding, looked bool) {
	now := time.Now()
	if w.next.IsZero() || now.Before(w.next) {
		return Nothing, false
	}
	used := w.look()
	pause := interval
	if !w.Group.Active() {
		pause = w.pace.next(now, used, w.Limits.Memory)
		if used > w.Limits.Memory/4 && w.Limits.Memory > 0 {
			w.urgent.take()
		}
	}
	// A look at many processes takes its time; it must not take all of it.
	w.next = time.Now().Add(max(pause, min(4*time.Since(now), interval), time.Since(now)))
	if w.Group != nil && w.Group.late != "" && (now.Sub(w.begun) > settled || used > w.Limits.Memory/8) && w.Limits.Memory > 0 {
		w.Group.move(w.Init, w.Limits)
	}
	switch {
	case w.Remote && w.Limits.Processes > 0 && w.now > w.Limits.Processes:
		return TooMany, true
	case w.Group.Killed() || w.Limits.Memory > 0 && used > w.Limits.Memory:
		return TooLarge, true
	case !w.Group.Active() && w.Limits.Memory > 0 && w.reserve.gone(w.total, w.available, w.Limits.Memory):
		return Exhausted, true
	}
	return Nothing, true
}

// Looks is how often it has looked; Tasks how many it saw at most, processes and threads; and CPU how
// much time those used that it saw last.
func (w *Watch) Looks() int         { return w.looks }
func (w *Watch) Tasks() int         { return w.tasks }
func (w *Watch) CPU() time.Duration { return w.cpu }

// Close gives back what it took.
func (w *Watch) Close() {
	w.urgent.drop()
	if w.proc != nil {
		_ = w.proc.Close()
	}
}

// look adds up memory, tasks and time. Of memory it takes what is cheap to read, and guesses; only when
// that is too much it takes the exact numbers. What no process need have mapped is looked for every now
// and then, and when the machine has lost some.
func (w *Watch) look() int64 {
	pids := w.pids()
	var tasks int
	var cpu time.Duration
	for _, pid := range pids {
		threads, time := w.stat(pid)
		tasks += threads
		cpu += time
	}
	w.now, w.tasks, w.cpu = tasks, max(w.tasks, tasks), max(w.cpu, cpu)
	w.looks++
	if w.Group.Active() || w.Limits.Memory < 0 {
		return 0
	}
	files := w.fileMemory(pids)
	sure, hint := files, files
	for _, pid := range pids {
		private, all := w.resident(pid)
		sure, hint = sure+private, hint+all
	}
	w.total, w.available = machineMemory(w.meminfo)
	const often = 8 // one look in so many
	if w.looks%often == 0 || w.looks > 1 && w.pace.lost(w.available) > w.Limits.Memory/16 {
		w.hoard, _ = w.hoarded(pids)
		w.pace.hoarded = w.available
	}
	sure, hint = sure+w.hoard, hint+w.hoard
	if w.looks == 1 {
		w.pace.measured(hint, hint, w.available)
	}
	if used := w.pace.guess(sure, hint, w.available); used <= w.Limits.Memory {
		return used
	}
	return w.measure(pids, hint)
}

// measure reads the exact numbers, of processes that stand still meanwhile.
func (w *Watch) measure(pids []string, hint int64) int64 {
	var stopped frozen
	if !w.Remote {
		stopped = w.freeze(pids)
	}
	used := max(w.fileMemory(pids)+w.exact(pids), w.uncounted())
	stopped.thaw(used <= w.Limits.Memory)
	w.pace.measured(used, hint, w.available)
	return used
}

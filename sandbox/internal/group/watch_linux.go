package group

import (
	"os"
	"strconv"
	"time"
)

// settled is the age at which moving a program to a group does not slow it noticeably.
const settled = 100 * time.Millisecond

// A Watch looks at a sandbox from outside, every now and then, and adds up the resources that its
// processes use together. It sees them through the sandbox's own /proc, which shows nested
// namespaces too. Without a control group nothing else bounds their memory together.
type Watch struct {
	Config
	page      int64
	ramfs     bool  // the program has mounted one
	hoard     int64 // bytes of memory files and segments at the last look for them
	meminfo   string
	total     int64 // memory of the machine at the last look
	available int64
	root      string   // the sandbox's root, as seen from here
	proc      *os.File // the sandbox's /proc; nil until first needed
	own       string   // the mount namespace of init, whose mounts are in Mounts
	begun     time.Time
	next      time.Time
	looks     int
	now       int // tasks at the last look
	tasks     int // the most tasks at any look
	reserve   reserve
	pace      pace
	urgent    urgency
	cpu       time.Duration // used by all processes at the last look
}

// A Config says what a Watch watches.
type Config struct {
	Init     int      // the ancestor of all other processes, by its number in our namespace
	Remote   bool     // the sandbox has no /proc of its own, so its processes are looked up in ours
	Mounts   []string // its memory file systems, by their paths in the sandbox
	Limits   Limits
	Group    *Group       // nil: none
	Segments func() int64 // returns the last known pages of System V shared memory, and asks again; nil: there is none
}

// NewWatch returns a Watch that looks for the first time some time after the program has started.
func NewWatch(c Config) *Watch {
	return &Watch{Config: c, page: int64(os.Getpagesize()), meminfo: "/proc/meminfo", root: "/proc/" + strconv.Itoa(c.Init) + "/root"}
}

// Timeout is how long the supervisor may sleep, in milliseconds.
func (w *Watch) Timeout(started time.Time) int {
	if started.IsZero() {
		return 1000 // so that the supervisor notices if the program never starts
	}
	if w.next.IsZero() {
		w.begun, w.next = started, started.Add(interval)
	}
	return max(int(time.Until(w.next).Milliseconds())+1, 0)
}

// A Finding is a limit that a sandbox breaks.
type Finding uint8

// Findings.
const (
	Nothing   Finding = iota
	TooMany           // more processes than it may have
	TooLarge          // more memory
	Exhausted         // the machine has hardly any memory left, and this sandbox has taken it
)

// Check takes a look when it is time for one, and says whether a limit is broken; otherwise looked
// is false.
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
	// A look at many processes takes long; looking must not take all the time.
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

// Looks returns how often the watch has looked; Tasks the most processes and threads that it saw;
// and CPU the time used by the processes that it saw last.
func (w *Watch) Looks() int         { return w.looks }
func (w *Watch) Tasks() int         { return w.tasks }
func (w *Watch) CPU() time.Duration { return w.cpu }

// Close releases the watch's descriptors.
func (w *Watch) Close() {
	w.urgent.drop()
	if w.proc != nil {
		_ = w.proc.Close()
	}
}

// look adds up memory, tasks and time. It reads cheap numbers of the memory and guesses; only if
// the guess is too high does it read the exact numbers. It looks for unmapped memory every now and
// then, and when the machine has lost some.
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

// measure reads the exact numbers while the processes stand still.
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

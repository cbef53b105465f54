package sandbox

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// settled is when a program has run for so long that moving it to a group does not matter to it.
const settled = 100 * time.Millisecond

// A watch looks at a sandbox from outside, every now and then, and adds up what its processes
// use together. It sees them through the sandbox's own /proc, which holds nested namespaces too.
// Without a control group this is all that bounds their memory together.
type watch struct {
	*sandboxed
	limits    Limits
	page      int64
	ramfs     bool  // the program has mounted one
	hoard     int64 // bytes of memory files and segments, when last looked for
	meminfo   string
	total     int64 // memory of the machine, when last looked at
	available int64
	root      string   // the sandbox's root, as seen from here
	proc      *os.File // the sandbox's /proc; nil until first needed
	mounts    []string // its memory file systems
	own       string   // the mount namespace of init: its mounts are in mounts
	remote    bool     // the sandbox has no /proc of its own, so its processes are looked up in ours
	begun     time.Time
	next      time.Time
	looks     int
	now       int // tasks last seen
	tasks     int // the most seen
	reserve   reserve
	pace      pace
	urgent    urgency
	// Whether the group refused a fork, once that is known.
	refused bool
	cpu     time.Duration // used by all processes seen last
}

func newWatch(s *sandboxed, limits Limits) *watch {
	w := &watch{sandboxed: s, limits: limits, page: int64(os.Getpagesize()), meminfo: "/proc/meminfo", root: "/proc/" + strconv.Itoa(s.pid) + "/root"}
	w.remote = !slices.Contains(s.layers, "proc")
	for _, s := range s.plan.Setup {
		if s.Op == stage.Mount && s.Src == "tmpfs" || s.Op == stage.Overlay {
			w.mounts = append(w.mounts, s.Dst)
		}
	}
	return w
}

// timeout is how long the supervisor may sleep, in milliseconds.
func (w *watch) timeout(started time.Time) int {
	if started.IsZero() {
		return 1000 // for the supervisor to notice that it never does
	}
	if w.next.IsZero() {
		w.begun, w.next = started, started.Add(interval)
	}
	return max(int(time.Until(w.next).Milliseconds())+1, 0)
}

// check takes a look when it is time for one, and says whether a limit is broken.
func (w *watch) check() (Status, string) {
	now := time.Now()
	if w.next.IsZero() || now.Before(w.next) {
		return "", ""
	}
	used := w.look()
	pause := interval
	if !w.group.active() {
		pause = w.pace.next(now, used, w.limits.Memory)
		if used > w.limits.Memory/4 && w.limits.Memory > 0 {
			w.urgent.take()
		}
	}
	// A look at many processes takes its time; it must not take all of it.
	w.next = time.Now().Add(max(pause, min(4*time.Since(now), interval), time.Since(now)))
	if w.group != nil && w.group.late != "" && (now.Sub(w.begun) > settled || used > w.limits.Memory/8) && w.limits.Memory > 0 {
		w.group.move(w.pid, w.limits)
	}
	if w.remote && w.limits.Processes > 0 && w.now > w.limits.Processes {
		return ProcessLimit, fmt.Sprintf("stopped when it had more than %d processes (process limit)", w.limits.Processes)
	}
	if w.private != nil && w.looks%8 == 1 {
		if reason := w.full(); reason != "" {
			return Signaled, reason
		}
	}
	if w.group.killed() || w.limits.Memory > 0 && used > w.limits.Memory {
		return MemoryLimit, memoryReason(w.limits)
	}
	if !w.group.active() && w.limits.Memory > 0 && w.reserve.gone(w.total, w.available, w.limits.Memory) {
		return MemoryLimit, "stopped when the machine had hardly any memory left (memory limit)"
	}
	return "", ""
}

// look adds up memory, tasks and time. Of memory it takes what is cheap to read, and guesses; only when
// that is too much it takes the exact numbers. What no process need have mapped is looked for every now
// and then, and when the machine has lost some.
func (w *watch) look() int64 {
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
	if w.group.active() || w.limits.Memory < 0 {
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
	if w.looks%often == 0 || w.looks > 1 && w.pace.lost(w.available) > w.limits.Memory/16 {
		w.hoard, _ = w.hoarded(pids)
		w.pace.hoarded = w.available
	}
	sure, hint = sure+w.hoard, hint+w.hoard
	if w.looks == 1 {
		w.pace.measured(hint, hint, w.available)
	}
	if used := w.pace.guess(sure, hint, w.available); used <= w.limits.Memory {
		return used
	}
	return w.measure(pids, hint)
}

// measure reads the exact numbers, of processes that stand still meanwhile.
func (w *watch) measure(pids []string, hint int64) int64 {
	var stopped frozen
	if !w.remote {
		stopped = w.freeze(pids)
	}
	used := max(w.fileMemory(pids)+w.exact(pids), w.uncounted())
	stopped.thaw(used <= w.limits.Memory)
	w.pace.measured(used, hint, w.available)
	return used
}

// pids lists the processes but init. A sandbox that is just going away has none.
func (w *watch) pids() []string {
	if w.proc == nil {
		dir, init := w.root+"/proc", "1"
		if w.remote {
			dir, init = "/proc", strconv.Itoa(w.pid)
		}
		f, err := os.Open(dir)
		if err != nil {
			return nil
		}
		w.proc = f
		w.own = w.link(init, "ns/mnt")
	}
	if w.remote {
		var pids []string
		for _, pid := range descendants(w.pid)[1:] {
			pids = append(pids, strconv.Itoa(pid))
		}
		return pids
	}
	if _, err := w.proc.Seek(0, io.SeekStart); err != nil {
		return nil
	}
	names, err := w.proc.Readdirnames(-1)
	if err != nil {
		return nil
	}
	pids := names[:0]
	for _, name := range names {
		if name[0] >= '1' && name[0] <= '9' && name != "1" {
			pids = append(pids, name)
		}
	}
	return pids
}

// enough bounds what is read of one file: a program can make its list of mappings very long.
const enough = 1 << 20

// read reads a file of a process; a process that is gone has an empty one.
func (w *watch) read(pid, name string) string {
	fd, err := unix.Openat(int(w.proc.Fd()), pid+"/"+name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return ""
	}
	defer unix.Close(fd)
	buf := make([]byte, 0, 4096)
	for len(buf) < enough {
		n, err := unix.Read(fd, buf[len(buf):cap(buf)])
		if err != nil || n == 0 {
			break
		}
		buf = slices.Grow(buf[:len(buf)+n], 4096)
	}
	return string(buf)
}

func (w *watch) link(pid, name string) string {
	var buf [64]byte
	n, err := unix.Readlinkat(int(w.proc.Fd()), pid+"/"+name, buf[:])
	if err != nil {
		return ""
	}
	return string(buf[:n])
}

// resident is the process's private memory in bytes, and all of it: statm has all resident pages and
// those of files and shared memory among them (proc_pid_statm(5)).
func (w *watch) resident(pid string) (private, all int64) {
	f := strings.Fields(w.read(pid, "statm"))
	if len(f) < 3 {
		return 0, 0
	}
	return (number(f[1]) - number(f[2])) * w.page, number(f[1]) * w.page
}

// state is the letter for what a process does (proc_pid_stat(5)).
func (w *watch) state(pid string) byte {
	stat := w.read(pid, "stat")
	if i := strings.LastIndexByte(stat, ')'); i >= 0 && i+2 < len(stat) {
		return stat[i+2]
	}
	return 0
}

// stat returns the tasks of a process and the time that it and its buried children have used.
// The name, in parentheses, may hold anything; fields are counted from behind it (proc_pid_stat(5)).
func (w *watch) stat(pid string) (threads int, cpu time.Duration) {
	stat := w.read(pid, "stat")
	f := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(f) < 18 {
		return 0, 0
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every architecture that Go runs on
	return int(number(f[17])), tick * time.Duration(number(f[11])+number(f[12])+number(f[13])+number(f[14]))
}

// crowded reports whether the program had come up against the process limit; left is how many
// processes it left behind.
func (w *watch) crowded(left int) bool {
	most := max(left, w.tasks)
	return w.limits.Processes > 0 && (w.refused || most >= w.limits.Processes-w.limits.Processes/16-1)
}

// keepers says which layers keep a limit exactly, each of them alone. The others are kept from here.
var keepers = map[string][]string{
	"wall": nil, "output": nil, "memory": nil, "cpu": {"rlimits"}, "files": {"rlimits"}, "filesize": {"rlimits"},
	"tmp": {"root"}, "inodes": {"root"}, "processes": {"pid-max", "rlimits"}, "namespaces": {"namespace-caps"},
}

// kept says how each limit was kept.
func (w *watch) kept() map[string]string {
	const enforced, bestEffort, unavailable = "enforced", "best effort", "unavailable"
	kept := make(map[string]string, len(keepers))
	for limit, names := range keepers {
		kept[limit] = unavailable
		if names == nil || slices.ContainsFunc(names, func(name string) bool { return slices.Contains(w.layers, name) }) {
			kept[limit] = enforced
		}
	}
	switch {
	case w.form == unconfined:
		kept["memory"] = unavailable
	case !w.group.active():
		kept["memory"] = bestEffort
	}
	if w.private != nil { // nobody counts for it alone
		kept["tmp"], kept["inodes"], kept["processes"] = bestEffort, bestEffort, bestEffort
	}
	if w.single && slices.Contains(w.layers, "seccomp") { // the filter refuses all of them
		kept["namespaces"] = enforced
	}
	return kept
}

func (w *watch) close() {
	w.urgent.drop()
	if w.proc != nil {
		_ = w.proc.Close()
	}
}

// full says what is too much about the files in a private directory, which is on a disk of the
// caller's.
func (w *watch) full() string {
	bytes, files := w.private.used()
	switch {
	case w.limits.Tmp > 0 && bytes-w.private.bytes > w.limits.Tmp:
		return fmt.Sprintf("stopped when it had written more than %s to files (limit of temporary files)", size(w.limits.Tmp))
	case w.limits.Inodes > 0 && files-w.private.files > w.limits.Inodes:
		return fmt.Sprintf("stopped when it had made more than %d files (limit of temporary files)", w.limits.Inodes)
	}
	return ""
}

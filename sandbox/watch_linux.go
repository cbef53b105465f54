package sandbox

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// interval between two looks at a sandbox. What a program can take in between is how far it can
// overshoot a limit that only the watch keeps.
const interval = 25 * time.Millisecond

// A watch looks at a sandbox from outside, every now and then, and adds up what its processes
// use together. It sees them through the sandbox's own /proc, which holds nested namespaces too.
type watch struct {
	pid    int
	limits Limits
	page   int64
	proc   *os.File // the sandbox's /proc; nil until first needed
	mounts []string // what memory file systems it has
	next   time.Time
	tasks  int // the most seen
}

func newWatch(pid int, limits Limits) *watch {
	return &watch{pid: pid, limits: limits, page: int64(os.Getpagesize())}
}

// timeout is how long the supervisor may sleep, in milliseconds.
func (w *watch) timeout(started time.Time) int {
	if started.IsZero() {
		return -1
	}
	if w.next.IsZero() {
		w.next = started.Add(interval)
	}
	return max(int(time.Until(w.next).Milliseconds())+1, 0)
}

// check takes a look when it is time for one, and says whether a limit is broken.
func (w *watch) check() (Status, string) {
	now := time.Now()
	if w.next.IsZero() || now.Before(w.next) {
		return "", ""
	}
	used, tasks := w.look()
	w.tasks = max(w.tasks, tasks)
	// A look at many processes takes its time; it must not take all of it.
	w.next = time.Now().Add(max(interval, 4*time.Since(now)))
	if w.limits.Memory > 0 && used > w.limits.Memory {
		return MemoryLimit, fmt.Sprintf("stopped when it used more than %s of memory (memory limit)", size(w.limits.Memory))
	}
	return "", ""
}

// look adds up memory and tasks. It takes the cheap number first: resident pages count twice
// where processes share them, so only when that is too much the exact one is taken.
func (w *watch) look() (used int64, tasks int) {
	if w.proc == nil {
		if !w.open() {
			return 0, 0
		}
	}
	if _, err := w.proc.Seek(0, io.SeekStart); err != nil {
		return 0, 0
	}
	names, err := w.proc.Readdirnames(-1)
	if err != nil {
		return 0, 0
	}
	var pids []string
	for _, name := range names {
		if name[0] >= '1' && name[0] <= '9' && name != "1" {
			pids = append(pids, name)
		}
	}
	files := w.fileMemory()
	used = files
	for _, pid := range pids {
		used += w.resident(pid)
		tasks += w.threads(pid)
	}
	if used <= w.limits.Memory || w.limits.Memory < 0 {
		return used, tasks
	}
	used = files
	for _, pid := range pids {
		used += w.proportional(pid)
	}
	return used, tasks
}

// open opens the sandbox's /proc by way of init's root.
func (w *watch) open() bool {
	root := "/proc/" + strconv.Itoa(w.pid) + "/root"
	f, err := os.Open(root + "/proc")
	if err != nil {
		return false
	}
	w.proc = f
	return true
}

// read reads a small file of a process; a process that is gone has an empty one.
func (w *watch) read(pid, name string) string {
	fd, err := unix.Openat(int(w.proc.Fd()), pid+"/"+name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return ""
	}
	defer unix.Close(fd)
	var buf [1024]byte
	n, err := unix.Read(fd, buf[:])
	if err != nil {
		return ""
	}
	return string(buf[:n])
}

// resident is the process's private memory in bytes: statm has all resident pages and those of
// files and shared memory among them (proc_pid_statm(5)).
func (w *watch) resident(pid string) int64 {
	f := strings.Fields(w.read(pid, "statm"))
	if len(f) < 3 {
		return 0
	}
	return (number(f[1]) - number(f[2])) * w.page
}

// proportional is the process's memory with its part of what it shares, files excepted.
func (w *watch) proportional(pid string) (sum int64) {
	for line := range strings.Lines(w.read(pid, "smaps_rollup")) {
		name, rest, _ := strings.Cut(line, ":")
		if name == "Pss_Anon" {
			if f := strings.Fields(rest); len(f) > 0 {
				sum += number(f[0]) << 10
			}
		}
	}
	return sum
}

// threads counts the tasks of a process: field 20 of stat, which comes 18 after the name.
func (w *watch) threads(pid string) int {
	stat := w.read(pid, "stat")
	f := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(f) < 18 {
		return 0
	}
	return int(number(f[17]))
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0 // the kernel's own numbers; nothing can be done about a wrong one
	}
	return n
}

// fileMemory is what the sandbox's memory file systems hold.
func (w *watch) fileMemory() (sum int64) {
	for _, path := range w.mounts {
		var st unix.Statfs_t
		if unix.Statfs("/proc/"+strconv.Itoa(w.pid)+"/root"+path, &st) == nil {
			sum += int64(st.Blocks-st.Bfree) * st.Bsize
		}
	}
	return sum
}

// crowded reports whether the program had come up against the process limit; left is how many
// processes it left behind.
func (w *watch) crowded(left int) bool {
	most := max(left, w.tasks)
	return w.limits.Processes > 0 && most >= w.limits.Processes-w.limits.Processes/16-1
}

// kept says how each limit was kept.
func (w *watch) kept() map[string]string {
	const enforced, best = "enforced", "best effort"
	return map[string]string{"wall": enforced, "output": enforced, "cpu": enforced, "files": enforced,
		"filesize": enforced, "tmp": enforced, "processes": enforced, "memory": best}
}

func (w *watch) close() {
	if w.proc != nil {
		_ = w.proc.Close()
	}
}

package sandbox

import (
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// rlimits plans the limits that the kernel keeps for each process (getrlimit(2)).
func (p *planner) rlimits() {
	l := p.limits
	limits := []struct {
		resource  int
		soft, add int64 // add: how much the hard limit is above the soft one
	}{
		// The exact value 1 makes the kernel refuse to start a core pattern's program too (core(5)).
		{unix.RLIMIT_CORE, 1, 0},
		// In whole seconds; at the hard limit the kernel sends SIGKILL instead of SIGXCPU.
		{unix.RLIMIT_CPU, seconds(l.CPU), 1},
		// Private memory of one process. The limit is above the watch's: it stops a program that is
		// faster than the watch, but only the watch can say why it stopped one.
		{unix.RLIMIT_DATA, dataLimit(l.Memory), 0},
		{unix.RLIMIT_FSIZE, l.FileSize, 0},
		{unix.RLIMIT_NOFILE, int64(l.Files), 0},
		// Counted for each user namespace since Linux 5.14; init is one of them.
		{unix.RLIMIT_NPROC, int64(l.Processes) + 1 + p.others(), 0},
		{unix.RLIMIT_MEMLOCK, 64 << 10, 0},
		{unix.RLIMIT_MSGQUEUE, 64 << 10, 0},
		{unix.RLIMIT_SIGPENDING, 256, 0},
		{unix.RLIMIT_NICE, 0, 0},
		{unix.RLIMIT_RTPRIO, 0, 0},
	}
	for _, limit := range limits {
		if limit.soft < 0 || limit.resource == unix.RLIMIT_NPROC && l.Processes < 0 {
			continue
		}
		soft, hard := uint64(limit.soft), uint64(limit.soft+limit.add)
		var own unix.Rlimit
		if unix.Getrlimit(limit.resource, &own) == nil {
			soft, hard = min(soft, own.Max), min(hard, own.Max) // the program cannot raise our limits
		}
		p.program(stage.Step{Op: stage.Rlimit, Flags: uint64(limit.resource), Arg: soft, Arg2: hard})
	}
}

// seconds rounds up; no limit stays no limit.
func seconds(d time.Duration) int64 {
	if d < 0 {
		return -1
	}
	return int64((d + time.Second - 1) / time.Second)
}

// dataLimit leaves room above the memory limit for memory that is reserved and never touched.
func dataLimit(memory int64) int64 {
	if memory < 0 {
		return -1
	}
	return memory + memory/4 + 64<<20
}

// others returns how many tasks the kernel counts besides the program's. If the kernel cannot tell
// the program from its user, these are all tasks of the user. Their number changes all the time;
// the watch then holds the program to its own number.
func (p *planner) others() int64 {
	if p.form != confined || p.id.root {
		return 0
	}
	dirs, err := os.ReadDir("/proc")
	if err != nil {
		return 0
	}
	n := int64(0)
	for _, dir := range dirs {
		var st unix.Stat_t
		if dir.Name()[0] < '1' || dir.Name()[0] > '9' || unix.Stat("/proc/"+dir.Name(), &st) != nil || int(st.Uid) != p.id.uid {
			continue
		}
		tasks, err := os.ReadDir("/proc/" + dir.Name() + "/task")
		if err == nil { // otherwise the process is gone
			n += int64(len(tasks))
		}
	}
	return n
}

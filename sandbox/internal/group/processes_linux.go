package group

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// pids lists the processes except init. A sandbox that is just going away has none.
func (w *Watch) pids() []string {
	if w.proc == nil {
		dir, init := w.root+"/proc", "1"
		if w.Remote {
			dir, init = "/proc", strconv.Itoa(w.Init)
		}
		f, err := os.Open(dir)
		if err != nil {
			return nil
		}
		w.proc = f
		w.own = w.link(init, "ns/mnt")
	}
	if w.Remote {
		var pids []string
		for _, pid := range Descendants(w.Init)[1:] {
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

// enough bounds the bytes read of one file: a program can make its list of mappings very long.
const enough = 1 << 20

// read reads a file of a process; if the process is gone, it returns "".
func (w *Watch) read(pid, name string) string {
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

func (w *Watch) link(pid, name string) string {
	var buf [64]byte
	n, err := unix.Readlinkat(int(w.proc.Fd()), pid+"/"+name, buf[:])
	if err != nil {
		return ""
	}
	return string(buf[:n])
}

// resident returns a process's private memory in bytes, and its whole resident memory: statm lists
// all resident pages, and among them those of files and shared memory (proc_pid_statm(5)).
func (w *Watch) resident(pid string) (private, all int64) {
	f := strings.Fields(w.read(pid, "statm"))
	if len(f) < 3 {
		return 0, 0
	}
	return (number(f[1]) - number(f[2])) * w.page, number(f[1]) * w.page
}

// state returns the letter of a process's state (proc_pid_stat(5)).
func (w *Watch) state(pid string) byte {
	stat := w.read(pid, "stat")
	if i := strings.LastIndexByte(stat, ')'); i >= 0 && i+2 < len(stat) {
		return stat[i+2]
	}
	return 0
}

// stat returns the tasks of a process and the time that it and its buried children have used. The
// name, in parentheses, may hold anything, so fields are counted after it (proc_pid_stat(5)).
func (w *Watch) stat(pid string) (threads int, cpu time.Duration) {
	stat := w.read(pid, "stat")
	f := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(f) < 18 {
		return 0, 0
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every architecture that Go runs on
	return int(number(f[17])), tick * time.Duration(number(f[11])+number(f[12])+number(f[13])+number(f[14]))
}

// number reads one of the kernel's own numbers; nothing could be done about a wrong one.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Descendants lists a process and all its descendants, by their numbers in our namespace.
func Descendants(pid int) []int {
	pids := []int{pid}
	for i := 0; i < len(pids); i++ {
		tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pids[i]))
		if err != nil {
			continue
		}
		for _, task := range tasks {
			text, err := os.ReadFile(task)
			if err != nil {
				continue // gone
			}
			for _, field := range strings.Fields(string(text)) {
				pids = append(pids, int(number(field)))
			}
		}
	}
	return pids
}

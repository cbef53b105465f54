package sandbox

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/group"
)

// TestMain looks at the machine before and after all tests of this package: programs that try
// everything have left no process, mount, file, socket or control group, and have changed nothing.
func TestMain(m *testing.M) {
	// What a program leaves alive becomes our child, wherever it is, and is found.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		panic(err)
	}
	for _, resource := range []int{unix.RLIMIT_NICE, unix.RLIMIT_RTPRIO} {
		// It takes a capability that a container's root lacks: see the hostile program real-time.
		_ = unix.Setrlimit(resource, &unix.Rlimit{Cur: 40, Max: 40})
	}
	before := machine()
	code := m.Run()
	if left := settledDifference(before); len(left) > 0 {
		fmt.Printf("the tests have changed this machine:\n%s\n", strings.Join(left, "\n"))
		code = 1
	}
	os.Exit(code)
}

// settledDifference compares the machine with what it was; what is just going away may.
func settledDifference(before map[string]string) []string {
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		left := difference(before, machine())
		if len(left) == 0 || time.Now().After(deadline) {
			return left
		}
	}
}

func difference(before, after map[string]string) (lines []string) {
	keys := maps.Clone(before)
	maps.Copy(keys, after)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if before[key] != after[key] {
			lines = append(lines, fmt.Sprintf("  %s: %q before, %q now", key, before[key], after[key]))
		}
	}
	return lines
}

// watched are files that a program would change first, and some that only a hole lets it change.
var watched = []string{
	"/etc/passwd", "/etc/hostname", "/etc/hosts", "/usr", "/usr/bin", "/bin/sh", "/tmp", "/dev", "/dev/null", "/dev/zero", "/dev/full",
	"/dev/random", "/dev/urandom", "/dev/shm", "/proc/self/exe",
}

// settings are numbers and texts of the kernel that are the machine's.
var settings = []string{
	"/proc/sys/kernel/hostname", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/pid_max",
	"/proc/sys/kernel/keys/maxkeys", "/proc/sys/net/ipv4/ip_unprivileged_port_start", "/proc/sys/vm/overcommit_memory", "/proc/swaps",
	"/proc/self/mountinfo", "/proc/self/oom_score_adj", "/proc/self/cgroup",
}

// busy are those of watched and settings that other programs change, too. They are looked at in
// CI, where there are none; elsewhere somebody may plug a disk in or install something meanwhile.
var busy = []string{"/etc/passwd", "/usr/bin", "/proc/self/mountinfo", "/proc/swaps"}

// machine describes this machine as far as the tests could have changed it. Other programs run on
// it too, so it lists what only the tests can have made.
func machine() map[string]string {
	m := make(map[string]string)
	alone := os.Getenv("CI") != ""
	users, _ := filepath.Glob("/proc/sys/user/*") // the error is one of the pattern
	for _, path := range slices.Concat(settings, users) {
		text, err := os.ReadFile(path)
		if err == nil {
			m[path] = string(text)
		}
	}
	for _, path := range watched {
		if st, err := os.Stat(path); err == nil {
			raw := st.Sys().(*syscall.Stat_t)
			m[path] = fmt.Sprint(st.Mode(), raw.Uid, raw.Gid, raw.Rdev)
			if st.Mode().IsRegular() {
				m[path] += fmt.Sprint(" ", st.Size(), st.ModTime())
			}
		}
	}
	for _, dir := range []string{"/tmp", "/var/tmp", "/dev/shm", "/run", "/"} {
		addFiles(m, dir, alone)
	}
	if !alone {
		maps.DeleteFunc(m, func(path, _ string) bool { return slices.Contains(busy, path) })
	}
	groups, _ := filepath.Glob("/sys/fs/cgroup/*/" + group.Prefix + strconv.Itoa(os.Getpid()) + "-*")
	deep, _ := filepath.Glob("/sys/fs/cgroup/*/*/*/" + group.Prefix + strconv.Itoa(os.Getpid()) + "-*")
	for _, path := range append(groups, deep...) {
		m["control group "+path] = "there"
	}
	for _, pid := range group.Descendants(os.Getpid())[1:] {
		m[fmt.Sprint("process ", pid)] = command(pid)
	}
	addSockets(m)
	m["terminals"] = fmt.Sprint(openTerminals())
	return m
}

// openTerminals counts the ends of terminals that this process has open. Those of the machine are not only
// ours: tests of other packages, which run at the same time, open and close some. One that a program of
// a test holds is found with its process.
func openTerminals() (n int) {
	open, _ := filepath.Glob("/proc/self/fd/*") // the error is one of the pattern
	for _, fd := range open {
		if to, err := os.Readlink(fd); err == nil && (strings.HasSuffix(to, "ptmx") || strings.HasPrefix(to, "/dev/pts/")) {
			n++
		}
	}
	return n
}

// addFiles adds the files of a directory that a program of a test has made: root's run as somebody
// that nobody else is, a user's as that user, whose other programs make files as well unless the
// tests are alone.
func addFiles(m map[string]string, dir string, alone bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		st, err := e.Info()
		if err != nil {
			continue
		}
		if strings.HasPrefix(e.Name(), privatePrefix) && !strings.HasPrefix(e.Name(), privatePrefix+strconv.Itoa(os.Getpid())+"-") {
			continue // another process's, which may be testing too
		}
		owner := int(st.Sys().(*syscall.Stat_t).Uid)
		tools := slices.ContainsFunc([]string{"go-", "Test", "cc", "slidexec-"}, func(p string) bool { return strings.HasPrefix(e.Name(), p) })
		if owner >= firstUnused && owner < firstUnused+unusedCount || alone && owner != 0 && owner == os.Geteuid() && !tools {
			m[filepath.Join(dir, e.Name())] = st.Mode().String()
		}
	}
}

// addSockets adds abstract sockets and segments of shared memory that tests make.
func addSockets(m map[string]string) {
	sockets, _ := os.ReadFile("/proc/self/net/unix")
	for line := range strings.Lines(string(sockets)) {
		if _, name, ok := strings.Cut(line, "@slidexec-test-"+strconv.Itoa(os.Getpid())); ok {
			m["socket "+name] = "there"
		}
	}
	segments, _ := os.ReadFile("/proc/sysvipc/shm")
	for line := range strings.Lines(string(segments)) {
		if f := strings.Fields(line); len(f) > 7 && f[0] == strconv.Itoa(0x51000000+os.Getpid()) {
			m["segment "+f[1]] = "there"
		}
	}
}

// command is what a process was started as.
func command(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return ""
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(string(text), "\x00", " ") + string(stat[:min(len(stat), 40)])
}

package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// attacks are tried inside, each with an argument that says on whom.
var attacks = map[string]func(string) error{
	"read": func(s string) error { _, err := os.ReadFile(s); return err },
	"list": func(s string) error { _, err := os.ReadDir(filepath.Dir(s)); return err },
	"write": func(s string) error {
		fd, err := unix.Open(s, unix.O_WRONLY, 0)
		unix.Close(fd)
		return err
	},
	"truncate": func(s string) error { return unix.Truncate(s, 1) },
	"mkdir":    func(s string) error { return unix.Mkdir(s+".d", 0o755) },
	"execute":  func(s string) error { return unix.Exec(s, []string{s}, nil) },
	"chmod":    func(s string) error { return unix.Chmod(s, 0o777) },
	"chmod through a link": func(s string) error {
		return errors.Join(unix.Symlink(s, "link"), unix.Chmod("link", 0o777))
	},
	"chmod through a directory": func(s string) error {
		fd, err := unix.Open(filepath.Dir(s), unix.O_PATH, 0)
		return errors.Join(err, unix.Fchmodat(fd, filepath.Base(s), 0o777, 0))
	},
	"fchmod of what may be read": func(string) error {
		fd, err := unix.Open("/proc/self/exe", unix.O_RDONLY, 0)
		return errors.Join(err, unix.Fchmod(fd, 0o777))
	},
	"attributes of what may be read": func(string) error {
		fd, err := unix.Open("/proc/self/exe", unix.O_RDONLY, 0)
		const getFlags, setFlags = 0x80086601, 0x40086602
		var flags uint64
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), getFlags, uintptr(unsafe.Pointer(&flags))); errno != 0 {
			flags = 0
		}
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), setFlags, uintptr(unsafe.Pointer(&flags)))
		return errors.Join(err, orNil(errno))
	},
	"times":     func(s string) error { return unix.UtimesNano(s, []unix.Timespec{{Sec: 1}, {Sec: 1}}) },
	"owner":     func(s string) error { return unix.Chown(s, os.Getuid(), os.Getgid()) },
	"xattr":     func(s string) error { return unix.Setxattr(s, "user.x", []byte("x"), 0) },
	"hard link": func(s string) error { return unix.Link(s, "hard") },
	"move away": func(s string) error { return unix.Rename(s, "moved") },
	"remove":    func(s string) error { return unix.Unlink(s) },
	"socket":    func(string) error { return socket(unix.AF_UNIX, unix.SOCK_STREAM) },
	"network":   func(string) error { return socket(unix.AF_INET, unix.SOCK_STREAM) },
	"datagrams": func(string) error { return socket(unix.AF_INET6, unix.SOCK_DGRAM) },
	"pair":      func(string) error { _, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM, 0); return err },
	"guard":     func(string) error { return unix.Kill(os.Getppid(), 0) },
	"signal":    func(s string) error { return unix.Kill(pidOf(s), 0) },
	"environ":   func(s string) error { _, err := os.ReadFile("/proc/" + s + "/environ"); return err },
	"trace":     func(s string) error { return unix.PtraceSeize(pidOf(s)) },
	"priority":  func(s string) error { return unix.Setpriority(unix.PRIO_PROCESS, pidOf(s), 19) },
	"affinity":  func(s string) error { return unix.SchedSetaffinity(pidOf(s), &unix.CPUSet{1}) },
	"limits":    func(s string) error { return unix.Prlimit(pidOf(s), unix.RLIMIT_CORE, &unix.Rlimit{}, nil) },
	"shared memory": func(string) error {
		id, err := unix.SysvShmGet(unix.IPC_PRIVATE, 4096, unix.IPC_CREAT|0o600)
		if err == nil {
			_, err = unix.SysvShmCtl(id, unix.IPC_RMID, nil)
		}
		return err
	},
	"watch":     func(string) error { _, err := unix.InotifyInit1(0); return err },
	"namespace": func(string) error { return unix.Unshare(unix.CLONE_NEWUSER) },
}

func orNil(errno unix.Errno) error {
	if errno == 0 {
		return nil
	}
	return errno
}

func socket(family, kind int) error {
	fd, err := unix.Socket(family, kind, 0)
	unix.Close(fd)
	return err
}

func pidOf(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

// onProcesses are the attacks whose argument is a process.
var onProcesses = []string{"signal", "environ", "trace", "priority", "affinity", "limits"}

// TestConfined tries each attack with and without the sandbox: without, an ordinary user's succeed.
func TestConfined(t *testing.T) {
	if attack := os.Getenv("SLIDEXEC_TEST_ATTACK"); attack != "" {
		name, victim, _ := strings.Cut(attack, "=")
		if err := attacks[name](victim); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(9)
		}
		os.Exit(0)
	}
	needLandlock(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name := range attacks {
		t.Run(name, func(t *testing.T) {
			dir := publicDir(t)
			prog := filepath.Join(dir, "prog")
			copyTo(t, self, prog)
			victim := filepath.Join(publicDir(t), "secret")
			copyTo(t, "/bin/true", victim)
			if slices.Contains(onProcesses, name) {
				sleep := exec.Command("sleep", "60")
				if err := sleep.Start(); err != nil {
					t.Fatal(err)
				}
				defer func() {
					_ = sleep.Process.Kill() // it may be gone
					_ = sleep.Wait()
				}()
				victim = strconv.Itoa(sleep.Process.Pid)
			}
			env := []string{"SLIDEXEC_TEST_ATTACK=" + name + "=" + victim}
			var out bytes.Buffer
			c := &Cmd{Path: prog, Args: []string{prog, "-test.run=^TestConfined$"}, Env: env, Dir: "/work", Stderr: &out, form: confined,
				Policy: &Policy{Mounts: append(System(), Mount{Kind: ReadOnly, Src: dir, Dst: dir}, Mount{Kind: Tmpfs, Dst: "/work"})}}
			r, err := c.Run(t.Context())
			if err != nil || r.Exit != 9 && r.Status != Denied {
				t.Errorf("in the sandbox: %s %d, %v\n%s", r.Status, r.Exit, err, out.String())
			}
			free := exec.Command(prog, "-test.run=^TestConfined$")
			free.Env, free.Dir = env, t.TempDir()
			said, err := free.CombinedOutput()
			if err != nil && !slices.Contains([]string{"namespace", "attributes of what may be read"}, name) { // not everywhere
				t.Errorf("without the sandbox: %v, so this tests nothing\n%s", err, said)
			}
		})
	}
}

func copyTo(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, b, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
}

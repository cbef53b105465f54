package sandbox

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// neighbours are things on this machine that a program may try to reach. What each argument of a
// program means is in testdata/hostile/try.h.
type neighbours struct{ args []string }

func newNeighbours(t *testing.T) *neighbours {
	t.Helper()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tcp.Close() })
	port := tcp.Addr().(*net.TCPAddr).Port
	echo(t, port)
	name := fmt.Sprintf("slidexec-test-%d", os.Getpid())
	abstract, err := net.Listen("unix", "@"+name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = abstract.Close() })
	key := segment(t)
	return &neighbours{[]string{strconv.Itoa(port), name, strconv.Itoa(key), strconv.Itoa(victim(t)),
		strconv.FormatUint(mountNamespace(), 10), networkHandle()}}
}

// echo answers datagrams.
func echo(t *testing.T, port int) {
	t.Helper()
	udp, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 16)
		for {
			n, from, err := udp.ReadFromUDP(buf)
			if err != nil {
				return // closed
			}
			_, _ = udp.WriteToUDP(buf[:n], from)
		}
	}()
	t.Cleanup(func() {
		_ = udp.Close()
		<-done
	})
}

// segment makes shared memory that anybody may use.
func segment(t *testing.T) int {
	t.Helper()
	key := 0x51000000 + os.Getpid()
	id, err := unix.SysvShmGet(key, 4096, unix.IPC_CREAT|0o666)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := unix.SysvShmCtl(id, unix.IPC_RMID, nil); err != nil {
			t.Errorf("remove the segment: %v", err)
		}
	})
	return key
}

// victim starts a process of the caller's user with a secret in its environment.
func victim(t *testing.T) int {
	t.Helper()
	c := exec.Command("sleep", "1000")
	c.Env = []string{"SLIDEXEC_TOKEN=secret"}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Process.Signal(unix.Signal(0)); err != nil {
			t.Errorf("the victim did not survive: %v", err)
		}
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	return c.Process.Pid
}

// mountNamespace is the number by which statmount(2) and listmount(2) know our mounts, or 0.
func mountNamespace() uint64 {
	f, err := os.Open("/proc/self/ns/mnt")
	if err != nil {
		return 0
	}
	defer f.Close()
	const getMountNamespaceID = 0x8008b705 // NS_GET_MNTNS_ID
	var id uint64
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), getMountNamespaceID, uintptr(unsafe.Pointer(&id))); errno != 0 {
		return 0 // before Linux 6.11
	}
	return id
}

// networkHandle is a file handle of our network namespace, in hexadecimal: its type and its bytes.
func networkHandle() string {
	h, _, err := unix.NameToHandleAt(unix.AT_FDCWD, "/proc/self/ns/net", unix.AT_SYMLINK_FOLLOW)
	if err != nil {
		return "-" // before Linux 6.18
	}
	return fmt.Sprintf("%x %x", h.Type(), h.Bytes())
}

// publicDir is a temporary directory that any user can enter: a sandbox of root's runs as another.
func publicDir(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// besides is a directory of the caller's in which a program of one run could do harm.
type besides struct {
	dir, out string
	before   []string
}

// secrets are where people have them, with the rights of a careless one.
var secrets = []string{".ssh/id_rsa", ".aws/credentials", ".netrc", ".cargo/credentials.toml", ".npmrc", ".config/gh/hosts.yml", ".gnupg/private", ".bash_history"}

// beside makes one.
func (m *neighbours) beside(t *testing.T) *besides {
	t.Helper()
	b := &besides{dir: publicDir(t), out: t.TempDir()}
	for _, name := range append([]string{"deck.md", "shared"}, secrets...) {
		path := filepath.Join(b.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := unix.Chmod(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("secret\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(b.dir, "private"), []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	agent := filepath.Join(b.dir, "agent")
	l, err := net.Listen("unix", agent)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	alive := filepath.Join(b.out, "alive")
	if err := unix.Mkfifo(alive, 0o666); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]uint32{b.dir: 0o777, b.out: 0o777, agent: 0o777, alive: 0o666, filepath.Join(b.dir, "shared"): 0o666} {
		if err := unix.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	if os.Geteuid() == 0 {
		null := filepath.Join(b.dir, "device")
		if err := unix.Mknod(null, unix.S_IFCHR|0o666, int(unix.Mkdev(1, 3))); err != nil {
			t.Fatal(err)
		}
		if err := unix.Chmod(null, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	b.before = list(t, b.dir)
	return b
}

// list names files below a directory, not too far below, with their sizes and modes.
func list(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		name := strings.TrimPrefix(strings.TrimPrefix(path, dir), "/")
		if err != nil || name == "" {
			return err
		}
		st, err := d.Info()
		if err != nil {
			return err
		}
		size := st.Size()
		if d.IsDir() {
			size = 0
		}
		names = append(names, fmt.Sprintf("left %s %v %d", name, st.Mode(), size))
		if d.IsDir() && strings.Count(name, "/") == 3 {
			return filepath.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// left says what a program left behind: files beside it, and a process that reads from the pipe
// called alive, which then ends.
func (b *besides) left(t *testing.T, name string) string {
	t.Helper()
	var text strings.Builder
	for _, file := range list(t, b.dir) {
		if !slices.Contains(b.before, file) {
			text.WriteString(file + "\n")
		}
	}
	fd, err := unix.Open(filepath.Join(b.out, "alive"), unix.O_WRONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err == nil {
		unix.Close(fd)
		text.WriteString("left a process\n")
		bury(t, name)
	} else if err != unix.ENXIO {
		t.Errorf("look for survivors: %v", err)
	}
	return text.String()
}

// bury waits for the end of survivors, which have become our children, by the name of their
// program.
func bury(t *testing.T, name string) {
	t.Helper()
	short := name[:min(len(name), 15)]
	buried := 0
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		found := 0
		for _, pid := range children(t, os.Getpid()) {
			comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
			if err != nil || strings.TrimSpace(string(comm)) != short {
				continue
			}
			found++
			if _, err := unix.Wait4(pid, nil, unix.WNOHANG, nil); err != nil {
				t.Error(err)
			}
		}
		if buried += found; buried > 0 && found == 0 {
			return
		}
	}
	for _, pid := range children(t, os.Getpid()) {
		if comm, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); err == nil && strings.TrimSpace(string(comm)) == short {
			_ = unix.Kill(pid, unix.SIGKILL) // it may have ended meanwhile
			_, _ = wait(pid, nil)
		}
	}
	t.Errorf("%s left a process that does not end", name)
}

// addKey gives this thread a session keyring with a key in it, which what it forks would inherit.
// The thread ends with the test.
func addKey(t *testing.T) {
	t.Helper()
	runtime.LockOSThread()
	if _, err := unix.KeyctlInt(unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0, 0, 0); err != nil {
		t.Skipf("no keyring: %v", err)
	}
	if _, err := unix.AddKey("user", "slidexec:test", []byte("secret"), unix.KEY_SPEC_SESSION_KEYRING); err != nil {
		t.Fatal(err)
	}
}

// since reports whether the kernel is as new as "6.11".
func since(version string) bool {
	var major, minor int
	if _, err := fmt.Sscanf(version, "%d.%d", &major, &minor); err != nil {
		panic("sandbox: bad version in a test file: " + version)
	}
	return atLeastLinux(major, minor)
}

package sandbox

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/filter"
)

// A lesserMachine is one that lacks something. It is made of this one: a test starts itself again in a
// user namespace of its own or under a filter, takes away what the machine does not have, and runs
// what is to be tried there.
type lesserMachine struct {
	name   string
	space  bool // in a user and a mount namespace, with power in them until the setup is done
	setup  func() error
	filter []filter.Rule
	pids   bool // in a pid namespace as well

	layer        string // what is missing, as Probe and a run say
	said         string // the error
	fix          string // begins the fix
	degraded     string // what a degraded run says
	rootDegraded string // and one of root's, if that is something else
	refused      string // why there is none
}

// machineVariable names the machine that a process is to be, machineStep how far it is with that.
const (
	machineVariable = "SLIDEXEC_TEST_MACHINE"
	machineReady    = "SLIDEXEC_TEST_MACHINE_READY"
)

// on runs the test of the given name on the machine, which is the one that calls it.
func (m lesserMachine) on(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^"+t.Name()+"$", "-test.count=1", "-test.v="+fmt.Sprint(testing.Verbose()))
	cmd.Env = append(os.Environ(), machineVariable+"="+m.name)
	if m.space {
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWNS,
			UidMappings: ownIDs(os.Geteuid()), GidMappings: ownIDs(os.Getegid()), GidMappingsEnableSetgroups: os.Geteuid() == 0,
			AmbientCaps: []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_SYS_RESOURCE, unix.CAP_DAC_OVERRIDE}}
		if m.pids {
			cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWPID
		}
	}
	out, err := cmd.CombinedOutput()
	if err != nil || testing.Verbose() {
		t.Logf("on a machine with %s:\n%s", m.name, out)
	}
	if err != nil {
		t.Error(err)
	}
}

// ownIDs maps what a caller may map: all for root, and for others themselves.
func ownIDs(id int) []syscall.SysProcIDMap {
	if id != 0 {
		return []syscall.SysProcIDMap{{ContainerID: id, HostID: id, Size: 1}}
	}
	return []syscall.SysProcIDMap{{Size: 1<<32 - 2}}
}

// become makes this process one of the machine. It does not return: what was to be done is done
// by the same program, executed again.
func (m lesserMachine) become(t *testing.T) {
	runtime.LockOSThread()
	if m.setup != nil {
		if err := m.setup(); err != nil {
			t.Fatalf("make the machine: %v", err)
		}
	}
	if os.Geteuid() != 0 {
		if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	if m.filter != nil {
		if err := load(m.filter); err != nil {
			t.Fatalf("load a filter: %v", err)
		}
	}
	err := syscall.Exec("/proc/self/exe", os.Args, append(os.Environ(), machineReady+"=1"))
	t.Fatal(err)
}

func load(rules []filter.Rule) error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	code := filter.Compile(rules)
	prog := unix.SockFprog{Len: uint16(len(code) / 8), Filter: (*unix.SockFilter)(unsafe.Pointer(&code[0]))}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&prog)))
	if errno != 0 {
		return errno
	}
	return nil
}

// onMachines runs try on each of the machines.
func onMachines(t *testing.T, machines []lesserMachine, try func(*testing.T, lesserMachine)) {
	t.Helper()
	if name := os.Getenv(machineVariable); name != "" {
		i := slices.IndexFunc(machines, func(m lesserMachine) bool { return m.name == name })
		if os.Getenv(machineReady) == "" {
			machines[i].become(t)
		}
		try(t, machines[i])
		return
	}
	needSandbox(t)
	if slices.ContainsFunc(machines, func(m lesserMachine) bool { return m.degraded == "landlock" }) {
		needLandlock(t)
	}
	for _, m := range machines {
		m.on(t)
	}
}

func noUserNamespaces() error {
	return os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("0"), 0)
}

// refusing is a filter like that of a container's runtime.
func refusing(errno unix.Errno, calls ...uint32) []filter.Rule {
	var rules []filter.Rule
	for _, nr := range calls {
		rules = append(rules, filter.Rule{Call: nr, Errno: errno})
	}
	return rules
}

var noNamespaceCalls = []filter.Rule{
	{Call: unix.SYS_CLONE, Errno: unix.EPERM, Checks: []filter.Check{{Arg: 0, Op: filter.AnyBit, Value: unix.CLONE_NEWUSER}}},
	{Call: unix.SYS_UNSHARE, Errno: unix.EPERM, Checks: []filter.Check{{Arg: 0, Op: filter.AnyBit, Value: unix.CLONE_NEWUSER}}},
	{Call: unix.SYS_CLONE3, Errno: unix.ENOSYS},
}

// TestMachines runs on machines that lack something. Each is found, named, and refused with a fix;
// told to go on, a run uses what is there and says what is not.
func TestMachines(t *testing.T) {
	onMachines(t, lesserMachines(), func(t *testing.T, m lesserMachine) {
		report := Probe(t.Context())
		i := slices.IndexFunc(report.Layers, func(l Layer) bool { return l.State == Missing })
		if i < 0 {
			t.Fatal("nothing is missing")
		}
		l := report.Layers[i]
		if l.Name != m.layer || l.Reason != m.said || !strings.HasPrefix(l.Fix, m.fix) || report.OK() {
			t.Errorf("Probe: %s: %s. %s\nwant %s: %s. %s", l.Name, l.Reason, l.Fix, m.layer, m.said, m.fix)
		}
		c := &Cmd{Path: "sh", Args: []string{"sh", "-c", "echo out >/dev/stdout; exit 3"}, Policy: &Policy{Mounts: System()}}
		_, err := c.Run(t.Context())
		if e, ok := errors.AsType[*SetupError](err); !ok || e.Layer != m.layer || reason(e) != m.said || !strings.HasPrefix(e.Fix, m.fix) {
			t.Errorf("Run: %+v, want %s: %s. %s", err, m.layer, m.said, m.fix)
		}
		c.Policy.Degraded = true
		var out strings.Builder
		c.Stdout, c.Stderr = &out, &out
		r, err := c.Run(t.Context())
		if m.refused != "" {
			if err == nil || err.Error() != m.refused || report.Refused != m.refused || report.Degraded != "" {
				t.Errorf("degraded: %v, Probe says %q and %q, want %q", err, report.Refused, report.Degraded, m.refused)
			}
			return
		}
		want := m.degraded
		if os.Geteuid() == 0 && m.rootDegraded != "" {
			want = m.rootDegraded
		}
		if err != nil || r.Status != Exited || r.Exit != 3 || r.Degraded() != want || report.Degraded != want || !slices.Contains(r.Missing, m.layer) {
			t.Errorf("degraded: %s %d %q, %v, missing %v, Probe says %q, want %q", r.Status, r.Exit, r.Degraded(), err, r.Missing, report.Degraded, want)
		}
		if m.layer != "proc" && out.String() != "out\n" {
			t.Errorf("degraded: printed %q", out.String())
		}
	})
}

func lesserMachines() []lesserMachine {
	const noUser = "without user, namespace-caps"
	return []lesserMachine{
		{name: "no more user namespaces", space: true, setup: noUserNamespaces, layer: "user",
			said: "create namespaces: no space left on device", fix: "allow user namespaces: sysctl user.max_user_namespaces",
			degraded: "landlock", rootDegraded: noUser},
		{name: "the filter of a container", filter: noNamespaceCalls, layer: "user",
			said: "create namespaces: operation not permitted", fix: "", degraded: "landlock", rootDegraded: noUser},
		{name: "a filter of a container for root without power", filter: slices.Concat(noNamespaceCalls, []filter.Rule{
			{Call: unix.SYS_CLONE, Errno: unix.EPERM, Checks: []filter.Check{{Arg: 0, Op: filter.AnyBit, Value: unix.CLONE_NEWNS}}}}), layer: "user",
			said: "create namespaces: operation not permitted", fix: "", degraded: "landlock"},
		{name: "Debian's switch", space: true, setup: overKernel("unprivileged_userns_clone", "0"), filter: noNamespaceCalls, layer: "user",
			said: "create namespaces: operation not permitted", fix: "allow unprivileged user namespaces: sudo sysctl kernel.unprivileged_userns_clone=1",
			degraded: "landlock", rootDegraded: noUser},
		{name: "AppArmor", space: true, setup: overKernel("apparmor_restrict_unprivileged_userns", "1"), filter: refusing(unix.EACCES, unix.SYS_MOUNT), layer: "mount",
			said: "make mounts private (mount): permission denied", fix: "give slidexec the right to make user namespaces", degraded: "landlock"},
		{name: "AppArmor, met by the network", space: true, setup: overKernel("apparmor_restrict_unprivileged_userns", "1"),
			filter: append(refusing(unix.EACCES, unix.SYS_MOUNT), filter.Rule{Call: unix.SYS_IOCTL, Errno: unix.EPERM, Checks: []filter.Check{{Arg: 1, Op: filter.Equal, Value: unix.SIOCSIFFLAGS}}}),
			layer:  "net", said: "bring up lo: operation not permitted", fix: "give slidexec the right to make user namespaces", degraded: "landlock"},
		{name: "a masked /proc", space: true, setup: mask("/proc/irq"), layer: "proc",
			said: "mount /proc: operation not permitted", fix: "unmask /proc of the container", degraded: "without proc, namespace-caps"},
		{name: "a kernel before mount_setattr", filter: refusing(unix.ENOSYS, unix.SYS_OPEN_TREE, unix.SYS_MOVE_MOUNT, unix.SYS_MOUNT_SETATTR), layer: "root",
			said: oldMounts(), fix: "use Linux 5.12 or newer", degraded: "landlock"},
		{name: "neither user namespaces nor Landlock", filter: slices.Concat(noNamespaceCalls, refusing(unix.EPERM, unix.SYS_CHROOT, unix.SYS_PIVOT_ROOT),
			refusing(unix.ENOSYS, unix.SYS_LANDLOCK_CREATE_RULESET)), layer: "user",
			said: "create namespaces: operation not permitted", fix: "",
			refused: "sandbox: landlock-files: confine files, signals and sockets: function not implemented"},
	}
}

// oldMounts is what fails first without the calls for mounts of Linux 5.12: root opens trees for the
// sandbox, which opens them itself for others.
func oldMounts() string {
	if os.Geteuid() == 0 {
		return "open /usr: function not implemented"
	}
	return "open (open_tree) /usr: function not implemented"
}

// TestLesser runs on machines that lack what others make up for. Runs are not refused, Probe says
// what is missing, and programs do not see a difference.
func TestLesser(t *testing.T) {
	machines := []lesserMachine{
		{name: "no control groups", space: true, setup: mask("/sys/fs/cgroup"), layer: "memory", fix: "run it where it may make control groups"},
		{name: "no Landlock", filter: refusing(unix.ENOSYS, unix.SYS_LANDLOCK_CREATE_RULESET), layer: "landlock-scope", fix: "use Linux 6.12"},
		{name: "a /proc that hides processes", space: true, pids: true, setup: func() error { return unix.Mount("proc", "/proc", "proc", 0, "hidepid=2") }},
		{name: "no overlays", space: true, setup: twoOverlays, layer: "overlay"},
	}
	onMachines(t, machines, func(t *testing.T, m lesserMachine) {
		report := Probe(t.Context())
		if !report.OK() || report.Degraded != "" {
			t.Errorf("Probe: %+v", report)
		}
		for _, l := range report.Layers {
			if l.Name == m.layer && (l.State != Reduced || !strings.HasPrefix(l.Fix, m.fix)) {
				t.Errorf("%s is %s. %s", l.Name, l.State, l.Fix)
			}
		}
		r, out := script(t, "cat file; echo more >>file; cat file; stat -f -c %T .", func(c *Cmd) {
			c.Dir = "/work"
			c.Policy.Mounts = append(c.Policy.Mounts, Mount{Kind: CopyOn, Src: folderOf(t, m), Dst: "/work"})
		})
		want, kind := "text\ntext\nmore\n", "overlayfs\n"
		if m.layer == "overlay" || m.space && os.Geteuid() == 0 { // there, files cannot change hands by a mount
			kind = "tmpfs\n"
		}
		if r.Status != OK || out != want+kind || len(r.Missing) > 0 || slices.Contains(r.Layers, m.layer) {
			t.Errorf("%s, missing %v, layers %v, got\n%s", r.Status, r.Missing, r.Layers, out)
		}
		if text, err := os.ReadFile(folderOf(t, m) + "/file"); err != nil || string(text) != "text\n" {
			t.Errorf("the folder was changed: %q, %v", text, err)
		}
		if m.layer != "memory" {
			return
		}
		r, _ = script(t, "tail /dev/zero", func(c *Cmd) { c.Policy.Limits.Memory = 64 << 20 })
		if r.Status != MemoryLimit || r.Limits["memory"] != "best effort" || !strings.HasPrefix(report.Memory, "RLIMIT_DATA") {
			t.Errorf("memory: %s, %s by %s", r.Status, r.Limits["memory"], report.Memory)
		}
	})
}

// twoOverlays makes a folder on two overlays, on which the kernel stacks no third.
func twoOverlays() error {
	const dir = "/mnt"
	err := unix.Mount("tmpfs", dir, "tmpfs", 0, "mode=0755")
	for _, name := range []string{"lower", "u1", "w1", "one", "u2", "w2", "two"} {
		err = errors.Join(err, os.Mkdir(dir+"/"+name, 0o755))
	}
	return errors.Join(err, os.WriteFile(dir+"/lower/file", []byte("text\n"), 0o644),
		unix.Mount("overlay", dir+"/one", "overlay", 0, "userxattr,lowerdir=/mnt/lower,upperdir=/mnt/u1,workdir=/mnt/w1"),
		unix.Mount("overlay", dir+"/two", "overlay", 0, "userxattr,lowerdir=/mnt/one,upperdir=/mnt/u2,workdir=/mnt/w2"))
}

func folderOf(t *testing.T, m lesserMachine) string {
	if m.layer == "overlay" {
		return "/mnt/two"
	}
	dir := publicDir(t)
	if err := os.WriteFile(dir+"/file", []byte("text\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// mask mounts something empty over a directory, as runtimes of containers do.
func mask(dir string) func() error {
	return func() error { return unix.Mount("tmpfs", dir, "tmpfs", unix.MS_RDONLY, "") }
}

// overKernel shows another /proc/sys/kernel, with a switch that this machine does not have.
func overKernel(name, value string) func() error {
	return func() error {
		const dir = "/proc/sys/kernel"
		release, err := os.ReadFile(dir + "/osrelease")
		if err != nil {
			return err
		}
		return errors.Join(unix.Mount("tmpfs", dir, "tmpfs", 0, ""), os.WriteFile(dir+"/"+name, []byte(value+"\n"), 0o644),
			os.WriteFile(dir+"/osrelease", release, 0o644))
	}
}

// What is only too much at the moment is no reason to degrade, nor is a wrong policy.
func TestFallBack(t *testing.T) {
	second := confined
	if os.Geteuid() == 0 {
		second = plain
	}
	tests := []struct {
		from  form
		layer string
		err   error
		want  form // 0: none
	}{
		{0, "user", unix.ENOSPC, second}, {0, "user", unix.EPERM, second}, {0, "user", unix.EAGAIN, 0}, {0, "user", unix.ENOMEM, 0},
		{0, "mount", unix.EACCES, confined}, {0, "root", unix.ENOSYS, confined}, {0, "root", unix.ENOENT, 0}, {0, "root", unix.ENOSPC, 0},
		{0, "seccomp", unix.EPERM, 0}, {plain, "mount", unix.EPERM, confined}, {confined, "landlock-files", unix.ENOSYS, 0},
	}
	for _, tt := range tests {
		c := &Cmd{form: tt.from}
		got := form(0)
		if c.fallBack(&SetupError{Layer: tt.layer, Err: tt.err}) {
			got = c.form
		}
		if got != tt.want {
			t.Errorf("form %d, %s: %v: %d, want %d", tt.from, tt.layer, tt.err, got, tt.want)
		}
	}
}

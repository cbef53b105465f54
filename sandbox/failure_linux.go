package sandbox

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/sandbox/internal/stage"
)

// describe turns a report of the stage, init or the program's start into an error.
func (s *sandboxed) describe(f stage.Failure) error {
	errno := unix.Errno(f.Errno)
	var steps []stage.Step
	switch f.Phase {
	case stage.InStage:
		steps = s.plan.Setup
	case stage.InInit:
		steps = s.plan.Init
	case stage.InProgram:
		steps = s.plan.Program
	case stage.InPlan:
		return &SetupError{Layer: "init", Op: "read the plan", Err: unix.EBADMSG}
	case stage.InFork:
		return explain(&SetupError{Layer: "pid", Op: "fork", Err: errno})
	}
	if int(f.Step) >= len(steps) {
		return &SetupError{Layer: "init", Op: "read its report", Err: unix.EBADMSG}
	}
	step := steps[f.Step]
	if step.Layer == noLayer {
		return s.notStarted(step, errno)
	}
	e := &SetupError{Op: step.Op.String(), Path: step.Dst, Err: errno}
	if int(step.Layer) < len(layers) {
		e.Layer = layers[step.Layer].name
	}
	if step.Op == stage.Open || step.Op == stage.Hostname {
		e.Path = step.Src
	}
	if step.Op == stage.Open && len(step.Data) > 0 && slices.Contains([]unix.Errno{unix.ESTALE, unix.ENOENT, unix.ENOTDIR, unix.ELOOP}, errno) {
		e.Op, e.Err = "mount", ErrReplaced
		return e
	}
	if name := callNames[uintptr(f.Call)]; name != "" && name != step.Op.String() {
		e.Op += " (" + name + ")"
	}
	return explain(e)
}

// callNames names the system calls that the step does not make obvious.
var callNames = map[uintptr]string{
	unix.SYS_MKDIRAT: "mkdir", unix.SYS_MKNODAT: "create", unix.SYS_OPEN_TREE: "open_tree",
	unix.SYS_MOUNT_SETATTR: "mount_setattr", unix.SYS_MOVE_MOUNT: "move_mount", unix.SYS_MOUNT: "mount",
	unix.SYS_PIVOT_ROOT: "pivot_root", unix.SYS_OPENAT: "open", unix.SYS_WRITE: "write", unix.SYS_SECCOMP: "seccomp",
	unix.SYS_LANDLOCK_CREATE_RULESET: "landlock_create_ruleset", unix.SYS_LANDLOCK_RESTRICT_SELF: "landlock_restrict_self",
}

// notStarted says why the program itself could not be executed.
func (s *sandboxed) notStarted(step stage.Step, errno unix.Errno) error {
	switch {
	case step.Op == stage.Chdir:
		return fmt.Errorf("sandbox: working directory %s: %w", step.Dst, errno)
	case errors.Is(errno, unix.ENOENT), errors.Is(errno, unix.ENOTDIR):
		return fmt.Errorf("%s: %w", s.plan.Argv[0], ErrNotFound)
	}
	return fmt.Errorf("sandbox: execute %s: %w", step.Dst, errno)
}

// A remedy is a user's way out when a layer is missing for one reason.
type remedy struct {
	layer string
	errno unix.Errno // 0: any
	file  string     // counts only where this file exists
	text  string     // and has this content, if it is not ""
	fix   string     // EXE stands for this executable
}

const appArmorProfile = `give slidexec the right to make user namespaces: ` +
	`printf 'abi <abi/4.0>,\nprofile slidexec EXE flags=(unconfined) { userns, }\n' | sudo tee /etc/apparmor.d/slidexec && ` +
	`sudo apparmor_parser -r /etc/apparmor.d/slidexec`

const appArmorSwitch = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"

// remedies are tried in order; the user is told the first that fits.
var remedies = []remedy{
	{layer: "memory", fix: "run it where it may make control groups: systemd-run --user --scope -p Delegate=yes"},
	{layer: "user", errno: unix.ENOSPC, fix: "allow user namespaces: sysctl user.max_user_namespaces=15000"},
	{layer: "user", errno: unix.EPERM, file: "/proc/sys/kernel/unprivileged_userns_clone", text: "0",
		fix: "allow unprivileged user namespaces: sudo sysctl kernel.unprivileged_userns_clone=1"},
	{layer: "user", errno: unix.EPERM, file: appArmorSwitch, text: "1", fix: appArmorProfile},
	{layer: "user", errno: unix.EPERM, file: "/.dockerenv",
		fix: "start the container with a seccomp profile that allows user namespaces: --security-opt seccomp=unconfined"},
	{layer: "user", errno: unix.EPERM, file: "/run/.containerenv",
		fix: "start the container with a seccomp profile that allows user namespaces: --security-opt seccomp=unconfined"},
	{layer: "user", errno: unix.EPERM, fix: "allow unprivileged user namespaces for this program in the system's security policy"},
	{layer: "user", errno: unix.EACCES, fix: "make the executable readable and executable for all users: chmod a+rx EXE"},
	{layer: "user", errno: unix.EAGAIN, fix: "raise the limit of processes: ulimit -u"},
	{layer: "user", errno: unix.EINVAL, fix: "use a kernel with user namespaces (CONFIG_USER_NS)"},
	// The namespace exists but gives no power, so the first step that needs power fails.
	{layer: "net", errno: unix.EPERM, file: appArmorSwitch, text: "1", fix: appArmorProfile},
	{layer: "uts", errno: unix.EPERM, file: appArmorSwitch, text: "1", fix: appArmorProfile},
	{layer: "cgroup", errno: unix.EPERM, file: appArmorSwitch, text: "1", fix: appArmorProfile},
	{layer: "mount", errno: unix.EACCES, file: appArmorSwitch, text: "1", fix: appArmorProfile},
	{layer: "mount", errno: unix.EPERM, file: appArmorSwitch, text: "1", fix: appArmorProfile},
	{layer: "root", errno: unix.EROFS, fix: "mount at a directory that exists in the read-only tree, or somewhere else"},
	{layer: "root", errno: unix.ENOSYS, fix: "use Linux 5.12 or newer"},
	{layer: "root", errno: unix.EINVAL, fix: "start from a root that is a mount point, not from a chroot"},
	{layer: "root", errno: unix.ENOENT, fix: "check that the directory exists"},
	{layer: "root", errno: unix.ENOSPC, fix: "raise the limit of memory file systems (Tmp)"},
	{layer: "proc", errno: unix.EPERM, fix: "unmask /proc of the container: --security-opt systempaths=unconfined"},
	{layer: "pid-max", fix: "use Linux 6.14 or newer"},
	{layer: "landlock-scope", fix: "use Linux 6.12 or newer with landlock among its security modules"},
	{layer: "seccomp", fix: "use a kernel with CONFIG_SECCOMP_FILTER"},
	{layer: "keyring", errno: unix.EDQUOT, fix: "raise the quota of keys: sysctl kernel.keys.maxkeys=2000"},
}

// fits reports whether the remedy applies to e on this machine.
func (r remedy) fits(e *SetupError) bool {
	if r.layer != e.Layer || r.errno != 0 && !errors.Is(e.Err, r.errno) {
		return false
	}
	if r.file == "" {
		return true
	}
	text, err := os.ReadFile(r.file)
	return err == nil && (r.text == "" || strings.TrimSpace(string(text)) == r.text)
}

// explain adds the fix, if one is known.
func explain(e *SetupError) *SetupError {
	for _, r := range remedies {
		if e.Fix == "" && r.fits(e) {
			exe, err := os.Executable()
			if err != nil {
				exe = "slidexec"
			}
			e.Fix = strings.ReplaceAll(r.fix, "EXE", exe)
		}
	}
	return e
}

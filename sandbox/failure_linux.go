package sandbox

import (
	"errors"
	"fmt"

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
	if name := callNames[uintptr(f.Call)]; name != "" && name != step.Op.String() {
		e.Op += " (" + name + ")"
	}
	return explain(e)
}

// callNames names the calls that are not obvious from the step.
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

// A remedy is what to do about one way a layer can be missing.
type remedy struct {
	layer string
	errno unix.Errno // 0: any
	fix   string
}

// remedies are tried in order.
var remedies = []remedy{
	{"memory", 0, "run it where it may make control groups: systemd-run --user --scope -p Delegate=yes"},
	{"user", unix.ENOSPC, "allow user namespaces: sysctl user.max_user_namespaces=15000"},
	{"user", unix.EPERM, "allow unprivileged user namespaces: sysctl kernel.unprivileged_userns_clone=1 on Debian; " +
		"an AppArmor profile with the userns permission on Ubuntu; " +
		"a seccomp profile that permits them in a container (--security-opt seccomp=unconfined)"},
	{"user", unix.EACCES, "make the executable readable and executable for all users"},
	{"user", unix.EINVAL, "use a kernel with user namespaces (CONFIG_USER_NS)"},
	{"mount", unix.EACCES, "add an AppArmor profile with the userns permission for slidexec"},
	{"root", unix.EROFS, "mount at a directory that exists in the read-only tree, or somewhere else"},
	{"root", unix.ENOSYS, "use Linux 5.12 or newer"},
	{"root", unix.EINVAL, "start from a root that is a mount point, not from a chroot"},
	{"root", unix.ENOENT, "check that the directory exists"},
	{"proc", unix.EPERM, "unmask /proc in the container: --security-opt systempaths=unconfined"},
	{"pid-max", 0, "use Linux 6.14 or newer"},
	{"landlock-scope", 0, "use Linux 6.12 or newer with landlock among the LSMs"},
	{"seccomp", 0, "use a kernel with CONFIG_SECCOMP_FILTER"},
	{"keyring", unix.EDQUOT, "raise the key quota: sysctl kernel.keys.maxkeys=2000"},
}

// explain adds the fix, if one is known.
func explain(e *SetupError) *SetupError {
	var errno unix.Errno
	_ = errors.As(e.Err, &errno) // some errors have no number
	for _, r := range remedies {
		if r.layer == e.Layer && (r.errno == 0 || r.errno == errno) {
			e.Fix = r.fix
			break
		}
	}
	return e
}

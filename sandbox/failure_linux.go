package sandbox

import (
	"errors"
	"fmt"
	"slices"

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

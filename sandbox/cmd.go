package sandbox

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"time"
)

// Cmd is a program to run under a Policy, with the fields of os/exec.Cmd where they mean the same.
type Cmd struct {
	Path           string    // the program, a path in the sandbox; looked up in PATH of Env if it has no slash
	Args           []string  // argv, Args[0] included; empty means {Path}
	Env            []string  // complete: nothing is inherited
	Dir            string    // working directory in the sandbox, "" is "/"
	Stdin          io.Reader // nil: empty
	Stdout, Stderr io.Writer // called from one goroutine, in the order the program wrote
	Policy         *Policy   // nil: System() mounts and the defaults

	// Unordered lets Stdout and Stderr come in any order between them. Order costs the program
	// some 15 µs for each write to stderr, and the use of seccomp listeners of its own.
	Unordered bool

	// Serve answers what the program sends to Door, where Policy.Net is NetDoor. The listener is closed
	// when the program has ended, and Run waits for Serve to return.
	Serve func(net.Listener)

	// Keep names a mount of the policy, of kind Tmpfs or CopyOn, whose content is wanted when the
	// program has ended: Kept is called with it then, before Run returns, with all processes dead. The
	// program chose every name in it and may have left anything there: links, pipes, files without
	// rights. Its size is bounded as the mount's is. An error of Kept becomes that of Run.
	Keep string
	Kept func(*os.Root, Result) error

	// Unconfined runs the program without a sandbox, as the caller and with everything that the caller
	// may do. Of the policy's limits, time and output are kept. Its mounts are not made: what is a
	// tree of the caller's is that tree, and writing to it is real; files and empty directories are in
	// a temporary directory; and their places in arguments and variables are replaced by those.
	// The Result has no Layers. This is the one form that every system has; on others than Linux 5.11 the
	// two streams of output are in order each, and not between them. On that the order costs an
	// ordinary user's program what it would gain from setuid files, unless it is Unordered.
	Unconfined bool

	// Pool has sandboxes that are built already; nil: one is built for this run.
	Pool *Pool

	without []string // layers left out, for tests of what each is good for
	lost    []string // those that cannot be had, of a degraded run
	form    form     // zero: whole
	keeper  *keeper  // what makes the sandbox; nil: a process of its own
	cut     string   // left out of the output
	bare    bool     // in tests: as on a system that is not Linux
}

// Status says in one word how a program ended.
type Status string

// Statuses: see Result.
const (
	OK           Status = "ok"
	Exited       Status = "exit"
	Signaled     Status = "signal"
	TimedOut     Status = "timeout"
	CPULimit     Status = "cpu"
	MemoryLimit  Status = "memory"
	OutputLimit  Status = "output"
	ProcessLimit Status = "processes"
	Denied       Status = "denied"
	Canceled     Status = "canceled"
)

// Result is what the program did. It is not an error that a program failed or was stopped.
type Result struct {
	Status  Status
	Exit    int           // exit status where Status is Exited
	Signal  string        // "SIGSEGV" where Status is Signaled
	Reason  string        // one sentence where a limit ended it: "stopped after 10 s (time limit)"
	Elapsed time.Duration // from exec to the end
	CPU     time.Duration // user and system time of all its processes
	Omitted int64         // bytes of output that were cut off, as far as they were counted
	Layers  []string      // layers in force, outermost first
	Missing []string      // layers a degraded run did without
	// Limits says how each limit was kept: "enforced", "best effort" or "unavailable". The names are
	// wall, cpu, memory, processes, files, filesize, tmp, inodes, output and namespaces.
	Limits map[string]string

	lacking []*SetupError // optional layers that this machine does not have
	memory  string        // what kept the limit of memory
}

// Degraded says in a few words what a degraded run was confined by: "landlock" where there were no
// namespaces at all, else "without user, proc" and so on. It is empty for a whole sandbox.
func (r Result) Degraded() string {
	switch {
	case len(r.Missing) == 0:
		return ""
	case slices.Contains(r.Layers, "landlock-files"):
		return "landlock"
	}
	return "without " + strings.Join(r.Missing, ", ")
}

// SetupError says that the sandbox itself could not be built; the program did not run.
type SetupError struct {
	Layer string // a name of the layers list: "user", "mount", "seccomp", …
	Op    string // what was being done: "write uid_map"
	Path  string // the path concerned, or ""
	Err   error
	Fix   string // what the user can do about it, or ""
}

// ErrNotFound is wrapped by the error of Run when the program is not there in the sandbox.
var ErrNotFound = errors.New("program not found in the sandbox")

// ErrUnsupported is wrapped by the error of Run where there is no sandbox for the system.
var ErrUnsupported = errors.New("the sandbox needs Linux")

// Run starts the program, waits for its end and reports what it did. The error is about us:
// a *SetupError when a layer could not be put in place, ErrNotFound, an unusable Policy.
// When ctx ends, the program and everything it started are killed; Status is Canceled.
//
// Stdin is copied by a goroutine that Run does not wait for: a Read of it may outlast Run.
func (c *Cmd) Run(ctx context.Context) (Result, error) {
	if c.Unconfined {
		return c.runUnconfined(ctx)
	}
	return c.run(ctx)
}

func (e *SetupError) Error() string {
	var b strings.Builder
	b.WriteString("sandbox: ")
	if e.Layer != "" {
		b.WriteString(e.Layer + ": ")
	}
	b.WriteString(e.Op)
	if e.Path != "" {
		b.WriteString(" " + e.Path)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

func (e *SetupError) Unwrap() error { return e.Err }

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

	// Unordered lets writes to Stdout and Stderr arrive in any order relative to each other.
	// Keeping the order costs the program some 15 µs for each write to stderr, and the program
	// cannot use seccomp listeners of its own.
	Unordered bool

	// Terminal makes stdin, stdout and stderr one terminal of the program's own, nil: they are
	// pipes. All output goes to Stdout, and Stdin is the keyboard. See Terminal.
	Terminal *Terminal

	// LineByLine is a size, of columns and rows; zero: stdout and stderr are pipes. Otherwise they
	// are two terminals of that size, so that programs write each line when it is complete, and
	// errors in between: with pipes, C, Perl, Python, Ruby, PHP and Lua keep their output until
	// they end, and show errors first. The streams stay apart and in order; what arrives is what
	// was written, byte for byte. If the machine has no terminal left, they are pipes after all.
	//
	// Nothing can wait for a key: stdin is no terminal, the program has no controlling terminal,
	// and its ends of the two are open for writing only. Programs do see that they write to a
	// terminal. To keep what they print as it is in a pipe, apart from the time, set in Env
	//
	//	TERM=dumb                                 no colours, cursor movement and progress bars
	//	PAGER=cat GIT_PAGER=cat MANPAGER=cat      no pagers, which would shorten or wait
	//	SYSTEMD_PAGER= AWS_PAGER= LESS=-FRX       likewise
	//	GIT_TERMINAL_PROMPT=0 PIP_NO_INPUT=1      no questions
	//	DEBIAN_FRONTEND=noninteractive            likewise
	//	PIP_PROGRESS_BAR=off NPM_CONFIG_PROGRESS=false CARGO_TERM_PROGRESS_WHEN=never
	//
	// and TERM=xterm-256color, without the first line, to have colours. NO_COLOR=1 helps with
	// programs that look at neither.
	LineByLine [2]int

	// Serve answers connections to Door if Policy.Net is NetDoor. Run closes the listener when the
	// program has ended, and waits for Serve to return.
	Serve func(net.Listener)

	// Keep names a mount of the policy, of kind Tmpfs or CopyOn. When the program has ended and all
	// its processes are dead, Run calls Kept with the mount's content before it returns. The
	// program chose every name in it and may have left anything there: links, pipes, unreadable
	// files. The size is bounded as the mount's is. Run returns an error of Kept as its own.
	Keep string
	Kept func(*os.Root, Result) error

	// Unconfined runs the program without a sandbox, as the caller and with all the caller's
	// rights. Of the policy's limits, time and output are kept. No mounts are made: the program
	// uses the caller's trees themselves, and writes to them are real. Files and empty directories
	// are in a temporary directory, and its paths replace the policy's in arguments and variables.
	// The Result has no Layers. Every system has this form. On systems other than Linux 5.11 and
	// later each stream is in order, but not the two relative to each other. On Linux, keeping the order
	// takes from an ordinary user's program the rights it would gain from setuid files, unless it
	// is Unordered.
	Unconfined bool

	// has sandboxes that are built already; nil: Run builds one
	Pool *Pool

	without []string // layers that tests leave out to show what each one stops
	lost    []string // layers that a degraded run cannot have
	form    form     // zero: whole
	keeper  *keeper  // makes the sandbox; nil: a process of its own does
	cut     string   // text that is removed from the output
	outer   bool     // the terminal is one of the machine's, because the sandbox cannot make one
	ends    []string // paths of the program's ends of terminals of the machine's
	bare    bool     // tests set it: as on a system that is not Linux
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

// Result is what the program did. A program that failed or was stopped is not an error.
type Result struct {
	Status  Status
	Exit    int           // exit status where Status is Exited
	Signal  string        // "SIGSEGV" where Status is Signaled
	Reason  string        // one sentence where a limit ended it: "stopped after 10 s (time limit)"
	Elapsed time.Duration // from exec to the end
	CPU     time.Duration // user and system time of all its processes
	Omitted int64         // bytes of output that were cut off, as far as we counted
	Layers  []string      // layers in force, outermost first
	Missing []string      // layers that a degraded run lacked
	// Limits says how each limit was kept: "enforced", "best effort" or "unavailable". The names are
	// wall, cpu, memory, processes, files, filesize, tmp, inodes, output and namespaces.
	Limits map[string]string

	lacking []*SetupError // optional layers that this machine does not have
	memory  string        // what enforced the memory limit
}

// Degraded says in a few words what confined a degraded run: "landlock" if it had no namespaces,
// else "without user, proc" and so on. It is empty for a whole sandbox.
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
	Op    string // the step that failed: "write uid_map"
	Path  string // the path concerned, or ""
	Err   error
	Fix   string // what the user can do about it, or ""
}

// ErrNotFound is wrapped by the error of Run when the sandbox does not contain the program.
var ErrNotFound = errors.New("program not found in the sandbox")

// ErrUnsupported is wrapped by the error of Run on systems without a sandbox.
var ErrUnsupported = errors.New("the sandbox needs Linux")

// Run starts the program, waits for its end and reports what it did. An error means that the
// sandbox failed, not the program: a *SetupError for a layer that could not be put in place,
// ErrNotFound, an unusable Policy.
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

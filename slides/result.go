package slides

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/internal/budget"
)

// Results holds what came of running the snippets of a deck. A missing key was not run.
type Results map[Key]Result

// State is how far a run has come.
type State string

// States.
const (
	NotRun  State = ""
	Queued  State = "queued"
	Running State = "running"
	Done    State = "done"
)

// Status says in one word how a finished run ended.
type Status string

// Statuses. Everything but OK, Exited and Signaled was brought about by the sandbox or by us.
const (
	OK           Status = "ok"        // exit status 0
	Exited       Status = "exit"      // another exit status
	Signaled     Status = "signal"    // ended by a signal of its own
	TimedOut     Status = "timeout"   // wall-clock limit
	CPULimit     Status = "cpu"       // CPU time limit
	MemoryLimit  Status = "memory"    // memory limit
	OutputLimit  Status = "output"    // output limit
	ProcessLimit Status = "processes" // process limit
	Denied       Status = "denied"    // not allowed to run at all
	SetupFailed  Status = "setup"     // did not start: missing tool, sandbox not available
	Canceled     Status = "canceled"  // stopped by the user or by an edit
)

// Origin says where a result comes from.
type Origin string

// Origins.
const (
	Live     Origin = "live"
	Cached   Origin = "cache"
	Recorded Origin = "recording"
)

// Result is what came of one snippet: facts alone. Judge says what they mean to the deck of the moment, and
// package render makes words of them.
type Result struct {
	State     State
	Status    Status
	Phase     string         // "fetch", "build" or "run": under way, or the one that ended it
	Exit      int            // exit status, 0 unless Status is Exited
	Signal    string         // "SIGSEGV", where Status is Signaled
	Limit     int64          // of the limit that ended it: nanoseconds, bytes or a number, as Status has it; 0: not known
	Remark    Remark         // what nobody but this machine knew at that moment
	Program   Program        // what the output calls the program's lines
	Log       []Chunk        // stdout and stderr in order of arrival, as they were written
	Truncated bool           // Log lacks the end of the output
	Omitted   int64          // bytes known to be missing from it
	Spent     *budget.Budget `json:"-"` // the budget that cut Log; nil: none did
	Started   time.Time      // when the run began, for a running one
	Elapsed   time.Duration  // of the program itself, without fetching and building
	Built     time.Duration  // fetching and building, 0 where nothing had to be
	Origin    Origin
	Recorded  time.Time // when a recording was made
	Layers    []string  // sandbox layers in force, outermost first; nil: it ran without a sandbox
	Missing   []string  // layers that a degraded run did without
	Allowed   []string  // what the user granted beyond the default: "net", "write=data"
}

// Remark is what an author should know about a run that its other facts do not tell: which tool is
// missing, what was removed after it, what its error message means in a sandbox.
type Remark struct {
	Says string // one sentence, "" where there is nothing to say
	Try  string // what to do about it, or about the failure
	Line int    // of the program, the one that Says is about; 0: none
}

// Chunk is a piece of output as it arrived.
type Chunk struct {
	Stderr bool
	Build  bool          // of what built the program, not of the program itself
	At     time.Duration // since the start of the program
	Data   []byte
}

// Failed reports whether a finished run ended in anything but exit status 0.
func (r Result) Failed() bool { return r.State == Done && r.Status != OK }

// Degraded says what confined a program where layers were missing: "landlock" where there were no
// namespaces for it at all, else "without seccomp" and so on. It is empty for a whole sandbox.
func (r Result) Degraded() string {
	switch {
	case len(r.Missing) == 0:
		return ""
	case slices.Contains(r.Layers, "landlock-files"):
		return "landlock"
	}
	return "without " + strings.Join(r.Missing, ", ")
}

// Stream returns stdout or stderr alone.
func (r Result) Stream(stderr bool) []byte {
	var b bytes.Buffer
	for _, c := range r.Log {
		if c.Stderr == stderr {
			b.Write(c.Data)
		}
	}
	return b.Bytes()
}

// Bytes returns stdout and stderr merged in order of arrival.
func (r Result) Bytes() []byte {
	var b bytes.Buffer
	for _, c := range r.Log {
		b.Write(c.Data)
	}
	return b.Bytes()
}

package slides

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/internal/budget"
)

// Results holds the results of the snippets of a deck. A snippet without a key has not run.
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

// Statuses. The sandbox or slidexec itself caused all but OK, Exited and Signaled.
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
	Skipped      Status = "skipped"   // not run: it needs something that is not there, a terminal or a tool that draws
)

// Origin says where a result comes from.
type Origin string

// Origins.
const (
	Live     Origin = "live"
	Cached   Origin = "cache"
	Recorded Origin = "recording"
)

// Result is the outcome of one snippet, facts only. Judge says what they mean to the present deck,
// and package render puts them into words.
type Result struct {
	State     State
	Status    Status
	Phase     string         // "fetch", "build" or "run": the present one, or the one that ended it
	Exit      int            // exit status, 0 unless Status is Exited
	Signal    string         // "SIGSEGV", if Status is Signaled
	Limit     int64          // the limit that ended it: nanoseconds, bytes or a number, by Status; 0: not known
	Remark    Remark         // facts that only this machine knew at that moment
	Program   Program        // the program's names in the output
	Log       []Chunk        // stdout and stderr in order of arrival, as they were written
	Screen    *Screen        // the program's terminal, if it has one; Log is then the text of the screen; nil: it has none
	Truncated bool           // Log lacks the end of the output
	Omitted   int64          // bytes known to be missing from it
	Spent     *budget.Budget `json:"-"` // the budget that cut Log; nil: none did
	Started   time.Time      // when the run began, if it is running
	Elapsed   time.Duration  // of the program itself, without fetching and building
	Built     time.Duration  // fetching and building, 0 if neither was needed
	Origin    Origin
	Recorded  time.Time // when a recording was made
	Layers    []string  // sandbox layers in force, outermost first; nil: it ran without a sandbox
	Missing   []string  // layers that a degraded run lacked
	Allowed   []string  // grants beyond the default: "net", "write=data"
}

// Remark tells an author something about a run that its other facts do not: which tool is missing,
// what was removed after it, what its error message means in a sandbox.
type Remark struct {
	Says string // one sentence, or ""
	Try  string // a remedy for it, or for the failure
	Line int    // the program's line that Says is about; 0: none
}

// Chunk is a piece of output as it arrived.
type Chunk struct {
	Stderr bool
	Build  bool          // printed by the build, not by the program itself
	At     time.Duration // since the start of the program
	Data   []byte
}

// Failed reports whether a finished run did not end with exit status 0. A program that was skipped
// has not run.
func (r Result) Failed() bool { return r.State == Done && r.Status != OK && r.Status != Skipped }

// Degraded says what confined a program if layers were missing: "landlock" if it had no namespaces
// at all, else "without seccomp" and so on. It is empty for a whole sandbox.
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

// Package stage runs between the caller's process and the program: it is the second stage of a
// sandbox. The caller starts its own executable again in new namespaces and hands it a Plan. This
// package notices that, takes the process over and never gives it back.
//
// It does so while packages are initialised, and imports syscall and unsafe only. The runtime
// initialises a package as soon as all its imports are ready, in the order of import paths. So this
// package comes right after syscall: before os, before any package with large tables. A second
// stage therefore costs the start of the Go runtime and nothing of the program around it, and no
// main function or TestMain has to remember a call.
//
// Three processes carry out a plan, or two where a keeper takes the part of the stage:
//
//	stage    new user, mount, net, ipc, uts and cgroup namespaces; ordinary Go code; builds the
//	         file system, forks init as a child of the caller, and exits
//	init     pid 1 of the new pid namespace; a fork of the stage, so it has one thread and may
//	         only make raw system calls; mounts /proc, forks the program, reaps, reports, dies
//	program  pid 2; gives up everything it has and executes
//
// If a plan's Program ends with Await, the program does everything but execute, and waits to be
// told what to execute. When nobody can tell it any more it exits, and init with it.
//
// If there are no namespaces, a plan has no steps that need one. The stage then confines itself by
// Landlock, which init and the program inherit. All processes that init may signal are the sandbox.
package stage

// Descriptors the stage is started with, after the program's 0, 1 and 2.
const (
	PlanFD    = 3 // a sealed memory file: Magic, then the encoded Plan
	ControlFD = 4 // SEQPACKET socket: messages to the caller; end of file means that the caller died
	ReportFD  = 5 // pipe: one Failure; closes with nothing in it when the program was executed
	AwaitFD   = 6 // stream socket: brings the message that an Await waits for, see Plan.Late
	SourceFD  = 7 // the first of the mounts that the caller opened
)

// Magic begins a plan file. It changes with the encoding.
const Magic = "slidexec stage 5"

// Seals are those of a plan file: it cannot be written, grown, shrunk or unsealed.
const Seals = 0xf

// A Plan is everything that the stage does. The stage decides nothing, and does nothing that is not
// in it.
type Plan struct {
	Setup   []Step // by the stage
	Init    []Step // by init, before the program exists
	Program []Step // by the program, the last of them Exec
	Fork    uint64 // clone flags of init: a new pid namespace
	Filter  []byte // the seccomp program of the Filter steps: struct sock_filter, native order
	Env     []string
	Argv    []string
	Keep    bool   // the plan holds nothing else: be a keeper, see Request
	CellsFD uint32 // the caller's memory for numbers of processes, see Cells; 0: none
	Cell    uint32 // the cell for the number of init, or of the keeper
}

// A Step is one entry of a plan. Each Op says what the fields mean.
type Step struct {
	Op    Op
	Layer uint8  // tells the caller which layer failed
	Soft  bool   // a failure is ignored
	FD    int32  // a mount of the caller's, or -1
	Flags uint64 // mount attributes or flags, a mode, a number
	Arg   uint64
	Arg2  uint64
	Src   string
	Dst   string
	Data  []byte
}

// Op is the kind of a step.
type Op uint8

// Steps of the stage.
const (
	_         Op = iota
	Private      // cut the propagation of mounts
	Open         // Src: copy this tree into slot Arg; attributes Flags; Data: nothing, or the Identity to check
	Root         // Data: options of the tmpfs that becomes the root; the old one moves to Old
	Dir          // Dst and its parents, mode Flags
	Mount        // type Src at Dst, flags Flags, options Data
	Bind         // the mount FD, or slot Arg if that is -1, to Dst; Arg2: Directory or File
	FileAt       // Dst with content Data and mode Flags
	Link         // Dst → Src
	Attr         // set mount attributes Flags at Dst
	Overlay      // Dst: lower is slot Arg or FD and has mode Arg2, Data: options of the tmpfs for changes; Flags Copy, Live or 0
	Hostname     // Src
	Loopback     // bring lo up
	Serve        // listen on port Flags of 127.0.0.1, and pass the socket over ControlFD
	Give         // open the directory Dst, and pass it over ControlFD
	Keyring      // a new session keyring
	WriteFile    // Data to Dst; init has this step too
	Unshare      // namespaces Flags
	Confine      // enter the Landlock domain of the rules FD; the last step
	// Steps of init.
	Detach     // unmount Dst
	Remove     // rmdir Dst
	Undumpable // no process may look into init
	Name       // Src is the name of init in lists of processes
	Hold       // keep a copy of the mounts as they are now, for LateFile
	Group      // end the program's process group with it; the group has the caller's umask; Flags 1: it is a session, see Setsid
	Guard      // adopt and kill the program's leftovers; refused unless process Flags, the caller, is out of reach
	// Steps of the program.
	Setsid
	Leader    // lead a process group, see Group
	Rlimit    // resource Flags, soft Arg, hard Arg2
	Bounding  // drop every capability of the bounding set
	Ambient   // clear the ambient set
	Caps      // clear the other sets except for the capabilities Flags
	NoNewPriv // no_new_privs
	CloseFrom // close on exec from descriptor Flags
	Chdir     // Dst
	Filter    // load Plan.Filter; Flags 1: with a listener, passed over ControlFD
	Exec      // try path Dst; if it does not exist, go on to the next Exec
	Chmod     // Dst, mode Flags
	Scope     // a Landlock domain that confines signals and abstract sockets; if FD is not 0, its rules
	Await     // the last: report that the program waits, and go on with the steps that come over AwaitFD
	LateFile  // as FileAt, but after Await, and only where memory file systems lead to Dst
	Owner     // a keeper's first: inside, be user and group Arg; outside, their numbers are Flags and Arg2
	Terminal  // of the stage: open a terminal of the devpts at Dst, with Arg columns, Arg2 rows and the settings Data; it becomes 0, 1 and 2
	Control   // of the program: descriptor 0 is its controlling terminal
	numOps
)

var opNames = [numOps]string{
	Private: "make mounts private", Open: "open", Root: "make the root", Dir: "mkdir", Mount: "mount", Bind: "bind",
	FileAt: "write", Link: "symlink", Attr: "set mount attributes", Overlay: "mount overlay", Hostname: "set hostname",
	Loopback: "bring up lo", Serve: "listen on lo", Give: "open", Keyring: "join keyring", WriteFile: "write", Detach: "unmount", Remove: "rmdir",
	Undumpable: "clear dumpable", Name: "set name", Setsid: "setsid", Rlimit: "set limit", Bounding: "drop bounding set",
	Ambient: "clear ambient set", Caps: "drop capabilities", NoNewPriv: "set no_new_privs",
	CloseFrom: "close descriptors", Chdir: "chdir", Filter: "load filter", Exec: "exec", Chmod: "chmod",
	Scope: "restrict scope", Unshare: "unshare", Hold: "copy the mounts", Await: "wait", LateFile: "write", Owner: "map users",
	Confine: "confine", Guard: "guard", Group: "adopt orphans", Leader: "setpgid", Terminal: "open a terminal", Control: "take the terminal",
}

func (o Op) String() string {
	if o < numOps && opNames[o] != "" {
		return opNames[o]
	}
	return "unknown step"
}

// Phase says which of the three processes failed.
type Phase uint8

// Phases.
const (
	InStage   Phase = 1 // Failure.Step indexes Plan.Setup
	InInit    Phase = 2 // Plan.Init
	InProgram Phase = 3 // Plan.Program
	InPlan    Phase = 4 // the plan could not be read
	InFork    Phase = 5 // fork of init (Step 0) or of the program (Step 1)
)

// Things that a Bind mounts.
const (
	Directory = 0
	File      = 1
)

// Ways to make an Overlay.
const (
	Copy = 1 // a copy of the tree rather than an overlay, if it fits
	Live = 2 // never a copy: changes in the tree must show until the program starts
)

// An Identity tells a file from all others that exist at the same time.
type Identity struct {
	Inode        uint64
	Major, Minor uint32 // of the device
}

// Append adds the identity to b, in the form of a step's Data.
func (id Identity) Append(b []byte) []byte {
	return append32(append32(append64(b, id.Inode), id.Major), id.Minor)
}

// Places in the root that are used during its construction.
const (
	Old   = "/.old"  // the old root's /proc
	Parts = "/.cow"  // parts of an overlay
	Fresh = "/.file" // a file before it is mounted
)

// A Failure is the one report that comes out of ReportFD.
type Failure struct {
	Phase Phase
	Step  uint32
	Call  uint32 // number of the system call that failed
	Errno uint32
}

// Kinds of messages on ControlFD.
const (
	Parked   = 'P' // the program waits
	Forked   = 'F' // N: pid of init in the caller's pid namespace
	Listener = 'N' // with a descriptor: the listener of the program's filter
	Socket   = 'S' // with a descriptor: the socket of a Serve
	Given    = 'G' // with a descriptor: the directory of a Give
	Master   = 'T' // with a descriptor: our end of a Terminal
	Ended    = 'E' // the program has ended, and all others are dead. Status: of wait4; N: how many it left alive
	Segments = 'M' // N: pages of System V shared memory; the answer to any message to init
)

// A Message is a report of the stage or init to the caller while all goes well.
type Message struct {
	Kind   byte
	Status uint32
	N      uint32
	CPU    uint64 // of Ended: microseconds that all processes have used
	RSS    uint64 // of Ended: KiB, the largest of any process
}

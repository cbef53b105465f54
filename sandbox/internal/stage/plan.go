// Package stage is what runs between the caller's process and the program: the second stage of
// a sandbox. The caller starts its own executable again in new namespaces and hands it a Plan;
// this package notices that, takes the process over and never gives it back.
//
// It does so while packages are initialised, and imports syscall and unsafe only. The runtime
// initialises a package as soon as everything it imports is ready, in the order of import paths,
// so this one comes right after syscall: before os, before any package with large tables. A second
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
// A plan whose Program ends with Await makes the program wait, with everything done but executing,
// until it is told what to execute. When nobody can tell it any more it exits, and init with it.
//
// Where there are no namespaces, a plan has no steps that need one. Then the stage confines itself
// by Landlock, which init and the program inherit, and what init may signal is the sandbox.
package stage

// Descriptors the stage is started with, after the program's 0, 1 and 2.
const (
	PlanFD    = 3 // a sealed memory file: Magic, then the encoded Plan
	ControlFD = 4 // SEQPACKET socket: messages to the caller; its end of file is the caller's death
	ReportFD  = 5 // pipe: one Failure, or nothing before it closes when the program was executed
	AwaitFD   = 6 // stream socket: what an Await waits for, see Plan.Late
	SourceFD  = 7 // the first of the mounts that the caller opened
)

// Magic begins a plan file. It changes with the encoding.
const Magic = "slidexec stage 4"

// Seals are those of a plan file: it cannot be written, grown, shrunk or unsealed.
const Seals = 0xf

// A Plan is everything the stage does. It contains no decisions: what is not in it is not done.
type Plan struct {
	Setup   []Step // by the stage
	Init    []Step // by init, before the program exists
	Program []Step // by the program, the last of them Exec
	Fork    uint64 // clone flags of init: its pid namespace
	Filter  []byte // the seccomp program of the Filter steps: struct sock_filter, native order
	Env     []string
	Argv    []string
	Keep    bool   // there is nothing else: be a keeper, see Request
	CellsFD uint32 // the caller's memory for numbers of processes, see Cells; 0: none
	Cell    uint32 // which of them is init's, or the keeper's
}

// A Step is one entry of a plan. What the fields mean is said at each Op.
type Step struct {
	Op    Op
	Layer uint8  // for the caller, to say which layer failed
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
	Open         // Src: take a copy of this tree, into slot Arg; attributes Flags; Data: nothing, or the Identity that it must have
	Root         // Data: options of the tmpfs that becomes the root; the old one moves to Old
	Dir          // Dst, mode Flags; with its parents
	Mount        // type Src at Dst, flags Flags, options Data
	Bind         // the mount FD, or slot Arg if that is -1, to Dst; Arg2: Directory or File
	FileAt       // Dst with content Data and mode Flags
	Link         // Dst → Src
	Attr         // set mount attributes Flags at Dst
	Overlay      // Dst: lower is slot Arg or FD and has mode Arg2, Data: options of the tmpfs for changes; Flags Copy, Live or 0
	Hostname     // Src
	Loopback     // bring lo up
	Serve        // listen on port Flags of 127.0.0.1; the socket is passed over ControlFD
	Give         // open the directory Dst; it is passed over ControlFD
	Keyring      // a new session keyring
	WriteFile    // Data to Dst, also as a step of init
	Unshare      // namespaces Flags
	Confine      // into the Landlock domain of the rules FD, as the last step
	// Steps of init.
	Detach     // unmount Dst
	Remove     // rmdir Dst
	Undumpable // nobody may look into init
	Name       // Src is what init is called in lists of processes
	Hold       // keep a copy of the mounts as they are, for LateFile
	Group      // end the process group of the program with it, which has the caller's umask
	Guard      // adopt and kill what the program leaves; refused unless process Flags, the caller, is out of reach
	// Steps of the program.
	Setsid
	Leader    // of a process group, see Group
	Rlimit    // resource Flags, soft Arg, hard Arg2
	Bounding  // drop every capability of the bounding set
	Ambient   // clear the ambient set
	Caps      // clear the other sets but for the capabilities Flags
	NoNewPriv // no_new_privs
	CloseFrom // close on exec from descriptor Flags
	Chdir     // Dst
	Filter    // load Plan.Filter; Flags 1: with a listener, passed over ControlFD
	Exec      // Dst: try this path; go on to the next Exec when it is not there
	Chmod     // Dst, mode Flags
	Scope     // a Landlock domain that confines signals and abstract sockets; that of the rules FD, if it is not 0
	Await     // the last: say so, and go on with what comes over AwaitFD
	LateFile  // as FileAt, after Await and below nothing but memory file systems
	Owner     // the first of a keeper's: in the new user namespace be the user and group Arg, who are Flags and Arg2 outside
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
	Confine: "confine", Guard: "guard", Group: "adopt orphans", Leader: "setpgid",
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

// What a Bind mounts.
const (
	Directory = 0
	File      = 1
)

// What an Overlay is made of.
const (
	Copy = 1 // a copy of the tree rather than an overlay, if it fits
	Live = 2 // never a copy: what changes in the tree until the program starts must show
)

// An Identity tells a file from all others that there are at the same time.
type Identity struct {
	Inode        uint64
	Major, Minor uint32 // of the device
}

// Append adds the identity to b, as a step has it.
func (id Identity) Append(b []byte) []byte {
	return append32(append32(append64(b, id.Inode), id.Major), id.Minor)
}

// Places in the root that are used while it is built.
const (
	Old   = "/.old"  // the old root's /proc
	Parts = "/.cow"  // what an overlay is made of
	Fresh = "/.file" // a file that is to be mounted
)

// A Failure is the one thing that comes out of ReportFD.
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
	Socket   = 'S' // with a descriptor: that of a Serve
	Given    = 'G' // with a descriptor: that of a Give
	Ended    = 'E' // the program has, and all others are dead. Status: of wait4; N: how many it left alive
	Segments = 'M' // N: pages of System V shared memory; the answer to any message to init
)

// A Message is what the stage and init tell the caller while things go well.
type Message struct {
	Kind   byte
	Status uint32
	N      uint32
	CPU    uint64 // of Ended: microseconds that all processes have used
	RSS    uint64 // of Ended: KiB, the most that one of them had
}

// Package sandbox runs one program under a Policy, on Linux, without a daemon, a container runtime
// or root. It has the verbs of os/exec:
//
//	c := &sandbox.Cmd{
//		Path:   "python3",
//		Args:   []string{"python3", "/work/main.py"},
//		Env:    []string{"PATH=/usr/bin:/bin", "HOME=/tmp"},
//		Stdout: os.Stdout,
//		Stderr: os.Stderr,
//		Policy: &sandbox.Policy{
//			Mounts: append(sandbox.System(), sandbox.Mount{Kind: sandbox.CopyOn, Src: dir, Dst: "/work"}),
//			Limits: sandbox.Limits{Wall: 5 * time.Second},
//		},
//	}
//	result, err := c.Run(ctx)
//
// An error means that the sandbox did not do its job, and then the program has not run. What the
// program did, whatever that is, is the Result.
//
// # What the program sees
//
// It is user 1000, process 2, on a machine called sandbox, alone. Its file system holds what
// Policy.Mounts names, besides /proc of its own, a /dev with five devices, and an empty /tmp in
// memory; everything else is read-only. It has a loopback interface, no other. Of the caller's
// environment, descriptors, terminal, keys and control groups it sees nothing. Its standard
// streams are pipes, whatever the caller has; Stdout and Stderr are written to in the order in
// which the program wrote, across both.
//
// With Policy.Nested it may make user namespaces, be root in them and build containers by hand:
// mount, pivot_root, a /proc of their own, all kinds of namespaces. Without, it may not.
//
// # What is promised
//
// The list of layers, in the file layers.go and from Probe, says what each stops. All must be in
// place or Run refuses with a SetupError that names the layer, what the system said and what to do
// about it. A layer that only repeats what others do may be missing silently: Result.Layers has
// those in force.
//
// When the program's main process ends, everything that it started is killed before Run returns.
// So it is when a limit is reached, when the context ends, and when the caller is killed.
//
// # Machines without namespaces
//
// Policy.Degraded goes on where a layer is missing; Result.Missing names those, and Result.Degraded
// says in a word what was in force. One layer less is a run with the others. Where there are no
// namespaces to be had at all, programs are confined by Landlock and a longer filter ("landlock"):
// the policy's mounts become rules, copies in a private directory that stands for their places, and
// names in arguments and variables that lead there. They are the caller's user then, see the
// machine's processes, and have no sockets. A policy that rules cannot express is refused. Root gets
// the namespaces that it can make without one of users ("without user, namespace-caps").
//
// Nothing is degraded that the Policy does not allow to be.
//
// Cmd.Unconfined runs a program without any of that, as the caller: streams, limits of time and output,
// the end of all that it started and the Result are the same, and it is the only form on systems other
// than Linux.
//
// # Limits
//
// Time, output, descriptors, file sizes, the number of processes and the size of memory file
// systems are kept exactly or nearly so by the kernel. Memory of all processes together is kept by
// a control group where one can be made (Result.Limits says "enforced"), and otherwise by looking
// every 25 ms ("best effort"), which a program can overshoot by what it takes in between. Report.Memory
// says which it is. To have such a group this process may move into one of its own: a level below a
// group of version 2 that was delegated to it, or a scope of the user's systemd, unless it is a
// service.
//
// # What is not promised
//
// The program talks to the same kernel as everything else, through the system calls that its
// filter lets through; with Nested, also to those parts that a root user of a namespace reaches. A
// hole in those is a hole in the sandbox. It can use the processor and memory up to its limits, and
// measure what they do. With NetHost it is on the network as the caller is. Mounts of kind Writable
// and Out are real: what it writes there stays.
//
// # Starting faster
//
// Nearly all of a start depends on the Policy alone. A Pool does that in advance: call Warm with a
// Policy that is going to be used, and set Cmd.Pool. What waits then is a process that has given up
// everything but does not know yet what to execute. Each sandbox is used once, and a program cannot
// tell one that waited from another.
//
// # How it works
//
// Run turns the Cmd into a plan, starts this same executable again in new namespaces, and hands it
// the plan; package internal/stage takes that process over before anything else in it runs, so
// neither main functions nor tests need to do anything. The stage builds the file system, forks
// pid 1 and goes; pid 1 forks the program, which gives up its rights and executes. A Pool starts
// such a process once and lets it fork for each sandbox. Started by root, the program is not root
// outside: it runs as a user that nobody else is, and trees that only root can reach are handed to
// it as mounts.
package sandbox

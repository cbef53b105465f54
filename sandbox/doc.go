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
// An error means that the sandbox did not do its job, and then the program has not run. The Result
// says what the program did.
//
// # What the program sees
//
// The program is user 1000 and process 2, alone on a machine called sandbox. Its file system holds what
// Policy.Mounts names, besides /proc of its own, a /dev with five devices, and an empty /tmp in
// memory; everything else is read-only. It has a loopback interface and no other. It sees nothing
// of the caller's environment, descriptors, terminal, keys and control groups. Its standard streams
// are pipes, unless the Cmd gives it a terminal of its own. Run writes to Stdout and Stderr in the
// order in which the program wrote, across both.
//
// With Cmd.Terminal the streams are one terminal of the sandbox's own, at which the caller types.
// With Cmd.LineByLine the program finds two terminals to write to, so that it shows each line when
// the line is complete, as it would to a person.
//
// With Policy.Nested the program may make user namespaces, be root in them and build containers by
// hand: mount, pivot_root, a /proc of their own, all kinds of namespaces. Without Nested it may
// not.
//
// # What is promised
//
// The list of layers, in the file layers.go and from Probe, says what each stops. All must be in
// place or Run refuses with a SetupError that names the layer, what the system said and what to do
// about it. A layer that only repeats others may be missing silently: Result.Layers lists the
// layers in force.
//
// When the program's main process ends, everything that it started is dead before Run returns. The
// same holds when a limit is reached and when the context ends. If the caller is killed, all of it dies.
//
// # Machines without namespaces
//
// With Policy.Degraded, Run goes on if a layer is missing: Result.Missing names the missing layers,
// and Result.Degraded says in a word what was in force. If one layer is missing, the others are in
// force. If the machine has no namespaces, Landlock and a longer filter confine programs
// ("landlock"): the policy's mounts become rules, copies go to a private directory that stands for
// their places, and arguments and variables name the paths there. The programs then run as the
// caller's user, see the machine's processes, and have no sockets. Run refuses a policy that rules
// cannot express. Root gets the namespaces that it can make without a user namespace ("without
// user, namespace-caps").
//
// Run never degrades a sandbox without Policy.Degraded.
//
// Cmd.Unconfined runs a program without any of that, as the caller. Streams, limits of time and
// output, the end of all that it started and the Result are the same. Systems other than Linux have
// only this form.
//
// # Limits
//
// The kernel keeps time, output, descriptors, file sizes, the number of processes and the size of
// memory file systems exactly or nearly so. A control group, where one can be made, keeps the
// memory of all processes together (Result.Limits says "enforced"). Otherwise Run looks every 25 ms
// ("best effort"), and a program can overshoot by what it takes between two looks. Report.Memory
// says which one applies. To have such a group this process may move into one of its own: a level
// below a group of version 2 that was delegated to it, or a scope of the user's systemd, unless the
// process is a service.
//
// # What is not promised
//
// The program talks to the same kernel as everything else, through the system calls that its filter
// lets through. With Nested it also reaches the kernel code that is open to root of a namespace. A
// hole in either is a hole in the sandbox. The program can use the processor and memory up to its
// limits, and measure them. With NetHost it is on the network as the caller is. Mounts of kind
// Writable and Out are real: files that it writes there stay.
//
// # Starting faster
//
// Nearly all of a start depends on the Policy alone. A Pool does that in advance: call Warm with a
// Policy that is going to be used, and set Cmd.Pool. A process then waits that has given up
// everything but does not know yet what to execute. Each sandbox is used once, and a program cannot
// tell one that waited from another.
//
// # How it works
//
// Run turns the Cmd into a plan, starts this same executable again in new namespaces, and hands it
// the plan. Package internal/stage takes that process over before anything else in it runs, so
// neither main functions nor tests need to do anything. The stage builds the file system, forks pid
// 1 and exits; pid 1 forks the program, which gives up its rights and executes. A Pool starts such
// a process once and lets it fork for each sandbox. Started by root, the program is not root
// outside: it runs as a user that nothing else uses, and mounts give it the trees that only root
// can reach.
package sandbox

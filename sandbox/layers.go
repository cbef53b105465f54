package sandbox

// A layer is one thing that stands between the program and the machine.
type layer struct {
	name     string
	stops    string // for people: what a program could do without it
	optional bool   // other layers stop the same, only less well: its absence is told, not refused
}

// layers is the one list of what protects the machine, outermost first, which is the order in
// which they are put in place. The order matters: each line says why it is not further down.
// What each consists of is in the table of the same names in plan_linux.go.
var layers = []layer{
	// Before there is anything that it has to count.
	{name: "memory", stops: "taking the machine's memory in ways that no single process is charged for", optional: true},
	// All others need the powers that only a user namespace of our own gives an ordinary user.
	{name: "user", stops: "acting as you or as root: the program is uid 1000 of its own user namespace"},
	// Joined before there is a program that could look at yours.
	{name: "keyring", stops: "using the keys of your session"},
	{name: "net", stops: "reaching the network, services on this machine and abstract sockets"},
	{name: "ipc", stops: "shared memory and message queues of other programs"},
	{name: "uts", stops: "renaming the machine"},
	// Behind memory: the group that a process is in now is what it will take for the top.
	{name: "cgroup", stops: "seeing and leaving its place in the control groups"},
	{name: "mount", stops: "changing what other programs see mounted"},
	// The rest of the file system is built in here.
	{name: "root", stops: "seeing or changing files: its root holds what the policy names, and what it may write to is memory of a bounded size"},
	{name: "dev", stops: "devices other than null, zero, full, random and urandom"},
	// From here on things need a process inside: /proc shows the namespace of who mounts it.
	{name: "pid", stops: "seeing and signalling other processes, and outliving its run"},
	{name: "proc", stops: "reading the environments, command lines and descriptors of other programs"},
	// Written while init may; the program cannot raise them.
	{name: "namespace-caps", stops: "reaching more of the kernel through namespaces without end"},
	{name: "pid-max", stops: "starting processes without end, through nested namespaces too", optional: true},
	// Read-only once nothing is left to be built.
	{name: "read-only", stops: "changing the file system's skeleton"},
	{name: "init", stops: "looking into the process that guards it"},
	// The program's own: it gives things up, those last that giving up the others needs.
	{name: "session", stops: "typing into your terminal and getting its signals"},
	{name: "rlimits", stops: "taking memory, processor time, descriptors and disk without end"},
	{name: "caps", stops: "using any capability"},
	{name: "no-new-privs", stops: "gaining rights from setuid programs"},
	{name: "descriptors", stops: "using files that were left open"},
	{name: "landlock-scope", stops: "signals and abstract sockets across the border, once more", optional: true},
	// The filter goes last: the layers above need system calls that it denies.
	{name: "seccomp", stops: "system calls that programs do not need and attacks do"},
}

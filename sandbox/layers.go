package sandbox

// A form is what a sandbox is made of. The first is the one that is meant; the next two are for
// machines that do not have it, and only where the policy says so (Policy.Degraded). The last is no
// sandbox at all, for callers who say so (Cmd.Unconfined): it has no layers.
type form uint8

const (
	whole      form = 1 << iota // namespaces, in a user namespace of our own
	plain                       // namespaces that root made: there are no user namespaces
	confined                    // no namespaces: Landlock and the filter
	unconfined                  // nothing
)

// Sets of forms.
const (
	everyForm = whole | plain | confined
	spaces    = whole | plain
)

// A layer is one thing that stands between the program and the machine.
type layer struct {
	name     string
	stops    string // for people: what a program could do without it
	in       form   // the forms that have it
	optional bool   // other layers stop the same, only less well: its absence is told, not refused
}

// layers is the one list of what protects the machine, outermost first, which is the order in
// which they are put in place. The order matters: each line says why it is not further down.
// What each consists of is in the table of the same names in plan_linux.go.
var layers = []layer{
	// Before there is anything that it has to count.
	{name: "memory", in: everyForm, stops: "taking the machine's memory in ways that no single process is charged for", optional: true},
	// All others need the powers that only a user namespace of our own gives an ordinary user.
	{name: "user", in: whole, stops: "acting as you or as root: the program is uid 1000 of its own user namespace"},
	// Joined before there is a program that could look at yours.
	{name: "keyring", in: everyForm, stops: "using the keys of your session"},
	{name: "net", in: spaces, stops: "reaching the network, services on this machine and abstract sockets"},
	{name: "ipc", in: spaces, stops: "shared memory and message queues of other programs"},
	{name: "uts", in: spaces, stops: "renaming the machine"},
	// Behind memory: the group that a process is in now is what it will take for the top.
	{name: "cgroup", in: spaces, stops: "seeing and leaving its place in the control groups"},
	{name: "mount", in: spaces, stops: "changing what other programs see mounted"},
	// The rest of the file system is built in here.
	{name: "root", in: spaces, stops: "seeing or changing files: its root holds what the policy names, and what it may write to is memory of a bounded size"},
	// Only where there is no root of its own. It is put on before init is forked, which then can kill
	// all of the sandbox and nobody else.
	{name: "landlock-files", in: confined, stops: "files that the policy does not name, and TCP: in place of a root and a network of its own"},
	{name: "dev", in: spaces, stops: "devices other than null, zero, full, random and urandom"},
	// From here on things need a process inside: /proc shows the namespace of who mounts it.
	{name: "pid", in: spaces, stops: "seeing and signalling other processes, and outliving its run"},
	{name: "proc", in: spaces, stops: "reading the environments, command lines and descriptors of other programs"},
	// Written while init may; the program cannot raise them.
	{name: "namespace-caps", in: whole, stops: "reaching more of the kernel through namespaces without end"},
	{name: "pid-max", in: spaces, stops: "starting processes without end, through nested namespaces too", optional: true},
	// Read-only once nothing is left to be built.
	{name: "read-only", in: spaces, stops: "changing the file system's skeleton"},
	{name: "init", in: everyForm, stops: "looking into the process that guards it"},
	// The program's own: it gives things up, those last that giving up the others needs.
	{name: "session", in: everyForm, stops: "typing into your terminal and getting its signals"},
	{name: "rlimits", in: everyForm, stops: "taking memory, processor time, descriptors and disk without end"},
	{name: "caps", in: everyForm, stops: "using any capability"},
	{name: "no-new-privs", in: everyForm, stops: "gaining rights from setuid programs"},
	{name: "descriptors", in: everyForm, stops: "using files that were left open"},
	{name: "landlock-scope", in: everyForm, stops: "signals and abstract sockets across the border, once more", optional: true},
	// The filter goes last: the layers above need system calls that it denies.
	{name: "seccomp", in: everyForm, stops: "system calls that programs do not need and attacks do"},
}

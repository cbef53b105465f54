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
	stops    string // for people, behind "stops a program from"
	in       form   // the forms that have this layer
	optional bool   // other layers stop the same, only less well: without it, programs run and doctor says so
}

// layers is the one list of what protects the machine, outermost first, which is the order in
// which they are put in place. The order matters: each line says why it is not further down.
// What each consists of is in the table of the same names in plan_linux.go.
var layers = []layer{
	// Before there is anything that it has to count.
	{name: "memory", in: everyForm, stops: "taking all memory of the machine: the program and its children share one limit", optional: true},
	// All others need the powers that only a user namespace of our own gives an ordinary user.
	{name: "user", in: whole, stops: "acting as you or as root: the program is uid 1000 of its own user namespace"},
	// Joined before there is a program that could look at yours.
	{name: "keyring", in: everyForm, stops: "using the keys of your session"},
	{name: "net", in: spaces, stops: "reaching the network, services on this machine and abstract sockets"},
	{name: "ipc", in: spaces, stops: "using the shared memory and message queues of other programs"},
	{name: "uts", in: spaces, stops: "renaming the machine"},
	// Behind memory: the group that a process is in now is what it will take for the top.
	{name: "cgroup", in: spaces, stops: "seeing its control group, and leaving it"},
	{name: "mount", in: spaces, stops: "changing the mounts of other programs"},
	// The rest of the file system is built in here.
	{name: "root", in: spaces, stops: "seeing files that the policy does not name, and writing to any but a limited copy in memory"},
	// Only where there is no root of its own. It is put on before init is forked, which then can kill
	// all of the sandbox and nobody else.
	{name: "landlock-files", in: confined, stops: "opening files that the policy does not name, and using TCP, if the sandbox has no root and no network of its own"},
	{name: "dev", in: spaces, stops: "opening devices other than null, zero, full, random and urandom"},
	// From here on things need a process inside: /proc shows the namespace of the process that mounts it.
	{name: "pid", in: spaces, stops: "seeing and signalling other processes, and running on when its time is over"},
	{name: "proc", in: spaces, stops: "reading the environments, command lines and descriptors of other programs"},
	// Written while init may; the program cannot raise them.
	{name: "namespace-caps", in: whole, stops: "making any number of namespaces, through which it reaches more of the kernel"},
	{name: "pid-max", in: spaces, stops: "starting any number of processes, even through nested namespaces", optional: true},
	// Read-only once nothing is left to be built.
	{name: "read-only", in: spaces, stops: "changing the folders that the sandbox is built of"},
	{name: "init", in: everyForm, stops: "reading or changing the process that guards it"},
	// The program's own: it gives things up, those last that giving up the others needs.
	{name: "session", in: everyForm, stops: "typing into your terminal, and getting the signals of that terminal"},
	{name: "rlimits", in: everyForm, stops: "taking any amount of memory, processor time, descriptors and disk"},
	{name: "caps", in: everyForm, stops: "using any capability"},
	{name: "no-new-privs", in: everyForm, stops: "gaining rights from setuid programs"},
	{name: "descriptors", in: everyForm, stops: "using files that slidexec has open"},
	{name: "landlock-scope", in: everyForm, stops: "sending signals and using abstract sockets outside of the sandbox: a second barrier", optional: true},
	// The filter goes last: the layers above need system calls that it denies.
	{name: "seccomp", in: everyForm, stops: "making system calls that attacks need and programs do not"},
}

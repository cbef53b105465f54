package sandbox

// A form is one way to make a sandbox. The first is the normal one. The next two are for machines
// that do not have it, if the policy allows them (Policy.Degraded). The last is no sandbox at all,
// for callers that ask for that (Cmd.Unconfined): it has no layers.
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
	stops    string // for people; it continues "stops a program from"
	in       form   // the forms that have this layer
	optional bool   // other layers stop the same, only less well: programs run without it, and doctor says so
}

// layers is the one list of everything that protects the machine, outermost first, in the order of
// setup. The order matters: each line says why it is not further down. The table measures in
// plan_linux.go has the same names, and the steps of each layer.
var layers = []layer{
	// First, so that it counts everything that follows.
	{name: "memory", in: everyForm, stops: "taking all memory of the machine: the program and its children share one limit", optional: true},
	// All others need the powers that only a user namespace of our own gives an ordinary user.
	{name: "user", in: whole, stops: "acting as you or as root: the program is uid 1000 of its own user namespace"},
	// Before any program exists that could look at your keys.
	{name: "keyring", in: everyForm, stops: "using the keys of your session"},
	{name: "net", in: spaces, stops: "reaching the network, services on this machine and abstract sockets"},
	{name: "ipc", in: spaces, stops: "using the shared memory and message queues of other programs"},
	{name: "uts", in: spaces, stops: "renaming the machine"},
	// Behind memory: a cgroup namespace takes the process's group at that moment for its top.
	{name: "cgroup", in: spaces, stops: "seeing its control group, and leaving it"},
	{name: "mount", in: spaces, stops: "changing the mounts of other programs"},
	// This layer builds the rest of the file system.
	{name: "root", in: spaces, stops: "seeing files that the policy does not name, and writing to any but a limited copy in memory"},
	// Only without a root of its own. The stage enters it before init is forked. So init can kill
	// all of the sandbox and nobody else.
	{name: "landlock-files", in: confined, stops: "opening files that the policy does not name, and using TCP, if the sandbox has no root and no network of its own"},
	{name: "dev", in: spaces, stops: "opening devices other than null, zero, full, random, urandom and terminals of its own"},
	// From here on, layers need a process inside: /proc shows the namespace of the process that
	// mounts it.
	{name: "pid", in: spaces, stops: "seeing and signalling other processes, and running on when its time is over"},
	{name: "proc", in: spaces, stops: "reading the environments, command lines and descriptors of other programs"},
	// Init may still write here; the program cannot raise the limits.
	{name: "namespace-caps", in: whole, stops: "making any number of namespaces, through which it reaches more of the kernel"},
	{name: "pid-max", in: spaces, stops: "starting any number of processes, even through nested namespaces", optional: true},
	// Read-only after everything is built.
	{name: "read-only", in: spaces, stops: "changing the folders that the sandbox is built of"},
	{name: "init", in: everyForm, stops: "reading or changing the process that guards it"},
	// The program does this itself. It gives up last the rights that it needs to give up the
	// others.
	{name: "session", in: everyForm, stops: "typing into your terminal, and getting the signals of that terminal: one of its own at most controls it"},
	{name: "rlimits", in: everyForm, stops: "taking any amount of memory, processor time, descriptors and disk"},
	{name: "caps", in: everyForm, stops: "using any capability"},
	{name: "no-new-privs", in: everyForm, stops: "gaining rights from setuid programs"},
	{name: "descriptors", in: everyForm, stops: "using files that slidexec has open"},
	{name: "landlock-scope", in: everyForm, stops: "sending signals and using abstract sockets outside of the sandbox: a second barrier", optional: true},
	// The filter goes last: the layers above need system calls that it denies.
	{name: "seccomp", in: everyForm, stops: "making system calls that attacks need and programs do not"},
}

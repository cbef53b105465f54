// Package filter makes the filter of system calls for a sandboxed program. It also answers the
// calls that the filter asks about.
//
// # Which calls
//
// The filter lists the calls that are denied, not those that are allowed. A list of allowed calls
// that runs every language's runtime holds nearly all calls, and breaks with each new one. The
// filter keeps programs away from the parts of the kernel that attacks use and demonstrations do
// not need.
//
// A forbidden call returns EPERM. If a library has another way, the call returns ENOSYS as on an
// old kernel, so that the library takes that way. So does every call that is newer than these
// lists, because nobody has reviewed it. Only a call by another architecture's table kills.
//
// New makes the filter for a program from its Options; Order makes one that denies nothing. Both
// return an array of struct sock_filter for struct sock_fprog, in the machine's byte order. The
// rules are in rules_linux.go, and those for a program without namespaces in confined_linux.go;
// Compile turns rules into the kernel's instructions.
//
// # Calls that are asked about
//
// A rule can hold the program at its call and ask a Listener instead of denying
// (seccomp_unotify(2)). Two things need that. First, the filter holds writes to standard error
// until everything written before is read: so a reader of two pipes knows their order. Second, if
// only Landlock keeps a program from the caller's files, the listener makes the calls that change a
// file's mode or times by name in the program's place, see Listener.Broker.
package filter

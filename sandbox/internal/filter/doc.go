// Package filter makes the filter of system calls that a sandboxed program is under, and is the other
// end of those calls that the filter asks about.
//
// # Which calls
//
// The filter is a list of what is denied, not of what is allowed. A list of allowed calls that
// runs every language's runtime is nearly all of them, and breaks with each new one; what matters
// is to keep programs away from the parts of the kernel that attacks come through and
// demonstrations do not need.
//
// A forbidden call says EPERM. One that a library has another way for says ENOSYS, as on an old
// kernel, so that it takes the other way; so does every call that is newer than these lists, which
// nobody has looked at here. Only a call by another architecture's table kills.
//
// New makes the filter for a program from its Options; Order makes one that denies nothing. Both
// return struct sock_filter for struct sock_fprog, in the machine's order of bytes. The rules are in
// rules_linux.go, and those for a program without namespaces in confined_linux.go; Compile turns
// rules into the kernel's instructions.
//
// # Calls that are asked about
//
// A rule can hold the program at its call and ask a Listener instead of denying (seccomp_unotify(2)).
// Two things need that. Writes to standard error are held so that everything written before is read
// first: that is how a reader of two pipes knows their order. And where Landlock is all that keeps a
// program from the caller's files, calls that change a file's mode or times by its name are made by
// the listener in the program's place, see Listener.Broker.
package filter

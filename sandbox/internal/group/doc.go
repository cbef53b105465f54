// Package group bounds what all processes of a sandbox take together: by a control group where one can
// be made, and by looking at them every now and then where not.
//
// # Control groups
//
// New makes a Group with Limits in whichever hierarchy allows it. In version 2 a process is born in it
// (Group.Box); in version 1 a Watch moves programs there that run for some time or take much memory. An
// ordinary user has a place for groups where the system delegated one; where it did not, New has the
// user's systemd move this process to a scope of its own, unless it is a service. Both change where this
// process is, so they happen only if there is no other way. Groups of makers that were killed are
// removed by the next one to make some.
//
// # Looking
//
// A Watch adds up the processes, memory and time of a sandbox as its /proc shows them. How far a program
// can overshoot its limit is what it takes between two looks, so a Watch looks the more often the nearer
// the limit is; reads cheap numbers, and the exact ones only when those say that there may be too much;
// and has the processes stand still while it reads them.
package group

// Package group bounds the resources that all processes of a sandbox use together: by a control
// group if one can be made, else by looking at the processes every now and then.
//
// # Control groups
//
// New makes a Group with Limits in whichever hierarchy allows it. In version 2 a process is born in
// it (Group.Box). In version 1 a Watch moves programs there that run for some time or take much
// memory. An ordinary user has a place for groups if the system delegated one. If not, New has the
// user's systemd move this process to a scope of its own, unless the process is a service. Both
// change this process's group, so they happen only if there is no other way. If a maker was killed,
// the next one to make a group removes its groups.
//
// # Looking
//
// A Watch adds up the processes, memory and time of a sandbox as its /proc shows them. A program
// can overshoot its limit by as much as it takes between two looks. So a Watch looks more often the
// nearer the limit is. It reads cheap numbers, and the exact ones only when the cheap ones say that
// there may be too much; and it stops the processes while it reads the exact ones.
package group

package stage

import "syscall"

// A parked program has given up everything already, and the root that it sees is read-only. What
// it still has to write, its own source mostly, it writes through a copy of the mounts that was
// made before that, which is part of no namespace and ends with the descriptor: at exec at the
// latest. So no process with rights is needed any more.

// hold takes the copy. It is a directory that keeps the mounts in use; closing the tree itself
// makes a process wait until all processors have taken notice, which is done here and now.
func (c *compiler) hold() {
	c.add(sysOpenTree, at, c.str("/"), num(openTreeClone|atRecursive|oCloexec)).keep(last)
	c.with(last, syscall.SYS_OPENAT, c.str("."), num(oPath|syscall.O_DIRECTORY|oCloexec)).keep(rootSlot)
	c.with(last, syscall.SYS_CLOSE)
}

// lateFile writes a file where nothing but memory is.
func (c *compiler) lateFile(s *Step) {
	c.add(syscall.SYS_UMASK, num(0))
	for i := 1; i < len(s.Dst); i++ {
		if s.Dst[i] == '/' {
			c.with(rootSlot, syscall.SYS_MKDIRAT, c.str(s.Dst[1:i]), num(0o755)).allow(exists)
		}
	}
	c.with(rootSlot, syscall.SYS_OPENAT, c.str(s.Dst[1:]), num(createNew), num(s.Flags)).keep(last)
	c.write(c.bytes(s.Data), len(s.Data))
	c.add(syscall.SYS_UMASK, num(0o022))
}

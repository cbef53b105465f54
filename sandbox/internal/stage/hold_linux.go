package stage

import "syscall"

// A parked program has given up everything already, and the root that it sees is read-only. What
// it still has to write, its own source mostly, it writes through a copy of the mounts that was
// made before that, which is part of no namespace and ends with the descriptor: at exec at the
// latest. So no process with rights is needed any more.

// hold takes the copy. It is a directory that keeps the mounts in use; closing the tree itself
// makes a process wait until all processors have taken notice, which is done here and now.
func (c *compiler) hold() {
	c.add(keepLast, sysOpenTree, at, c.str("/"), num(openTreeClone|atRecursive|oCloexec))
	c.add(useLast|keepRoot, syscall.SYS_OPENAT, num(0), c.str("."), num(oPath|syscall.O_DIRECTORY|oCloexec))
	c.add(useLast, syscall.SYS_CLOSE)
}

// lateFile writes a file where nothing but memory is.
func (c *compiler) lateFile(s *Step) {
	c.add(0, syscall.SYS_UMASK, num(0))
	for i := 1; i < len(s.Dst); i++ {
		if s.Dst[i] == '/' {
			c.add(useRoot|exists, syscall.SYS_MKDIRAT, num(0), c.str(s.Dst[1:i]), num(0o755))
		}
	}
	const flags = syscall.O_CREAT | syscall.O_EXCL | syscall.O_WRONLY | syscall.O_NOFOLLOW | oCloexec
	c.add(useRoot|keepLast, syscall.SYS_OPENAT, num(0), c.str(s.Dst[1:]), num(flags), num(s.Flags))
	c.add(useLast|whole, syscall.SYS_WRITE, num(0), c.bytes(s.Data), num(len(s.Data)))
	c.add(useLast, syscall.SYS_CLOSE)
	c.add(0, syscall.SYS_UMASK, num(0o022))
}

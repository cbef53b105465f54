package stage

import "syscall"

// Sources are opened while the caller's root is still there; then the root becomes an empty tmpfs
// and every later path is one of the sandbox. So no link in a mounted tree can lead a step out of
// it.

const wholeTree = atEmptyPath | atRecursive

// open copies the tree at Src with everything mounted in it, and sets attributes on all of it
// before any process can see it.
func (c *compiler) open(s *Step) {
	to := c.number(s.Arg)
	if len(s.Data) == 0 {
		c.tree(s.Src, to, s.Flags)
		return
	}
	// The path is followed once, so the tree that was checked is the tree that is copied.
	c.add(syscall.SYS_OPENAT, at, c.str(s.Src), num(oPath|oCloexec)).keep(last)
	const basic = 0x7ff // STATX_BASIC_STATS
	c.with(last, sysStatx, c.str(""), num(atEmptyPath), num(basic), c.bytes(append(make([]byte, statxSize), s.Data...))).allow(identity)
	c.with(last, sysOpenTree, c.str(""), num(openTreeClone|wholeTree|oCloexec)).keep(to)
	c.attributes(to, s.Flags)
	c.with(last, syscall.SYS_CLOSE)
}

// tree copies the tree at a path.
func (c *compiler) tree(path string, to slot, attrs uint64) {
	c.add(sysOpenTree, at, c.str(path), num(openTreeClone|atRecursive|oCloexec)).keep(to)
	c.attributes(to, attrs)
}

// attributes sets attributes on all of a tree.
func (c *compiler) attributes(to slot, attrs uint64) {
	attr := c.words(num(attrs), num(0), num(uint64(msPrivate)), num(0))
	c.with(to, sysMountSetattr, c.str(""), num(wholeTree), attr, num(mountAttrSize))
}

// number is the slot that a plan calls n.
func (c *compiler) number(n uint64) slot {
	if n >= uint64(numSlots-firstSlot) {
		c.bad = true
		return firstSlot
	}
	return firstSlot + slot(n)
}

// source returns the descriptor of a step's tree: in a slot, or as a number.
func (c *compiler) source(s *Step) (slot, arg) {
	if s.FD >= 0 {
		return 0, num(s.FD)
	}
	return c.number(s.Arg), arg{}
}

// on adds a call whose first argument is a source's descriptor.
func (c *compiler) on(from slot, fd arg, nr uintptr, args ...arg) *call {
	k := c.add(nr, append([]arg{fd}, args...)...)
	k.from = from
	return k
}

// root replaces the root by an empty tmpfs. The caller's /proc stays, at Old, until init has
// mounted its own: the kernel lets a user namespace mount a proc only where it sees one already.
func (c *compiler) root(s *Step) {
	c.add(sysOpenTree, at, c.str("/proc"), num(openTreeClone|atRecursive|oCloexec)).keep(last)
	tmpfs := c.str("tmpfs")
	c.add(syscall.SYS_MOUNT, tmpfs, c.str(s.Dst), tmpfs, num(syscall.MS_NOSUID|syscall.MS_NODEV), c.str(string(s.Data)))
	c.add(syscall.SYS_CHDIR, c.str(s.Dst))
	c.add(syscall.SYS_PIVOT_ROOT, c.str("."), c.str("."))
	c.unmount(".")
	c.add(syscall.SYS_CHDIR, c.str("/"))
	clear(c.made)
	c.mkdirs(Old, 0)
	c.move(last, arg{}, Old)
}

func (c *compiler) unmount(dst string) {
	c.add(syscall.SYS_UMOUNT2, c.str(dst), num(syscall.MNT_DETACH))
	c.forget(dst)
}

// move mounts a tree and closes its descriptor.
func (c *compiler) move(from slot, fd arg, dst string) {
	c.on(from, fd, sysMoveMount, c.str(""), at, c.str(dst), num(moveEmptyPath|moveFollowTo))
	c.on(from, fd, syscall.SYS_CLOSE)
	c.forget(dst)
}

// mkdirs makes a directory and those above it. An existing one is left as it is.
func (c *compiler) mkdirs(path string, mode uint64) {
	if path == "/" || c.made[path] {
		return
	}
	c.mkdirs(parent(path), 0o755)
	c.add(syscall.SYS_MKDIRAT, at, c.str(path), num(mode)).allow(exists)
	c.made[path] = c.mode&soft == 0
}

// forget is called when something else comes to be at path.
func (c *compiler) forget(path string) {
	for made := range c.made {
		if len(made) > len(path) && made[:len(path)] == path && made[len(path)] == '/' {
			delete(c.made, made)
		}
	}
}

func (c *compiler) mount(s *Step) {
	c.mkdirs(s.Dst, 0o755)
	c.add(syscall.SYS_MOUNT, c.str(s.Src), c.str(s.Dst), c.str(s.Src), num(s.Flags), c.str(string(s.Data)))
	c.forget(s.Dst)
}

func (c *compiler) bind(s *Step) {
	from, fd := c.source(s)
	if s.Arg2 == File {
		c.place(s.Dst)
	} else {
		c.mkdirs(s.Dst, 0o755)
	}
	c.move(from, fd, s.Dst)
}

// place makes an empty file at dst for a file to be mounted on, if dst does not exist.
func (c *compiler) place(dst string) {
	c.mkdirs(parent(dst), 0o755)
	c.add(syscall.SYS_MKNODAT, at, c.str(dst), num(syscall.S_IFREG|0o444), num(0)).allow(exists)
}

const createNew = syscall.O_CREAT | syscall.O_EXCL | syscall.O_WRONLY | syscall.O_NOFOLLOW | oCloexec

// file writes a file. If one exists at Dst, or Dst is in a read-only tree, file mounts the new one
// there.
func (c *compiler) file(s *Step) {
	c.mkdirs(parent(s.Dst), 0o755)
	data, n, first := c.bytes(s.Data), len(s.Data), len(c.out)
	c.add(syscall.SYS_OPENAT, at, c.str(s.Dst), num(createNew), num(s.Flags)).allow(orElse).keep(last)
	c.write(data, n)
	done := len(c.out)
	c.add(0).allow(jump)
	c.out[first].skip = uint16(done - first)
	const attrs = 1 | 2 | 4 // MOUNT_ATTR_RDONLY, NOSUID, NODEV
	c.add(syscall.SYS_OPENAT, at, c.str(Fresh), num(createNew), num(s.Flags)).keep(last)
	c.write(data, n)
	c.tree(Fresh, last, attrs)
	c.place(s.Dst)
	c.move(last, arg{}, s.Dst)
	c.add(syscall.SYS_UNLINKAT, at, c.str(Fresh), num(0))
	c.out[done].skip = uint16(len(c.out) - 1 - done)
}

// overlay mounts an overlay, as overlayOrCopy does, for steps that allow no copy.
func (c *compiler) overlay(s *Step) {
	from, fd := c.source(s)
	mode := s.Arg2&0o777 | 0o700
	c.mkdirs(Parts, 0o700)
	c.mkdirs(cowLower, 0o755)
	c.mkdirs(cowRoom, 0o755)
	c.mkdirs(s.Dst, 0o755)
	c.move(from, fd, cowLower)
	tmpfs, kind := c.str("tmpfs"), c.str("overlay")
	const flags = syscall.MS_NOSUID | syscall.MS_NODEV
	c.add(syscall.SYS_MOUNT, tmpfs, c.str(cowRoom), tmpfs, num(flags), c.str(string(s.Data)))
	c.mkdirs(cowUpper, mode)
	c.mkdirs(cowWork, mode)
	c.add(syscall.SYS_MOUNT, kind, c.str(s.Dst), kind, num(flags), c.str(overlayOptions))
	c.forget(s.Dst)
	c.unmount(cowRoom) // the mounts keep the room in use
	c.unmount(cowLower)
	for _, dir := range []string{cowLower, cowRoom, Parts} {
		c.add(syscall.SYS_UNLINKAT, at, c.str(dir), num(atRemovedir))
		delete(c.made, dir)
	}
}

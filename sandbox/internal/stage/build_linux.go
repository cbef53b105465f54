package stage

import (
	"syscall"
	"unsafe"
)

// A builder carries out the steps of the stage. Sources are opened while the caller's root is
// still there; then the root becomes an empty tmpfs and every later path is one of the sandbox,
// so that no link in a mounted tree can lead a step out of it.
type builder struct {
	slots map[uint64]uintptr // opened trees
}

// steps is the table of what the stage can do.
var steps = [numOps]func(*builder, *Step) fault{
	Private: (*builder).private, Open: (*builder).open, Root: (*builder).root, Dir: (*builder).dir,
	Mount: (*builder).mount, Bind: (*builder).bind, FileAt: (*builder).file, Link: (*builder).link,
	Attr: (*builder).attr, Overlay: (*builder).overlay, Hostname: (*builder).hostname,
	Loopback: (*builder).loopback, Keyring: (*builder).keyring, WriteFile: (*builder).write,
	Chmod: (*builder).chmod, Unshare: (*builder).unshare, Confine: (*builder).confine,
}

func (b *builder) do(s *Step) fault {
	if s.Op >= numOps || steps[s.Op] == nil {
		return fault{errno: syscall.ENOSYS}
	}
	return steps[s.Op](b, s)
}

func (b *builder) private(*Step) fault {
	_, f := sys(syscall.SYS_MOUNT, 0, str("/"), 0, syscall.MS_REC|syscall.MS_PRIVATE, 0)
	return f
}

func (b *builder) open(s *Step) fault {
	fd, f := openTree(s.Src, s.Flags)
	if f.ok() {
		b.slots[s.Arg] = fd
	}
	return f
}

// openTree copies the tree at path with everything mounted in it and sets attributes on all of
// it before it can be seen anywhere.
func openTree(path string, attrs uint64) (uintptr, fault) {
	fd, f := sys(sysOpenTree, cwd, str(path), openTreeClone|atRecursive|oCloexec, 0, 0)
	if !f.ok() {
		return 0, f
	}
	return fd, setAttr(fd, "", atEmptyPath|atRecursive, &mountAttr{set: attrs, propagation: msPrivate})
}

func setAttr(dir uintptr, path string, flags uintptr, attr *mountAttr) fault {
	_, f := sys(sysMountSetattr, dir, str(path), flags, uintptr(unsafe.Pointer(attr)), unsafe.Sizeof(*attr))
	return f
}

// root replaces the root by an empty tmpfs. The caller's /proc stays, at Old, until init has
// mounted its own: the kernel lets a user namespace mount a proc only where it sees one already.
func (b *builder) root(s *Step) fault {
	proc, f := sys(sysOpenTree, cwd, str("/proc"), openTreeClone|atRecursive|oCloexec, 0, 0)
	if !f.ok() {
		return f
	}
	const flags = syscall.MS_NOSUID | syscall.MS_NODEV
	if _, f = sys(syscall.SYS_MOUNT, str("tmpfs"), str(s.Dst), str("tmpfs"), flags, str(string(s.Data))); !f.ok() {
		return f
	}
	if _, f = sys(syscall.SYS_CHDIR, str(s.Dst), 0, 0, 0, 0); !f.ok() {
		return f
	}
	if _, f = sys(syscall.SYS_PIVOT_ROOT, str("."), str("."), 0, 0, 0); !f.ok() {
		return f
	}
	if _, f = sys(syscall.SYS_UMOUNT2, str("."), syscall.MNT_DETACH, 0, 0, 0); !f.ok() {
		return f
	}
	if _, f = sys(syscall.SYS_CHDIR, str("/"), 0, 0, 0, 0); !f.ok() {
		return f
	}
	if f = mkdirs(Old, 0); !f.ok() {
		return f
	}
	return moveMount(proc, Old)
}

func moveMount(fd uintptr, dst string) fault {
	_, f := sys(sysMoveMount, fd, str(""), cwd, str(dst), moveEmptyPath|moveFollowTo)
	return f
}

func (b *builder) dir(s *Step) fault { return mkdirs(s.Dst, s.Flags) }

// mkdirs makes a directory and those above it. An existing one is left as it is.
func mkdirs(path string, mode uint64) fault {
	_, f := sys(syscall.SYS_MKDIRAT, cwd, str(path), uintptr(mode), 0, 0)
	switch f.errno {
	case syscall.EEXIST:
		return fault{}
	case syscall.ENOENT:
		if up := parent(path); up != path {
			if f := mkdirs(up, 0o755); !f.ok() {
				return f
			}
			_, f = sys(syscall.SYS_MKDIRAT, cwd, str(path), uintptr(mode), 0, 0)
		}
	}
	return f
}

func parent(path string) string {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '/' {
			return path[:i]
		}
	}
	return "/"
}

func (b *builder) mount(s *Step) fault {
	if f := mkdirs(s.Dst, 0o755); !f.ok() {
		return f
	}
	_, f := sys(syscall.SYS_MOUNT, str(s.Src), str(s.Dst), str(s.Src), uintptr(s.Flags), str(string(s.Data)))
	return f
}

func (b *builder) source(s *Step) uintptr {
	if s.FD >= 0 {
		return uintptr(s.FD)
	}
	return b.slots[s.Arg]
}

func (b *builder) bind(s *Step) fault {
	fd := b.source(s)
	if f := place(fd, s.Dst); !f.ok() {
		return f
	}
	f := moveMount(fd, s.Dst)
	syscall.Close(int(fd))
	return f
}

// place makes what the mount fd needs at dst: a directory or an empty file.
func place(fd uintptr, dst string) fault {
	var st syscall.Stat_t
	if err := syscall.Fstat(int(fd), &st); err != nil {
		return fault{syscall.SYS_FSTAT, err.(syscall.Errno)}
	}
	if st.Mode&syscall.S_IFMT == syscall.S_IFDIR {
		return mkdirs(dst, 0o755)
	}
	if f := mkdirs(parent(dst), 0o755); !f.ok() {
		return f
	}
	_, f := sys(syscall.SYS_MKNODAT, cwd, str(dst), syscall.S_IFREG|0o444, 0, 0)
	if f.errno == syscall.EEXIST {
		return fault{}
	}
	return f
}

// file writes a file. Over one that is there already, or in a read-only tree, it is mounted.
func (b *builder) file(s *Step) fault {
	if f := mkdirs(parent(s.Dst), 0o755); !f.ok() {
		return f
	}
	f := writeNew(s.Dst, s.Data, s.Flags)
	if f.errno != syscall.EEXIST && f.errno != syscall.EROFS && f.errno != syscall.EACCES {
		return f
	}
	const tmp = "/.file"
	if f := writeNew(tmp, s.Data, s.Flags); !f.ok() {
		return f
	}
	const readOnly = 1 | 2 | 4 // MOUNT_ATTR_RDONLY, NOSUID, NODEV
	fd, f := openTree(tmp, readOnly)
	if f.ok() {
		f = place(fd, s.Dst)
	}
	if f.ok() {
		f = moveMount(fd, s.Dst)
	}
	sys(syscall.SYS_UNLINKAT, cwd, str(tmp), 0, 0, 0)
	return f
}

func writeNew(path string, data []byte, mode uint64) fault {
	const flags = syscall.O_CREAT | syscall.O_EXCL | syscall.O_WRONLY | syscall.O_NOFOLLOW | oCloexec
	fd, f := sys(syscall.SYS_OPENAT, cwd, str(path), flags, uintptr(mode), 0)
	if !f.ok() {
		return f
	}
	return writeAll(fd, data)
}

// writeAll writes data and closes fd.
func writeAll(fd uintptr, data []byte) (f fault) {
	for len(data) > 0 && f.ok() {
		var n uintptr
		n, f = sys(syscall.SYS_WRITE, fd, uintptr(unsafe.Pointer(&data[0])), uintptr(len(data)), 0, 0)
		data = data[n:]
	}
	syscall.Close(int(fd))
	return f
}

func (b *builder) write(s *Step) fault {
	fd, f := sys(syscall.SYS_OPENAT, cwd, str(s.Dst), syscall.O_WRONLY|oCloexec, 0, 0)
	if !f.ok() {
		return f
	}
	return writeAll(fd, s.Data)
}

func (b *builder) link(s *Step) fault {
	if f := mkdirs(parent(s.Dst), 0o755); !f.ok() {
		return f
	}
	_, f := sys(syscall.SYS_SYMLINKAT, str(s.Src), cwd, str(s.Dst), 0, 0)
	return f
}

func (b *builder) attr(s *Step) fault {
	return setAttr(cwd, s.Dst, 0, &mountAttr{set: s.Flags})
}

func (b *builder) chmod(s *Step) fault {
	_, f := sys(syscall.SYS_FCHMODAT, cwd, str(s.Dst), uintptr(s.Flags), 0, 0)
	return f
}

func (b *builder) hostname(s *Step) fault {
	_, f := sys(syscall.SYS_SETHOSTNAME, str(s.Src), uintptr(len(s.Src)), 0, 0, 0)
	return f
}

func (b *builder) unshare(s *Step) fault {
	_, f := sys(syscall.SYS_UNSHARE, uintptr(s.Flags), 0, 0, 0, 0)
	return f
}

// confine puts this thread, and so init and the program, into a Landlock domain. Packages are
// initialised on the main thread, which is the one that forks.
func (b *builder) confine(s *Step) fault {
	if _, f := sys(syscall.SYS_PRCTL, prSetNoNewPrivs, 1, 0, 0, 0); !f.ok() {
		return f
	}
	_, f := sys(sysLandlockSelf, uintptr(s.FD), 0, 0, 0, 0)
	return f
}

func (b *builder) keyring(*Step) fault {
	_, f := sys(syscall.SYS_KEYCTL, joinKeyring, 0, 0, 0, 0)
	if f.errno == syscall.ENOSYS || f.errno == syscall.EPERM {
		return fault{} // a kernel or a container without keys: the program has none either
	}
	return f
}

// loopback sets IFF_UP on lo.
func (b *builder) loopback(*Step) fault {
	fd, f := sys(syscall.SYS_SOCKET, syscall.AF_INET, syscall.SOCK_DGRAM|oCloexec, 0, 0, 0)
	if !f.ok() {
		return f
	}
	ifreq := struct {
		name  [16]byte
		flags uint16
		_     [22]byte
	}{name: [16]byte{'l', 'o'}, flags: syscall.IFF_UP | syscall.IFF_RUNNING}
	_, f = sys(syscall.SYS_IOCTL, fd, syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&ifreq)), 0, 0)
	syscall.Close(int(fd))
	return f
}

package stage

import "syscall"

// rawSteps is the table of the steps of the stage, init and the program, as calls.
var rawSteps = [numOps]func(*compiler, *Step){
	Private: func(c *compiler, _ *Step) {
		c.add(syscall.SYS_MOUNT, num(0), c.str("/"), num(0), num(syscall.MS_REC|syscall.MS_PRIVATE), num(0))
	},
	Open:     (*compiler).open,
	Root:     (*compiler).root,
	Dir:      func(c *compiler, s *Step) { c.mkdirs(s.Dst, s.Flags) },
	Mount:    (*compiler).mount,
	Bind:     (*compiler).bind,
	FileAt:   (*compiler).file,
	Overlay:  (*compiler).overlay,
	Loopback: (*compiler).loopback,
	Serve:    (*compiler).serve,
	Give: func(c *compiler, s *Step) {
		c.add(syscall.SYS_OPENAT, at, c.str(s.Dst), num(syscall.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW|oCloexec)).pass(Given)
	},
	Link: func(c *compiler, s *Step) {
		c.mkdirs(parent(s.Dst), 0o755)
		c.add(syscall.SYS_SYMLINKAT, c.str(s.Src), at, c.str(s.Dst))
	},
	Attr: func(c *compiler, s *Step) {
		c.add(sysMountSetattr, at, c.str(s.Dst), num(0), c.words(num(s.Flags), num(0), num(0), num(0)), num(mountAttrSize))
	},
	Chmod:    func(c *compiler, s *Step) { c.add(syscall.SYS_FCHMODAT, at, c.str(s.Dst), num(s.Flags)) },
	Hostname: func(c *compiler, s *Step) { c.add(syscall.SYS_SETHOSTNAME, c.str(s.Src), num(len(s.Src))) },
	Unshare:  func(c *compiler, s *Step) { c.add(syscall.SYS_UNSHARE, num(s.Flags)) },
	Keyring: func(c *compiler, _ *Step) {
		// If the kernel or the container has no keys, the program has none either.
		c.add(syscall.SYS_KEYCTL, num(joinKeyring), num(0)).allow(keyless)
	},
	WriteFile: func(c *compiler, s *Step) {
		k := c.add(syscall.SYS_OPENAT, at, c.str(s.Dst), num(syscall.O_WRONLY|oCloexec))
		k.skip, k.to = 2, last
		c.write(c.bytes(s.Data), len(s.Data))
	},
	Detach:     func(c *compiler, s *Step) { c.unmount(s.Dst) },
	Remove:     func(c *compiler, s *Step) { c.add(syscall.SYS_UNLINKAT, at, c.str(s.Dst), num(atRemovedir)) },
	Undumpable: func(c *compiler, _ *Step) { c.add(syscall.SYS_PRCTL, num(prSetDumpable), num(0)) },
	Name:       func(c *compiler, s *Step) { c.add(syscall.SYS_PRCTL, num(syscall.PR_SET_NAME), c.str(s.Src)) },
	Hold:       func(c *compiler, _ *Step) { c.hold() },
	Guard: func(c *compiler, s *Step) {
		c.add(syscall.SYS_PRCTL, num(prSetSubreaper), num(1))
		c.add(syscall.SYS_KILL, num(s.Flags), num(0)).allow(denied)
	},
	Group:  func(c *compiler, _ *Step) { c.add(syscall.SYS_PRCTL, num(prSetSubreaper), num(1)) },
	Leader: func(c *compiler, _ *Step) { c.add(syscall.SYS_SETPGID, num(0), num(0)) },
	Confine: func(c *compiler, s *Step) {
		// This sets the bit for this thread, and so for init and the program: packages are
		// initialised on the main thread, which is the one that forks.
		c.add(syscall.SYS_PRCTL, num(prSetNoNewPrivs), num(1))
		c.add(sysLandlockSelf, num(s.FD), num(0))
	},
	Setsid: func(c *compiler, _ *Step) { c.add(syscall.SYS_SETSID) },
	Rlimit: func(c *compiler, s *Step) {
		c.add(syscall.SYS_PRLIMIT64, num(0), num(s.Flags), c.words(num(s.Arg), num(s.Arg2)), num(0))
	},
	Bounding: func(c *compiler, _ *Step) {
		for n := range maxCapability + 1 {
			c.add(syscall.SYS_PRCTL, num(prCapbsetDrop), num(n)).allow(untilBad)
		}
	},
	Ambient:   func(c *compiler, _ *Step) { c.add(syscall.SYS_PRCTL, num(prCapAmbient), num(ambientClear)) },
	Caps:      func(c *compiler, s *Step) { c.caps(s.Flags) },
	NoNewPriv: func(c *compiler, _ *Step) { c.add(syscall.SYS_PRCTL, num(prSetNoNewPrivs), num(1)) },
	CloseFrom: func(c *compiler, s *Step) {
		c.add(sysCloseRange, num(s.Flags), num(1<<31-1), num(closeOnExec))
	},
	Chdir:  func(c *compiler, s *Step) { c.add(syscall.SYS_CHDIR, c.str(s.Dst)) },
	Filter: (*compiler).filter,
	Scope: func(c *compiler, s *Step) {
		if s.FD > 0 {
			c.add(sysLandlockSelf, num(s.FD), num(0))
			return
		}
		attr := c.words(num(0), num(0), num(s.Flags)) // struct landlock_ruleset_attr: files, network, scoped
		c.add(sysLandlockMake, attr, num(24), num(0)).keep(last)
		c.with(last, sysLandlockSelf, num(0))
		c.with(last, syscall.SYS_CLOSE)
	},
	Exec: func(c *compiler, s *Step) {
		c.add(syscall.SYS_EXECVE, c.str(s.Dst), c.vector(c.plan.Argv), c.vector(c.plan.Env)).allow(try)
	},
	LateFile: (*compiler).lateFile,
	Owner:    (*compiler).owner,
	Terminal: (*compiler).terminal,
	Control:  func(c *compiler, _ *Step) { c.add(syscall.SYS_IOCTL, num(0), num(syscall.TIOCSCTTY), num(0)) },
}

// write writes data of n bytes to the last descriptor and closes it.
func (c *compiler) write(data arg, n int) {
	c.with(last, syscall.SYS_WRITE, data, num(n)).allow(whole)
	c.with(last, syscall.SYS_CLOSE)
}

// caps leaves the capabilities in mask.
func (c *compiler) caps(mask uint64) {
	const low = 1<<32 - 1
	set := mask & low
	// struct __user_cap_header_struct, then twice effective, permitted and inheritable
	c.add(syscall.SYS_CAPSET, c.words(num(uint64(capVersion3))), c.words(num(set|set<<32), num(mask>>32<<32), num(mask>>32)))
}

func (c *compiler) filter(s *Step) {
	filter := c.plan.Filter
	if len(filter) < 8 {
		c.add(^uintptr(0) >> 1) // a call that returns ENOSYS: there is no filter to load
		return
	}
	prog := c.words(num(len(filter)/8), c.bytes(filter)) // struct sock_fprog; little-endian
	k := c.add(sysSeccomp, num(seccompFilter), num(s.Flags), prog)
	if s.Flags == newListener {
		k.pass(Listener)
	}
}

// loopback sets IFF_UP on lo.
func (c *compiler) loopback(*Step) {
	ifreq := make([]byte, 40)
	copy(ifreq, "lo")
	ifreq[16] = syscall.IFF_UP | syscall.IFF_RUNNING
	c.add(syscall.SYS_SOCKET, num(syscall.AF_INET), num(syscall.SOCK_DGRAM|oCloexec), num(0)).keep(last)
	c.with(last, syscall.SYS_IOCTL, num(syscall.SIOCSIFFLAGS), c.bytes(ifreq))
	c.with(last, syscall.SYS_CLOSE)
}

// serve listens on a port of lo. A number of its own lets the socket be passed on like any other
// descriptor. The caller accepts connections there, outside of this network.
func (c *compiler) serve(s *Step) {
	address := []byte{syscall.AF_INET, 0, byte(s.Flags >> 8), byte(s.Flags), 127, 0, 0, 1, 15: 0} // struct sockaddr_in; little-endian
	c.add(syscall.SYS_SOCKET, num(syscall.AF_INET), num(syscall.SOCK_STREAM|oCloexec), num(0)).keep(last)
	c.with(last, syscall.SYS_BIND, c.bytes(address), num(len(address)))
	c.with(last, syscall.SYS_LISTEN, num(128))
	c.with(last, syscall.SYS_FCNTL, num(dupCloexec), num(0)).pass(Socket)
	c.with(last, syscall.SYS_CLOSE)
}

// terminal opens a terminal and passes our end of it on. The program's end never has a path: it is
// asked of the other end, so no other file can be in its place.
func (c *compiler) terminal(s *Step) {
	const flags = syscall.O_RDWR | syscall.O_NOCTTY | oCloexec
	size := []byte{byte(s.Arg2), byte(s.Arg2 >> 8), byte(s.Arg), byte(s.Arg >> 8), 7: 0} // struct winsize; little-endian
	c.add(syscall.SYS_OPENAT, at, c.str(s.Dst+"/ptmx"), num(flags)).keep(last)
	c.with(last, syscall.SYS_IOCTL, num(tiocsptlck), c.words(num(0)))
	c.with(last, syscall.SYS_IOCTL, num(tiocgptpeer), num(flags)).keep(peerSlot)
	c.with(last, syscall.SYS_IOCTL, num(syscall.TIOCSWINSZ), c.bytes(size))
	c.with(last, syscall.SYS_IOCTL, num(syscall.TCSETS), c.bytes(s.Data))
	for fd := range 3 {
		c.with(peerSlot, syscall.SYS_DUP3, num(fd), num(0))
	}
	c.with(peerSlot, syscall.SYS_CLOSE)
	c.with(last, syscall.SYS_FCNTL, num(dupCloexec), num(0)).pass(Master)
	c.with(last, syscall.SYS_CLOSE)
}

// owner makes the process the one user of its new user namespace, in which the number Arg stands
// for the user Flags and the group Arg2 outside. If the process changed to those before, it cannot
// change back.
func (c *compiler) owner(s *Step) {
	c.add(syscall.SYS_PRCTL, num(prSetDumpable), num(1)) // otherwise its files in /proc are root's
	for _, f := range [][2]string{
		{"setgroups", "deny"},
		{"uid_map", decimal(s.Arg) + " " + decimal(s.Flags) + " 1\n"},
		{"gid_map", decimal(s.Arg) + " " + decimal(s.Arg2) + " 1\n"},
	} {
		c.add(syscall.SYS_OPENAT, at, c.str("/proc/self/"+f[0]), num(syscall.O_WRONLY|oCloexec)).keep(last)
		c.write(c.bytes([]byte(f[1])), len(f[1]))
	}
	c.add(syscall.SYS_SETRESGID, num(s.Arg), num(s.Arg), num(s.Arg))
	c.add(syscall.SYS_SETRESUID, num(s.Arg), num(s.Arg), num(s.Arg))
	c.add(syscall.SYS_SETSID)
}

func decimal(n uint64) string {
	var b [20]byte
	i := len(b)
	for {
		i--
		b[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return string(b[i:])
		}
	}
}

// A parked program has given up everything already, and the root that it sees is read-only. It
// still has to write some files, mostly its own source. It writes them through a copy of the mounts
// made before that. The copy is part of no namespace and ends with the descriptor, at exec at the
// latest. So no process with rights is needed any more.

// hold takes the copy. A directory keeps the mounts in use. Closing the tree itself makes a process
// wait until all processors have taken notice, so hold closes it now.
func (c *compiler) hold() {
	c.add(sysOpenTree, at, c.str("/"), num(openTreeClone|atRecursive|oCloexec)).keep(last)
	c.with(last, syscall.SYS_OPENAT, c.str("."), num(oPath|syscall.O_DIRECTORY|oCloexec)).keep(rootSlot)
	c.with(last, syscall.SYS_CLOSE)
}

// lateFile writes a file where all file systems are in memory.
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

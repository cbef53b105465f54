package stage

import "syscall"

const (
	cowLower = Parts + "/lower" // the read-only tree
	cowRoom  = Parts + "/room"  // a tmpfs for changes
	cowUpper = cowRoom + "/upper"
	cowWork  = cowRoom + "/work"
)

const overlayOptions = "lowerdir=" + cowLower + ",upperdir=" + cowUpper + ",workdir=" + cowWork + ",userxattr"

// overlayOrCopy shows a read-only tree so that the program can write to it, with the changes in
// memory. If an overlay is not possible, or could not change files because their owner has no
// number in the sandbox, the tree is copied.
func overlayOrCopy(s *Step, lower uintptr) fault {
	defer syscall.Close(int(lower))
	var st syscall.Stat_t
	if err := syscall.Fstat(int(lower), &st); err != nil {
		return fault{syscall.SYS_FSTAT, err.(syscall.Errno)}
	}
	mode := uint64(st.Mode&0o777 | 0o700)
	f := mkdirs(Parts, 0o700)
	for _, dir := range []string{cowLower, cowRoom, s.Dst} {
		if f.ok() {
			f = mkdirs(dir, 0o755)
		}
	}
	if f.ok() {
		f = moveMount(lower, cowLower)
	}
	if !f.ok() {
		return f
	}
	first, second := mountOverlay, mountCopy
	if s.Flags == Copy {
		first, second = second, first
	}
	if f = inRoom(s, mode, first); !f.ok() && !inRoom(s, mode, second).ok() {
		return f // report the first way's failure
	}
	if f = unmount(cowLower); !f.ok() {
		return f
	}
	for _, dir := range []string{cowLower, cowRoom, Parts} {
		if _, f = sys(syscall.SYS_UNLINKAT, cwd, str(dir), atRemovedir, 0, 0); !f.ok() {
			return f
		}
	}
	return f
}

// inRoom mounts a tmpfs for changes, with its directories, and calls mount to use it.
func inRoom(s *Step, mode uint64, mount func(dst string) fault) fault {
	const flags = syscall.MS_NOSUID | syscall.MS_NODEV
	_, f := sys(syscall.SYS_MOUNT, str("tmpfs"), str(cowRoom), str("tmpfs"), flags, str(string(s.Data)))
	for _, dir := range []string{cowUpper, cowWork} {
		if f.ok() {
			f = mkdirs(dir, mode)
		}
	}
	if f.ok() {
		f = mount(s.Dst)
	}
	// A mount keeps the room in use after this; without one, the room vanishes with all its
	// content.
	if g := unmount(cowRoom); f.ok() {
		f = g
	}
	return f
}

func unmount(dir string) fault {
	_, f := sys(syscall.SYS_UMOUNT2, str(dir), syscall.MNT_DETACH, 0, 0, 0)
	return f
}

// mountOverlay mounts an overlay at dst. It keeps its parts in use after they are unmounted.
func mountOverlay(dst string) fault {
	const flags = syscall.MS_NOSUID | syscall.MS_NODEV
	_, f := sys(syscall.SYS_MOUNT, str("overlay"), str(dst), str("overlay"), flags, str(overlayOptions))
	return f
}

// mountCopy fills the room with a copy of the tree and binds that to dst.
func mountCopy(dst string) fault {
	if f := copyTree(cowLower, cowUpper); !f.ok() {
		return f
	}
	_, f := sys(syscall.SYS_MOUNT, str(cowUpper), str(dst), 0, syscall.MS_BIND, 0)
	return f
}

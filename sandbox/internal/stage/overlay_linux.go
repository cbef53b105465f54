package stage

import "syscall"

// overlay mounts a writable view of a read-only tree whose changes go to a tmpfs. Its parts are
// mounted at cow only while the overlay is made, which takes private copies of them.
func (b *builder) overlay(s *Step) (f fault) {
	const cow = "/.cow"
	const flags = syscall.MS_NOSUID | syscall.MS_NODEV
	lower := b.source(s)
	var st syscall.Stat_t
	if err := syscall.Fstat(int(lower), &st); err != nil {
		return fault{syscall.SYS_FSTAT, err.(syscall.Errno)}
	}
	if f = mkdirs(cow, 0o700); !f.ok() {
		return f
	}
	if _, f = sys(syscall.SYS_MOUNT, str("tmpfs"), str(cow), str("tmpfs"), flags, str(string(s.Data))); !f.ok() {
		return f
	}
	for _, dir := range []string{"/lower", "/work", "/upper"} {
		if f = mkdirs(cow+dir, uint64(st.Mode&0o777|0o700)); !f.ok() {
			return f
		}
	}
	if f = moveMount(lower, cow+"/lower"); !f.ok() {
		return f
	}
	syscall.Close(int(lower))
	if f = mkdirs(s.Dst, 0o755); !f.ok() {
		return f
	}
	const options = "lowerdir=" + cow + "/lower,upperdir=" + cow + "/upper,workdir=" + cow + "/work,userxattr"
	if _, f = sys(syscall.SYS_MOUNT, str("overlay"), str(s.Dst), str("overlay"), flags, str(options)); !f.ok() {
		return f
	}
	if _, f = sys(syscall.SYS_UMOUNT2, str(cow), syscall.MNT_DETACH, 0, 0, 0); !f.ok() {
		return f
	}
	_, f = sys(syscall.SYS_UNLINKAT, cwd, str(cow), atRemovedir, 0, 0)
	return f
}

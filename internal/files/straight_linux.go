package files

import (
	"errors"
	"slices"

	"golang.org/x/sys/unix"
)

// searchFlags opens a folder only to look up names in it. The folder need not be readable.
const searchFlags = unix.O_PATH

// beneath refuses a path that has links or leads out of the folder (openat2(2), since Linux 5.6).
const beneath = unix.RESOLVE_BENEATH | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_NO_MAGICLINKS

// straight opens a file whose path has no links; otherwise the error is ELOOP. It first looks at the
// file without opening it: opening a device or a pipe may have consequences.
func (w *walk) straight(rel string) (int, error) {
	dir := int(w.base.dir.Fd())
	fd, err := openat2(dir, rel, unix.O_PATH|unix.O_CLOEXEC)
	if err != nil {
		return -1, err
	}
	var st unix.Stat_t
	err = unix.Fstat(fd, &st)
	_ = unix.Close(fd)
	switch {
	case err != nil:
		return -1, err
	case st.Mode&unix.S_IFMT != unix.S_IFREG:
		return -1, ErrNotRegular
	}
	return openat2(dir, rel, readFlags)
}

func openat2(dir int, rel string, flags uint64) (fd int, err error) {
	for {
		fd, err = unix.Openat2(dir, rel, &unix.OpenHow{Flags: flags, Resolve: beneath})
		// EAGAIN: a rename happened meanwhile, and the kernel is not sure of its answer.
		if err != unix.EINTR && err != unix.EAGAIN {
			return fd, err
		}
	}
}

// missing reports whether an error says that openat2 does not work: the kernel is old, or a filter of
// system calls, such as a container's, forbids it.
func missing(err error) bool { return errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EPERM) }

// kernels lists the file systems that are interfaces of the kernel (statfs(2)). A seemingly regular
// file there may have no end, wait, act when it is read, or describe this process.
var kernels = []uint32{
	unix.PROC_SUPER_MAGIC, unix.SYSFS_MAGIC, unix.DEBUGFS_MAGIC, unix.TRACEFS_MAGIC, unix.SECURITYFS_MAGIC,
	unix.CGROUP_SUPER_MAGIC, unix.CGROUP2_SUPER_MAGIC, unix.BPF_FS_MAGIC, unix.SELINUX_MAGIC, unix.SMACK_MAGIC,
	unix.EFIVARFS_MAGIC, unix.PSTOREFS_MAGIC, unix.BINFMTFS_MAGIC, unix.NSFS_MAGIC, unix.DEVPTS_SUPER_MAGIC,
	0x07655821, // resctrl
	0x62656570, // configfs
	0x65735543, // fusectl
	0x19800202, // mqueue
}

// kernelFile refuses a file of such a file system.
func kernelFile(fd int) error {
	var st unix.Statfs_t
	switch err := unix.Fstatfs(fd, &st); {
	case err != nil:
		return err
	case slices.Contains(kernels, uint32(st.Type)):
		return ErrKernel
	}
	return nil
}

// anonymous reports whether a pipe has no name of its own.
func anonymous(fd int, _ string) bool {
	var st unix.Statfs_t
	return unix.Fstatfs(fd, &st) == nil && st.Type == unix.PIPEFS_MAGIC
}

package permit

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// OpenPlace opens a place itself and reads nothing: a descriptor that names it whatever becomes of
// its path. The path has no links, and none is followed that came into it meanwhile.
func OpenPlace(path string) (*os.File, error) {
	how := unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_NO_SYMLINKS}
	fd, err := unix.Openat2(unix.AT_FDCWD, path, &how)
	for err == unix.EINTR || err == unix.EAGAIN {
		fd, err = unix.Openat2(unix.AT_FDCWD, path, &how)
	}
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

// identityOf names what a descriptor is of, for longer than a process or a start of the machine
// lasts: by its inode and when that was made. Where a file system does not keep that time, the
// number of its device stands in, which may be another after a restart; then somebody is asked again.
func identityOf(f *os.File) string {
	if f == nil {
		return ""
	}
	var st unix.Statx_t
	if err := unix.Statx(int(f.Fd()), "", unix.AT_EMPTY_PATH, unix.STATX_INO|unix.STATX_BTIME, &st); err != nil {
		return ""
	}
	if st.Mask&unix.STATX_BTIME == 0 {
		return fmt.Sprintf("%d on %d:%d", st.Ino, st.Dev_major, st.Dev_minor)
	}
	return fmt.Sprintf("%d of %d.%09d", st.Ino, st.Btime.Sec, st.Btime.Nsec)
}

package permit

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// OpenPlace opens a place without reading it: the descriptor stays with the place, whatever happens
// to its path. The path has no links; if one has come into it meanwhile, OpenPlace fails.
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

// identityOf names the file of a descriptor by its inode and its time of creation, so the name
// outlasts the process and a restart. If a file system does not keep that time, the number of its
// device replaces it. That number may change at a restart; then the user is asked again.
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

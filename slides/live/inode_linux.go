package live

import (
	"io/fs"
	"syscall"
	"time"
)

// identity tells a file from the one that replaced it under its name, and when anything about it
// changed last.
func identity(info fs.FileInfo) (inode any, ctime time.Time) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil, time.Time{}
	}
	return uint64(st.Ino), time.Unix(int64(st.Ctim.Sec), int64(st.Ctim.Nsec))
}

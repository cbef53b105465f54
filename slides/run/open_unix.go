//go:build unix

package run

import (
	"io/fs"
	"syscall"
)

// fileID tells a file from all others that there are at the same time.
func fileID(info fs.FileInfo) any {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return [2]uint64{uint64(st.Dev), st.Ino}
	}
	return nil
}

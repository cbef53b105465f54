//go:build unix

package live

import (
	"io/fs"
	"syscall"
)

// inode tells a file from the one that replaced it under its name.
func inode(info fs.FileInfo) any {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Ino)
	}
	return nil
}

//go:build !unix

package live

import "io/fs"

// inode has nothing to say where files have no inode numbers; size and time must do.
func inode(fs.FileInfo) any { return nil }

//go:build !linux

package live

import (
	"io/fs"
	"os"
	"time"
)

// written does not know: a quiet time must do.
func written(string) openFor { return unknown }

func writtenFile(*os.File) openFor { return unknown }

// remoteFolder does not know. Folders are looked at now and then anyway.
func remoteFolder(string) bool { return false }

// identity knows nothing on this system; size and time must do.
func identity(fs.FileInfo) (inode uint64, ctime time.Time) { return 0, time.Time{} }

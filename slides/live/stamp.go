package live

import (
	"io/fs"
	"os"
	"time"
)

// stamp is what tells one state of a file from another without reading it.
type stamp struct {
	size  int64
	mtime time.Time
	ctime time.Time // cannot be set by anybody; zero where there is none
	mode  fs.FileMode
	inode uint64 // tells a file from the one that replaced it; 0 where there is none
}

// grain is how far a file's times may be behind the clock.
const grain = 100 * time.Millisecond

// gone reports whether there is no file.
func (s stamp) gone() bool { return s == stamp{} }

// look returns the state of a file; the zero stamp where there is none.
func look(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stampOf(info)
}

func stampOf(info fs.FileInfo) stamp {
	s := stamp{size: info.Size(), mtime: info.ModTime(), mode: info.Mode()}
	s.inode, s.ctime = identity(info)
	return s
}

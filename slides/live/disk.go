package live

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// disk is the real file system.
type disk struct {
	notify *notifier // nil: no inotify instances are left, so we only look now and then
	names  chan string
	closed chan struct{}
}

func newDisk() *disk {
	d := &disk{names: make(chan string, 64), closed: make(chan struct{})}
	d.notify, _ = newNotifier(d.send)
	return d
}

// send passes on the name of a changed file until the disk is closed.
func (d *disk) send(name string) bool {
	select {
	case d.names <- name:
		return true
	case <-d.closed:
		return false
	}
}

func (d *disk) look(path string) stamp      { return look(path) }
func (d *disk) written(path string) openFor { return written(path) }
func (d *disk) events() <-chan string       { return d.names }

func (d *disk) real(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

func (d *disk) ways(files []string) (sure bool) { return d.notify != nil && d.notify.ways(files) }

func (d *disk) watch(dir string) folder {
	if d.notify == nil {
		return folder{}
	}
	err := d.notify.watch(dir)
	return folder{watched: err == nil, missing: errors.Is(err, fs.ErrNotExist), remote: remoteFolder(dir)}
}

func (d *disk) unwatch(dir string) {
	if d.notify != nil {
		d.notify.unwatch(dir)
	}
}

func (d *disk) Close() error {
	close(d.closed)
	if d.notify == nil {
		return nil
	}
	return d.notify.Close()
}

// stamp tells two states of a file apart without reading it.
type stamp struct {
	size  int64
	mtime time.Time
	ctime time.Time // programs cannot set it; zero if unknown
	mode  fs.FileMode
	inode uint64 // tells a file from its replacement; 0 if unknown
}

// grain is how far a file's times may be behind the clock.
const grain = 100 * time.Millisecond

// gone reports whether the file does not exist.
func (s stamp) gone() bool { return s == stamp{} }

// look returns the state of a file; the zero stamp if there is none.
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

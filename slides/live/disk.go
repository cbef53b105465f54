package live

import (
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// disk is the real file system.
type disk struct {
	notify *fsnotify.Watcher // nil: no inotify instances are left, so we only look now and then
	names  chan string
	closed chan struct{}
	done   chan struct{}
}

func newDisk() *disk {
	d := &disk{names: make(chan string, 64), closed: make(chan struct{}), done: make(chan struct{})}
	n, err := fsnotify.NewWatcher()
	if err != nil {
		close(d.done)
		return d
	}
	d.notify = n
	go d.pass()
	return d
}

// pass sends the names of events until the watcher is closed.
func (d *disk) pass() {
	defer close(d.done)
	for {
		name := ""
		select {
		case e, ok := <-d.notify.Events:
			if !ok {
				return
			}
			name = filepath.Clean(e.Name)
		case _, ok := <-d.notify.Errors: // such as too many events
			if !ok {
				return
			}
		}
		select {
		case d.names <- name:
		case <-d.closed:
			return
		}
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

func (d *disk) watch(dir string) folder {
	return folder{watched: d.notify != nil && d.notify.Add(dir) == nil, remote: remoteFolder(dir)}
}

func (d *disk) unwatch(dir string) {
	_ = d.notify.Remove(dir) // a folder that is gone is not watched any more either
}

func (d *disk) Close() error {
	close(d.closed)
	var err error
	if d.notify != nil {
		err = d.notify.Close()
	}
	<-d.done
	return err
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

package live

import (
	"path/filepath"

	"github.com/fsnotify/fsnotify"
)

// disk is the real file system.
type disk struct {
	notify *fsnotify.Watcher // nil: out of inotify instances, looking now and then has to do
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

// pass makes names of events until the watcher is closed.
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
		case _, ok := <-d.notify.Errors: // such as that there were too many events
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
	_ = d.notify.Remove(dir) // a folder that is gone is no longer watched anyway
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

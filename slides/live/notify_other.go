//go:build !linux

package live

import (
	"path/filepath"

	"github.com/fsnotify/fsnotify"
)

// notifier tells of changes in folders.
type notifier struct {
	from *fsnotify.Watcher
	done chan struct{}
}

// newNotifier starts a notifier. It calls send, from a goroutine of its own, with the names of
// changed files, and with "" if names were lost, until send returns false or the notifier is closed.
func newNotifier(send func(name string) bool) (*notifier, error) {
	from, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	n := &notifier{from, make(chan struct{})}
	go n.read(send)
	return n, nil
}

func (n *notifier) read(send func(string) bool) {
	defer close(n.done)
	for {
		name := ""
		select {
		case e, ok := <-n.from.Events:
			if !ok {
				return
			}
			name = filepath.Clean(e.Name)
		case _, ok := <-n.from.Errors: // such as too many events
			if !ok {
				return
			}
		}
		if !send(name) {
			return
		}
	}
}

func (n *notifier) watch(dir string) error { return n.from.Add(dir) }

func (n *notifier) unwatch(dir string) {
	_ = n.from.Remove(dir) // a folder that is gone is not watched any more either
}

// ways does not know whether paths lead to other files than before. Folders are looked at now and
// then anyway.
func (n *notifier) ways([]string) (sure bool) { return false }

func (n *notifier) Close() error {
	err := n.from.Close()
	<-n.done
	return err
}

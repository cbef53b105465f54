// Package live keeps a talk up to date while its author edits: it watches the files a deck is
// made of and says when they hold still after a change.
package live

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// One save is several events, and editors write a file in pieces, to a new file that replaces the
// old one, or delete and create it. So the folders are watched, not the files; after the first
// event a quiet time is waited for, and then the files must look the same twice.
const (
	quiet  = 8 * time.Millisecond   // without events before files are looked at
	settle = 4 * time.Millisecond   // between the two looks
	poll   = 250 * time.Millisecond // where a folder cannot be watched, or events were lost
	hold   = 3 * time.Second        // at most, for a writer that keeps a file open
)

// Watcher tells about changes of a set of files.
type Watcher struct {
	notify *fsnotify.Watcher // nil: polling
	dirs   map[string]bool
	files  map[string]stamp
}

// stamp is what tells one state of a file from another without reading it.
type stamp struct {
	size  int64
	mtime time.Time
	ctime time.Time // cannot be set; zero where there is none
	mode  fs.FileMode
	inode any
}

// grain is how far a file's times may be behind the clock.
const grain = 100 * time.Millisecond

// olderThan reports whether what is at a path, or that nothing is, was so at a time.
func (s stamp) olderThan(t time.Time, path string) bool {
	if s.mode == 0 {
		path = filepath.Dir(path)
		s = look(path)
	}
	t = t.Add(-grain)
	return s.mtime.Before(t) && s.ctime.Before(t)
}

// Watch starts watching; Files says what.
func Watch() *Watcher {
	w := &Watcher{dirs: map[string]bool{}, files: map[string]stamp{}}
	if n, err := fsnotify.NewWatcher(); err == nil { // else, out of inotify instances: polling does
		w.notify = n
	}
	return w
}

// Files replaces the set of watched files. A file need not exist: its creation is a change. It
// reports whether a file that is new to the set may have changed since a time.
func (w *Watcher) Files(paths []string, since time.Time) (changed bool) {
	files, dirs := map[string]stamp{}, map[string]bool{}
	for _, p := range paths {
		dirs[filepath.Dir(p)] = true
	}
	w.folders(dirs)
	for _, p := range paths {
		old, known := w.files[p]
		if files[p] = old; !known {
			files[p] = look(p)
			changed = changed || !files[p].olderThan(since, p)
		}
	}
	w.files = files
	return changed
}

// folders replaces the set of watched folders.
func (w *Watcher) folders(dirs map[string]bool) {
	if w.notify == nil {
		return
	}
	for dir := range dirs {
		if !w.dirs[dir] {
			w.dirs[dir] = w.notify.Add(dir) == nil
		}
	}
	for dir, watched := range w.dirs {
		if !dirs[dir] {
			if watched {
				_ = w.notify.Remove(dir) // a folder that is gone is no longer watched anyway
			}
			delete(w.dirs, dir)
		}
	}
}

// Next waits until one of the files has changed and all hold still, and returns which changed. It
// returns ctx's error when that ends first.
func (w *Watcher) Next(ctx context.Context) ([]string, error) {
	for {
		if err := w.event(ctx, poll); err != nil {
			return nil, err
		}
		if !w.changed() {
			continue
		}
		if err := w.still(ctx); err != nil {
			return nil, err
		}
		var changed []string
		for p, old := range w.files {
			if now := look(p); now != old {
				changed, w.files[p] = append(changed, p), now
			}
		}
		return changed, nil
	}
}

// Close ends watching.
func (w *Watcher) Close() error {
	if w.notify == nil {
		return nil
	}
	return w.notify.Close()
}

// event waits for any event of the watched folders, at most as long as d.
func (w *Watcher) event(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	var events <-chan fsnotify.Event
	var errs <-chan error
	if w.notify != nil {
		events, errs = w.notify.Events, w.notify.Errors
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case _, ok := <-events:
		if !ok {
			return fmt.Errorf("watch: %w", fs.ErrClosed)
		}
	case <-errs: // events were lost: looking at the files tells what they would have
	case <-timer.C:
		w.rewatch()
	}
	return nil
}

// rewatch adds folders that could not be watched before, such as one that was renamed and is back.
func (w *Watcher) rewatch() {
	if w.notify == nil {
		return
	}
	for dir := range w.dirs {
		w.dirs[dir] = w.notify.Add(dir) == nil // adding a watched folder again is free
	}
}

// still waits until no event comes for a while, the files look the same twice and nobody has one
// of the changed files open for writing.
func (w *Watcher) still(ctx context.Context) error {
	before, start := w.stamps(), time.Now()
	for {
		if err := w.event(ctx, quiet); err != nil {
			return err
		}
		if err := w.event(ctx, settle); err != nil {
			return err
		}
		now := w.stamps()
		if same(before, now) && (!w.writing(now) || time.Since(start) > hold) {
			return nil
		}
		before = now
	}
}

// writing reports whether one of the files that changed is open for writing.
func (w *Watcher) writing(now map[string]stamp) bool {
	for p, s := range now {
		if w.files[p] != s && s.mode.IsRegular() && beingWritten(p) {
			return true
		}
	}
	return false
}

func (w *Watcher) changed() bool { return !same(w.files, w.stamps()) }

func (w *Watcher) stamps() map[string]stamp {
	out := make(map[string]stamp, len(w.files))
	for p := range w.files {
		out[p] = look(p)
	}
	return out
}

func same(a, b map[string]stamp) bool {
	for p, s := range a {
		if b[p] != s {
			return false
		}
	}
	return true
}

// look returns the state of a file; the zero stamp where there is none.
func look(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	s := stamp{size: info.Size(), mtime: info.ModTime(), mode: info.Mode()}
	s.inode, s.ctime = identity(info)
	return s
}

package live

import (
	"context"
	"maps"
	"path/filepath"
	"time"
)

// One save is several events, and editors write a file in pieces, to a new file that replaces the
// old one, or delete and create it. So the folders are watched, not the files, and after an event
// nothing is said until every file that changed has held still for a while. How long depends on
// what is known: a file that nobody has open for writing is whole, one that has vanished or lost
// much of its text is likely about to be written.
const (
	quiet  = 2 * time.Millisecond   // for a file that nobody has open for writing
	blind  = 100 * time.Millisecond // for one of which that cannot be known
	far    = 300 * time.Millisecond // for one that others can write to without an event here
	doubt  = 150 * time.Millisecond // for one that is gone or became a good deal shorter
	hold   = 3 * time.Second        // for one that somebody keeps open
	glance = time.Millisecond       // until an open file is first looked at again, then twice that…
	gaze   = 8 * time.Millisecond   // …up to this
	much   = 1 << 10                // bytes

	often  = 250 * time.Millisecond // between looks where changes send no events
	seldom = time.Second            // and elsewhere: a renamed folder further up sends none either
)

// Watcher tells about changes of a set of files. It belongs to one goroutine.
type Watcher struct {
	sys   system
	files map[string]stamp
	names map[string][]string // the files that an event's name is about
	dirs  map[string]folder
	poll  time.Duration
}

// folder is one with watched files in it.
type folder struct {
	watched bool // it sends events
	remote  bool // though not of everything
}

// system is the file system as a Watcher knows it.
type system interface {
	look(path string) stamp      // the zero stamp where there is nothing
	real(path string) string     // behind symbolic links; path itself where that is not known
	written(path string) openFor // whether somebody is writing to it
	watch(dir string) folder
	unwatch(dir string)
	events() <-chan string // names of what changed; "" stands for names that were lost
	Close() error
}

// openFor says whether a file is open for writing.
type openFor int

const (
	unknown openFor = iota
	reading
	writing
)

// Watch starts watching the files of this machine; Files says which.
func Watch() *Watcher { return newWatcher(newDisk()) }

func newWatcher(s system) *Watcher {
	return &Watcher{sys: s, files: map[string]stamp{}, dirs: map[string]folder{}, poll: often}
}

// Files replaces the set of watched files. A file need not exist: its creation is a change. It
// reports whether a file that is new to the set may have changed since a time.
func (w *Watcher) Files(paths []string, since time.Time) (changed bool) {
	dirs := map[string]bool{}
	w.names = map[string][]string{}
	for _, p := range paths {
		name := filepath.Clean(p)
		w.names[name] = append(w.names[name], p)
		dirs[filepath.Dir(name)] = true
		if real := w.sys.real(name); real != name { // what is written to is not in the link's folder
			w.names[real] = append(w.names[real], p)
			dirs[filepath.Dir(real)] = true
		}
	}
	w.folders(dirs)
	files := make(map[string]stamp, len(paths))
	for _, p := range paths {
		old, known := w.files[p]
		if files[p] = old; !known {
			files[p] = w.sys.look(p)
			changed = changed || !w.older(p, files[p], since)
		}
	}
	w.files = files
	return changed
}

// folders replaces the set of watched folders.
func (w *Watcher) folders(dirs map[string]bool) {
	for dir, f := range w.dirs {
		if !dirs[dir] {
			if f.watched {
				w.sys.unwatch(dir)
			}
			delete(w.dirs, dir)
		}
	}
	for dir := range dirs {
		if _, ok := w.dirs[dir]; !ok {
			w.dirs[dir] = folder{}
		}
	}
	w.rewatch()
}

// rewatch watches the folders, also those that could not be watched before, such as one that was
// renamed and is back. Watching a folder again is free.
func (w *Watcher) rewatch() {
	w.poll = seldom
	for dir := range w.dirs {
		f := w.sys.watch(dir)
		if w.dirs[dir] = f; !f.watched || f.remote {
			w.poll = often
		}
	}
}

// older reports whether what is at a path, or that nothing is, was so at a time.
func (w *Watcher) older(path string, s stamp, t time.Time) bool {
	if s.gone() {
		s = w.sys.look(filepath.Dir(path))
	}
	t = t.Add(-grain)
	return s.mtime.Before(t) && s.ctime.Before(t)
}

// Next waits until files have changed and hold still, and returns which. It returns ctx's error
// when that ends first.
func (w *Watcher) Next(ctx context.Context) ([]string, error) {
	for {
		dirty := map[string]bool{}
		came, err := w.event(ctx, w.poll, dirty)
		if err != nil {
			return nil, err
		}
		if !came {
			w.rewatch()
			w.sweep(dirty)
		}
		if len(dirty) == 0 {
			continue
		}
		if err := w.still(ctx, dirty); err != nil {
			return nil, err
		}
		var changed []string
		for p := range dirty {
			w.files[p] = w.sys.look(p)
			changed = append(changed, p)
		}
		return changed, nil
	}
}

// Settled reports whether the files are still as they were when Next returned.
func (w *Watcher) Settled() bool {
	dirty := map[string]bool{}
	w.sweep(dirty)
	return len(dirty) == 0
}

// Close ends watching.
func (w *Watcher) Close() error { return w.sys.Close() }

// event waits for an event, at most as long as d, and adds the files that it is about to dirty. An
// event alone makes a file dirty: its size and times may be the same after a change.
func (w *Watcher) event(ctx context.Context, d time.Duration, dirty map[string]bool) (came bool, err error) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case name := <-w.sys.events():
		w.heard(name, dirty)
	case <-timer.C:
		return false, nil
	}
	for { // the others of a burst, which would only be waited for one by one
		select {
		case name := <-w.sys.events():
			w.heard(name, dirty)
		default:
			return true, nil
		}
	}
}

// heard takes an event.
func (w *Watcher) heard(name string, dirty map[string]bool) {
	if _, folder := w.dirs[name]; folder || name == "" {
		w.sweep(dirty)
	}
	for _, p := range w.names[name] {
		dirty[p] = true
	}
}

// sweep adds the files that are other than they were.
func (w *Watcher) sweep(dirty map[string]bool) {
	for p, s := range w.files {
		if w.sys.look(p) != s {
			dirty[p] = true
		}
	}
}

// still waits until the dirty files have held still for as long as each of them has to; others may
// become dirty meanwhile.
func (w *Watcher) still(ctx context.Context, dirty map[string]bool) error {
	start := time.Now()
	last, step, seen := start, glance, w.stamps(dirty)
	for {
		need, open := w.patience(seen)
		left := need - time.Since(last)
		if left <= 0 || !open && time.Since(start) > hold { // saved over and over, and whole now
			return nil
		}
		if open {
			left, step = min(left, step), min(2*step, gaze)
		}
		heard := map[string]bool{}
		if _, err := w.event(ctx, left, heard); err != nil {
			return err
		}
		maps.Copy(dirty, heard)
		now := w.stamps(dirty)
		if len(heard) > 0 || !maps.Equal(seen, now) {
			last = time.Now()
		}
		seen = now
	}
}

// patience returns how long files in the given state have to hold still, and whether one of them
// is open for writing.
func (w *Watcher) patience(now map[string]stamp) (need time.Duration, open bool) {
	for p, s := range now {
		old := w.files[p]
		switch {
		case s.gone() && old.gone():
			continue
		case !s.mode.IsRegular():
			need = max(need, doubt)
			continue
		case s.size == 0, s.inode == old.inode && old.size-s.size > max(old.size/10, much):
			need = max(need, doubt)
		}
		who := unknown
		f := w.dirs[filepath.Dir(filepath.Clean(p))]
		if !f.remote {
			who = w.sys.written(p)
		}
		switch {
		case f.remote:
			need = max(need, far)
		case who == reading:
			need = max(need, quiet)
		case who == writing:
			need, open = hold, true
		default:
			need = max(need, blind)
		}
	}
	return need, open
}

func (w *Watcher) stamps(paths map[string]bool) map[string]stamp {
	out := make(map[string]stamp, len(paths))
	for p := range paths {
		out[p] = w.sys.look(p)
	}
	return out
}

package live

import (
	"context"
	"maps"
	"path/filepath"
	"strings"
	"time"
)

// One save is several events. Editors write a file in pieces, or write a new file that replaces the
// old one, or delete and create it. So we watch the folders, not the files, and after an event we
// say nothing until the changed files have held still for a while. How long depends on our
// knowledge: a file that nobody has open for writing is whole; one that has vanished or lost much
// of its text is likely about to be written.
//
// Each file waits for itself. A file that somebody keeps open, such as a log, does not delay the
// others: we report those first, and the open file when it is closed or has had its time.
const (
	quiet  = 2 * time.Millisecond   // for a file that nobody has open for writing
	blind  = 100 * time.Millisecond // for a file whose writers we cannot know
	far    = 300 * time.Millisecond // for a file that others can write to without an event here
	doubt  = 150 * time.Millisecond // for a file that is gone or became much shorter
	hold   = time.Second            // at most, even if somebody keeps it open or writes all the time
	glance = time.Millisecond       // until an open file is first looked at again, then twice that…
	gaze   = 8 * time.Millisecond   // …up to this
	much   = 1 << 10                // bytes

	often  = 250 * time.Millisecond // between looks where changes send no events
	seldom = time.Second            // where only a change of the way to a file may send none
	hardly = time.Minute            // elsewhere: there is hardly a change without an event, such as one by mmap(2)
	rarely = 5 * time.Second        // between looks at all that programs see, if we do not watch all of it
)

// Watcher reports changes of a set of files. It belongs to one goroutine.
type Watcher struct {
	sys   system
	paths []string
	files map[string]stamp
	names map[string][]string // the watched files for an event's name
	dirs  map[string]folder
	dirty map[string]*unrest
	maybe map[string]bool // see Maybe
	tired map[string]bool // files that Next returned last although they did not hold still

	sure bool          // all changes of the ways to the files send events
	lost bool          // such a change, or names of changed files that we do not know
	poll time.Duration // between looks at everything
	next time.Time     // time of the next one

	again   chan struct{} // all files are to be returned once more
	around  chan []string // folders in which every change counts; nil: none
	inside  map[string]bool
	stirs   bool // something changed in those folders
	partial bool // there are more folders than are watched
	looked  time.Time
}

// unrest is the state of a changed file that Next has not returned yet.
type unrest struct {
	since time.Time // of its first change
	last  time.Time // of its last change
	seen  stamp
	step  time.Duration // until the next look at it, while somebody has it open
	maybe bool          // nobody knows whether it changed
}

// folder is a folder with watched files.
type folder struct {
	watched bool // it sends events
	remote  bool // but not for every change
	missing bool // there is no such folder
}

// system is the file system as a Watcher uses it.
type system interface {
	look(path string) stamp      // the zero stamp if nothing is there
	real(path string) string     // behind symbolic links; path itself if unknown
	written(path string) openFor // whether somebody is writing to it
	watch(dir string) folder
	unwatch(dir string)
	ways(files []string) (sure bool) // watches what leads to files; whether every change of that is an event
	events() <-chan string           // names of changed files; "" stands for a changed way, or for lost names
	Close() error
}

// openFor says whether a file is open for writing.
type openFor int

const (
	unknown openFor = iota
	nobody
	writing
)

// Watch starts watching the files of this machine; Files says which.
func Watch() *Watcher { return newWatcher(newDisk()) }

func newWatcher(s system) *Watcher {
	return &Watcher{
		sys: s, files: map[string]stamp{}, dirs: map[string]folder{}, dirty: map[string]*unrest{}, again: make(chan struct{}, 1), tired: map[string]bool{}, poll: often,
	}
}

// Files replaces the set of watched files. A file need not exist: its creation is a change. Next also returns files that
// are new to the set and may have changed since a time.
func (w *Watcher) Files(paths []string, since time.Time) {
	w.paths = paths
	w.resolve()
	files := make(map[string]stamp, len(paths))
	for _, p := range paths {
		old, known := w.files[p]
		if files[p] = old; !known {
			files[p] = w.sys.look(p)
			if !w.older(p, files[p], since) {
				w.stir(p) // it has to hold still like any other: somebody may be writing it
				w.dirty[p].maybe = true
			}
		}
	}
	w.files = files
	maps.DeleteFunc(w.dirty, func(p string, _ *unrest) bool { return !has(files, p) })
	maps.DeleteFunc(w.tired, func(p string, _ bool) bool { return !has(files, p) })
}

func has(files map[string]stamp, p string) bool { _, ok := files[p]; return ok }

// resolve watches the files where their paths lead now. The ways are watched before we follow them:
// a change that we do not see yet is an event that we still get.
func (w *Watcher) resolve() {
	w.sure = w.sys.ways(w.paths)
	dirs := map[string]bool{}
	w.names = map[string][]string{}
	for _, p := range w.paths {
		name := filepath.Clean(p)
		w.names[name] = append(w.names[name], p)
		dirs[filepath.Dir(name)] = true
		if real := w.sys.real(name); real != name { // writes happen in the target's folder, not in the link's
			w.names[real] = append(w.names[real], p)
			dirs[filepath.Dir(real)] = true
		}
	}
	w.folders(dirs)
}

// folders replaces the set of watched folders.
func (w *Watcher) folders(dirs map[string]bool) {
	for dir, f := range w.dirs {
		if !dirs[dir] {
			if f.watched && !w.inside[dir] {
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

// rewatch watches the folders again, also those that could not be watched before, such as one that
// came back after a rename. Watching a folder twice costs nothing.
func (w *Watcher) rewatch() {
	w.poll = seldom
	if w.sure {
		w.poll = hardly
	}
	for dir := range w.dirs {
		f := w.sys.watch(dir)
		if w.dirs[dir] = f; f.remote || !f.watched && !(f.missing && w.sure) {
			w.poll = often
		}
	}
	w.next = time.Now().Add(w.poll)
}

// older reports whether the file at a path, or its absence, is older than a time.
func (w *Watcher) older(path string, s stamp, t time.Time) bool {
	if s.gone() {
		s = w.sys.look(filepath.Dir(path))
	}
	t = t.Add(-grain)
	return s.mtime.Before(t) && s.ctime.Before(t)
}

// Next waits until files have changed and hold still, and returns them. If only other files in the
// folders around changed, it returns none. If ctx ends first, it returns ctx's error.
func (w *Watcher) Next(ctx context.Context) ([]string, error) {
	for {
		d := time.Until(w.next)
		if w.partial {
			d = min(d, time.Until(w.looked.Add(rarely)))
		}
		if len(w.dirty) > 0 {
			calm, wait := w.calm(time.Now())
			if len(calm) > 0 {
				return w.told(calm), nil
			}
			d = min(d, wait)
		}
		if err := w.event(ctx, d); err != nil {
			return nil, err
		}
		switch {
		case w.lost:
			w.resolve()
			w.sweep()
		case !time.Now().Before(w.next):
			if w.poll != often { // where changes send no events, that would be much work for nothing
				w.sure = w.sys.ways(w.paths)
			}
			w.rewatch()
			w.sweep()
		}
		w.lost = false
		w.stirs = w.stirs || w.partial && time.Since(w.looked) >= rarely
		if w.stirs && len(w.dirty) == 0 {
			w.stirs, w.looked = false, time.Now()
			return nil, nil
		}
		w.restamp()
	}
}

// Again makes Next return all files, as if they had changed. It may be called by any goroutine.
func (w *Watcher) Again() {
	select {
	case w.again <- struct{}{}:
	default: // somebody has asked for it already
	}
}

// told takes files off the list of those that Next has to return.
func (w *Watcher) told(files []string) []string {
	w.maybe = map[string]bool{}
	for _, p := range files {
		w.files[p] = w.sys.look(p)
		w.maybe[p] = w.dirty[p].maybe
		delete(w.dirty, p)
	}
	return files
}

// Maybe reports whether Next last returned a file because it may have changed, and not because it did.
func (w *Watcher) Maybe(path string) bool { return w.maybe[path] }

// Tired reports whether Next last returned a file because its time was over, not because it held
// still.
func (w *Watcher) Tired(path string) bool { return w.tired[path] }

// Held reports whether a file has changed and Next has not returned it yet.
func (w *Watcher) Held(path string) bool { return w.dirty[path] != nil }

// Settled reports whether the files are still as they were when Next returned.
func (w *Watcher) Settled() bool {
	for p, s := range w.files {
		if w.dirty[p] == nil && w.sys.look(p) != s {
			return false
		}
	}
	return true
}

// Close ends watching.
func (w *Watcher) Close() error { return w.sys.Close() }

// event waits at most d for an event, and takes it. An event alone makes a file dirty: its size and
// times may be the same after a change.
func (w *Watcher) event(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case name := <-w.sys.events():
		w.heard(name)
	case dirs := <-w.around:
		w.surround(dirs)
	case <-w.again:
		for p := range w.files {
			w.stir(p)
		}
	case <-timer.C:
		return nil
	}
	for { // take the rest of a burst at once
		select {
		case name := <-w.sys.events():
			w.heard(name)
		default:
			return nil
		}
	}
}

// heard takes an event.
func (w *Watcher) heard(name string) {
	if _, folder := w.dirs[name]; folder || name == "" {
		w.lost = true
	}
	for _, p := range w.names[name] {
		w.stir(p)
	}
	if len(w.names[name]) == 0 && w.inside[filepath.Dir(name)] {
		w.stirs = true
	}
}

// spelled returns the first of the folders, and the name that the watched files have for it: a
// folder that is watched by two names sends events with one of them.
func (w *Watcher) spelled(dirs []string) (root, as string) {
	if len(dirs) == 0 {
		return "", ""
	}
	for dir := range w.dirs {
		if abs, err := filepath.Abs(dir); err == nil && w.sys.real(abs) == dirs[0] {
			return dirs[0], dir
		}
	}
	return dirs[0], dirs[0]
}

// mostAround is how many folders are watched besides those of the files: the kernel has only some
// thousands of watches for all programs of a user. If there are more folders, we rarely look at all
// of them.
const mostAround = 500

// surround changes the folders in which every change counts. We do not know the changes in a folder
// before we watched it, so there may be some.
func (w *Watcher) surround(dirs []string) {
	w.partial = len(dirs) > mostAround
	dirs = dirs[:min(len(dirs), mostAround)]
	inside := make(map[string]bool, len(dirs))
	root, as := w.spelled(dirs)
	for _, dir := range dirs {
		if rest, ok := strings.CutPrefix(dir, root); ok {
			dir = filepath.Join(as, rest)
		}
		inside[dir] = true
		if !w.inside[dir] {
			w.stirs = true
		}
		if _, ours := w.dirs[dir]; !ours {
			f := w.sys.watch(dir)
			w.partial = w.partial || !f.watched && !f.missing
		}
	}
	for dir := range w.inside {
		if _, ours := w.dirs[dir]; !ours && !inside[dir] {
			w.sys.unwatch(dir)
		}
	}
	w.inside = inside
}

// sweep finds the files that have changed.
func (w *Watcher) sweep() {
	for p, s := range w.files {
		if w.dirty[p] == nil && w.sys.look(p) != s {
			w.stir(p)
		}
	}
}

// stir notes a change of a file.
func (w *Watcher) stir(p string) {
	now := time.Now()
	u := w.dirty[p]
	if u == nil {
		u = &unrest{since: now, step: glance}
		w.dirty[p] = u
	}
	u.last, u.seen, u.maybe = now, w.sys.look(p), false
	w.lost = w.lost || u.seen.gone() // its folder may be the next to go
}

// restamp looks at the dirty files again: changes may send no events.
func (w *Watcher) restamp() {
	for p, u := range w.dirty {
		if w.sys.look(p) != u.seen {
			w.stir(p)
		}
	}
}

// calm returns the files that may be read now, once none of the others is about to follow; or else
// how long to wait until the next look. Files that somebody has open, or that did not hold still
// the last time either, delay no others.
func (w *Watcher) calm(now time.Time) (calm []string, wait time.Duration) {
	wait = hold
	restless := false
	for p, u := range w.dirty {
		need, open := w.patience(p, u.seen)
		still, left := need-now.Sub(u.last), hold-now.Sub(u.since)
		switch {
		case still <= 0:
			calm = append(calm, p)
			delete(w.tired, p)
		case left <= 0:
			calm = append(calm, p)
			w.tired[p] = true
		case open:
			wait = min(wait, still, left, u.step)
			u.step = min(2*u.step, gaze)
		default:
			restless = restless || !w.tired[p]
			wait = min(wait, still, left)
		}
	}
	if restless {
		return nil, wait
	}
	return calm, wait
}

// patience returns how long a file in a given state has to hold still, and whether somebody has it
// open for writing.
func (w *Watcher) patience(p string, s stamp) (need time.Duration, open bool) {
	old := w.files[p]
	switch {
	case s.gone() && old.gone():
		return 0, false
	case !s.mode.IsRegular():
		return doubt, false
	case s.size == 0, s.inode == old.inode && old.size-s.size > max(old.size/10, much):
		need = doubt
	}
	if w.dirs[filepath.Dir(filepath.Clean(p))].remote {
		return max(need, far), false
	}
	switch w.sys.written(p) {
	case nobody:
		return max(need, quiet), false
	case writing:
		return hold, true
	}
	return max(need, blind), false
}

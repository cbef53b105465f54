package live

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/slidexec/slidexec/internal/files"
)

// Reader reads the files of a talk, each in one piece: it avoids files that somebody is writing at
// the moment. A file that somebody keeps open does not delay the others: its last content stands
// for it until the Watcher says that it may be read. One goroutine uses a Reader.
type Reader struct {
	once func(open Opener, name string, limit int64) (reading, error) // nil: reads the disk

	ctx      context.Context
	watch    *Watcher
	deadline time.Time // for waiting, for all files of a load together
	unsaved  *unsaved  // nil: nobody edits on the stage
	last     map[string]reading
	now      map[string]reading // readings of the present load
}

// Opener opens a file that is to be read: the user's, or one that the deck names.
type Opener func(name string) (*os.File, error)

// reading is the content of a file at one time.
type reading struct {
	data  []byte
	stamp stamp
	whole bool // nobody can have written to it meanwhile
}

// begin starts a load, and forgets the readings of the load before the last.
func (r *Reader) begin(ctx context.Context, w *Watcher) {
	r.ctx, r.watch, r.deadline = ctx, w, time.Now().Add(hold)
	r.last, r.now = r.now, map[string]reading{}
}

// end ends a load: the readings of the load before are not needed any more.
func (r *Reader) end() { r.last = nil }

// ReadFile reads a regular file of at most limit bytes, which open opens without waiting. If the
// load's context ends first, it returns the context's error.
func (r *Reader) ReadFile(open Opener, name string, limit int64) ([]byte, error) {
	if r.now == nil { // there is no Watcher
		r.begin(context.Background(), newWatcher(nil))
	}
	path := filepath.Clean(name)
	before, known := r.last[path]
	if known && (r.watch.Held(name) || r.watch.Held(path)) && int64(len(before.data)) <= limit {
		r.now[path] = before
		return r.edited(path, before.data), nil
	}
	got, err := r.await(open, name, limit, before.stamp)
	if err != nil {
		return nil, err
	}
	r.now[path] = got
	return r.edited(path, got.data), nil
}

// edited returns the content of a file with the edits of the talk.
func (r *Reader) edited(path string, data []byte) []byte {
	if r.unsaved == nil {
		return data
	}
	return r.unsaved.apply(path, data)
}

// await reads a file until it is whole, or until waiting is pointless: the file has not changed,
// nobody has written to it for long, or the time is over for a writer that keeps it open.
func (r *Reader) await(open Opener, name string, limit int64, before stamp) (reading, error) {
	once := r.once
	if once == nil {
		once = readOnce
	}
	for step := glance; ; step = min(2*step, gaze) {
		got, err := once(open, name, limit)
		idle := time.Now().Add(-hold)
		switch {
		case err != nil, got.whole, got.stamp == before, r.watch.Tired(name),
			!got.stamp.mtime.After(idle) && !got.stamp.ctime.After(idle),
			time.Now().After(r.deadline):
			return got, err
		}
		select {
		case <-time.After(step):
		case <-r.ctx.Done():
			return got, r.ctx.Err()
		}
	}
}

// readOnce reads a file from the disk.
func readOnce(open Opener, name string, limit int64) (reading, error) {
	f, err := open(name)
	if err != nil {
		return reading{}, err
	}
	defer f.Close()
	before, err := f.Stat()
	if err != nil {
		return reading{}, err
	}
	data, err := files.ReadOpen(f, limit)
	if err != nil {
		return reading{}, err
	}
	after, err := f.Stat()
	if err != nil {
		return reading{}, err
	}
	was := stampOf(before)
	return reading{data, was, was == stampOf(after) && writtenFile(f) != writing}, nil
}

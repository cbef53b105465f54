package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Reader reads the files that a talk is made of, each in one piece: not one that is being written
// while it is read. A file that somebody keeps open costs the others nothing: what was last read of
// it stands for it until the Watcher says that it may be read. It is used by one goroutine.
type Reader struct {
	once func(name string, limit int64) (reading, error) // nil: of the disk

	ctx      context.Context
	watch    *Watcher
	deadline time.Time // for waiting, of all files of a load together
	last     map[string]reading
	now      map[string]reading // of the load that is under way
}

// reading is what a file held at a time.
type reading struct {
	data  []byte
	stamp stamp
	whole bool // nobody can have written to it meanwhile
}

// begin starts a load. What the one before the last has read is forgotten.
func (r *Reader) begin(ctx context.Context, w *Watcher) {
	r.ctx, r.watch, r.deadline = ctx, w, time.Now().Add(hold)
	r.last, r.now = r.now, map[string]reading{}
}

// ReadFile reads a file of at most limit bytes. The error is that of the context of the load when
// that ends first.
func (r *Reader) ReadFile(name string, limit int64) ([]byte, error) {
	if r.now == nil { // nobody watches
		r.begin(context.Background(), newWatcher(nil))
	}
	path := filepath.Clean(name)
	before, known := r.last[path]
	if known && (r.watch.Held(name) || r.watch.Held(path)) && int64(len(before.data)) <= limit {
		r.now[path] = before
		return before.data, nil
	}
	got, err := r.await(name, limit, before.stamp)
	if err != nil {
		return nil, err
	}
	r.now[path] = got
	return got.data, nil
}

// await reads a file until it is whole, or there is no point in waiting for that: the file is as it
// was, nobody has written to it for long, or whoever keeps it open has had enough time.
func (r *Reader) await(name string, limit int64, before stamp) (reading, error) {
	once := r.once
	if once == nil {
		once = readOnce
	}
	for step := glance; ; step = min(2*step, gaze) {
		got, err := once(name, limit)
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

var errNotRegular = errors.New("not a regular file")

// readOnce reads a file of the disk.
func readOnce(name string, limit int64) (reading, error) {
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() { // opening a pipe might not end
		return reading{}, cmp.Or(err, errNotRegular)
	}
	f, err := os.Open(name)
	if err != nil {
		return reading{}, err
	}
	defer f.Close()
	before, err := f.Stat()
	switch {
	case err != nil:
		return reading{}, err
	case !before.Mode().IsRegular():
		return reading{}, errNotRegular
	case before.Size() > limit:
		return reading{}, fmt.Errorf("larger than %d MB", limit>>20)
	}
	data := make([]byte, before.Size()) // what is appended meanwhile is of a later state
	n, err := io.ReadFull(f, data)
	if err == io.EOF || err == io.ErrUnexpectedEOF { // it became shorter
		err = nil
	}
	if err != nil {
		return reading{}, err
	}
	after, err := f.Stat()
	if err != nil {
		return reading{}, err
	}
	was := stampOf(before)
	return reading{data[:n], was, was == stampOf(after) && writtenFile(f) != writing}, nil
}

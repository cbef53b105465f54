package live

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

var errNotRegular = errors.New("not a regular file")

// ReadFile reads a file of at most limit bytes in one piece: not one that is being written while it
// is read. It waits for the writer, though not forever.
func ReadFile(name string, limit int64) ([]byte, error) {
	return readWhole(name, limit, time.Now().Add(hold))
}

func readWhole(name string, limit int64, deadline time.Time) ([]byte, error) {
	for step := glance; ; step = min(2*step, gaze) {
		data, whole, err := readOnce(name, limit)
		if err != nil || whole || time.Now().After(deadline) {
			return data, err
		}
		time.Sleep(step)
	}
}

// readOnce reads a file and reports whether nobody can have written to it meanwhile.
func readOnce(name string, limit int64) (data []byte, whole bool, err error) {
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() { // opening a pipe might not end
		return nil, false, cmp.Or(err, errNotRegular)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	before, err := f.Stat()
	switch {
	case err != nil:
		return nil, false, err
	case !before.Mode().IsRegular():
		return nil, false, errNotRegular
	case before.Size() > limit:
		return nil, false, fmt.Errorf("larger than %d MB", limit>>20)
	}
	data = make([]byte, before.Size()) // what is appended meanwhile is of a later state
	n, err := io.ReadFull(f, data)
	if err == io.EOF || err == io.ErrUnexpectedEOF { // it became shorter
		err = nil
	}
	if err != nil {
		return nil, false, err
	}
	after, err := f.Stat()
	return data[:n], err == nil && stampOf(before) == stampOf(after) && writtenFile(f) != writing, err
}

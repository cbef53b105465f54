//go:build unix

package files

import (
	"context"
	"io"
	"io/fs"
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long a read waits for the first writer of a named pipe. Once a pipe has a writer,
// the read waits until the writer or the context ends.
const patience = 5 * time.Second

// ReadNamed returns the bytes, at most most, of a regular file that the user names, or of a pipe, such
// as one of <(command). The error is an *Error, or that of ctx.
func ReadNamed(ctx context.Context, path string, most int64) ([]byte, error) {
	return readNamed(ctx, path, most, patience)
}

func readNamed(ctx context.Context, path string, most int64, wait time.Duration) ([]byte, error) {
	if info, err := os.Stat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		return ReadPlain(path, most)
	}
	fd, err := openAt(unix.AT_FDCWD, path, readFlags)
	if err != nil {
		return nil, wrap(path, err)
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	switch err := unix.Fstat(fd, &st); {
	case err != nil:
		return nil, wrap(path, err)
	case st.Mode&unix.S_IFMT != unix.S_IFIFO: // another program has replaced the file meanwhile
		return nil, &Error{Path: path, Err: ErrNotRegular}
	}
	if anonymous(fd, path) { // no first writer will come: if the pipe has none now, the writer has ended
		wait = 0
	}
	return readStream(ctx, &stream{fd: fd, wait: wait}, path, most)
}

// ReadStream returns the bytes, at most most, of an open file until its end; the file may be standard
// input. The error is an *Error, or that of ctx if ctx ends first.
func ReadStream(ctx context.Context, f *os.File, most int64) ([]byte, error) {
	defer runtime.KeepAlive(f)
	return readStream(ctx, &stream{fd: int(f.Fd())}, f.Name(), most)
}

func readStream(ctx context.Context, s *stream, name string, most int64) ([]byte, error) {
	ended, end, err := os.Pipe() // closed when ctx ends
	if err != nil {
		return nil, wrap(name, err)
	}
	defer ended.Close()
	stop := context.AfterFunc(ctx, func() { _ = end.Close() })
	defer func() {
		if stop() {
			_ = end.Close()
		}
	}()
	s.ctx, s.ended = ctx, int(ended.Fd())
	data, err := readBounded(s, name, 0, most)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return data, err
}

// stream reads a file that may have nothing to read for a long time. It waits with poll(2), so that
// the end of ctx can end the wait.
type stream struct {
	ctx   context.Context
	fd    int
	ended int           // readable when ctx has ended
	wait  time.Duration // for a first writer; 0: one has come
}

func (s *stream) Read(p []byte) (int, error) {
	for {
		came, err := s.poll()
		if err != nil {
			return 0, err
		}
		if n, err := s.take(p, came); n > 0 || err != nil {
			return n, err
		}
	}
}

// take reads the available bytes. Zero bytes without an error mean that a writer has not written yet.
func (s *stream) take(p []byte, came bool) (int, error) {
	n, err := unix.Read(s.fd, p)
	switch {
	case err == unix.EINTR:
		return 0, nil
	case err == unix.EAGAIN:
		s.wait = 0
		return 0, nil
	case err != nil:
		return 0, err
	case n == 0 && !came:
		return 0, ErrNoWriter
	case n == 0:
		return 0, io.EOF
	}
	s.wait = 0
	return n, nil
}

// poll waits for bytes to read or the end of the file. came is false if only time has passed.
func (s *stream) poll() (came bool, err error) {
	until := time.Now().Add(s.wait)
	for {
		left := -1
		if s.wait > 0 {
			left = max(int(time.Until(until).Milliseconds()), 0)
		}
		fds := []unix.PollFd{{Fd: int32(s.fd), Events: unix.POLLIN}, {Fd: int32(s.ended), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, left)
		switch {
		case s.ctx.Err() != nil:
			return false, s.ctx.Err()
		case err == unix.EINTR:
		case err != nil:
			return false, err
		case n == 0:
			return false, nil
		case fds[0].Revents != 0:
			return true, nil
		}
	}
}

//go:build unix

package tty

import (
	"errors"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/render/present/input"
)

// reader reads a terminal from a goroutine of its own, until it is told to stop or the terminal is gone.
// Each has a decoder of its own, because nothing that was typed for one is for another.
type reader struct {
	wake     *os.File      // closed to stop
	ended    chan struct{} // the goroutine
	once     sync.Once
	answered chan struct{} // closed when the terminal answers the last question
}

// read starts a reader whose events are told.
func (t *Terminal) read() (*reader, error) {
	var d input.Decoder
	answered := make(chan struct{})
	r, err := startPump(t.in, d.Wait, func(p []byte) {
		events := d.Decode(p)
		if p == nil {
			events = d.Flush()
		}
		for _, e := range events {
			if _, ok := e.(input.Attributes); ok && !t.answered.Swap(true) {
				close(answered)
			}
		}
		if len(events) > 0 {
			t.post(events...)
		}
	}, t.fail)
	if err == nil {
		r.answered = answered
	}
	return r, err
}

// startPump starts a reader: take gets the bytes, nil if none came in the time that wait says.
func startPump(in *os.File, wait func() time.Duration, take func([]byte), failed func(error)) (*reader, error) {
	stop, wake, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	r := &reader{wake: wake, ended: make(chan struct{})}
	go func() {
		defer close(r.ended)
		defer stop.Close()
		if err := pump(in, stop, wait, take); err != nil {
			failed(err)
		}
	}()
	return r, nil
}

// stop ends the reader. It can be called again, and for a reader that could not be started.
func (r *reader) stop() {
	if r == nil {
		return
	}
	r.once.Do(func() { _ = r.wake.Close() })
	<-r.ended
}

// pump reads until stop is readable, and gives the bytes to take; nil if none came in the time that wait
// says. Without such a time it sleeps until something comes.
func pump(in, stop *os.File, wait func() time.Duration, take func([]byte)) error {
	fds := []unix.PollFd{{Fd: int32(fd(in)), Events: unix.POLLIN}, {Fd: int32(fd(stop)), Events: unix.POLLIN}}
	buf := make([]byte, 4096)
	empty := 0
	for {
		within := -1
		if d := wait(); d > 0 {
			within = int(d.Milliseconds())
		}
		n, err := again(func() (int, error) { return unix.Poll(fds, within) })
		switch {
		case err != nil:
			return err
		case fds[1].Revents != 0:
			return nil
		case n == 0:
			take(nil)
			continue
		}
		n, err = again(func() (int, error) { return unix.Read(int(fds[0].Fd), buf) })
		switch {
		case n > 0:
			empty = 0
			take(buf[:n])
		case err != nil && !errors.Is(err, unix.EAGAIN), fds[0].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0:
			return ErrHungUp
		default: // another reader was faster; or it is the end, again and again
			if empty++; empty > 100 {
				return ErrHungUp
			}
		}
	}
}

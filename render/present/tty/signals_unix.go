//go:build unix

package tty

import (
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"
)

// watch follows the signals that concern the terminal alone: its size, stopping and continuing. Those
// that end the program belong to whoever runs it, who closes the terminal.
func (t *Terminal) watch() (stop func()) {
	t.came = make(chan os.Signal, 8)
	signal.Notify(t.came, append(stopping, unix.SIGWINCH, unix.SIGCONT)...)
	end := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-t.came:
				t.signal(s)
			case <-end:
				return
			}
		}
	}()
	return func() {
		signal.Stop(t.came)
		close(end)
	}
}

func (t *Terminal) signal(s os.Signal) {
	switch s {
	case unix.SIGWINCH:
		t.look()
	case unix.SIGTSTP:
		go t.Suspend() // which needs this goroutine, to learn that it goes on
	case unix.SIGCONT:
		if !t.turn.TryLock() { // suspended, or about to be closed
			select {
			case t.continued <- struct{}{}:
			default:
			}
			return
		}
		defer t.turn.Unlock()
		// Continued after SIGSTOP, of which nobody was told. Somebody else has drawn meanwhile.
		if !t.closed && t.Err() == nil {
			t.reader.stop()
			t.resume()
		}
	}
}

// stopSelf stops us and the other processes of our job, until somebody continues us.
func (t *Terminal) stopSelf() {
	select {
	case <-t.continued: // of an earlier time
	default:
	}
	defer stopsUs()()
	if unix.Kill(0, unix.SIGTSTP) != nil {
		return
	}
	// Without a shell that could continue us, the kernel does not stop us.
	timer := time.NewTimer(500 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-t.continued:
	case <-timer.C:
	}
}

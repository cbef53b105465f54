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
	signal.Notify(t.came, unix.SIGWINCH, unix.SIGTSTP, unix.SIGCONT)
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
	if s == unix.SIGWINCH {
		t.look()
		return
	}
	if !t.turn.TryLock() { // it is being suspended, lent or closed right now
		return
	}
	defer t.turn.Unlock()
	if t.closed {
		return
	}
	if s == unix.SIGTSTP {
		t.suspend()
		return
	}
	// Continued after SIGSTOP, of which nobody was told: a shell has taken the terminal meanwhile, or
	// somebody has at least drawn on it. After suspend, this finds everything done.
	if m, err := getModes(t.in); err == nil && m != t.raw {
		t.reader.stop()
		t.resume()
	}
}

// continued is how long a program that stopped itself waits until it has stopped. One in a group of
// processes without a shell never stops, and goes on.
const continued = 500 * time.Millisecond

// stopSelf stops us and the other processes of our job, until somebody continues us.
func (t *Terminal) stopSelf() {
	again := make(chan os.Signal, 1)
	signal.Notify(again, unix.SIGCONT)
	defer signal.Stop(again)
	signal.Reset(unix.SIGTSTP)
	defer signal.Notify(t.came, unix.SIGTSTP)
	if unix.Kill(0, unix.SIGTSTP) != nil {
		return
	}
	timer := time.NewTimer(continued)
	defer timer.Stop()
	select {
	case <-again:
	case <-timer.C:
	}
}

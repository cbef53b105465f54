// Package tty holds a real terminal while a talk is shown in it: raw mode, the alternate screen, the
// mouse, changes of the size, and a way back that works however the program ends.
//
// Open takes the terminal, and Close gives it back. What the terminal says comes in batches from
// Events. Write never blocks: a terminal that stopped, or a slow network, delays the screen and not the
// keys. So whoever draws asks Busy before each frame, leaves it out if so, and draws again at the event
// Drained.
//
// Nothing waits for the terminal. Questions go out behind the first frame, and answers are events; a
// terminal that never answers is used as it is.
//
// # The way back
//
// Close writes the one sequence that undoes everything, and sets the modes that the terminal had. It is
// for the normal end, for errors, the first signal, and a panic of the goroutine that called Open,
// which has to defer it. No Go code can run after a panic of another goroutine, a fatal error of the
// runtime, a second signal or SIGKILL. For these a guard waits in a process of its own, a shell with a
// few lines, which does the same when the program is gone, and then shows what the runtime said.
// Without /bin/sh, those ends leave the terminal as it is.
package tty

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slidexec/slidexec/render/present/input"
)

// ErrNoTerminal says that a file is no terminal.
var ErrNoTerminal = errors.New("this is no terminal")

// ErrHungUp says that the terminal is gone: a window was closed, or a connection dropped.
var ErrHungUp = errors.New("the terminal hung up")

// Terminal is a terminal that shows a talk. Its methods may be called from any goroutine.
type Terminal struct {
	in, out    *os.File
	kind       Kind
	saved, raw modes // of the terminal: before Open, and since
	size       atomic.Pointer[input.Size]

	events chan []input.Event
	mu     sync.Mutex
	queue  []input.Event // that nobody has taken yet
	undo   string        // goes before what gives the screen back
	news   chan struct{} // something is in the queue
	done   chan struct{} // closed at the end
	err    error         // why it ended; written before done is closed
	ended  sync.Once

	lending sync.Mutex // held as long as a program has the terminal; to be locked before turn
	turn    sync.Mutex // held by who decides whose the terminal is: to suspend, to lend, to take back, to close
	closed  bool
	reader  *reader
	writer  *writer
	guard   *guard
	unwatch func() // no more signals
	came    chan os.Signal
	loan    atomic.Pointer[Loan] // the program that has the terminal

	continued chan struct{} // after a stop that we asked for

	asked    sync.Once // the questions go out once
	answered atomic.Bool
}

// Open takes a terminal: in is its keyboard and out its screen. It returns ErrNoTerminal if one of them
// is no terminal.
func Open(in, out *os.File) (*Terminal, error) {
	t := newTerminal(in, out)
	if err := t.take(); err != nil {
		return nil, err
	}
	var err error
	if t.reader, err = t.read(); err != nil {
		t.writer.end()
		return nil, errors.Join(err, setModes(in, t.saved))
	}
	t.unwatch = t.watch()
	t.writer.write(t.kind.enter())
	go t.tell()
	return t, nil
}

func newTerminal(in, out *os.File) *Terminal {
	return &Terminal{in: in, out: out, kind: KindOf(os.Getenv), events: make(chan []input.Event), news: make(chan struct{}, 1),
		continued: make(chan struct{}, 1), done: make(chan struct{})}
}

// take sets the modes.
func (t *Terminal) take() error {
	size, err := sizeOf(t.out)
	if err != nil {
		return err
	}
	if t.saved, err = getModes(t.in); err != nil {
		return err
	}
	t.size.Store(&size)
	t.raw = t.saved.raw()
	if err := setModes(t.in, t.raw); err != nil {
		return err
	}
	t.writer = newWriter(t.out, t.fail, func() { t.post(input.Drained{}) })
	return nil
}

// Kind returns what is known about the terminal before it says anything.
func (t *Terminal) Kind() Kind { return t.kind }

// Size returns the size of the terminal in cells, at least 1×1.
func (t *Terminal) Size() (cols, rows int) {
	s := t.size.Load()
	return s.Cols, s.Rows
}

// Events returns the channel of what happens, several events at once if they came together. It is
// closed when the terminal is gone or closed; Err says which.
func (t *Terminal) Events() <-chan []input.Event { return t.events }

// Err returns why Events ended: nil after Close, ErrHungUp if the terminal is gone.
func (t *Terminal) Err() error {
	select {
	case <-t.done:
		return t.err
	default:
		return nil
	}
}

// Write takes a frame. It never blocks; see Busy. The error is that of Err.
func (t *Terminal) Write(p []byte) (int, error) {
	t.writer.write(string(p))
	t.asked.Do(func() {
		t.writer.write(t.kind.questions())
		// We may be gone in the middle of a picture, or while a program has the terminal.
		t.guard = t.startGuard("\x1b\\" + resetProgram + t.leave())
		if t.kind.Multiplexer == "tmux" {
			go t.askTmux()
		}
	})
	return len(p), t.Err()
}

// Undo adds to what the terminal is told before it is given back, however the program ends: a sequence that makes
// it forget something. It returns at once, and is for the goroutine that calls Write.
func (t *Terminal) Undo(sequence string) {
	t.mu.Lock()
	t.undo += sequence
	t.mu.Unlock()
	if g := t.guard; g != nil {
		g.undo(sequence)
	}
}

// leave returns what gives the screen back.
func (t *Terminal) leave() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.undo + t.kind.leave()
}

// Busy reports whether the terminal has not yet taken all that was written. If so, the event Drained
// follows.
func (t *Terminal) Busy() bool { return t.writer.isBusy() }

// Suspend gives the terminal back and stops the program until it is continued, as by fg. Then the event
// Resumed comes. If nobody could continue it, because no shell with jobs started it, nothing happens.
func (t *Terminal) Suspend() {
	t.turn.Lock()
	defer t.turn.Unlock()
	t.suspend()
}

func (t *Terminal) suspend() {
	if t.closed || t.Err() != nil {
		return
	}
	t.reader.stop()
	leave := t.leave()
	if l := t.loan.Load(); l != nil {
		l.pause()
		leave = t.leaveLent(l)
	}
	t.writer.last(leave, stuck)
	_ = setModes(t.in, t.saved) // a terminal that is gone shows at the next reading
	t.stopSelf()
	t.resume()
}

// resume takes the terminal again, for the talk or for the program that has it.
func (t *Terminal) resume() {
	_ = setModes(t.in, t.raw)
	t.look()
	var err error
	if l := t.loan.Load(); l != nil {
		before := ""
		if l.filter.inside {
			before = t.kind.enter() + t.kind.modesOff()
		}
		l.again(before)
		t.reader, err = startPump(t.in, l.wait, l.take, t.fail)
	} else {
		t.writer.write(t.kind.enter())
		t.reader, err = t.read()
		t.post(input.Resumed{})
	}
	if err != nil {
		t.fail(err)
	}
}

// look finds out the size, and tells if it changed.
func (t *Terminal) look() {
	size, err := sizeOf(t.out)
	if err == nil && size != *t.size.Load() {
		t.size.Store(&size)
		t.post(size)
		if l := t.loan.Load(); l != nil {
			l.resize(size)
		}
	}
}

// post adds an event to what is told next.
func (t *Terminal) post(events ...input.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.queue = append(t.queue, events...)
	select {
	case t.news <- struct{}{}:
	default:
	}
}

// tell is the goroutine that sends the events.
func (t *Terminal) tell() {
	defer close(t.events)
	for {
		select {
		case <-t.news:
		case <-t.done:
			return
		}
		t.mu.Lock()
		batch := t.queue
		t.queue = nil
		t.mu.Unlock()
		select {
		case t.events <- batch:
		case <-t.done:
			return
		}
	}
}

// fail ends the terminal for whoever draws. Its modes stay until Close.
func (t *Terminal) fail(err error) {
	t.ended.Do(func() {
		t.err = err
		close(t.done)
	})
}

// How long the end may take: a terminal that takes no output is given up, and one that answers at all
// gets a moment for what is on its way, because the shell would take it for typed.
const (
	stuck  = 300 * time.Millisecond
	silent = 150 * time.Millisecond // of a terminal that has answered nothing so far
	fenced = 2 * time.Second        // of one that answers: a busy machine may need it
)

// Close gives the terminal back as Open found it. What it has not taken yet is not shown any more. A
// second Close does nothing.
func (t *Terminal) Close() error {
	t.lending.Lock() // a program that has the terminal gives it back first
	defer t.lending.Unlock()
	t.turn.Lock()
	defer t.turn.Unlock()
	if t.closed {
		return nil
	}
	t.closed = true
	return t.release(t.leave())
}

// release gives the terminal back, with leave as the last that it is told.
func (t *Terminal) release(leave string) error {
	t.fail(nil)
	t.unwatch()
	t.reader.stop()
	asked := true
	t.asked.Do(func() { asked = false })
	if t.err != nil { // there is nobody to restore anything for
		_ = setModes(t.in, t.saved)
	} else {
		fence, within := "", silent
		if t.answered.Swap(false) { // it answers: so everything that it sent before is here when it answers again
			fence, within = attributes, fenced
		}
		if t.writer.last(leave+fence, stuck) && asked && !t.kind.Plain {
			t.drain(within)
		}
	}
	t.writer.end()
	err := setModes(t.in, t.saved)
	t.guard.dismiss()
	if t.err != nil {
		return nil
	}
	return err
}

// drain drops what the terminal sends, until it has answered the last question.
func (t *Terminal) drain(within time.Duration) {
	reader, err := t.read()
	if err != nil {
		return
	}
	defer reader.stop()
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case <-reader.answered:
	case <-reader.ended:
	case <-timer.C:
	}
}

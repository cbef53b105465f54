package tty

import (
	"bytes"
	"cmp"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/slidexec/slidexec/render/present/input"
)

// Screen answers the questions that a program asks its terminal: the pseudo terminal's screen of
// package vt. The real terminal is not asked, because everything that it says is typed.
type Screen interface {
	io.Writer
	Replies() []byte
	Redraw() []byte // makes another terminal like it
	Resize(cols, rows int)
}

// Loan is a real terminal in the hands of a program. What the program writes to Out goes through a
// filter, which lets pass what draws and drops the rest.
type Loan struct {
	In     io.Reader       // what somebody types; it ends when the loan does
	Out    io.Writer       // it blocks as long as the terminal does
	Size   [2]int          // columns and rows
	Resize <-chan [2]int   // the size after each change; only the last one is kept
	Quit   <-chan struct{} // closed when somebody typed Control and ] three times in a row, to be rid of the program

	Tee io.Writer // gets what is shown of the program, in a recording; nil: nobody does

	screen Screen
	mu     sync.Mutex // of screen, filter and away
	filter filter
	away   bool // the terminal is not ours: what the program draws waits in screen
	writer *writer
	typed  typed
	sizes  chan [2]int
	quit   chan struct{}
	quits  int // keys in a row, up to 3
	keys   input.Decoder
	rid    input.Decoder // of the same bytes, for the keys among them
}

// quitKeys are Control and ], as any protocol of the keyboard tells it: the program chooses that one. On
// keyboards without ] it is typed with 5, which is a key of its own in some protocols.
var quitKeys = []input.Key{"<c-]>", "<c-5>"}

// wait returns how long to wait for further bytes before take(nil).
func (l *Loan) wait() time.Duration { return cmp.Or(l.keys.Wait(), l.rid.Wait()) }

func newLoan(w *writer, size input.Size, s Screen, inside bool) *Loan {
	l := &Loan{Size: [2]int{size.Cols, size.Rows}, screen: s, filter: filter{inside: inside}, writer: w, sizes: make(chan [2]int, 1), quit: make(chan struct{})}
	l.typed.changed.L = &l.typed.mu
	l.In, l.Out, l.Resize, l.Quit = &l.typed, (*lentOut)(l), l.sizes, l.quit
	return l
}

// resize tells the program a new size.
func (l *Loan) resize(size input.Size) {
	l.mu.Lock()
	l.screen.Resize(size.Cols, size.Rows)
	l.mu.Unlock()
	for {
		select {
		case l.sizes <- [2]int{size.Cols, size.Rows}:
			return
		default:
		}
		select {
		case <-l.sizes: // nobody has asked for it
		default:
		}
	}
}

// take gives what the terminal sent to the program; nil: nothing more came for a while. Answers are left
// out: they are to questions that were asked for the talk.
func (l *Loan) take(p []byte) {
	typed := l.keys.Typed(p)
	l.typed.add(typed)
	events := l.rid.Decode(typed)
	if p == nil {
		events = append(events, l.rid.Flush()...)
	}
	for _, e := range events {
		key, ok := e.(input.Key)
		switch {
		case !ok || l.quits == 3: // the mouse moves between keys, too
		case !slices.Contains(quitKeys, key):
			l.quits = 0
		default:
			if l.quits++; l.quits == 3 {
				close(l.quit)
			}
		}
	}
}

// lentOut is the screen of a loan.
type lentOut Loan

func (l *lentOut) Write(p []byte) (int, error) {
	const piece = 32 << 10 // of what may wait for the terminal
	for rest := p; len(rest) > 0; {
		part := rest[:min(len(rest), piece)]
		rest = rest[len(part):]
		l.mu.Lock()
		_, _ = l.screen.Write(part) // the screen never fails
		replies := bytes.Clone(l.screen.Replies())
		shown := l.filter.pass(part)
		if l.Tee != nil {
			_, _ = l.Tee.Write(shown) // it keeps its errors
		}
		if !l.away {
			l.writer.write(string(shown))
		}
		l.mu.Unlock()
		l.typed.add(replies)
		if !l.writer.room(piece) {
			return 0, ErrHungUp
		}
	}
	return len(p), nil
}

// pause keeps what the program draws from the terminal, until the terminal is ours again.
func (l *Loan) pause() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.away = true
}

// again draws the program's screen on a terminal that somebody else has used meanwhile. before is what
// the terminal is told first.
func (l *Loan) again(before string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.away = false
	clean := filter{inside: l.filter.inside} // the program may be in the middle of a sequence
	l.writer.write(before + resetProgram + string(clean.pass(l.screen.Redraw())))
}

// typed is what waits for a program that reads its keyboard.
type typed struct {
	mu      sync.Mutex
	changed sync.Cond
	waiting []byte
	ended   bool
}

// maxTyped bounds what waits. A program that does not read loses what is typed then.
const maxTyped = 4 << 20

func (t *typed) add(p []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(p) > 0 && len(t.waiting)+len(p) <= maxTyped {
		t.waiting = append(t.waiting, p...)
		t.changed.Broadcast()
	}
}

func (t *typed) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	t.changed.Broadcast()
}

func (t *typed) Read(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.waiting) == 0 {
		if t.ended {
			return 0, io.EOF
		}
		t.changed.Wait()
	}
	n := copy(p, t.waiting)
	t.waiting = t.waiting[n:]
	return n, nil
}

// Lend hands the terminal to a program: it gets an empty screen, and the keyboard. answers is a screen of
// that size. back takes the terminal again, with the last that the program has drawn still on the screen;
// whoever draws the talk does so when it is time.
func (t *Terminal) Lend(answers func(cols, rows int) Screen) (l *Loan, back func(), err error) {
	t.lending.Lock()
	t.turn.Lock()
	defer t.turn.Unlock()
	if err := t.Err(); t.closed || err != nil {
		t.lending.Unlock()
		return nil, nil, ErrHungUp
	}
	t.reader.stop()
	size := *t.size.Load()
	l = newLoan(t.writer, size, answers(size.Cols, size.Rows), true)
	t.writer.write(t.kind.modesOff() + resetProgram + "\x1b[2J\x1b[H")
	t.loan.Store(l)
	if t.reader, err = startPump(t.in, l.wait, l.take, t.fail); err != nil {
		t.fail(err)
	}
	return l, sync.OnceFunc(func() {
		defer t.lending.Unlock()
		t.turn.Lock()
		defer t.turn.Unlock()
		t.loan.Store(nil)
		t.reader.stop()
		l.typed.end()
		t.writer.write(resetProgram + t.kind.modesOn())
		if t.Err() != nil {
			return
		}
		if t.reader, err = t.read(); err != nil {
			t.fail(err)
		}
	}), nil
}

// outside gives back a terminal that was lent in the middle of a shell's output. 1049 would move the cursor,
// if the program has not taken another screen.
const outside = popKeys + "\x1b[?1047l" + resetProgram

// leaveLent returns what gives the terminal back while a program has it.
func (t *Terminal) leaveLent(l *Loan) string {
	if l.filter.inside {
		return resetProgram + t.leave()
	}
	return outside
}

// Lend hands a terminal to a program that runs outside of a talk, in the middle of a shell's output. back
// gives it back as it was.
func Lend(in, out *os.File, answers func(cols, rows int) Screen) (l *Loan, back func() error, err error) {
	t := newTerminal(in, out)
	if err := t.take(); err != nil {
		return nil, nil, err
	}
	t.kind.Plain = true // no modes but the program's
	size := *t.size.Load()
	l = newLoan(t.writer, size, answers(size.Cols, size.Rows), false)
	if t.reader, err = startPump(in, l.wait, l.take, t.fail); err != nil {
		t.writer.end()
		_ = setModes(in, t.saved)
		return nil, nil, err
	}
	t.loan.Store(l)
	t.unwatch = t.watch()
	t.guard = t.startGuard(outside)
	return l, sync.OnceValue(func() error {
		t.turn.Lock()
		defer t.turn.Unlock()
		t.closed = true
		l.typed.end()
		t.writer.wait(stuck) // what the program printed last belongs to the shell's screen
		return t.release(outside)
	}), nil
}

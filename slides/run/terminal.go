package run

import (
	"cmp"
	"context"
	"io"
	"sync"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/vt"
)

// A program runs in a terminal in one of two ways. With +pty it has a pseudo terminal whose screen
// is drawn into the slide; a Keyboard passes on what somebody does there. With +acquire_terminal, or
// where somebody asks for it, it gets the real terminal of a front end, see Lend. Either way a
// screen of package vt takes what it prints, so its output is bounded however much that is.

// Terminal is the real terminal of a front end while a program has it.
type Terminal struct {
	In     io.Reader     // what somebody types; a Read must end when the terminal is taken back
	Out    io.Writer     // what the program prints, as it is
	Size   [2]int        // columns and rows
	Resize <-chan [2]int // the sizes that it gets meanwhile; may be nil
}

// Lend lends the real terminal to a program that is about to start: it was fetched and built. back
// takes the terminal back; it is called once, when the program has ended. An error says why the
// program cannot have it.
type Lend func(ctx context.Context) (t Terminal, back func(), err error)

// printSize is the size of the terminals to which programs print that do not draw. So many columns
// has a box of output in a window of 80: what programs arrange in columns stays as it is.
var printSize = [2]int{72, slides.DefaultRows}

// Bounds of the size of a terminal, in columns and rows.
var (
	smallest = [2]int{1, 1}
	largest  = [2]int{500, 200}
)

func bounded(size [2]int) [2]int {
	for i := range size {
		size[i] = min(max(size[i], smallest[i]), largest[i])
	}
	return size
}

func boundedXY(size [2]int) (cols, rows int) {
	size = bounded(size)
	return size[0], size[1]
}

// fixedSize returns the size that a fence gives to its terminal, zero if it gives none.
func fixedSize(e slides.Exec) [2]int {
	if e.PtyCols == 0 || e.PtyRows == 0 {
		return [2]int{}
	}
	return bounded([2]int{e.PtyCols, e.PtyRows})
}

// terminal is the terminal of a program while it runs. The sandbox's goroutines write the program's
// output to it and read the program's input from it.
type terminal struct {
	screen *vt.Screen
	wake   chan<- struct{} // gets an element if there is something new to show, unless it has one

	replies chan []byte // of the screen to the program's questions
	typed   chan []byte // by somebody
	rest    []byte      // of what Read took
	sizes   chan [2]int

	ctx  context.Context // ends with the program
	done context.CancelFunc
	work sync.WaitGroup
}

// mostReplies is how many replies wait for a program that asks and does not read.
const mostReplies = 64

func newTerminal(ctx context.Context, size [2]int, wake chan<- struct{}) *terminal {
	t := &terminal{
		screen: vt.New(boundedXY(size)), wake: wake,
		replies: make(chan []byte, mostReplies), typed: make(chan []byte), sizes: make(chan [2]int, 1),
	}
	t.ctx, t.done = context.WithCancel(ctx)
	return t
}

// end ends everything that the terminal does beside the program.
func (t *terminal) end() {
	t.done()
	t.work.Wait()
}

// Write takes output of the program.
func (t *terminal) Write(p []byte) (int, error) {
	_, err := t.screen.Write(p)
	if reply := t.screen.Replies(); len(reply) > 0 {
		select {
		case t.replies <- reply:
		default:
		}
	}
	tell(t.wake)
	return len(p), err
}

// Read returns what the program finds on its standard input.
func (t *terminal) Read(p []byte) (int, error) {
	if len(t.rest) == 0 {
		select {
		case t.rest = <-t.replies:
		case t.rest = <-t.typed:
		case <-t.ctx.Done():
			return 0, io.EOF
		}
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

// obey passes on what comes from a keyboard. It waits for a program that does not read.
func (t *terminal) obey(k *Keyboard) {
	for {
		for _, in := range k.next(t.ctx) {
			b := t.screen.Encode(in)
			if len(b) == 0 {
				continue
			}
			select {
			case t.typed <- b:
			case <-t.ctx.Done():
				return
			}
		}
		if t.ctx.Err() != nil {
			return
		}
	}
}

// fit passes on the sizes that come from a keyboard's display, whether the program reads or not.
func (t *terminal) fit(k *Keyboard) {
	for {
		size, ok := k.nextSize(t.ctx)
		if !ok {
			return
		}
		t.resize(size)
	}
}

// follow passes on the sizes of a real terminal.
func (t *terminal) follow(sizes <-chan [2]int) {
	for {
		select {
		case size, ok := <-sizes:
			if !ok {
				return
			}
			t.resize(size)
		case <-t.ctx.Done():
			return
		}
	}
}

// resize tells the screen and the program another size. Only one goroutine calls it.
func (t *terminal) resize(size [2]int) {
	t.screen.Resize(boundedXY(size))
	select {
	case <-t.sizes: // nobody has taken the earlier one
	default:
	}
	t.sizes <- size
	tell(t.wake)
}

// mostScreens is how many programs run at a time while somebody attends them. They wait for keys
// most of the time, so they do not count as jobs.
const mostScreens = 32

// startSize is the size of a program's pseudo terminal when it starts.
func startSize(t Task) [2]int {
	size := fixedSize(t.Snippet.Exec)
	if size == ([2]int{}) && t.Keyboard != nil {
		size = t.Keyboard.wanted()
	}
	return cmp.Or(size, [2]int{slides.DefaultCols, slides.DefaultRows})
}

// attended reports whether somebody is there while the program runs.
func (j *job) attended() bool { return j.lend != nil || j.keys != nil && j.s.Exec.OnScreen() }

// outlasted reports whether a program took longer than it may where nobody attends it: there, it
// would not have come to this result.
func (j *job) outlasted(res slides.Result) bool {
	most := j.with.Limits.Wall
	return j.attended() && most > 0 && res.Elapsed > most
}

// untimed reports whether nobody has set a time limit for a snippet.
func (r *Runner) untimed(s *slides.Snippet) bool {
	return r.o.Untimed && (s.ID == "" || r.o.Snippets[s.ID].Limits.Wall == 0)
}

// connect connects the program's command with its terminal, if it has one. give disconnects them
// when the program has ended, and completes its result.
func (j *job) connect(ctx context.Context, cmd *sandbox.Cmd) (give func(*slides.Result), err error) {
	if j.attended() {
		j.free()
	}
	switch {
	case j.lend != nil:
		return j.borrow(ctx, cmd)
	case j.s.Exec.OnScreen():
		return j.draw(ctx, cmd), nil
	}
	return func(*slides.Result) {}, nil
}

// draw connects a command with a pseudo terminal.
func (j *job) draw(ctx context.Context, cmd *sandbox.Cmd) (give func(*slides.Result)) {
	t := newTerminal(ctx, j.size, j.col.wake)
	j.term = t
	cmd.Stdin, cmd.Stdout = t, t
	cmd.Terminal = &sandbox.Terminal{Cols: j.size[0], Rows: j.size[1], Resize: t.sizes}
	if j.keys == nil {
		return func(*slides.Result) { t.end() }
	}
	j.keys.begin(j.size, fixedSize(j.s.Exec) != [2]int{})
	t.work.Go(func() { t.obey(j.keys) })
	t.work.Go(func() { t.fit(j.keys) })
	return func(res *slides.Result) {
		var lost int
		lost, j.used = j.keys.end()
		t.end()
		if lost > 0 && res.Remark.Says == "" {
			res.Remark.Says = "the program did not read its keyboard, so " + text.Count(lost, "key") + " went nowhere"
		}
	}
}

// borrow connects a command with the real terminal of a front end.
func (j *job) borrow(ctx context.Context, cmd *sandbox.Cmd) (give func(*slides.Result), err error) {
	real, back, err := j.lend(ctx)
	if err != nil {
		return nil, err
	}
	t := newTerminal(ctx, real.Size, j.col.wake)
	j.term, j.used = t, true
	cmd.Stdin, cmd.Stdout = real.In, io.MultiWriter(real.Out, t)
	cmd.Terminal = &sandbox.Terminal{Cols: real.Size[0], Rows: real.Size[1], Resize: t.sizes}
	t.work.Go(func() { t.follow(real.Resize) })
	return func(*slides.Result) {
		t.end()
		back()
	}, nil
}

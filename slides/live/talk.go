// Package live keeps a talk up to date while its author edits. Open reads a deck and returns a
// Talk. Its Events tell a display what to show: the deck whenever it has changed, the state of its
// programs, and the reason when the deck cannot be shown.
//
// A Talk has three kinds of goroutines. The owner (owner.go) has the deck and the results. The
// loader waits until files have changed and hold still (watch.go), reads the deck and hands it to
// the owner. It finishes one edit before it looks at the next, so newer decks always come after
// older ones. Runs hand their results to the owner. The owner never waits for any of them, nor for
// the receivers of the events (outbox.go).
//
// The Source decides how a deck is read, and what its programs may do.
package live

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/run"
)

// Source is the origin of a Talk: it knows how to read a deck, which files stand beside it, and
// what its programs may do. One goroutine at a time calls it.
type Source interface {
	// Load reads and parses the deck. Mistakes in it are in its Diags; an error says why there is
	// no deck to show.
	Load(ctx context.Context) (*slides.Deck, error)

	// Runner returns the runner for the deck that was loaded last. It is the earlier one as long as
	// nothing it was made from has changed. Only the first call, from within Open, may ask the
	// user. The Talk closes the runners.
	Runner(ctx context.Context) (Runner, error)
}

// Runner runs snippets, as *run.Runner does.
type Runner interface {
	RunTasks(ctx context.Context, tasks []run.Task, emit func(slides.Ran)) error
	Look(list []*slides.Snippet) run.Sight
	Close() error
}

// Options say how a Talk is kept up to date. Source is needed.
type Options struct {
	Source Source
	Files  []string                   // watched besides the files that the deck names, whether they exist or not
	Reader *Reader                    // the Source's Reader, told when a load begins; nil: none
	Due    func(*slides.Snippet) bool // which snippets run by themselves; nil: Auto

	// Unattended says that nobody can type: programs with a pseudo terminal have the time limit of
	// all others then.
	Unattended bool

	system system // nil: the real files
}

// Auto is the Due of a talk whose programs run only when somebody asks, except those that the deck
// marks. It is for front ends without a real terminal: programs that need one are due, and skipped
// at once, so that the slide says so.
func Auto(s *slides.Snippet) bool { return s.Exec.Auto || s.Exec.Mode == slides.ModeTerminal }

// AutoHanding is Auto for front ends that hand a real terminal over, see Talk.Hand: programs that
// need one wait until somebody asks for them, even those that the deck marks.
func AutoHanding(s *slides.Snippet) bool { return s.Exec.Auto && s.Exec.Mode != slides.ModeTerminal }

// All is the Due of a talk whose programs all run by themselves.
func All(*slides.Snippet) bool { return true }

// Talk is a deck that follows its files, and the results of its programs.
type Talk struct {
	joins chan *outbox
	asks  chan ask
	again func() // reads the deck once more

	unsaved *unsaved
	stop    context.CancelFunc
	done    chan struct{} // closed when everything has ended
	err     error         // the final error; read it after done
}

// ask is a request about a talk's programs.
type ask struct {
	stop  bool
	keys  []slides.Key  // none: all
	typed *slides.Input // for the program of the only key, instead of all that
	hand  *loan         // to the program of the only key, which runs
	do    func(*owner)  // instead of all that
}

// loan is a real terminal for one run of one program.
type loan struct {
	lend run.Lend
	over chan struct{} // closed when the run has ended, or did not begin
}

// draft is the result of reading a deck.
type draft struct {
	deck      *slides.Deck
	err       error // instead of a deck
	runner    Runner
	runnerErr error    // instead of a runner
	touched   []string // files that changed
	around    bool     // instead of all that: something changed in a folder that programs see
}

// Open reads the deck and begins to follow it. If there is no deck to begin with, or no runner for
// it, Open returns an error. The Talk ends with ctx, or when it is closed; close it in either case.
func Open(ctx context.Context, o Options) (*Talk, error) {
	if o.Due == nil {
		o.Due = Auto
	}
	if o.system == nil {
		o.system = newDisk()
	}
	if o.Reader == nil {
		o.Reader = &Reader{}
	}
	o.Reader.unsaved = &unsaved{}
	l := &loader{source: o.Source, files: o.Files, watch: newWatcher(o.system), reader: o.Reader}
	first := l.load(ctx)
	if err := cmp.Or(first.err, first.runnerErr); err != nil {
		return nil, errors.Join(err, l.watch.Close())
	}
	ctx, stop := context.WithCancel(ctx)
	t := &Talk{joins: make(chan *outbox), asks: make(chan ask), again: l.watch.Again, unsaved: o.Reader.unsaved, stop: stop, done: make(chan struct{})}
	w := &owner{
		ctx: ctx, due: o.Due, unattended: o.Unattended, board: slides.Board{Shelf: &slides.Shelf{}}, active: map[slides.Key]*running{}, sizes: map[slides.Key][2]int{},
		unsaved: o.Reader.unsaved, again: l.watch.Again, drafts: make(chan draft), rans: make(chan ran), ended: make(chan *shift), dates: newDating(),
	}
	l.watch.around = w.dates.around
	go func() {
		defer close(t.done)
		defer stop()
		t.err = w.own(t, l, first)
	}()
	return t, nil
}

// Events returns all events from now on, in order: Loaded first, then Ran and Broken, and Loaded
// again. Callers may call it at any time and once for each receiver; each receiver begins with the
// present deck and results. A slow receiver does not delay the others: among its waiting events, a
// newer Loaded replaces everything before it, and a newer Ran the one of the same key. A receiver
// keeps results as a slides.Board does. The channel is closed when ctx or the talk ends.
func (t *Talk) Events(ctx context.Context) <-chan slides.Event {
	o := newOutbox(ctx)
	select {
	case t.joins <- o:
	case <-t.done:
		close(o.to)
	}
	return o.to
}

// Run runs snippets now, even if their results are known: those of the keys, or all executable
// ones. A running one begins anew.
func (t *Talk) Run(keys ...slides.Key) { t.ask(ask{keys: keys}) }

// Reload reads the deck and its files again, as after a save. It waits for nothing.
func (t *Talk) Reload() { t.again() }

// Stop ends the runs of snippets, or all runs; their results are then Canceled.
func (t *Talk) Stop(keys ...slides.Key) { t.ask(ask{stop: true, keys: keys}) }

// Type passes on what somebody does at the pseudo terminal of a program; it waits for nobody. Keys,
// text and the mouse wait for a program that was started and does not run yet; they go nowhere if it was
// not started, or has ended. A size counts for later runs, too;
// where several displays of a talk say one, the last counts. The fence may fix the size: then those
// of displays do not count.
func (t *Talk) Type(key slides.Key, in slides.Input) { t.ask(ask{keys: []slides.Key{key}, typed: &in}) }

// Hand runs a program as Run does, and hands it a real terminal, which lend lends when the program
// starts. It returns when the run is over, or if there is none. If the program did not start, lend
// was not called.
func (t *Talk) Hand(key slides.Key, lend run.Lend) {
	l := &loan{lend, make(chan struct{})}
	t.ask(ask{keys: []slides.Key{key}, hand: l})
	select {
	case <-l.over:
	case <-t.done:
	}
}

func (t *Talk) ask(a ask) {
	select {
	case t.asks <- a:
	case <-t.done:
	}
}

// Close stops the talk's programs, waits for their ends, and ends the talk.
func (t *Talk) Close() error {
	t.stop()
	<-t.done
	return t.err
}

// loader reads the deck again and again. It belongs to the goroutine of Open, later to its own.
type loader struct {
	source Source
	files  []string
	watch  *Watcher
	reader *Reader
	unread *draft // a draft that nobody took before the end
}

// load reads the deck and watches its files.
func (l *loader) load(ctx context.Context) draft {
	began := time.Now()
	l.reader.begin(ctx, l.watch)
	d := l.read(ctx)
	l.reader.end()
	if d.deck != nil {
		if lost := l.reader.unsaved.mourn(d.deck); len(lost) > 0 {
			with := *d.deck
			with.Diags = append(slices.Clone(with.Diags), lost...)
			d.deck = &with
		}
	}
	if d.err != nil { // keep watching the files of the last good deck
		return d
	}
	paths := append([]string(nil), l.files...)
	for _, f := range d.deck.Files {
		if f.Path != "" {
			paths = append(paths, f.Path)
		}
	}
	l.watch.Files(paths, began)
	return d
}

// read asks the source. A fault of ours in the source does not end the talk: the next edit may well
// avoid it.
func (l *loader) read(ctx context.Context) (d draft) {
	defer slides.Contain("reading the deck", &d.err)
	if d.deck, d.err = l.source.Load(ctx); d.err == nil && len(d.deck.Executable()) > 0 {
		d.runner, d.runnerErr = l.source.Runner(ctx)
	}
	return d
}

// follow loads after every change until ctx ends.
func (l *loader) follow(ctx context.Context, drafts chan<- draft) {
	for {
		touched, err := l.watch.Next(ctx)
		if err != nil {
			return
		}
		if len(touched) == 0 {
			select {
			case drafts <- draft{around: true}:
				continue
			case <-ctx.Done():
				return
			}
		}
		d := l.load(ctx)
		if (d.err != nil || unshowable(d.deck, true) != nil) && !l.watch.Settled() {
			continue // the deck may be missing or empty while it is being replaced; another event follows
		}
		d.touched = slices.DeleteFunc(touched, l.watch.Maybe)
		select {
		case drafts <- d:
		case <-ctx.Done():
			l.unread = &d
			return
		}
	}
}

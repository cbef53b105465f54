package live

import (
	"context"
	"errors"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/run"
)

// owner has the deck and the results, and is the only goroutine that touches them. A loader sends
// it decks, runs send it results, callers of Run and Stop send requests. It never waits for any of
// them, nor for the receivers of its events.
type owner struct {
	ctx context.Context
	due func(*slides.Snippet) bool

	unattended bool
	unsaved    *unsaved
	again      func() // reads the deck once more

	board     slides.Board
	version   int          // of the board's deck
	bad       *slides.Deck // the deck read last, if it cannot be shown; else nil
	active    map[slides.Key]*running
	current   *shift
	shifts    int   // shifts that have not ended
	runnerErr error // why there is no current runner
	stale     bool  // the results come from an earlier runner
	dates     dating
	sizes     map[slides.Key][2]int // of terminals, as displays said last
	receivers []*outbox

	drafts    chan draft
	rans      chan ran
	ended     chan *shift
	receiving sync.WaitGroup
	err       error
}

// running is a snippet that is queued or runs.
type running struct {
	stop    chan struct{}
	stopped bool
	name    string // of its future result, see dating
	dated   bool   // the result will be out of date
	keys    *run.Keyboard
	played  bool // somebody has typed: nobody could repeat the run
}

func (r *running) end() {
	if !r.stopped {
		r.stopped = true
		close(r.stop)
	}
}

// ran is an event of a run. The owner ignores events of a run that it has given up.
type ran struct {
	of   *running
	name string // instead of an event: the name of the future result
	slides.Ran
}

// shift is the time of a runner: from its first run to the end of its last.
type shift struct {
	runner Runner
	runs   sync.WaitGroup
	err    error // of closing the runner
}

// own runs the talk until its context ends, and then waits for everything that it has started.
func (w *owner) own(t *Talk, l *loader, first draft) error {
	var following sync.WaitGroup
	w.take(first)
	following.Go(func() { l.follow(w.ctx, w.drafts) })
	for w.ctx.Err() == nil {
		select {
		case o := <-t.joins:
			w.join(o)
		case a := <-t.asks:
			w.answer(a)
		case d := <-w.drafts:
			w.take(d)
		case r := <-w.rans:
			w.hear(r)
		case s := <-w.ended:
			w.close(s)
		case <-w.dates.due():
			w.look()
		case s := <-w.dates.sights:
			w.compare(s)
		case <-w.ctx.Done():
		}
	}
	w.relieve()
	w.drain()
	following.Wait()
	w.receiving.Wait()
	if d := l.unread; d != nil { // its runner was never used
		w.adopt(*d)
		w.relieve()
		w.drain()
	}
	return errors.Join(w.err, l.watch.Close())
}

// drain waits for the ends of all runs.
func (w *owner) drain() {
	for w.shifts > 0 {
		select {
		case <-w.dates.sights:
		case <-w.rans:
		case s := <-w.ended:
			w.close(s)
		}
	}
}

// join tells one more receiver the present state, and from then on all events.
func (w *owner) join(o *outbox) {
	if w.board.Deck != nil {
		o.loaded(slides.Loaded{Deck: w.board.Deck, Version: w.version}, nil)
	}
	for _, s := range w.programs() {
		if r, ok := w.board.Results[s.Key]; ok {
			o.ran(slides.Ran{Key: s.Key, Result: r})
		}
	}
	if w.board.Broken != nil {
		o.broken(*w.board.Broken)
	}
	w.receivers = append(w.receivers, o)
	w.receiving.Go(func() { o.deliver(w.ctx) })
}

// tell puts an event into every outbox.
func (w *owner) tell(put func(*outbox)) {
	for _, o := range w.receivers {
		put(o)
	}
}

// take goes on with a newly read deck.
func (w *owner) take(d draft) {
	w.dates.doubt()
	if d.around {
		return
	}
	w.adopt(d)
	defer w.runEdited()
	bad := w.bad
	w.bad = nil
	if d.err != nil {
		w.fail(d.err)
		return
	}
	if err := unshowable(d.deck, w.board.Deck != nil); err != nil {
		if w.bad = d.deck; bad == nil || !alike(bad, d.deck, d.touched) {
			w.fail(err)
		}
		return
	}
	was := w.board
	if was.Deck != nil && was.Broken == nil && !w.stale && alike(was.Deck, d.deck, d.touched) {
		return
	}
	relieve(was.Deck, d.deck, debug.FreeOSMemory)
	w.version++
	loaded := slides.Loaded{Deck: d.deck, Version: w.version}
	w.board.Apply(loaded)
	w.forget(was.Results)
	maps.DeleteFunc(w.sizes, func(k slides.Key, _ [2]int) bool { return w.board.Program(k) == nil })
	w.receivers = slices.DeleteFunc(w.receivers, (*outbox).left)
	w.tell(func(o *outbox) { o.loaded(loaded, w.board.Results) })
	var todo []*slides.Snippet
	for _, s := range d.deck.Executable() {
		_, has := w.board.Results[s.Key]
		switch {
		case has && w.stale && s.Exec.Mode == slides.ModeTerminal && !w.due(s):
			w.set(s.Key, slides.Result{}) // only somebody at the terminal can run it again
		case has && w.stale, !has && w.due(s):
			todo = append(todo, s)
		}
	}
	w.stale = false
	w.run(todo, false, nil)
}

// adopt changes to another runner, whose results may differ from those of the earlier one.
func (w *owner) adopt(d draft) {
	if d.runner == nil && d.runnerErr == nil || w.current != nil && d.runner == w.current.runner {
		return
	}
	w.relieve()
	w.runnerErr = d.runnerErr
	if d.runner != nil {
		w.current, w.stale = &shift{runner: d.runner}, w.board.Deck != nil
		w.shifts++
	}
}

// fail keeps the present deck and says why there is no newer one.
func (w *owner) fail(err error) {
	if w.ctx.Err() != nil {
		return
	}
	since := time.Now()
	if b := w.board.Broken; b != nil {
		since = b.Since
	}
	var diags slides.Diags
	if !errors.As(err, &diags) {
		diags = slides.Diags{{Msg: err.Error()}}
	}
	if slides.AsFault(err) != nil {
		diags[0].Hint = slides.FaultHint
	}
	b := slides.Broken{Diags: diags, Since: since}
	w.board.Apply(b)
	w.tell(func(o *outbox) { o.broken(b) })
}

// forget drops the data of results that the board forgot.
func (w *owner) forget(earlier slides.Results) {
	if len(earlier) == len(w.board.Results) {
		return
	}
	for k := range earlier {
		if _, ok := w.board.Results[k]; !ok {
			w.drop(k)
			delete(w.dates.names, k)
			delete(w.dates.began, k)
			w.tell(func(o *outbox) { o.forgot(k) })
		}
	}
}

// drop gives up a run.
func (w *owner) drop(k slides.Key) {
	if a := w.active[k]; a != nil {
		a.end()
		delete(w.active, k)
	}
}

// programs returns those of the deck, if there was a good one yet.
func (w *owner) programs() []*slides.Snippet {
	if w.board.Deck == nil {
		return nil
	}
	return w.board.Deck.Executable()
}

// answer carries out a request.
func (w *owner) answer(a ask) {
	if a.do != nil {
		a.do(w)
		return
	}
	var those []*slides.Snippet
	for _, s := range w.programs() {
		if len(a.keys) == 0 || slices.Contains(a.keys, s.Key) {
			those = append(those, s)
		}
	}
	switch {
	case a.typed != nil:
		for _, s := range those {
			w.typed(s.Key, *a.typed)
		}
		return
	case !a.stop:
		w.run(those, true, a.hand)
		return
	}
	for _, s := range those {
		if r := w.active[s.Key]; r != nil {
			r.end() // the run is heard until it has ended
		}
	}
}

// typed passes on what somebody did at the terminal of a program.
func (w *owner) typed(k slides.Key, in slides.Input) {
	if in.Size != nil {
		w.sizes[k] = *in.Size // for later runs
	}
	if r := w.active[k]; r != nil {
		r.played = r.played || in.Size == nil
		r.keys.Type(in)
	}
}

// run starts snippets; running ones begin anew. hand is nil, or for the only snippet.
func (w *owner) run(todo []*slides.Snippet, fresh bool, hand *loan) {
	if len(todo) == 0 || w.current == nil {
		for _, s := range todo {
			w.set(s.Key, refused(w.runnerErr))
		}
		if hand != nil {
			close(hand.over)
		}
		return
	}
	tasks := make([]run.Task, len(todo))
	runs := make(map[slides.Key]*running, len(todo))
	for i, s := range todo {
		w.drop(s.Key)
		r := &running{stop: make(chan struct{}), keys: run.NewKeyboard(w.sizes[s.Key]), played: hand != nil}
		tasks[i] = run.Task{
			Snippet: s, Fresh: fresh, Stop: r.stop,
			Named: func(name string) { w.rans <- ran{of: r, name: name} },
		}
		if !w.unattended {
			tasks[i].Keyboard = r.keys
		}
		if hand != nil {
			tasks[i].Lend = hand.lend
		}
		runs[s.Key], w.active[s.Key] = r, r
		w.set(s.Key, slides.Result{State: slides.Queued, Origin: slides.Live})
	}
	on := w.current
	on.runs.Go(func() {
		// The results hold its error as well, and say it where it matters.
		_ = on.runner.RunTasks(w.ctx, tasks, func(r slides.Ran) { w.rans <- ran{of: runs[r.Key], Ran: r} })
		if hand != nil {
			close(hand.over)
		}
	})
}

// hear takes an event of a run.
func (w *owner) hear(r ran) {
	if r.name != "" {
		r.of.name = r.name
		return
	}
	if w.active[r.Key] != r.of {
		return // of a run that is over or was given up
	}
	if r.Result.State == slides.Done {
		delete(w.active, r.Key)
		w.dated(r.Key, r.of)
	}
	w.set(r.Key, r.Result)
}

func (w *owner) set(k slides.Key, r slides.Result) {
	if e, ok := w.board.Apply(slides.Ran{Key: k, Result: r}).(slides.Ran); ok {
		w.tell(func(o *outbox) { o.ran(e) })
	}
}

// relieve ends the shift of the present runner, which is closed when its last run has ended.
func (w *owner) relieve() {
	s := w.current
	if s == nil {
		return
	}
	w.current = nil
	for k := range w.active {
		w.drop(k)
		w.set(k, slides.Result{State: slides.Done, Status: slides.Canceled, Origin: slides.Live})
	}
	go func() {
		s.runs.Wait()
		s.err = s.runner.Close()
		w.ended <- s
	}()
}

// close takes the end of a shift.
func (w *owner) close(s *shift) {
	w.shifts--
	w.err = errors.Join(w.err, s.err)
}

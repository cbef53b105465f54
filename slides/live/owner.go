package live

import (
	"context"
	"errors"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/run"
)

// owner has the deck and the results, and is the only goroutine that touches them. A loader sends
// it decks, runs send it results, callers of Run and Stop what they want; it never waits for any of
// them, nor for whoever receives its events.
type owner struct {
	ctx context.Context
	due func(*slides.Snippet) bool

	deck      *slides.Deck
	broken    time.Time // since when the deck cannot be shown; zero: it can
	results   slides.Results
	shelf     slides.Shelf // of their output
	active    map[slides.Key]*running
	current   *shift
	shifts    int   // that have not ended
	runnerErr error // why there is no current one
	stale     bool  // the results are of an earlier runner
	out       outbox

	drafts chan draft
	rans   chan ran
	ended  chan *shift
	err    error
}

// running is a snippet that is queued or runs.
type running struct {
	stop    chan struct{}
	stopped bool
}

func (r *running) end() {
	if !r.stopped {
		r.stopped = true
		close(r.stop)
	}
}

// ran is an event of a run. One of a run that was given up since is not heard.
type ran struct {
	of *running
	slides.Ran
}

// shift is the time of a runner: from its first run to the end of its last.
type shift struct {
	runner Runner
	runs   sync.WaitGroup
	err    error // of closing it
}

// own runs the talk until its context ends, and then waits for everything that it has started.
func (w *owner) own(t *Talk, l *loader, first draft) error {
	var following sync.WaitGroup
	defer close(t.events)
	w.take(first)
	following.Go(func() { l.follow(w.ctx, w.drafts) })
	for w.ctx.Err() == nil {
		var events chan<- slides.Event
		next, ok := w.out.next()
		if ok {
			events = t.events
		}
		select {
		case events <- next:
			w.out.sent()
		case a := <-t.asks:
			w.answer(a)
		case d := <-w.drafts:
			w.take(d)
		case r := <-w.rans:
			w.hear(r)
		case s := <-w.ended:
			w.close(s)
		case <-w.ctx.Done():
		}
	}
	w.relieve()
	w.drain()
	following.Wait()
	if d := l.unread; d != nil { // its runner never got to run
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
		case <-w.rans:
		case s := <-w.ended:
			w.close(s)
		}
	}
}

// take goes on with a newly read deck.
func (w *owner) take(d draft) {
	w.adopt(d)
	if d.err == nil && w.deck != nil {
		d.err = unshowable(d.deck)
	}
	if d.err != nil {
		w.fail(d.err)
		return
	}
	if w.deck != nil && w.broken.IsZero() && !w.stale && alike(w.deck, d.deck, d.touched) {
		return
	}
	relieve(w.deck, d.deck, debug.FreeOSMemory)
	w.deck, w.broken = d.deck, time.Time{}
	w.forget()
	w.out.loaded(d.deck, w.results)
	var todo []*slides.Snippet
	for _, s := range d.deck.Executable() {
		_, has := w.results[s.Key]
		if has && w.stale || !has && w.due(s) {
			todo = append(todo, s)
		}
	}
	w.stale = false
	w.run(todo, false)
}

// adopt changes to another runner; what the one before found out may be different with it.
func (w *owner) adopt(d draft) {
	if d.runner == nil && d.runnerErr == nil || w.current != nil && d.runner == w.current.runner {
		return
	}
	w.relieve()
	w.runnerErr = d.runnerErr
	if d.runner != nil {
		w.current, w.stale = &shift{runner: d.runner}, w.deck != nil
		w.shifts++
	}
}

// fail keeps the deck there is and says why it is not a newer one.
func (w *owner) fail(err error) {
	if w.ctx.Err() != nil {
		return
	}
	if w.broken.IsZero() {
		w.broken = time.Now()
	}
	var diags slides.Diags
	if !errors.As(err, &diags) {
		diags = slides.Diags{{Msg: err.Error()}}
	}
	if slides.AsFault(err) != nil {
		diags[0].Hint = slides.FaultHint
	}
	w.out.broken(slides.Broken{Diags: diags, Since: w.broken})
}

// forget drops what belongs to snippets that are no longer there.
func (w *owner) forget() {
	if len(w.results) == 0 {
		return
	}
	keys := map[slides.Key]bool{}
	for _, s := range w.deck.Executable() {
		keys[s.Key] = true
	}
	for k := range w.results {
		if !keys[k] {
			w.drop(k)
			delete(w.results, k)
			w.shelf.Drop(k)
			w.out.forgot(k)
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

// answer does what somebody asked for.
func (w *owner) answer(a ask) {
	var those []*slides.Snippet
	for _, s := range w.deck.Executable() {
		if len(a.keys) == 0 || slices.Contains(a.keys, s.Key) {
			those = append(those, s)
		}
	}
	if !a.stop {
		w.run(those, true)
		return
	}
	for _, s := range those {
		if r := w.active[s.Key]; r != nil {
			r.end() // it is heard until it has ended
		}
	}
}

// run starts snippets; those that are running begin anew.
func (w *owner) run(todo []*slides.Snippet, fresh bool) {
	if len(todo) == 0 {
		return
	}
	if w.current == nil {
		for _, s := range todo {
			w.set(s.Key, refused(w.runnerErr))
		}
		return
	}
	tasks := make([]run.Task, len(todo))
	runs := make(map[slides.Key]*running, len(todo))
	for i, s := range todo {
		w.drop(s.Key)
		r := &running{stop: make(chan struct{})}
		tasks[i] = run.Task{Snippet: s, Fresh: fresh, Stop: r.stop}
		runs[s.Key], w.active[s.Key] = r, r
		w.set(s.Key, slides.Result{State: slides.Queued, Origin: slides.Live})
	}
	on := w.current
	on.runs.Go(func() {
		// Its error is in the results as well, which say it where it matters.
		_ = on.runner.RunTasks(w.ctx, tasks, func(r slides.Ran) { w.rans <- ran{runs[r.Key], r} })
	})
}

// hear takes an event of a run.
func (w *owner) hear(r ran) {
	if w.active[r.Key] != r.of {
		return // of a run that is over or was given up
	}
	if r.Result.State == slides.Done {
		delete(w.active, r.Key)
	}
	w.set(r.Key, r.Result)
}

func (w *owner) set(k slides.Key, r slides.Result) {
	r = w.shelf.Keep(k, r)
	w.results[k] = r
	w.out.ran(slides.Ran{Key: k, Result: r})
}

// relieve ends the time of the present runner; it is closed when its last run has ended.
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

// close takes the end of a runner's time.
func (w *owner) close(s *shift) {
	w.shifts--
	w.err = errors.Join(w.err, s.err)
}

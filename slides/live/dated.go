package live

import (
	"time"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/run"
)

// A snippet keeps its result as long as it keeps its key. But a result depends on more than the
// deck's text: the files that programs read, the settings for a snippet's id, tools. So the runner
// makes a name for every result from all that (run.Sight). The owner has the names made anew after
// every edit, and when something changes in the folders that programs see. If a program's result
// has another name then, the program runs again.
//
// The show does not wait for that: an edit is shown first. If a file is written all the time,
// programs that run again and again get a quarter of the time and no more.
const (
	lull  = 50 * time.Millisecond // of quiet before names are made
	pause = 3                     // in multiples of the time that the last reruns took
)

// dating is the owner's knowledge of the age of results.
type dating struct {
	names  map[slides.Key]string    // of results
	began  map[slides.Key]time.Time // start times of programs that run again because of a name
	timer  *time.Timer              // nil: there is no reason to look
	not    time.Time                // no look before that time
	busy   bool                     // a look is under way
	sights chan sight
	around chan []string // folders that the loader should watch
}

// sight is the result of a look.
type sight struct {
	of   *shift
	list []*slides.Snippet
	run.Sight
}

func newDating() dating {
	return dating{
		names: map[slides.Key]string{}, began: map[slides.Key]time.Time{}, sights: make(chan sight), around: make(chan []string, 1),
	}
}

// due returns a channel that tells when to make names.
func (d *dating) due() <-chan time.Time {
	if d.timer == nil || d.busy {
		return nil
	}
	return d.timer.C
}

// doubt has names made, once nothing has changed for a while.
func (d *dating) doubt() {
	wait := max(lull, time.Until(d.not))
	if d.timer == nil {
		d.timer = time.NewTimer(wait)
	} else {
		d.timer.Reset(wait)
	}
}

// look makes the names of the present results.
func (w *owner) look() {
	w.dates.timer = nil
	if w.current == nil || w.board.Deck == nil {
		return
	}
	s := sight{of: w.current, list: w.board.Deck.Executable()}
	w.dates.busy = true
	s.of.runs.Go(func() {
		var err error
		func() {
			defer slides.Contain("finding the files that programs depend on", &err)
			s.Sight = s.of.runner.Look(s.list)
		}()
		w.dates.sights <- s
	})
}

// compare runs programs again if their results would have other names now.
func (w *owner) compare(s sight) {
	w.dates.busy = false
	if s.of != w.current || len(s.Names) != len(s.list) {
		return // all of its results are stale
	}
	select { // replace a list that the loader has not taken yet
	case <-w.dates.around:
	default:
	}
	w.dates.around <- s.Folders
	var todo []*slides.Snippet
	for i, sn := range s.list {
		now := w.board.Program(sn.Key)
		if now == nil || now.ID != sn.ID { // edited meanwhile; another look follows
			continue
		}
		name, r := s.Names[i], w.board.Results[sn.Key]
		if a := w.active[sn.Key]; a != nil {
			a.dated = a.dated || a.name != "" && a.name != name
		} else if was := w.dates.names[sn.Key]; was != "" && was != name && r.Status != slides.Canceled {
			todo = append(todo, now)
			w.dates.began[sn.Key] = time.Now()
		}
	}
	w.run(todo, false, nil)
}

// dated notes that a run has ended. What somebody has played is never out of date: a program that
// began anew would not have got the keys.
func (w *owner) dated(k slides.Key, r *running) {
	if r.played {
		r.name, r.dated = "", false
	}
	w.dates.names[k] = r.name
	if began, ok := w.dates.began[k]; ok {
		delete(w.dates.began, k)
		now := time.Now()
		if until := now.Add(pause * now.Sub(began)); until.After(w.dates.not) {
			w.dates.not = until
		}
	}
	if r.dated { // its inputs have changed meanwhile
		w.dates.doubt()
	}
}

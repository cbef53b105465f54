package main

import (
	"bytes"
	"context"
	"os"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/live"
)

// render --watch: the output is written again whenever it has become another. Other programs watch
// it in turn, so it is replaced at once, not written while programs are about to end, and left
// alone where nothing has changed in it.

// patience is how long a rendering waits for programs that an edit has started. Most have ended by
// then, so that there is one rendering for an edit and not two.
const patience = 300 * time.Millisecond

// rendering is what is known of a talk that is rendered again and again.
type rendering struct {
	*renderJob
	now      *slides.Deck
	results  slides.Results
	open     map[slides.Key]bool // not ended yet
	progress *progress
	due      *time.Timer
	written  []byte
}

// keep renders now and after every change until ctx ends.
func (j *renderJob) keep(ctx context.Context) error {
	due := live.All
	if j.noRun {
		due = func(*slides.Snippet) bool { return false }
	}
	talk, err := j.follow(ctx, j.deck, j.output, due)
	if err != nil {
		return err
	}
	r := &rendering{renderJob: j, results: slides.Results{}, due: time.NewTimer(patience)}
	for going := true; going; {
		select {
		case e, ok := <-talk.Events():
			if going = ok; ok {
				r.take(e)
			}
		case <-r.due.C:
			r.render()
		}
	}
	j.ui.clear()
	return talk.Close() // stopped by the user, as watching ends
}

// take goes on with what happened.
func (r *rendering) take(e slides.Event) {
	switch e := e.(type) {
	case slides.Loaded:
		r.load(e.Deck)
	case slides.Broken: // the last rendering stays
		r.ui.diags(e.Diags)
		r.ui.say("%s cannot be shown; waiting for it", r.deck)
		return
	case slides.Ran:
		r.results[e.Key] = e.Result
		r.progress.ran(e)
		if e.Result.State != slides.Done {
			if !r.open[e.Key] {
				r.open[e.Key] = true
				r.due.Reset(patience)
			}
			return
		}
		delete(r.open, e.Key)
	}
	if len(r.open) == 0 {
		r.due.Stop()
		r.render()
		r.reportFailures(r.now, r.results)
	}
}

// load takes a deck. Its programs will be run, unless their results are there.
func (r *rendering) load(d *slides.Deck) {
	r.now, r.open = d, map[slides.Key]bool{}
	r.ui.diags(d.Diags)
	todo := d.Executable()
	kept := slides.Results{}
	for _, s := range todo {
		res, ok := r.results[s.Key]
		if ok {
			kept[s.Key] = res
		}
		if res.State != slides.Done && !r.noRun {
			r.open[s.Key] = true
		}
	}
	r.results, r.progress = kept, newProgress(r.ui, todo)
	r.due.Reset(patience)
}

// render writes what there is, if that is not what was written before.
func (r *rendering) render() {
	if r.now == nil {
		return
	}
	data, err := r.encode(&render.View{Deck: r.now, Results: r.results, Highlight: &r.highlight})
	if err == nil && r.current(data) {
		return
	}
	if err == nil {
		err = r.save(data)
	}
	if err != nil {
		r.ui.say("%v", err)
		return
	}
	r.written = data
	if r.output == "" {
		r.ui.say("rendered to stdout")
	} else {
		r.ui.say("rendered %s", r.output)
	}
}

// current reports whether data is what is there already.
func (r *rendering) current(data []byte) bool {
	if r.output == "" {
		return r.written != nil && bytes.Equal(r.written, data)
	}
	if r.written != nil && !bytes.Equal(r.written, data) {
		return false
	}
	there, err := os.ReadFile(r.output) // somebody else may have removed it or written to it
	return err == nil && bytes.Equal(there, data)
}

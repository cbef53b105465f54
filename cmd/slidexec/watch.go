package main

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/live"
	"github.com/slidexec/slidexec/slides/talk"
)

// render --watch and run --watch follow a talk while it is edited.
//
// The output of render is written again whenever it has become another. Other programs watch
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
func (j *renderJob) keep(ctx context.Context, o talk.Options) error {
	due := live.All
	if j.noRun {
		due = nil
	}
	talk, err := talk.Follow(ctx, o, due)
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
		r.progress.take(e)
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
	r.results, r.progress = kept, &progress{ui: r.ui}
	r.progress.take(slides.Loaded{Deck: d})
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
		err = r.save(r.now, data)
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
	same, known := r.target(r.now).Holds(data) // somebody else may have removed it or written to it
	return same || !known && r.written != nil
}

// runEdited runs the snippets called ids, or all, now and whenever an edit changes them, until ctx
// ends.
func (a *app) runEdited(ctx context.Context, name string, ids []string, asJSON bool) error {
	if name == "-" {
		return usageError{errors.New("--watch needs a file: standard input cannot change")}
	}
	due := func(s *slides.Snippet) bool { return len(ids) == 0 || slices.Contains(ids, s.ID) }
	o, err := a.options(name)
	if err != nil {
		return err
	}
	talk, err := talk.Follow(ctx, o, due)
	if err != nil {
		return err
	}
	s := newStream(a, asJSON)
	s.named = true
	var deck *slides.Deck
	for e := range talk.Events() {
		switch e := e.(type) {
		case slides.Loaded:
			deck = e.Deck
			a.ui.diags(deck.Diags)
			if _, err := pick(deck, ids); err != nil {
				a.ui.say("%v", err)
			}
			s.edited(deck)
		case slides.Broken:
			a.ui.diags(e.Diags)
			a.ui.say("%s cannot be read; waiting for it", name)
		case slides.Ran:
			s.again(deck, e)
		}
		if s.err != nil {
			return errors.Join(s.err, talk.Close())
		}
	}
	s.end()
	return talk.Close() // stopped by the user, as watching ends
}

// edited goes on with another deck. What is not in it any more has been stopped.
func (s *stream) edited(d *slides.Deck) {
	now := map[slides.Key]*slides.Snippet{}
	for _, sn := range d.Executable() {
		now[sn.Key] = sn
	}
	var left []*slides.Snippet
	for i, sn := range s.todo[s.next:] {
		if n := now[sn.Key]; n != nil {
			left = append(left, n)
			continue
		}
		if i == 0 && s.shown > 0 {
			s.ui.say("%s: stopped by an edit", sn.Name())
		}
		if i == 0 {
			s.shown = 0
		}
	}
	s.todo, s.next = left, 0
	maps.DeleteFunc(s.state, func(k slides.Key, _ slides.Result) bool { return now[k] == nil })
}

// again takes an event of a snippet that may have run before.
func (s *stream) again(d *slides.Deck, r slides.Ran) {
	is := func(sn *slides.Snippet) bool { return sn.Key == r.Key }
	i := slices.IndexFunc(d.Snippets, is)
	if r.Result.State == slides.NotRun || i < 0 {
		return
	}
	switch at := slices.IndexFunc(s.todo[s.next:], is); {
	case at < 0:
		delete(s.state, r.Key)
		s.todo = append(s.todo, d.Snippets[i])
	case at == 0 && r.Result.State == slides.Queued:
		s.shown = 0 // it begins anew
	}
	s.ran(r)
}

package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/talk"
)

// render --watch and run --watch follow a talk while it is edited.
//
// render writes its output again whenever the output changes. Other programs watch that file, so
// render replaces it at once, waits for programs that are about to end, and writes nothing if the
// output is the same.

// patience is how long a rendering waits for programs that an edit has started. Most end sooner, so
// that an edit causes one rendering and not two.
const patience = 300 * time.Millisecond

// rendering is the state of a talk that is rendered again and again.
type rendering struct {
	*renderJob
	slides.Board
	open     map[slides.Key]bool // not ended yet
	progress progress
	due      *time.Timer
	written  []byte
}

// keep renders now and after every change until ctx ends.
func (j *renderJob) keep(ctx context.Context, o talk.Options) error {
	due := j.look.due
	if j.noRun {
		due = nil
	}
	o.Unattended = true
	t, err := talk.Follow(ctx, o, due)
	if err != nil {
		return err
	}
	r := &rendering{renderJob: j, progress: progress{ui: j.ui}, due: time.NewTimer(patience)}
	events := t.Events(ctx)
	for going := true; going; {
		select {
		case e, ok := <-events:
			if going = ok; ok {
				r.take(e)
			}
		case <-r.due.C:
			r.render()
		}
	}
	j.ui.clear()
	return t.Close() // stopped by the user, as watching ends
}

// take handles an event of the talk.
func (r *rendering) take(e slides.Event) {
	r.Apply(e)
	r.ui.load(e)
	r.progress.take(e)
	switch e := e.(type) {
	case slides.Loaded: // programs without a result will run
		r.open = map[slides.Key]bool{}
		for _, s := range e.Deck.Executable() {
			if r.Results[s.Key].State != slides.Done && !r.noRun && r.look.due(s) {
				r.open[s.Key] = true
			}
		}
		r.due.Reset(patience)
	case slides.Broken: // the last good slides stay in the output
		r.ui.diags(e.Diags)
		r.ui.say("cannot show %s; waiting for the next save", r.deck)
		if _, page := r.backend.(*html.Backend); page { // a page can say so above the slides
			r.render()
		}
		return
	case slides.Ran:
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
		r.reportFailures(r.Deck, r.Results)
	}
}

// render writes a rendering of the talk, unless the output is current.
func (r *rendering) render() {
	if r.Deck == nil { // without a deck, the output of an earlier slidexec stays
		return
	}
	view := &render.View{Deck: r.Deck, Results: r.Results, Broken: r.Broken, Highlight: &r.highlight}
	if r.look.album {
		if err := r.write(view); err != nil {
			r.ui.say("%v", err)
		}
		return
	}
	list, err := r.encode(view)
	if err == nil && r.current(list[0].Data) {
		return
	}
	clears := err == nil && r.clears()
	if clears {
		r.ui.clear()
		_, err = r.data().Write([]byte(wipe))
	}
	if err == nil {
		err = r.save(r.Deck, list)
	}
	if err != nil {
		r.ui.say("%v", err)
		return
	}
	r.written = list[0].Data
	if clears {
		r.ui.diags(r.Deck.Diags) // they were above
	}
	if r.output == "" {
		r.ui.say("rendered to stdout")
	} else {
		r.ui.say("rendered %s", r.output)
	}
}

// wipe clears the screen, and leaves what has scrolled out of it.
const wipe = "\x1b[H\x1b[2J"

// clears reports whether a rendering takes the place of the earlier one on a terminal. Whoever wants to keep
// all of them pipes them through cat.
func (r *rendering) clears() bool {
	f, ok := r.out.(*os.File)
	return ok && r.output == "" && r.written != nil && os.Getenv("TERM") != "dumb" && isTerminal(f)
}

// current reports whether the output already holds data. The page of a folder tells the other files apart.
func (r *rendering) current(data []byte) bool {
	if r.output == "" {
		return r.written != nil && bytes.Equal(r.written, data)
	}
	if r.written != nil && !bytes.Equal(r.written, data) {
		return false
	}
	output := r.output
	if r.look.site {
		output = filepath.Join(output, files.Page)
	}
	same, known := r.target(r.Deck, output).Holds(data) // another program may have changed or removed the file
	return same || !known && r.written != nil
}

// runEdited runs the chosen snippets now and whenever an edit changes them, until ctx ends. A chosen line
// is that of the present deck.
func (a *app) runEdited(ctx context.Context, name string, c choice, asJSON bool) error {
	if name == "-" {
		return usageError{errors.New("--watch needs a file: standard input cannot change")}
	}
	o, err := a.options(name)
	if err != nil {
		return err
	}
	o.Unattended = true
	t, err := talk.Follow(ctx, o, c.has)
	if err != nil {
		return err
	}
	s := newStream(a, asJSON)
	s.named = true
	for e := range t.Events(ctx) {
		a.ui.load(e)
		switch e := e.(type) {
		case slides.Loaded:
			if _, err := c.pick(e.Deck); err != nil {
				a.ui.say("%v", err)
			}
			s.edited(e)
		case slides.Broken:
			a.ui.diags(e.Diags)
			a.ui.say("cannot read %s; waiting for the next save", name)
		case slides.Ran:
			s.again(e)
		}
		if s.err != nil {
			return errors.Join(s.err, t.Close())
		}
	}
	s.end()
	return t.Close() // stopped by the user, as watching ends
}

// edited goes on with a new version of the deck. The runner has stopped programs that are gone.
func (s *stream) edited(e slides.Loaded) {
	earlier := s.board.Results
	s.board.Apply(e)
	for k := range earlier {
		if s.board.Program(k) == nil {
			s.shelf.Drop(k)
		}
	}
	var left []*slides.Snippet
	for i, sn := range s.todo[s.next:] {
		if n := s.board.Program(sn.Key); n != nil {
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
}

// again handles an event of a snippet that may have run before.
func (s *stream) again(r slides.Ran) {
	sn := s.board.Program(r.Key)
	if r.Result.State == slides.NotRun || sn == nil {
		return
	}
	is := func(sn *slides.Snippet) bool { return sn.Key == r.Key }
	switch at := slices.IndexFunc(s.todo[s.next:], is); {
	case at < 0:
		s.board.Apply(slides.Ran{Key: r.Key}) // drops the result of the earlier run
		s.todo = append(s.todo, sn)
	case at == 0 && r.Result.State == slides.Queued:
		s.shown = 0 // its output begins anew
	}
	s.ran(r)
}

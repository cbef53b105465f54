package talk

import (
	"context"
	"path/filepath"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/live"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run"
)

// Follow opens a talk and keeps it up to date while it is edited. due says which programs run by
// themselves; where it is nil, none do and nobody is asked. Only while the talk is opened is there
// somebody who is asked: what a later version of the deck asks for is not granted, and its
// diagnostics say so. The error is that of Open, or that nothing can be run as asked.
func Follow(ctx context.Context, o Options, due func(*slides.Snippet) bool) (*live.Talk, error) {
	if at, err := permit.FindDeck(o.Name); err == nil { // else opening it says what is wrong
		o.Name = at.Name
	}
	f := &following{opener: opener{Options: o, answers: answers{}}, ask: due != nil}
	f.deck = func(name string) ([]byte, error) {
		return f.reader.ReadFile(files.OpenPlain, name, int64(budget.Deck.Limit))
	}
	f.part = func(from *permit.Files, path string) ([]byte, error) {
		return f.reader.ReadFile(from.Open, path, int64(budget.File.Limit))
	}
	if due == nil {
		due = func(*slides.Snippet) bool { return false }
	}
	return live.Open(ctx, live.Options{
		Source: f,
		Files:  []string{o.Name, filepath.Join(filepath.Dir(o.Name), config.Name)},
		Reader: &f.reader,
		Due:    due,
	})
}

// following is the source of a talk that is being edited.
type following struct {
	opener
	ask    bool
	reader live.Reader
	now    *Talk
	runner *run.Runner
	of     *Talk // what runner was made for
}

// Load opens the deck as it is now. The user is asked the first time.
func (f *following) Load(ctx context.Context) (*slides.Deck, error) {
	t, err := f.open()
	if err != nil {
		return nil, err
	}
	first := f.now == nil
	f.now = t
	if !first {
		t.notice(t.answered)
	} else if f.ask && (len(t.Deck.Executable()) > 0 || t.asksForFiles()) {
		err = t.settle(ctx)
	} else if t.asksForFiles() && t.recall(func(string, string) {}) {
		err = t.reparse()
	}
	return t.Deck, err
}

// Runner returns the runner for the deck: the one before as long as what it was made from is the same.
func (f *following) Runner(context.Context) (live.Runner, error) {
	if f.runner != nil && f.of.At == f.now.At && f.of.conf.Same(f.now.conf) {
		f.runner.SetText(f.now.text())
		return f.runner, nil
	}
	r, err := f.now.newRunner()
	if f.runner, f.of = r, f.now; err != nil {
		return nil, err
	}
	return r, nil
}

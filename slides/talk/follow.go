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
// themselves; if it is nil, none do and the user is not asked. The user is asked only while the
// talk is opened: later requests of the deck are not granted, and its diagnostics say so. The error
// is that of Open, or says that nothing can be run with these options.
func Follow(ctx context.Context, o Options, due func(*slides.Snippet) bool) (*live.Talk, error) {
	if at, err := permit.FindDeck(o.Name); err == nil { // opening the deck reports the error
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
		Files:  []string{o.Name, filepath.Join(filepath.Dir(o.Name), config.Name), filepath.Join(filepath.Dir(o.Name), config.Presenterm)},
		Reader: &f.reader,
		Due:    due,

		Unattended: o.Unattended,
	})
}

// following is the source of a talk that is being edited.
type following struct {
	opener
	ask    bool
	reader live.Reader
	now    *Talk
	runner *run.Runner
	of     *Talk // the talk for which runner was made
}

// Load opens the present deck. The first time, it asks the user.
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

// Runner returns the runner for the deck: the earlier one as long as its inputs are unchanged.
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

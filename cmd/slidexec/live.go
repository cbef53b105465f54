package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/live"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run"
)

// follow opens a deck and keeps it up to date while it is edited. due says which programs run by
// themselves. output is a file beside the deck that we write ourselves.
func (a *app) follow(ctx context.Context, name, output string, due func(*slides.Snippet) bool) (*live.Talk, error) {
	if at, err := permit.FindDeck(name); err == nil { // else loading it says what is wrong
		name = at.Name
	}
	e := &edited{app: a, name: name, output: output, yes: map[string]bool{}}
	e.parser.Config = parseConfig()
	return live.Open(ctx, live.Options{
		Source: e,
		Files:  []string{name, filepath.Join(filepath.Dir(name), config.Name)},
		Reader: &e.reader,
		Due:    due,
	})
}

// edited is the source of a talk that is being edited. Only while the talk is opened is there
// somebody who is asked for permissions: later ones are not granted, and the deck says so.
type edited struct {
	*app
	name   string
	output string

	reader  live.Reader
	parser  markdown.Parser
	now     *talk
	loads   int
	yes     map[string]bool // requests that the user granted, see asks
	runner  *run.Runner
	runsFor *talk // what runner was made for
}

func (e *edited) Load(context.Context) (*slides.Deck, error) {
	t, err := e.loadFrom(e.name, source{
		deck: func(name string) ([]byte, error) {
			return e.reader.ReadFile(files.OpenPlain, name, int64(budget.Deck.Limit))
		},
		part: func(f *permit.Files, path string) ([]byte, error) {
			return e.reader.ReadFile(f.Open, path, int64(budget.File.Limit))
		},
		parser: &e.parser,
	})
	if err != nil {
		return nil, err
	}
	if e.loads++; e.loads > 1 {
		e.notice(t)
	}
	e.now = t
	return t.Deck, nil
}

// asks names a request of this very deck for this very place: a name may lead to another one while
// the deck is followed.
func (t *talk) asks(q permit.Request) string {
	return t.at.File + "\x00" + q.Key() + "\x00" + q.Place.Identity()
}

// notice adds what the deck asks for and was not granted to its diagnostics.
func (e *edited) notice(t *talk) {
	o, err := e.options()
	if err != nil {
		return // Runner says it
	}
	w, err := e.wishes(t, &o)
	if err != nil {
		return
	}
	for _, q := range w.open {
		if !e.yes[t.asks(q)] {
			t.Diags = append(t.Diags, slides.Diag{
				Pos: q.At.Pos, Len: q.At.End - q.At.Off, Severity: slides.Warning,
				Msg:  fmt.Sprintf("programs may not %s: it was not granted", q.Describe()),
				Hint: "start slidexec again to be asked, or with " + permit.Flags([]permit.Request{q}),
			})
		}
	}
}

func (e *edited) Runner(ctx context.Context) (live.Runner, error) {
	if e.runner != nil && e.runsFor.at == e.now.at && e.runsFor.conf.Same(e.now.conf) {
		return e.runner, nil
	}
	r, err := e.runnerWith(e.now, e.output, func(asked, open []permit.Request) (granted, error) {
		if e.loads == 1 {
			ok, err := e.decide(ctx, e.now, asked, open)
			if err != nil {
				return nil, err
			}
			for _, q := range open {
				e.yes[e.now.asks(q)] = ok
			}
		}
		return func(q permit.Request) bool { return e.yes[e.now.asks(q)] }, nil
	})
	if e.runner, e.runsFor = r, e.now; err != nil {
		return nil, err
	}
	return r, nil
}

package main

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/json"
	"github.com/slidexec/slidexec/render/present/tty"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/run"
	"github.com/slidexec/slidexec/slides/talk"
	"github.com/slidexec/slidexec/slides/vt"
)

func newRun(a *app) *cobra.Command {
	asJSON, watch := false, false
	cmd := &cobra.Command{
		Use:   "run DECK[:LINE] [ID…]",
		Short: "run snippets and pass on their output",
		Long: "Run runs the snippets with the given ids, or all, in document order, and passes on their output as they print it.\n" +
			"DECK:LINE chooses the snippet at that line of the deck, as editors write it; a column behind it changes nothing.\n" +
			"With --json, it prints one object per line, each the result of a snippet (docs/json.md).",
		Example: "  slidexec run talk.md\n  slidexec run talk.md hello --json\n  slidexec run talk.md:28\n  slidexec run talk.md --watch",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{fmt.Errorf("run takes a deck and ids: %s", cmd.UseLine())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			deck, c, err := chosen(args[0], args[1:])
			if err != nil {
				return err
			}
			if watch {
				return a.runEdited(cmd.Context(), deck, c, asJSON)
			}
			return a.runSnippets(cmd.Context(), deck, c, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print results as JSON, one object per line")
	cmd.Flags().BoolVarP(&watch, "watch", "w", false, "on every save, run the programs that it changed")
	a.addRunFlags(cmd)
	a.addRequireFlag(cmd)
	return cmd
}

// runSnippets runs the chosen snippets.
func (a *app) runSnippets(ctx context.Context, name string, c choice, asJSON bool) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	o, err := a.options(name)
	if err != nil {
		return err
	}
	s := newStream(a, asJSON)
	if !asJSON {
		o.Lend = s.lend(stop)
	}
	t, err := talk.Open(ctx, o)
	if err != nil {
		return err
	}
	unknown := false
	err = t.Play(ctx, func(d *slides.Deck) ([]*slides.Snippet, error) {
		todo, err := c.pick(d)
		unknown = err != nil
		s.begin(todo)
		return todo, err
	}, a.ui.load, s.take)
	defer t.Close()
	if unknown {
		a.ui.say("%v", err)
		return exit{exitFailed}
	}
	if len(s.todo) == 0 && err == nil {
		a.ui.say("%s has no executable snippets", name)
	}
	s.end()
	a.remark(s.todo, s.board.Results)
	a.ui.mistakes(t.Deck.Diags)
	switch {
	case err != nil && ctx.Err() == nil:
		return err
	case s.err != nil:
		return s.err
	case s.failed || t.Deck.Diags.Failed() || ctx.Err() != nil:
		return exit{exitFailed}
	}
	return nil
}

// stream prints results as they come. Programs may run at the same time; stream prints their output
// in document order, and that of the first unfinished one live.
type stream struct {
	*app
	todo   []*slides.Snippet
	next   int           // index of the snippet whose output is printed now
	shown  int           // number of its chunks already printed
	places slides.Placer // of that snippet's output
	board  slides.Board  // results, without output that was printed
	shelf  slides.Shelf  // of output that waits for its turn
	asJSON bool
	named  bool // name the snippet that prints
	failed bool
	err    error
	lent   atomic.Bool // the program had the user's terminal, which shows what it drew

	out, errOut *passed
}

func newStream(a *app, asJSON bool) *stream {
	s := &stream{app: a, asJSON: asJSON}
	s.out, s.errOut = a.passOn(a.out), a.passOn(a.ui.w)
	return s
}

// lend returns what lends the user's terminal to a program, nil if slidexec was started in none. stop ends
// the program, for somebody who wants to be rid of it.
func (s *stream) lend(stop func()) run.Lend {
	keyboard, _ := s.in.(*os.File)
	screen, _ := s.app.out.(*os.File)
	if keyboard == nil || screen == nil || !isTerminal(keyboard) || !isTerminal(screen) {
		return nil
	}
	return func(ctx context.Context) (run.Terminal, func(), error) {
		s.ui.clear()
		l, back, err := tty.Lend(keyboard, screen, func(cols, rows int) tty.Screen { return vt.New(cols, rows) })
		if err != nil {
			return run.Terminal{}, nil, err
		}
		s.lent.Store(true)
		over := rid(l, stop)
		return run.Terminal{In: l.In, Out: l.Out, Size: l.Size, Resize: l.Resize}, func() {
			over()
			_ = back() // the terminal is gone, which whatever is said next shows
		}, nil
	}
}

// rid calls stop if somebody wants to be rid of the program that has the terminal, until over is called.
func rid(l *tty.Loan, stop func()) (over func()) {
	done := make(chan struct{})
	go func() {
		select {
		case <-l.Quit:
			stop()
		case <-done:
		}
	}()
	return func() { close(done) }
}

// begin sets the snippets that are going to run.
func (s *stream) begin(todo []*slides.Snippet) { s.todo, s.named = todo, len(todo) > 1 }

// take takes an event of a talk that is played once.
func (s *stream) take(e slides.Event) {
	if r, ok := e.(slides.Ran); ok {
		s.ran(r)
		return
	}
	s.board.Apply(e)
}

// end restores the terminal.
func (s *stream) end() {
	s.ui.clear()
	s.out.end()
	s.errOut.end()
}

// ran takes an event of the runner.
func (s *stream) ran(r slides.Ran) {
	if s.next == len(s.todo) || s.todo[s.next].Key != r.Key {
		r.Result = s.shelf.Keep(r.Key, r.Result)
	}
	s.board.Apply(r)
	for s.next < len(s.todo) {
		sn := s.todo[s.next]
		res := s.board.Results[sn.Key]
		if !s.asJSON {
			s.chunks(sn, res)
		}
		if res.State != slides.Done {
			return
		}
		s.finish(sn, res)
		s.next, s.shown = s.next+1, 0
		s.shelf.Drop(sn.Key)
		res.Log = nil
		s.board.Apply(slides.Ran{Key: sn.Key, Result: res})
	}
}

// chunks prints the output that was not printed yet. What a program draws changes until it ends, so
// the last screen is printed then.
func (s *stream) chunks(sn *slides.Snippet, res slides.Result) {
	if res.Screen != nil {
		if s.shown = 0; res.State != slides.Done || s.lent.Load() {
			return
		}
	}
	s.places.By = slides.ByDeck
	log := s.places.Placed(sn, res)
	for _, c := range log[min(s.shown, len(log)):] {
		if s.shown == 0 && s.named {
			s.ui.say("%s", sn.Name())
		}
		w := s.out
		if c.Stderr {
			w = s.errOut
		}
		if _, err := w.Write(c.Data); err != nil && s.err == nil {
			s.err = err
		}
		s.shown++
	}
}

// finish reports how a snippet ended.
func (s *stream) finish(sn *slides.Snippet, res slides.Result) {
	s.failed = s.failed || s.app.bad(sn, res)
	if s.asJSON {
		if err := json.WriteLine(s.app.out, json.NewRun(sn, res)); err != nil && s.err == nil {
			s.err = err
		}
		return
	}
	s.out.end()
	s.errOut.end()
	if cut := render.Cut(res); cut != "" {
		s.ui.say("%s: %s", sn.Name(), cut)
	}
	if s.app.bad(sn, res) {
		s.ui.say("%s: %s: %s", sn.At.Pos, called(sn), failure(sn, res))
	} else {
		s.ui.say("%s: %s", sn.Name(), outcome(sn, res))
	}
	if try := hint(sn, res); try != "" {
		s.ui.say("hint: %s", try)
	}
}

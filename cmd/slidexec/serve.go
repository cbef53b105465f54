package main

import (
	"context"
	"errors"
	"net"
	"sync"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/live"
	"github.com/slidexec/slidexec/slides/talk"
)

// serveJob is one `slidexec serve`.
type serveJob struct {
	web
	all        bool
	transition string
	shown      bool // the deck was shown at least once
}

func newServe(a *app) *cobra.Command {
	j := &serveJob{web: web{app: a}}
	cmd := &cobra.Command{
		Use:   "serve DECK",
		Short: "show the slides in the browser while you write and give the talk",
		Long: "Serve prints an address for the browser. When you save the deck, every window shows the change at once and stays at\n" +
			"its slide. Programs run when you start them on their slide; their output appears as they print it.\n\n" +
			"The address holds a token: anyone who has it can run the deck's programs, in their sandbox. If you restart the\n" +
			"server, open windows find it when it has the same --port and the same token. Give the token with --token or in\n" +
			"the variable " + tokenVariable + ".",
		Example: "  slidexec serve talk.md --open\n  slidexec serve talk.md --port 8000 --run",
		Args:    exactArgs(1, "one deck"),
		RunE: func(cmd *cobra.Command, args []string) error {
			j.name = args[0]
			return j.start(cmd.Context())
		},
	}
	f := cmd.Flags()
	j.flags(f)
	f.BoolVar(&j.all, "run", false, "run every program at the start and whenever it changes, not only those that the deck marks")
	f.StringVar(&j.transition, "transition", "", transitionHelp)
	a.addThemeFlag(cmd)
	a.addRunFlags(cmd)
	return cmd
}

func (j *serveJob) start(ctx context.Context) error {
	if j.name == "-" {
		return usageError{errors.New("serve needs a file: standard input cannot change")}
	}
	if err := checkTransition(j.transition); err != nil {
		return err
	}
	o, err := j.options(j.name)
	if err != nil {
		return err
	}
	l, err := j.begin()
	if err != nil {
		return err
	}
	defer l.Close() // a second time if Serve has closed it
	j.server.Backend = &html.Backend{Transition: j.turns(j.transition, j.name)}
	due := live.Auto
	if j.all {
		due = live.All
	}
	t, err := talk.Follow(ctx, o, due)
	if err != nil {
		return err
	}
	return errors.Join(j.serve(ctx, l, t), t.Close())
}

// serve shows the talk until ctx or the talk ends. It waits for everything it has started.
func (j *serveJob) serve(ctx context.Context, l net.Listener, talk *live.Talk) error {
	ctx, stop := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer stop()
	told := talk.Events(ctx)
	work.Go(func() {
		for e := range told {
			j.tell(e)
		}
	})
	j.announce(l)
	return j.web.serve(ctx, l, talk, nil)
}

// tell also prints the deck's mistakes on the terminal, where its author sees them.
func (j *serveJob) tell(e slides.Event) {
	switch e := e.(type) {
	case slides.Loaded:
		j.shown = true
		j.ui.diags(e.Deck.Diags)
	case slides.Broken:
		j.ui.diags(e.Diags)
		until := "waiting for the next save"
		if j.shown {
			until = "the slides stay as they were"
		}
		j.ui.say("cannot show %s; %s", j.name, until)
	}
}

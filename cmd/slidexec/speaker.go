package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/pflag"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/present/notes"
	"github.com/slidexec/slidexec/render/present/tty"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides/live"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/remote"
	"github.com/slidexec/slidexec/slides/stage"
	"github.com/slidexec/slidexec/slides/talk"
)

// speaker is one `slidexec present DECK --speaker`: the speaker's view in a second terminal.
type speaker struct {
	*app
	on bool
	to int // the process of the talk, 0: the latest one
}

// flags adds the flags of the view. Those of presenterm keep working.
func (s *speaker) flags(f *pflag.FlagSet) {
	f.BoolVar(&s.on, "speaker", false, "show the notes, what comes next and the time of this deck's running talk, and move it from here")
	f.IntVar(&s.to, "to", 0, "with --speaker: follow the talk of this `PROCESS`, if several of the deck run")
	f.BoolVarP(&s.on, "listen-speaker-notes", "l", false, "the same as --speaker")
	f.BoolP("publish-speaker-notes", "P", false, "changes nothing: --speaker finds every talk")
}

// show shows the view until the user closes it.
func (s *speaker) show(ctx context.Context, deck string, keyboard, out *os.File, light bool) error {
	at, err := permit.FindDeck(deck)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no deck %s", text.Name(deck))
	case err != nil:
		return err
	case at.File == "":
		return usageError{errors.New("--speaker needs a deck that is a file: it finds the talk by the deck")}
	}
	settings, _, diags := talk.Player(deck)
	s.ui.diags(diags)
	keys, err := stage.NewKeymap(stage.Notes, settings.Bindings)
	if err != nil { // keys that go together in the player, but not here
		s.ui.say("the speaker's view has its usual keys: %v", err)
		keys, _ = stage.NewKeymap(stage.Notes, nil) // the table has no mistakes
	}
	screen, err := tty.Open(keyboard, out)
	if err != nil {
		return err
	}
	defer screen.Close()
	var others []remote.Found
	err = notes.Run(ctx, notes.Options{
		Screen: screen, Parse: talk.Copy, Keys: keys, Name: deck, Look: term.Backend{Depth: depths[screen.Kind().Colours], Light: light},
		Find: func(ctx context.Context) (notes.Talk, error) {
			g, more, err := remote.Talks{}.Wait(ctx, at.File, s.to, func([]remote.Found) {})
			if others = more; err != nil {
				return nil, err
			}
			return g, nil
		},
	})
	err = errors.Join(err, screen.Close())
	if len(others) > 0 && s.to == 0 {
		s.ui.say("this was the latest talk of %s; --to %d follows another one", text.Name(deck), others[0].Process)
	}
	return err
}

// hosts lets speaker's views follow a talk until ctx ends. A deck that is no file cannot be found. The error
// says why nobody can follow.
func hosts(ctx context.Context, deck string, t *live.Talk, hall *stage.Hall) error {
	at, err := permit.FindDeck(deck)
	if err != nil || at.File == "" {
		return err
	}
	h := remote.Host{Deck: at.File, Name: deck, Hall: hall, Talk: t}
	return h.Serve(ctx)
}

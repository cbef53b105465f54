package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/render/html/server"
	"github.com/slidexec/slidexec/render/picture"
	"github.com/slidexec/slidexec/render/present"
	"github.com/slidexec/slidexec/render/present/cast"
	"github.com/slidexec/slidexec/render/present/tty"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/live"
	"github.com/slidexec/slidexec/slides/run"
	"github.com/slidexec/slidexec/slides/stage"
	"github.com/slidexec/slidexec/slides/talk"
	"github.com/slidexec/slidexec/slides/vt"
)

// presentJob is one `slidexec present`.
type presentJob struct {
	*app
	deck       string
	slide      int
	duration   time.Duration
	follow     bool
	still      bool
	transition string
	theme      string
	pictures   string
	record     string
	browsers   bool // show the talk in browsers too
	web        web
	speaker    speaker
}

func newPresent(a *app) *cobra.Command {
	j := &presentJob{app: a, web: web{app: a}, speaker: speaker{app: a}}
	cmd := &cobra.Command{
		Use:   "present DECK",
		Short: "give the talk in this terminal",
		Long: "Present shows the talk in the terminal. Programs run when you press a key on their slide, in their sandbox, and their\n" +
			"output appears as they print it. When you save the deck, the slide changes at once and the talk stays where it is.\n\n" +
			"With --speaker in a second terminal, it shows the notes of the running talk, what comes next and the time. With\n" +
			"--serve, browsers show the same talk. All move together.\n\n" +
			"? shows all keys. Keys are configured under bindings: in slidexec.yaml beside the deck, or in your configuration\n" +
			"of presenterm.",
		Example: "  slidexec present talk.md\n  slidexec present talk.md --duration 30m --transition fade\n" +
			"  slidexec present talk.md --speaker\n  slidexec present talk.md --serve --open",
		Args: exactArgs(1, "one deck"),
		RunE: func(cmd *cobra.Command, args []string) error {
			j.deck, j.web.name = args[0], args[0]
			for _, name := range webFlags {
				if cmd.Flags().Changed(name) && !j.browsers {
					return usageError{fmt.Errorf("--%s is for --serve, which shows the talk in browsers too", name)}
				}
			}
			return j.start(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.IntVar(&j.slide, "slide", 1, "`NUMBER` of the first slide to show")
	f.DurationVar(&j.duration, "duration", 0, "planned `TIME` of the talk, such as 30m, instead of the duration in the front matter; a clock shows the pace")
	f.BoolVar(&j.follow, "follow-edits", false, "go to the slide that an edit changed")
	f.BoolVar(&j.still, "no-animation", false, "show every slide at once")
	f.StringVar(&j.transition, "transition", "", transitionHelp)
	f.StringVar(&j.theme, "theme", "auto", "show the deck in the theme `NAME`, over the one that it names (slidexec themes lists them); auto: for a deck that names none, the terminal decides between light and dark")
	f.StringVar(&j.pictures, "pictures", "", "how pictures are shown: by a `PROTOCOL` (kitty, iterm2, sixel, blocks), none, or auto, which asks the terminal")
	f.BoolVar(&j.browsers, "serve", false, "show the talk in browsers too, which move together with this terminal")
	j.web.flags(f)
	j.speaker.flags(f)
	f.StringVar(&j.record, "record-session", "", "record what is shown to a new `FILE`, as asciicast")
	a.addRunFlags(cmd)
	return cmd
}

func (j *presentJob) start(ctx context.Context) error {
	if err := j.check(); err != nil {
		return err
	}
	keyboard, screen, err := j.terminal()
	if err != nil {
		return err
	}
	if j.speaker.on {
		return j.speaker.show(ctx, j.deck, keyboard, screen, j.theme == "light")
	}
	o, err := j.options(j.deck)
	if err != nil {
		return err
	}
	var l net.Listener
	if j.browsers {
		if l, err = j.web.begin(); err != nil {
			return err
		}
		defer l.Close() // a second time if the server has closed it
	}
	settings, options, diags := talk.Player(j.deck)
	options.Worn = j.run.theme
	j.ui.diags(diags)
	keys, err := stage.NewKeymap(stage.Terminal, settings.Bindings)
	if err != nil {
		panic(fmt.Sprintf("present: the settings have bad keys: %v", err))
	}
	j.pictures = cmp.Or(j.pictures, protocols[settings.Images].String())
	p := &present.Player{Keys: keys, Slide: j.slide - 1, Length: j.duration, Follow: j.follow, Motion: j.motion(settings.Transition),
		Columns: present.Extent(settings.Columns), Rows: present.Extent(settings.Rows), Cell: settings.Cell}
	var last *slides.Deck
	p.Loaded = func(d *slides.Deck) { last = d }
	hall := &stage.Hall{}
	p.Seat = hall.Join()
	defer p.Seat.Leave()
	if l != nil {
		j.web.server.Backend = &html.Backend{Transition: turning(config.Transition{Style: p.Motion.Style, Duration: p.Motion.Duration})}
		j.web.announce(l)
		f := followed(j.web.server.Links())
		p.Address, p.Near = f.URL, f.Near
	}
	leave := func() {}
	var t *live.Talk
	err = j.show(ctx, p, keyboard, screen, options, func() (*live.Talk, error) {
		if t, err = talk.Follow(ctx, o, live.AutoHanding); err == nil {
			p.Programs, p.Events = t, t.Events(ctx)
			leave = j.share(ctx, t, hall, l)
		}
		return t, err
	})
	leave()
	if last != nil && last.Diags.Failed() {
		j.ui.diags(last.Diags)
	}
	if t != nil {
		err = errors.Join(err, t.Close())
	}
	return err
}

// followed returns the address that the audience may see: with it, nobody can run programs or move the talk.
func followed(links []server.Link) server.Link {
	i := slices.IndexFunc(links, func(l server.Link) bool { return l.Role == "follow" })
	return links[i]
}

// share lets others take part in the talk: speaker's views in other terminals, and browsers if l is not nil.
// Their troubles do not end the talk, and are told after it. The function that it returns ends that.
func (j *presentJob) share(ctx context.Context, t *live.Talk, hall *stage.Hall, l net.Listener) (leave func()) {
	ctx, stop := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() {
		if err := hosts(ctx, j.deck, t, hall); err != nil {
			j.ui.say("--speaker could not find this talk: %v", err)
		}
	})
	if l != nil {
		work.Go(func() {
			if err := j.web.serve(ctx, l, t, hall); err != nil {
				j.ui.say("browsers could not follow this talk: %v", err)
			}
		})
	}
	return func() {
		stop()
		work.Wait()
	}
}

// check refuses flags that say nothing.
func (j *presentJob) check() error {
	if j.deck == "-" {
		return usageError{errors.New("present needs a file: standard input is the keyboard")}
	}
	if j.slide < 1 {
		return usageError{fmt.Errorf("--slide %d: slides are counted from 1", j.slide)}
	}
	if j.duration < 0 || j.duration > 24*time.Hour {
		return usageError{fmt.Errorf("--duration %v: give a time up to 24h", j.duration)}
	}
	if err := checkTransition(j.transition); err != nil {
		return err
	}
	if word, of := cmp.Or(j.pictures, "auto"), picture.Words(); !slices.Contains(of, word) {
		return usageError{fmt.Errorf("--pictures %s: %s", text.Name(word), text.Suggest(word, "choose one of ", of))}
	}
	if j.theme != "auto" {
		j.run.theme = j.theme
	}
	return checkTheme("--theme", j.run.theme)
}

// terminal returns the keyboard and the screen of the talk.
func (j *presentJob) terminal() (keyboard, screen *os.File, err error) {
	keyboard, _ = j.in.(*os.File)
	screen, _ = j.out.(*os.File)
	switch {
	case screen == nil || !isTerminal(screen):
		return nil, nil, usageError{fmt.Errorf("present needs a terminal, and the output is none; `slidexec render -t ansi %s` writes the slides", text.Name(j.deck))}
	case keyboard == nil || !isTerminal(keyboard):
		return nil, nil, usageError{errors.New("present needs a keyboard, and standard input is no terminal")}
	}
	return keyboard, screen, nil
}

// motion returns the transition of the flags, or else of the settings.
func (j *presentJob) motion(t config.Transition) present.Motion {
	m := present.Motion(wanted(j.transition, t))
	if j.still {
		m.Style = ""
	}
	return m
}

// depths are the depths of colours by what a terminal has.
var depths = map[int]term.Depth{0: term.Mono, 16: term.Color16, 256: term.Color256, tty.TrueColour: term.TrueColor}

// show takes the terminal, shows the talk that open opens, and gives the terminal back. Messages wait until
// then. The first slide is on the screen before the rest of the deck is read and the talk is opened.
func (j *presentJob) show(ctx context.Context, p *present.Player, keyboard, screen *os.File, options slides.Options, open func() (*live.Talk, error)) (err error) {
	var programs *live.Talk
	early := j.early(options)
	if early == nil {
		if programs, err = open(); err != nil {
			return err
		}
	}
	var tee io.Writer
	var recording *cast.Recorder
	if j.record != "" {
		if recording, err = startRecording(j.record, j.deck, screen); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, endRecording(recording, err)) }()
		tee = recording
	}
	j.ui.clear()
	j.ui.hold(true)
	defer j.ui.hold(false)
	t, err := tty.Open(keyboard, screen)
	if err != nil {
		return err
	}
	defer t.Close()
	if p.Terminal = t; recording != nil {
		p.Terminal = recorded{t, recording}
	}
	kind := t.Kind()
	p.Look = term.Backend{Depth: depths[kind.Colours], Light: j.theme == "light", Cache: &term.Cache{}}
	if !kind.Plain {
		p.Pictures, p.Vector = j.pictured(kind), j.vector(ctx)
		p.Wrap, p.Still = tty.Wrap, j.still
	}
	p.Auto, p.Bare = j.theme == "auto", kind.Plain
	if early != nil {
		p.Preview(early)
		if programs, err = open(); err != nil {
			return err
		}
	}
	p.Hand = func(k slides.Key, begins, ends func()) { hand(programs, t, tee, k, begins, ends) }
	err = p.Play(ctx)
	return errors.Join(err, t.Close())
}

// beginning is how much of a deck is read for its first slide, in bytes.
const beginning = 16 << 10

// slideEnd is what ends most slides.
var slideEnd = []byte("\n<!-- end_slide -->")

// early returns the first slide of a deck, and the beginning of another one, before the talk is opened; nil
// if the beginning of the deck says nothing certain of its first slide, if the talk begins elsewhere, or
// if opening the talk may ask a question.
func (j *presentJob) early(o slides.Options) *slides.Deck {
	if _, err := os.Stat(filepath.Join(filepath.Dir(j.deck), config.Name)); j.slide > 1 || !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	f, err := files.OpenPlain(j.deck)
	if err != nil {
		return nil // opening the talk says why
	}
	defer f.Close()
	head := make([]byte, beginning)
	n, _ := io.ReadFull(f, head) // a deck may be shorter
	end := bytes.Index(head[:n], slideEnd)
	if end < 0 {
		return nil
	}
	for _, reference := range []string{"][", "[^"} { // what it means may stand anywhere
		if bytes.Contains(head[:end], []byte(reference)) {
			return nil
		}
	}
	d := talk.Reparse(slices.Concat(head[:end], slideEnd, []byte("\n\nmore\n")), nil, o)
	if d.Diags.Failed() || len(d.Slides) < 2 { // the slide goes on, for the end stands in a code block
		return nil
	}
	return d
}

// hand runs a program that gets the terminal for itself. If somebody wants to be rid of it and types ctrl+]
// three times, it is stopped.
// tee gets what is shown of it, for a recording; it may be nil.
func hand(programs *live.Talk, t *tty.Terminal, tee io.Writer, k slides.Key, begins, ends func()) {
	programs.Hand(k, func(context.Context) (run.Terminal, func(), error) {
		begins()
		l, back, err := t.Lend(func(cols, rows int) tty.Screen { return vt.New(cols, rows) })
		if err != nil {
			ends()
			return run.Terminal{}, nil, err
		}
		l.Tee = tee
		over := rid(l, func() { programs.Stop(k) })
		return run.Terminal{In: l.In, Out: l.Out, Size: l.Size, Resize: l.Resize}, func() {
			over()
			back()
			ends()
		}, nil
	})
}

package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/render/md"
	"github.com/slidexec/slidexec/render/paper"
	"github.com/slidexec/slidexec/render/present/tty"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/talk"
)

// renderJob is one `slidexec render`.
type renderJob struct {
	*app
	deck    string
	at      permit.Deck // the deck's identity, once it was found
	output  string
	kind    string
	look    look
	printer string
	turn    string // the word of --transition
	noRun   bool
	watch   bool
	places  [2]bool // --slide and --step were given

	backend   render.Backend
	highlight code.Highlighter // kept from one rendering to the next
	links     *linker          // of a single page
	noted     []string         // the last notes about the page
	picture   *html.Preview    // the last one
}

func newRender(a *app) *cobra.Command {
	j := &renderJob{app: a}
	cmd := &cobra.Command{
		Use:   "render DECK",
		Short: "run the programs and render the slides",
		Long: "Render runs the programs of a deck and renders its slides with what they printed.\n" +
			"If nothing changed for a program since its last run, the cache has its result and the program does not run again.\n\n" +
			"Formats: " + formatNames() + ". Without -t, the ending of the output file decides; without a\n" +
			"file, it is ansi on a terminal and txt on a pipe.",
		Example: "  slidexec render talk.md\n  slidexec render talk.md -o talk.html --watch\n  slidexec render talk.md -o site/\n  slidexec render - -t md <talk.md",
		Args:    exactArgs(1, "one deck"),
		RunE: func(cmd *cobra.Command, args []string) error {
			j.deck = args[0]
			j.places = [2]bool{cmd.Flags().Changed("slide"), cmd.Flags().Changed("step")}
			return j.start(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVarP(&j.output, "output", "o", "", "write to this `FILE` instead of stdout; html and png: or to a folder, DIR/")
	f.StringVarP(&j.kind, "to", "t", "", "format: "+formatNames())
	f.IntVar(&j.look.width, "width", 0, "`COLUMNS` of ansi and txt (the terminal's width, or 80)")
	f.IntVar(&j.look.slide, "slide", 0, "show slide `N` alone, and run only its programs (not for md)")
	f.IntVar(&j.look.step, "step", 0, "with --slide, show it up to step `N` (ansi, pdf, png and txt)")
	f.BoolVar(&j.look.light, "light", false, "use colours for a light terminal, or a light picture (gif, png)")
	f.BoolVar(&j.look.notes, "notes", false, "put the speaker notes into the page, or beneath the slides of a pdf")
	f.BoolVar(&j.look.steps, "steps", false, "a page or picture for each step of a slide (pdf, and png in a folder)")
	f.StringVar(&j.look.url, "public-url", "", "`URL` at which the page will be found, for previews of links to it (html)")
	f.StringVar(&j.turn, "transition", "", transitionHelp+" (html)")
	f.IntVar(&j.look.perPage, "per-page", 0, "a handout with this `NUMBER` of slides on a page: 2, 4 or 6 (pdf)")
	f.StringVar(&j.printer, "printer", "", "how pages get into a pdf: "+strings.Join(printers, " or ")+" (the browser if there is one)")
	f.BoolVar(&j.noRun, "no-run", false, "run no program: the slides show programs as not run")
	f.BoolVarP(&j.watch, "watch", "w", false, "render again on every save")
	a.addThemeFlag(cmd)
	a.addRunFlags(cmd)
	a.addRequireFlag(cmd)
	return cmd
}

// start checks the command line, then renders once or, with --watch, until it is stopped.
func (j *renderJob) start(ctx context.Context) error {
	f, err := j.format()
	if err != nil {
		return err
	}
	folder := j.output != "" && j.output != "-" && isFolder(j.output)
	j.look.album, j.look.site = f.album && folder, f.site && folder
	if err := cmp.Or(j.look.part.check(f, j.places[0], j.places[1]), j.look.paging.check(f, j.look)); err != nil {
		return err
	}
	if err := cmp.Or(j.checkURL(f), j.checkTurn(f)); err != nil {
		return err
	}
	if j.watch && j.deck == "-" {
		return usageError{fmt.Errorf("--watch needs a file: standard input cannot change")}
	}
	if j.output == "-" {
		j.output = ""
	}
	if stdout, ok := j.out.(*os.File); f.binary && j.output == "" && ok && isTerminal(stdout) {
		return usageError{fmt.Errorf("a terminal cannot show this format: name a file with -o, or send it to one with >FILE")}
	}
	if err := j.choosePrinter(ctx, f); err != nil { // before programs run for nothing
		return err
	}
	j.look.press = paper.NewPress(ctx, j.ui.say)
	defer j.look.press.Close()
	o, err := j.options(j.deck)
	if err != nil {
		return err
	}
	o.Output = j.output
	t, err := talk.Open(ctx, o)
	if err == nil {
		j.at = t.At
		err = cmp.Or(j.look.in(t.Deck), j.checkOutput(t.Deck))
	}
	j.look.base = baseOf(j.output, j.at)
	if f.site && !j.look.site {
		j.links = &linker{deck: cmp.Or(j.at.Name, j.deck), base: j.look.base}
		j.look.link = j.links.address
	}
	j.backend = f.backend(j.look)
	switch {
	case j.watch && !wrongUsage(err): // the deck may appear or change later
		return j.keep(ctx, o)
	case err != nil:
		return err
	}
	return j.once(ctx, t)
}

// checkTurn reads --transition and the settings about it.
func (j *renderJob) checkTurn(f format) error {
	if !f.site {
		if j.turn != "" {
			return usageError{errors.New("--transition is for html: nothing moves in other formats")}
		}
		return nil
	}
	if err := checkTransition(j.turn); err != nil {
		return err
	}
	j.look.turn = j.turns(j.turn, j.deck)
	return nil
}

// format picks the backend and completes the look from the terminal.
func (j *renderJob) format() (format, error) {
	stdout, _ := j.out.(*os.File)
	width, colours := 80, false
	j.look.depth = term.TrueColor
	if stdout != nil {
		if w, err := terminalWidth(stdout); err == nil {
			width, colours = w, tty.KindOf(os.Getenv).Colours > 0
			j.look.depth = max(depths[tty.KindOf(asked).Colours], term.Color16)
		}
	}
	if j.look.width < 0 || j.look.width > 2000 {
		return format{}, usageError{fmt.Errorf("--width %d: give 1 to 2000 columns", j.look.width)}
	}
	if j.look.width == 0 {
		j.look.width = width
	}
	return pickFormat(j.kind, j.output, colours)
}

// asked is the environment for somebody who asks for colours: what turns them off by default does not
// count.
func asked(name string) string {
	if name == "NO_COLOR" || name == "CLICOLOR" {
		return ""
	}
	return os.Getenv(name)
}

// once runs the deck's programs and writes the rendering. It writes the rendering even if something
// failed: the exit status tells.
func (j *renderJob) once(ctx context.Context, t *talk.Talk) error {
	b := slides.Board{Shelf: &slides.Shelf{}}
	err := t.Play(ctx, j.which(), func(e slides.Event) { b.Apply(e) }, j.ui.load, (&progress{ui: j.ui}).take)
	j.ui.clear()
	defer func() { // only after the output was written, so that it is known as ours
		if err := t.Close(); err != nil {
			j.ui.say("%v", err)
		}
	}()
	if ctx.Err() != nil {
		return exit{exitFailed}
	}
	if err != nil && len(b.Results) == 0 {
		return err
	}
	if err := j.write(&render.View{Deck: b.Deck, Results: b.Results, Highlight: &j.highlight}); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	failed := j.reportFailures(b.Deck, b.Results)
	j.ui.mistakes(b.Deck.Diags)
	if failed || b.Deck.Diags.Failed() {
		return exit{exitFailed}
	}
	return nil
}

// which returns the programs to run.
func (j *renderJob) which() talk.Which {
	if j.noRun {
		return nil
	}
	return j.look.which
}

// reportFailures says which programs did not end as announced.
func (a *app) reportFailures(deck *slides.Deck, results slides.Results) bool {
	a.remark(deck.Executable(), results)
	failed := false
	for _, s := range deck.Executable() {
		r, ok := results[s.Key]
		if !ok || !a.bad(s, r) {
			continue
		}
		failed = true
		a.ui.say("%s: %s: %s", s.At.Pos, called(s), failure(s, r))
		if try := hint(s, r); try != "" {
			a.ui.say("hint: %s", try)
		}
	}
	return failed
}

// write renders into memory first: a reader of stdout or of the file never sees half a rendering.
func (j *renderJob) write(v *render.View) error {
	if j.look.album {
		return cmp.Or(j.look.in(v.Deck), j.writeAlbum(v))
	}
	list, err := j.encode(v)
	if err != nil {
		return err
	}
	j.look.press.Close() // before the output, where a broken pipe would end slidexec at once
	return j.save(v.Deck, list)
}

// encode renders a view: into one file, or into the files of a folder, first the page.
func (j *renderJob) encode(v *render.View) (list []files.Entry, err error) {
	defer slides.Contain("rendering "+j.deck, &err)
	if err := j.look.in(v.Deck); err != nil { // an edit has removed it
		return nil, err
	}
	if _, page := j.backend.(*html.Backend); page {
		v = j.look.of(v)
	}
	var left []string
	if j.look.site {
		var site *html.Site
		j.backend.(*html.Backend).Preview = j.preview(v)
		if site, err = j.backend.(*html.Backend).Site(v); err == nil {
			list, left = site.Files, site.Left
		}
	} else {
		var buf bytes.Buffer
		err = j.backend.Render(&buf, v)
		list = []files.Entry{{Data: buf.Bytes()}}
	}
	var unfit slides.Diags
	if errors.As(err, &unfit) {
		j.ui.diags(unfit)
		return nil, fmt.Errorf("%s was not rendered", j.deck)
	}
	if err != nil {
		return nil, fmt.Errorf("render %s: %w", j.deck, err)
	}
	j.note(left)
	return list, nil
}

// save writes a rendering. It must not overwrite the files that the deck is made of.
func (j *renderJob) save(deck *slides.Deck, list []files.Entry) error {
	if j.output == "" {
		return j.show(list[0].Data)
	}
	target := j.target(deck, j.output)
	if j.look.site {
		return target.WriteFolder(list)
	}
	err := target.Write(list[0].Data)
	if err == nil {
		j.rememberExport(deck)
	}
	return err
}

// show writes a rendering to stdout. A terminal gets text if the format was not made for terminals.
func (j *renderJob) show(data []byte) error {
	f, ok := j.out.(*os.File)
	if _, made := j.backend.(term.Backend); ok && !made && isTerminal(f) {
		data = []byte(text.Block(string(data)))
	}
	_, err := j.data().Write(data)
	return err
}

// target returns an output file. The deck and its whole folder may come from a stranger.
func (j *renderJob) target(deck *slides.Deck, output string) files.Target {
	t := files.Target{Name: output, Brought: []string{filepath.Dir(j.deck)}} // "-": the working directory
	if j.deck != "-" {
		t.Parts = []files.Part{{Path: j.deck, Is: "the deck itself"},
			{Path: filepath.Join(filepath.Dir(j.deck), config.Name), Is: "the deck's settings file"}}
		if j.at.Dir != "" {
			t.Brought = append(t.Brought, j.at.Dir)
		}
	}
	for _, f := range deck.Files {
		if f.Path != "" {
			t.Parts = append(t.Parts, files.Part{Path: f.Path, Is: "part of the deck"})
		}
	}
	return t
}

// checkOutput reports, before any program runs, that the rendering cannot be written.
func (j *renderJob) checkOutput(deck *slides.Deck) error {
	if j.output == "" {
		return nil
	}
	output := j.output
	if j.look.album {
		output = filepath.Join(output, stillName(paper.Still{Slide: 1, Step: 1}, len(deck.Slides), 0))
		if _, err := os.Stat(j.output); errors.Is(err, os.ErrNotExist) { // it will be made
			return nil
		}
	}
	var refused *files.Refused
	target := j.target(deck, output)
	check := target.Check
	if j.look.site {
		check = target.CheckFolder
	}
	err := check()
	if errors.As(err, &refused) {
		return usageError{err}
	}
	return err
}

// baseOf returns the path from the folder of an output to that of its deck, "" if the folders are
// the same or the path is unknown.
func baseOf(output string, at permit.Deck) string {
	if at.Dir == "" || output == "" {
		return ""
	}
	path, err := files.Target{Name: output}.Path()
	if err != nil { // Write reports the error
		return ""
	}
	rel, err := filepath.Rel(filepath.Dir(path), at.Dir)
	if err != nil || rel == "." {
		return ""
	}
	return filepath.ToSlash(rel)
}

// rememberExport grants a filled deck in another folder the files that the original deck names: the
// user chose that folder.
func (j *renderJob) rememberExport(deck *slides.Deck) {
	if _, fills := j.backend.(md.Backend); !fills || j.look.base == "" {
		return
	}
	at := j.at
	path, err := j.target(deck, j.output).Path()
	if err != nil {
		return // it was removed meanwhile
	}
	e := permit.Export{From: at.Dir, Since: time.Now()}
	spliced := map[*slides.File]bool{}
	for _, inc := range deck.Includes {
		spliced[inc.File] = true
	}
	for _, f := range deck.Files[1:] {
		rel, err := filepath.Rel(filepath.Dir(at.Name), f.Path)
		if err == nil && filepath.IsLocal(rel) && !spliced[f] && filepath.Base(f.Path) != config.Name {
			e.Files = append(e.Files, filepath.Join(at.Dir, rel))
		}
	}
	slices.Sort(e.Files)
	store, err := permit.UserStore()
	if err == nil {
		err = store.RememberExport(path, e)
	}
	if err != nil {
		j.ui.say("note: slidexec will open the files that %s names outside of its folder only with --allow read=%s: %v",
			text.Name(j.output), text.Name(at.Dir), err)
	}
}

package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/json"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/talk"
)

// checkFormats is the table of report formats of `check`.
var checkFormats = map[string]func(a *app, noRun bool) checkReport{
	"text":   func(a *app, noRun bool) checkReport { return &textReport{app: a, noRun: noRun} },
	"json":   func(a *app, _ bool) checkReport { return &jsonReport{app: a} },
	"github": func(a *app, _ bool) checkReport { return &githubReport{app: a} },
}

// checkReport takes the findings of check, deck by deck.
type checkReport interface {
	deck(d *slides.Deck)
	ran(s *slides.Snippet, r slides.Result)
	unreadable(name string, err error)
	done(failed bool) error
}

func newCheck(a *app) *cobra.Command {
	format := "text"
	noRun := false
	cmd := &cobra.Command{
		Use:   "check DECK…",
		Short: "find mistakes in decks, and programs that no longer work",
		Long: "Check prints the mistakes in the decks, then runs every executable block and says how it ended.\n" +
			"The exit status is 1 if a deck has an error, or if a program does not end as +expect announces.",
		Example: "  slidexec check talk.md\n  slidexec check --format github slides/*.md",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{fmt.Errorf("check takes one deck or more: %s", cmd.UseLine())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			report, ok := checkFormats[format]
			if !ok {
				return usageError{fmt.Errorf("unknown format %q; %s", format, text.Suggest(format, "the formats are ", slices.Sorted(maps.Keys(checkFormats))))}
			}
			return a.check(cmd.Context(), args, report(a, noRun), noRun)
		},
	}
	cmd.Flags().StringVar(&format, "format", format, "print the report in this `FORMAT`: text, json, or github (annotations)")
	cmd.Flags().BoolVar(&noRun, "no-run", false, "look for mistakes only, run no program")
	a.addRunFlags(cmd)
	a.addRequireFlag(cmd)
	return cmd
}

// check checks deck after deck. If one cannot be read, it checks the others nevertheless.
func (a *app) check(ctx context.Context, names []string, report checkReport, noRun bool) error {
	failed := false
	said := map[string]bool{}
	for _, name := range names {
		t, err := a.open(ctx, name)
		if wrongUsage(err) || ctx.Err() != nil {
			return err
		}
		if err != nil {
			report.unreadable(name, err)
			failed = true
			continue
		}
		for _, note := range t.Unused() { // once a file, for it may serve all decks
			if !said[note] {
				a.ui.say("note: %s", note)
			}
			said[note] = true
		}
		bad, err := a.checkTalk(ctx, t, report, noRun)
		if err != nil {
			return err
		}
		failed = failed || bad
	}
	if err := report.done(failed); err != nil {
		return err
	}
	if failed || ctx.Err() != nil {
		return exit{exitFailed}
	}
	return nil
}

// checkTalk reports the mistakes of a deck, then runs its executable blocks and reports them in
// document order.
func (a *app) checkTalk(ctx context.Context, t *talk.Talk, report checkReport, noRun bool) (failed bool, err error) {
	b, checked := slides.Board{Shelf: &slides.Shelf{}}, slides.Deck{}
	which := talk.Which(talk.All)
	if noRun {
		which = nil
	}
	err = t.Play(ctx, which, (&progress{ui: a.ui}).take, func(e slides.Event) {
		b.Apply(e)
		if l, ok := e.(slides.Loaded); ok {
			checked = *l.Deck
			checked.Diags = slices.Concat(l.Deck.Diags, l.Deck.NoPictures())
			checked.Diags.Sort()
			report.deck(&checked)
		}
	})
	defer t.Close()
	a.ui.clear()
	if err != nil {
		return false, err
	}
	failed = checked.Diags.Failed()
	if noRun {
		return failed, nil
	}
	todo := b.Deck.Executable()
	a.remark(todo, b.Results)
	for _, s := range todo {
		r := b.Results[s.Key]
		report.ran(s, r)
		failed = failed || a.bad(s, r)
	}
	return failed, nil
}

// textReport is for people: diagnostics to stderr as everywhere, one line a program to stdout.
type textReport struct {
	*app
	noRun                bool
	runs, failed, errors int
	first                string // place of the first error in the text
	err                  error
}

func (t *textReport) deck(d *slides.Deck) {
	t.ui.diags(d.Diags)
	n, first := d.Diags.Errors()
	if t.errors += n; n > 0 && t.first == "" {
		t.first = first.Pos.String()
	}
}

func (t *textReport) print(lines ...string) { t.err = cmp.Or(t.err, t.app.print(lines...)) }

func (t *textReport) unreadable(_ string, err error) {
	t.errors++
	t.ui.say("%v", err)
}

func (t *textReport) ran(s *slides.Snippet, r slides.Result) {
	t.runs++
	words, failed := outcome(s, r), t.bad(s, r)
	if failed {
		t.failed++
		words = failure(s, r)
	}
	t.print(fmt.Sprintf("%s: %s: %s", s.At.Pos, cmp.Or(s.ID, s.Lang), words))
	if try := hint(s, r); try != "" {
		t.print("    hint: " + try)
	}
	if failed {
		for _, line := range tail(s, r) {
			t.print("    " + line)
		}
	}
}

// tail returns the last lines that a failed program printed.
func tail(s *slides.Snippet, r slides.Result) []string {
	return lastLines(string(r.Readable(s).Placed(s, slides.ByDeck).Bytes()), 8)
}

func (t *textReport) done(bool) error {
	ran := fmt.Sprintf("%s, %d failed", text.Count(t.runs, "program"), t.failed)
	switch {
	case t.noRun:
		ran = "programs not run"
	case t.runs == 0:
		ran = "no programs"
	}
	words := fmt.Sprintf("%s; %s in the text", ran, text.Count(t.errors, "error"))
	if t.first != "" {
		words += ", the first at " + t.first
	}
	t.print(words)
	return t.err
}

// jsonReport collects everything into one document.
type jsonReport struct {
	*app
	doc checkDoc
}

// checkDoc is the document of `check --format json`.
type checkDoc struct {
	OK          bool              `json:"ok"`
	Diagnostics []json.Diagnostic `json:"diagnostics"`
	Runs        []json.Run        `json:"runs"`
}

func (j *jsonReport) deck(d *slides.Deck) {
	for _, diag := range d.Diags {
		j.doc.Diagnostics = append(j.doc.Diagnostics, json.NewDiagnostic(diag))
	}
}

func (j *jsonReport) unreadable(name string, err error) {
	j.doc.Diagnostics = append(j.doc.Diagnostics, json.Diagnostic{File: name, Severity: "error", Message: err.Error()})
}

func (j *jsonReport) ran(s *slides.Snippet, r slides.Result) {
	j.doc.Runs = append(j.doc.Runs, json.NewRun(s, r))
}

func (j *jsonReport) done(failed bool) error {
	j.doc.OK = !failed
	if j.doc.Diagnostics == nil {
		j.doc.Diagnostics = []json.Diagnostic{}
	}
	if j.doc.Runs == nil {
		j.doc.Runs = []json.Run{}
	}
	return json.Write(j.out, j.doc)
}

// githubReport prints workflow commands, which show as annotations beside the deck's lines.
type githubReport struct {
	*app
	err error
}

func (g *githubReport) deck(d *slides.Deck) {
	for _, diag := range d.Diags {
		msg := diag.Msg
		if diag.Hint != "" {
			msg += "\nhint: " + diag.Hint
		}
		g.annotate(diag.Severity.String(), diag.Pos, msg)
	}
}

func (g *githubReport) unreadable(name string, err error) {
	g.write("error", " file="+property(name), err.Error())
}

func (g *githubReport) ran(s *slides.Snippet, r slides.Result) {
	if !g.bad(s, r) {
		if mark := render.Confinement(r); mark != "" {
			g.annotate("warning", s.At.Pos, called(s)+": "+outcome(s, r))
		}
		return
	}
	msg := called(s) + ": " + failure(s, r)
	if try := hint(s, r); try != "" {
		msg += "\nhint: " + try
	}
	if lines := tail(s, r); len(lines) > 0 {
		msg += "\n" + strings.Join(lines, "\n")
	}
	g.annotate("error", s.At.Pos, msg)
}

func (g *githubReport) done(bool) error { return g.err }

func (g *githubReport) annotate(kind string, pos slides.Pos, msg string) {
	where := ""
	if pos.IsValid() {
		where = fmt.Sprintf(" file=%s,line=%d,col=%d", property(pos.File.Name), pos.Line(), pos.Col())
	}
	g.write(kind, where, msg)
}

// write prints a command. It escapes each line of msg as text.
func (g *githubReport) write(kind, where, msg string) {
	lines := strings.Split(msg, "\n")
	for i, l := range lines {
		lines[i] = text.Line(l)
	}
	_, err := fmt.Fprintf(g.out, "::%s%s::%s\n", kind, where, message(strings.Join(lines, "\n")))
	g.err = cmp.Or(g.err, err)
}

// message and property escape text for a workflow command, so that a program's output cannot
// begin a command of its own.
func message(s string) string {
	for _, mark := range text.Marks() { // of all systems: another one may read the log
		end := len(mark) - 1
		s = strings.ReplaceAll(s, mark, mark[:end]+`\`+mark[end:])
	}
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(text.Line(s)))
}

// lastLines returns the last n lines of program output as plain text.
func lastLines(output string, n int) []string {
	lines := ansi.Output([]slides.Chunk{{Data: []byte(output)}})
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1].Text()) == "" {
		lines = lines[:len(lines)-1]
	}
	var out []string
	for _, l := range lines[max(0, len(lines)-n):] {
		out = append(out, l.Text())
	}
	return out
}

package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/json"
	"github.com/slidexec/slidexec/render/paper"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run"
	"github.com/slidexec/slidexec/slides/talk"
)

// doctorDoc is the document of `doctor --json`.
type doctorDoc struct {
	OK        bool             `json:"ok"` // every layer is available; languages do not count
	Layers    []doctorLayer    `json:"layers"`
	Memory    string           `json:"memory"`             // the layer that enforces the memory limit
	Degraded  string           `json:"degraded,omitempty"` // the layers that --degraded runs with if one is missing
	Refused   string           `json:"refused,omitempty"`  // why --degraded does not work
	Languages []doctorLanguage `json:"languages"`
	Drawings  []doctorLanguage `json:"drawings,omitempty"` // languages of +render, and the tools that draw them
	Pictures  []doctorLanguage `json:"pictures,omitempty"` // formats that present shows with a program of the machine

	Printing []doctorLanguage `json:"printing,omitempty"` // the browser that render prints with; not for a deck

	Permissions []doctorRequest `json:"permissions,omitempty"` // that the deck requests
}

type doctorRequest struct {
	Permission string `json:"permission"`
	Snippet    string `json:"snippet,omitempty"` // id, if the request is for one snippet
	Granted    bool   `json:"granted"`           // the user allowed it for good

	flag string // the flag that grants it
}

type doctorLayer struct {
	Name   string `json:"name"`
	Stops  string `json:"stops"`
	State  string `json:"state"` // available, degraded, missing
	Reason string `json:"reason,omitempty"`
	Fix    string `json:"fix,omitempty"`
}

type doctorLanguage struct {
	Name    string `json:"name"`
	Command string `json:"command"`
	Found   bool   `json:"found"`
	Tool    string `json:"tool,omitempty"` // path of the real program, behind links and shims
	Version string `json:"version,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Fix     string `json:"fix,omitempty"`
}

func newDoctor(a *app) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "doctor [DECK]",
		Short: "say what this machine can sandbox and run, and what is missing",
		Long: "Doctor builds a sandbox and says which layers this machine has, and what --degraded would run with if a layer is\n" +
			"missing. It then says which languages this machine can run and draw, which browser prints, and which command installs what\n" +
			"is missing; with DECK, it lists the languages of that deck alone. The exit status is 3 if a layer is missing, 1 if a language of DECK is.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{fmt.Errorf("doctor takes at most one deck")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.doctor(cmd.Context(), args, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return cmd
}

func (a *app) doctor(ctx context.Context, args []string, asJSON bool) error {
	var used []*slides.Snippet
	var asks []doctorRequest
	vectors := true
	o, err := a.options("")
	if err != nil {
		return err
	}
	if len(args) == 1 {
		t, err := a.open(ctx, args[0])
		if err != nil {
			return err
		}
		used, o.Run.Dir, asks = t.Deck.Executable(), t.At.Dir, requests(t)
		vectors = hasVectors(t.Deck)
		if used == nil {
			used = []*slides.Snippet{}
		}
	}
	runner, err := run.New(o.Run)
	if err != nil {
		return err
	}
	defer runner.Close()
	doc := examine(ctx, runner, used)
	doc.Permissions = asks
	if vectors {
		doc.Pictures = []doctorLanguage{vectorNeed(ctx)}
	}
	if used == nil {
		doc.Printing = []doctorLanguage{browserNeed(ctx)}
	}
	if asJSON {
		if err := json.Write(a.out, doc); err != nil {
			return err
		}
	} else if err := a.printDoctor(doc); err != nil {
		return err
	}
	if !doc.OK {
		return exit{exitSandbox}
	}
	for _, l := range doc.Languages {
		if used != nil && !l.Found {
			return exit{exitFailed}
		}
	}
	return nil
}

// hasVectors reports whether a deck shows an SVG.
func hasVectors(d *slides.Deck) bool {
	found := slices.ContainsFunc(d.Snippets, func(s *slides.Snippet) bool { return s.Exec.Mode == slides.ModeRender })
	for _, s := range d.Slides {
		slides.Walk(s.Blocks, func(b slides.Block) {
			im, ok := b.(*slides.Image)
			found = found || ok && im.File != nil && strings.EqualFold(filepath.Ext(im.File.Name), ".svg")
		})
	}
	return found
}

// vectorNeed says which program draws SVG in terminals.
func vectorNeed(ctx context.Context) doctorLanguage {
	tool, install, err := drawer()
	if err != nil {
		return doctorLanguage{Name: "svg", Command: strings.Split(lang.SVG, "|")[0], Fix: install,
			Reason: "no " + strings.ReplaceAll(lang.SVG, "|", " or ") + " in PATH; browsers show SVG in any case"}
	}
	return doctorLanguage{Name: "svg", Command: tool.Name, Found: true, Tool: tool.Host, Version: tool.Version(ctx)}
}

// browserNeed says which browser prints.
func browserNeed(ctx context.Context) doctorLanguage {
	path, err := paper.Browser()
	if err != nil {
		return doctorLanguage{Name: "browser", Command: lang.Browser, Fix: lang.Install(lang.Browser),
			Reason: "no Chromium or Google Chrome in PATH; render draws PDF files without one, but no pictures"}
	}
	return doctorLanguage{Name: "browser", Command: path, Found: true, Tool: path, Version: paper.Version(ctx, path)}
}

// examine probes the layers and the languages of the used snippets; nil means all languages.
func examine(ctx context.Context, runner *run.Runner, used []*slides.Snippet) doctorDoc {
	report := sandbox.Probe(ctx)
	doc := doctorDoc{OK: report.OK(), Memory: report.Memory, Degraded: report.Degraded, Refused: report.Refused, Layers: []doctorLayer{}, Languages: []doctorLanguage{}}
	for _, l := range report.Layers {
		doc.Layers = append(doc.Layers, doctorLayer{
			Name: l.Name, Stops: l.Stops, State: string(l.State), Reason: l.Reason, Fix: l.Fix,
		})
	}
	for _, n := range runner.Needs(ctx, used) {
		doc.Languages = append(doc.Languages, language(n))
	}
	for _, n := range runner.DrawingNeeds(ctx, used) {
		doc.Drawings = append(doc.Drawings, language(n))
	}
	return doc
}

func language(n run.Need) doctorLanguage {
	l := doctorLanguage{Name: n.Lang, Command: n.Command, Found: n.Found, Tool: n.Path, Version: n.Version}
	if n.Executor != "" {
		l.Name += ":" + n.Executor
	}
	if !n.Found {
		l.Reason, l.Fix = n.Problem, n.Install
	}
	return l
}

func (a *app) printDoctor(doc doctorDoc) error {
	var out []string
	line := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	line("sandbox")
	line("    %-16s %s", "layer", "stops a program from")
	for _, l := range doc.Layers {
		line("  %s %-16s %s", layerMarks[sandbox.State(l.State)], l.Name, l.Stops)
		if l.Reason != "" {
			line("    %-16s %s: %s", "", l.State, l.Reason)
		}
		if l.Fix != "" {
			line("    %-16s to fix it: %s", "", l.Fix)
		}
	}
	printDegraded(doc, line)
	line("languages")
	printNeeds(doc.Languages, line)
	if len(doc.Drawings) > 0 {
		line("drawings: blocks with +render")
		printNeeds(doc.Drawings, line)
	}
	if len(doc.Pictures) > 0 {
		line("pictures in the terminal")
		printNeeds(doc.Pictures, line)
	}
	if len(doc.Printing) > 0 {
		line("printing: pdf, png and gif")
		printNeeds(doc.Printing, line)
	}
	if len(doc.Permissions) > 0 {
		line("permissions that the deck requests")
	}
	for _, q := range doc.Permissions {
		state := "not granted: " + q.flag
		if q.Granted {
			state = "granted for good, see `slidexec permissions`"
		}
		line("  %s %-16s %s", doctorMark(q.Granted), text.Name(q.Permission), state)
	}
	return a.print(out...)
}

// printNeeds says which programs this machine has, and how to get the others.
func printNeeds(needs []doctorLanguage, line func(string, ...any)) {
	for _, l := range needs {
		if !l.Found {
			line("  %s %-16s %s", doctorMark(false), l.Name, l.Reason)
			line("    %-16s to fix it: %s", "", l.Fix)
			continue
		}
		line("  %s %-16s %-12s %s", doctorMark(true), l.Name, filepath.Base(l.Command), firstVersion(l.Version))
		line("    %-16s %s", "", l.Tool)
	}
}

// printDegraded says what --degraded would confine programs with, if a layer is missing, and what
// limits their memory.
func printDegraded(doc doctorDoc, line func(string, ...any)) {
	switch {
	case doc.Degraded != "":
		line("  ⚠ degraded: %s", doc.Degraded)
		line("    %-16s programs run like this with --degraded only, and every result says so", "")
	case doc.Refused != "":
		line("  ✗ --degraded does not help either: %s", doc.Refused)
	}
	held := slices.ContainsFunc(doc.Layers, func(l doctorLayer) bool {
		return l.Name == "memory" && l.State == string(sandbox.Available)
	})
	switch {
	case doc.Memory == "":
	case held:
		line("  %s holds the memory limit", doc.Memory)
	default:
		line("  slidexec watches the memory limit, the kernel does not hold it: %s", doc.Memory)
	}
}

// requests lists the permissions that a deck requests, and whether the user allowed them for good.
func requests(t *talk.Talk) []doctorRequest {
	asked, granted := t.Requests()
	var out []doctorRequest
	for _, q := range asked {
		out = append(out, doctorRequest{Permission: q.String(), Snippet: q.Snippet, Granted: granted, flag: permit.Flags([]permit.Request{q})})
	}
	return out
}

// versionNumber finds the number in a program's version message.
var versionNumber = pattern.New(`[0-9]+(\.[0-9]+)+`)

func firstVersion(text string) string {
	if v := versionNumber().FindString(text); v != "" {
		return v
	}
	return text
}

// layerMarks distinguish a layer that others can replace (–) from one that every program needs (✗).
var layerMarks = map[sandbox.State]string{sandbox.Available: "✓", sandbox.Reduced: "–", sandbox.Missing: "✗"}

func doctorMark(ok bool) string {
	if ok {
		return "✓"
	}
	return "✗"
}

package run

import (
	"context"
	"strings"
	"sync"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// A block with +render is drawn by a command that runs as every program does: in the sandbox, with what
// programs of this deck are allowed and no more. It prints a picture, and its result is kept under its
// source, its commands and the files beside the deck.

// DrawingNeeds says what the snippets with +render need of this machine, or, given none, what every language
// that can be drawn needs: one Need for each language, with the tool that draws it.
func (r *Runner) DrawingNeeds(ctx context.Context, snippets []*slides.Snippet) []Need {
	var out []Need
	var ways [][]lang.Language
	for _, l := range lang.Drawn() {
		n := Need{Lang: l.Name}
		for _, s := range snippets {
			if s.Exec.Mode == slides.ModeRender && s.Lang == l.Name {
				n.Snippets = append(n.Snippets, s)
			}
		}
		if snippets == nil || n.Snippets != nil {
			out, ways = append(out, n), append(ways, l.Drawers)
		}
	}
	var wg sync.WaitGroup
	for i := range out {
		wg.Go(func() { r.lookForDrawer(ctx, &out[i], ways[i]) })
	}
	wg.Wait()
	return out
}

// lookForDrawer fills a need in.
func (r *Runner) lookForDrawer(ctx context.Context, n *Need, ways []lang.Language) {
	for _, way := range ways {
		if t, ok := r.tool(way); ok {
			n.Found, n.Command, n.Path, n.Version = true, way.Name, t.Host, t.Version(ctx)
			if len(t.Mounts) == 0 { // of the system, where links lead to programs of many names
				n.Path = t.Path
			}
			return
		}
	}
	l, _ := lang.Lookup(n.Lang)
	n.Command, n.Problem, n.Install = ways[0].Name, "needs "+l.Tools(), lang.Install(ways[0].Tool())
}

// tool returns the tool of a way to draw, if all commands of the way are there.
func (r *Runner) tool(way lang.Language) (toolchain.Tool, bool) {
	for _, names := range way.Commands() {
		if _, err := r.find.First(strings.Split(names, "|")...); err != nil {
			return toolchain.Tool{}, false
		}
	}
	t, err := r.find.First(way.Tool())
	return t, err == nil
}

// planDrawing finds the first way to draw a snippet whose commands are there. If there is none, the
// snippet is skipped: a deck is not broken because this machine lacks a tool to draw.
func (r *Runner) planDrawing(s *slides.Snippet, sc scene) (plan, *slides.Result) {
	l, ok := lang.Lookup(s.Lang)
	if !ok || !l.Draws() {
		res := notRun(slides.SetupFailed, "slidexec cannot draw "+s.Lang, "")
		return plan{}, &res
	}
	for _, way := range l.Drawers {
		if r.o.drawer != "" && r.o.drawer != way.Name {
			continue
		}
		if p, problem := r.planned(way, s, sc); problem == nil {
			return p, nil
		}
	}
	res := notRun(slides.Skipped, "needs "+l.Tools(), lang.Install(l.Drawers[0].Tool()))
	return plan{}, &res
}

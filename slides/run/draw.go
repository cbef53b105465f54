package run

import (
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
)

// A block with +render is drawn by a command that runs as every program does: in the sandbox, with what
// programs of this deck are allowed and no more. It prints a picture, and its result is kept under its
// source, its commands and the files beside the deck.

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

package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// outcome says how a run ended, in the words that every backend uses.
func outcome(r slides.Result) string {
	text, _ := render.Status(r, time.Now())
	if r.Origin == slides.Cached {
		text += " (cached)"
	}
	if len(r.Allowed) > 0 {
		text += " (allowed: " + strings.Join(r.Allowed, ", ") + ")"
	}
	return text
}

// failure says why a run counts as failed.
func failure(s *slides.Snippet, r slides.Result) string {
	name := s.Lang + " program"
	if s.ID != "" {
		name = fmt.Sprintf("%q", s.ID)
	}
	text := name + ": " + outcome(r)
	if s.Exec.Expect == slides.ExpectFailure && r.Status == slides.OK {
		text = name + " succeeded, but the deck expects a failure (+expect:failure)"
	}
	if r.Reason != "" && r.Status == slides.SetupFailed {
		text = name + ": " + r.Reason
	}
	return text
}

// remark says once for a whole deck what results note though nothing failed, such as that the
// deck's folder is not shown to programs.
func (a *app) remark(todo []*slides.Snippet, results slides.Results) {
	said := map[string]bool{}
	for _, s := range todo {
		r := results[s.Key]
		if r.Failed() || r.Reason == "" || said[r.Reason] {
			continue
		}
		said[r.Reason] = true
		a.ui.say("note: %s", r.Reason)
		if r.Hint != "" {
			a.ui.say("hint: %s", r.Hint)
		}
	}
}

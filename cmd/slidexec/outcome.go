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

// called names a snippet behind its place.
func called(s *slides.Snippet) string {
	if s.ID != "" {
		return fmt.Sprintf("%q", s.ID)
	}
	return s.Lang + " program"
}

// failure says why a run counts as failed.
func failure(s *slides.Snippet, r slides.Result) string {
	words := outcome(r)
	if s.Exec.Expect == slides.ExpectFailure && r.Status == slides.OK {
		words = "succeeded, but the deck expects a failure (+expect:failure)" + marked(r)
	}
	if r.Reason != "" && r.Status == slides.SetupFailed {
		words = r.Reason
	}
	return words
}

// marked is the end of a line about a run that was not in a whole sandbox.
func marked(r slides.Result) string {
	if mark := render.Confinement(r); mark != "" {
		return " · " + mark
	}
	return ""
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

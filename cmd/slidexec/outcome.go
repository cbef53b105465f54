package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// outcome says how a run ended, in the words that every backend uses.
func outcome(s *slides.Snippet, r slides.Result) string {
	text, _ := render.Status(s, r, time.Now())
	if r.Origin == slides.Cached {
		text += " (cached)"
	}
	if len(r.Allowed) > 0 {
		text += " (allowed: " + strings.Join(r.Allowed, ", ") + ")"
	}
	return text
}

// called returns the name of a snippet, for a message that begins with its place.
func called(s *slides.Snippet) string {
	if s.ID != "" {
		return fmt.Sprintf("%q", s.ID)
	}
	return s.Lang + " program"
}

// failure says why a run counts as failed.
func failure(s *slides.Snippet, r slides.Result) string {
	why, _ := render.Why(s, r, slides.ByDeck)
	if r.Status == slides.SetupFailed && why != "" {
		return why
	}
	if slides.Judge(s, r).NoPicture != nil {
		return outcome(s, r) + ": " + why
	}
	return outcome(s, r)
}

// bad reports whether a run counts as failed. With --require-all, a program that was skipped does.
func (a *app) bad(s *slides.Snippet, r slides.Result) bool {
	return slides.Judge(s, r).Ruling == slides.Bad || a.run.requireAll && r.State == slides.Done && r.Status == slides.Skipped
}

// hint says what to try about a failed run, expected or not; "" if no advice is known.
func hint(s *slides.Snippet, r slides.Result) string {
	if !r.Failed() && r.Status != slides.Skipped {
		return ""
	}
	_, try := render.Why(s, r, slides.ByDeck)
	return try
}

// remark prints notes of results once per deck even if nothing failed, such as that programs
// cannot see the deck's folder.
func (a *app) remark(todo []*slides.Snippet, results slides.Results) {
	said := map[string]bool{}
	for _, s := range todo {
		r := results[s.Key]
		why, try := render.Why(s, r, slides.ByDeck)
		if r.Failed() || slides.Judge(s, r).NoPicture != nil || why == "" || said[why] {
			continue
		}
		said[why] = true
		a.ui.say("note: %s", why)
		if try != "" {
			a.ui.say("hint: %s", try)
		}
	}
}

package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/config"
	"github.com/slidexec/slidexec/slides/talk"
)

// transitions are the words of --transition, and their styles in the configuration.
var transitions = []struct{ word, style string }{
	{"none", ""}, {"fade", "fade"}, {"slide", "slide_horizontal"}, {"collapse", "collapse_horizontal"},
}

// transitionHelp describes --transition.
const transitionHelp = "how a slide becomes the next one: none, fade, slide or collapse"

// transitionTime is how long a transition takes whose style alone is known.
const transitionTime = 300 * time.Millisecond

// checkTransition checks the word of --transition; "" leaves the choice to the settings.
func checkTransition(word string) error {
	var words []string
	for _, t := range transitions {
		words = append(words, t.word)
	}
	if !slices.Contains(words, cmp.Or(word, "none")) {
		return usageError{fmt.Errorf("--transition %s: %s", text.Name(word), text.Suggest(word, "choose one of ", words))}
	}
	return nil
}

// wanted returns the transition of the word of --transition, or else of the settings.
func wanted(word string, set config.Transition) config.Transition {
	for _, t := range transitions {
		if t.word == word {
			set.Style = t.style
		}
	}
	if set.Duration == 0 {
		set.Duration, set.Frames = transitionTime, 20
	}
	return set
}

// turning returns a transition as pages have it.
func turning(set config.Transition) (out html.Transition) {
	for _, t := range transitions {
		if t.style == set.Style && t.style != "" {
			out = html.Transition{Style: t.word, Duration: set.Duration}
		}
	}
	return out
}

// turns returns the transition of the pages of a deck: that of the word of --transition, or else of the
// settings. Mistakes in the settings are told.
func (a *app) turns(word, deck string) html.Transition {
	var set config.Player
	if deck != "-" {
		var diags slides.Diags
		set, _, diags = talk.Player(deck)
		a.ui.diags(diags)
	}
	return turning(wanted(word, set.Transition))
}

package main

import (
	"fmt"
	"slices"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/paper"
	"github.com/slidexec/slidexec/slides"
)

// part is the part of a deck that render shows: one slide, up to a step. The zero part is all of it.
type part struct {
	slide int // counted from 1; 0: all slides
	step  int // counted from 1; 0: all steps
}

// paging holds the flags for the pages of a pdf.
type paging struct {
	steps   bool // a page for each step
	perPage int  // slides on a page of a handout; 0: no handout
}

// check reports flags that go neither with each other nor with the format.
func (p paging) check(f format, l look) error {
	switch {
	case p.steps && !f.pages && !l.album:
		return usageError{fmt.Errorf("--steps is for pdf, and for png in a folder: it makes a page or picture for each step")}
	case p.steps && l.step > 0:
		return usageError{fmt.Errorf("--steps shows every step: leave out --step")}
	case p.perPage == 0:
		return nil
	case !f.pages:
		return usageError{fmt.Errorf("--per-page is for pdf: it puts several slides on a page")}
	case !slices.Contains(paper.PerPage, p.perPage):
		return usageError{fmt.Errorf("--per-page %d: a page has 2, 4 or 6 slides", p.perPage)}
	case l.notes:
		return usageError{fmt.Errorf("--notes puts one slide on a page: leave out --per-page")}
	}
	return nil
}

// check reports flags that go neither with each other nor with the format.
func (p part) check(f format, slide, step bool) error {
	switch {
	case !slide && !step:
		return nil
	case slide && p.slide < 1:
		return usageError{fmt.Errorf("--slide %d: slides count from 1", p.slide)}
	case step && !slide:
		return usageError{fmt.Errorf("--step needs --slide: it is a step of one slide")}
	case step && p.step < 1:
		return usageError{fmt.Errorf("--step %d: steps count from 1", p.step)}
	case f.parts == wholeDeck:
		return usageError{fmt.Errorf("--slide is for %s: md is the whole deck, filled in", formatsWith(oneSlide))}
	case step && f.parts != steps:
		return usageError{fmt.Errorf("--step is for %s: other formats have all steps of a slide", formatsWith(steps))}
	}
	return nil
}

// in reports a slide or a step that the deck lacks.
func (p part) in(d *slides.Deck) error {
	if p.slide == 0 {
		return nil
	}
	n := len(d.Slides)
	if p.slide > n {
		return usageError{fmt.Errorf("--slide %d: the deck has %s", p.slide, text.Count(n, "slide"))}
	}
	if has := max(d.Slides[p.slide-1].Steps, 1); p.step > has {
		return usageError{fmt.Errorf("--step %d: slide %d has %s", p.step, p.slide, text.Count(has, "step"))}
	}
	return nil
}

// which picks the programs whose code or output the part shows.
func (p part) which(d *slides.Deck) ([]*slides.Snippet, error) {
	all := d.Executable()
	if p.slide == 0 {
		return all, nil
	}
	if err := p.in(d); err != nil {
		return nil, err
	}
	shown := d.Slides[p.slide-1].Snippets()
	return slices.DeleteFunc(all, func(s *slides.Snippet) bool { return !slices.Contains(shown, s) }), nil
}

// due reports whether a part may show a program of whatever deck a talk has. Placeholders can be on any
// slide.
func (p part) due(s *slides.Snippet) bool {
	return p.slide == 0 || s.Slide == p.slide-1 || s.Place == slides.Placed
}

// of returns the view of the part, as a deck of one slide, for formats that number no slides.
func (p part) of(v *render.View) *render.View {
	if p.slide == 0 {
		return v
	}
	one, deck := *v, *v.Deck
	deck.Slides = deck.Slides[p.slide-1 : p.slide]
	deck.Snippets = deck.Slides[0].Snippets()
	one.Deck = &deck
	return &one
}

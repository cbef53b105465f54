// Package stage says where a talk stands and how it moves: the slide and step shown, a black
// screen, the place of the pointer, the time taken. It draws nothing and waits for nothing. So a
// terminal, a browser and a speaker's view move in the same way.
//
// A Stage is a value: moving returns another one. Shared is a stage that several screens change and
// follow, while the deck is edited; the front ends of a talk share it in a Hall. Bindings are the keys,
// and a Keymap finds the action of keys that are pressed.
package stage

import (
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/slides"
)

// Stage is where a talk stands. The zero value is the beginning.
type Stage struct {
	Slide   int         `json:"slide"`  // counted from 0
	Step    int         `json:"step"`   // of the slide, counted from 0
	Black   bool        `json:"black"`  // the screen is black
	Invite  bool        `json:"invite"` // the screen shows the address at which the audience can follow
	Pointer *[2]float64 `json:"pointer"`
	// Pointer is the place that the speaker points at: parts of the slide's width and height, 0 to
	// 1; nil: none.
}

// Jump goes to a step of a slide, both counted from 0; if there is none, to the nearest.
func (s Stage) Jump(d *slides.Deck, slide, step int) Stage {
	s.Slide = max(0, min(slide, len(d.Slides)-1))
	s.Step = max(0, min(step, last(d, s.Slide)))
	return s
}

// last returns the last step of a slide.
func last(d *slides.Deck, slide int) int {
	if slide < 0 || slide >= len(d.Slides) {
		return 0
	}
	return max(0, d.Slides[slide].Steps-1)
}

// Next goes forward by a step, after the last one to the next slide. At the end it stays.
func (s Stage) Next(d *slides.Deck) Stage {
	if s.Step < last(d, s.Slide) || s.Slide >= len(d.Slides)-1 {
		return s.Jump(d, s.Slide, s.Step+1)
	}
	return s.Jump(d, s.Slide+1, 0)
}

// Prev goes back by a step, before the first one to the earlier slide with all its steps, so that
// nothing has to appear again. At the beginning it stays.
func (s Stage) Prev(d *slides.Deck) Stage {
	if s.Step > 0 || s.Slide <= 0 {
		return s.Jump(d, s.Slide, s.Step-1)
	}
	return s.Jump(d, s.Slide-1, last(d, s.Slide-1))
}

// NextSlide goes to the next slide; on the last one, to its last step.
func (s Stage) NextSlide(d *slides.Deck) Stage {
	if s.Slide >= len(d.Slides)-1 {
		return s.All(d)
	}
	return s.Jump(d, s.Slide+1, 0)
}

// PrevSlide goes to the beginning of the earlier slide; on the first one, to its beginning.
func (s Stage) PrevSlide(d *slides.Deck) Stage { return s.Jump(d, s.Slide-1, 0) }

// First goes to the first slide.
func (s Stage) First(d *slides.Deck) Stage { return s.Jump(d, 0, 0) }

// Last goes to the last slide.
func (s Stage) Last(d *slides.Deck) Stage { return s.Jump(d, len(d.Slides)-1, 0) }

// All shows all steps of the slide.
func (s Stage) All(d *slides.Deck) Stage { return s.Jump(d, s.Slide, last(d, s.Slide)) }

// Follow keeps the place of the talk while slides around it are added, removed or replaced. If its
// step is gone, it takes the last one.
func (s Stage) Follow(d *slides.Deck, changes []Splice) Stage {
	return s.Jump(d, Follow(s.Slide, changes), s.Step)
}

// Find returns the slides whose number and title hold all the words, in any case. If a word is a
// slide's number, that slide comes first.
func Find(d *slides.Deck, words string) []int {
	var out []int
	want := strings.Fields(strings.ToLower(words))
	number, err := strconv.Atoi(strings.TrimSpace(words))
	if err == nil && number >= 1 && number <= len(d.Slides) {
		out = append(out, number-1)
	}
next:
	for i, s := range d.Slides {
		text := strconv.Itoa(i+1) + " " + strings.ToLower(d.TitleOf(s))
		for _, w := range want {
			if !strings.Contains(text, w) {
				continue next
			}
		}
		if err != nil || i != number-1 {
			out = append(out, i)
		}
	}
	return out
}

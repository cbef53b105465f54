package stage

import (
	"errors"
	"fmt"
	"slices"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// Drawings belong to slides: a slide that is shown again has its drawing, through edits of the deck, until
// the slide is removed. They are in memory alone and end with the talk. Screens draw as the pen moves: each
// sends pieces of strokes, which make up the state that every screen has. So a piece may be sent twice, and a
// screen that has missed some gets all.

// Ink changes the drawing of a slide. It does one thing: adds points to a stroke, removes strokes, or removes
// all.
type Ink struct {
	Slide int  `json:"slide"`
	Deck  *int `json:"deck,omitempty"` // the version in which Slide counts; nil: the present one

	Stroke string `json:"stroke,omitempty"` // the name of a stroke, of its screen's own choice
	Color  int    `json:"color,omitempty"`  // of the stroke: one of the palette of screens, from 0
	From   int    `json:"from,omitempty"`   // the number of points that the stroke has before these
	Points []int  `json:"points,omitempty"` // for each: x and y in 1/10,000 of the slide's width and height, and the pressure, 0 to 100

	Erase []string `json:"erase,omitempty"` // strokes to remove
	Clear bool     `json:"clear,omitempty"` // removes all strokes of the slide
}

// Drawn is what was drawn since another state of the drawings, for screens.
type Drawn struct {
	Rev  uint64 `json:"rev"`  // the state after it
	Base uint64 `json:"base"` // the state before it
	Deck int    `json:"deck"` // the version in which slides count
	All  bool   `json:"all"`  // these are all drawings, from nothing on
	Inks []Ink  `json:"inks"`
}

// Bounds of an Ink. Package budget has those of all together.
const (
	manyColors = 5
	manyPoints = 1000 // of an Ink
	longStroke = 4000 // points
	maxName    = 32   // bytes
	scale      = 10_000
	tall       = 20 * scale // a slide may be taller than its window
	manyErased = 200        // strokes of an Ink
	manyInks   = 256        // that are kept for screens which have missed some
)

// ErrFull says that the drawings of a talk have reached a limit.
var ErrFull = errors.New("drawings are at their limit: clear those of some slides")

var errInk = errors.New("this is no drawing")

// drawing holds the strokes of a talk. The zero value has none.
type drawing struct {
	rev     uint64
	strokes []*stroke // in the order in which they began
	points  int
	log     []Ink // the last ones, up to rev
}

// stroke is a line by the pen. Other slices may share its points: they only grow.
type stroke struct {
	slide  int
	name   string
	color  int
	points []int
}

// Draw changes the drawing of a slide of the deck d. An invalid or outdated ink (ErrOutdated), or one over a
// limit (ErrFull), changes nothing.
func (s *Shared) Draw(i Ink, d *slides.Deck) error {
	version := s.Version()
	if i.Deck != nil {
		version = *i.Deck
	}
	switch {
	case version <= s.older:
		return ErrOutdated
	case !i.sound():
		return errInk
	}
	for _, changes := range s.edits[min(version-1-s.older, len(s.edits)):] {
		if i.Slide = stays(i.Slide, changes); i.Slide < 0 {
			return nil // the slide is gone, and its drawing with it
		}
	}
	if i.Slide >= len(d.Slides) {
		return errInk
	}
	i.Deck = nil
	return s.ink.draw(i)
}

// Drawn returns what was drawn since the state with a number, nil if nothing. The state before all is 0. If it
// is too long ago, the slides were renumbered since, or it is no state of this talk, that is everything.
func (s *Shared) Drawn(since uint64) *Drawn {
	g := &s.ink
	if since == g.rev {
		return nil
	}
	out := &Drawn{Rev: g.rev, Base: since, Deck: s.Version()}
	if n := g.rev - since; since < g.rev && n <= uint64(len(g.log)) {
		out.Inks = slices.Clone(g.log[len(g.log)-int(n):])
		return out
	}
	return s.Drawings()
}

// Drawings returns all drawings, nil if nobody has drawn.
func (s *Shared) Drawings() *Drawn {
	g := &s.ink
	if g.rev == 0 {
		return nil
	}
	out := &Drawn{Rev: g.rev, Deck: s.Version(), All: true, Inks: []Ink{}}
	for _, k := range g.strokes {
		for from := 0; from < len(k.points); from += 3 * manyPoints {
			to := min(from+3*manyPoints, len(k.points))
			out.Inks = append(out.Inks, Ink{Slide: k.slide, Stroke: k.name, Color: k.color, From: from / 3, Points: k.points[from:to:to]})
		}
	}
	return out
}

// sound reports whether a screen can have sent this.
func (i *Ink) sound() bool {
	points := i.Stroke != "" && len(i.Points) > 0
	if i.Slide < 0 || points == (i.Clear || len(i.Erase) > 0) || i.Clear && len(i.Erase) > 0 {
		return false
	}
	if !points {
		return i.Stroke == "" && len(i.Points) == 0 && len(i.Erase) <= manyErased && !slices.ContainsFunc(i.Erase, func(n string) bool { return !strokeName(n) })
	}
	if !strokeName(i.Stroke) || i.Color < 0 || i.Color >= manyColors || i.From < 0 || i.From > longStroke || len(i.Points) > 3*manyPoints || len(i.Points)%3 != 0 {
		return false
	}
	for n, v := range i.Points {
		if v < 0 || v > [3]int{scale, tall, 100}[n%3] {
			return false
		}
	}
	return true
}

// strokeName reports whether a stroke may have a name: letters, digits and dots, which mean nothing anywhere.
func strokeName(s string) bool {
	return s != "" && len(s) <= maxName && !slices.ContainsFunc([]byte(s), func(c byte) bool {
		return c != '.' && (c < '0' || c > '9') && (c < 'a' || c > 'z')
	})
}

func (g *drawing) draw(i Ink) error {
	if i.Stroke == "" {
		g.remove(func(k *stroke) bool { return k.slide == i.Slide && (i.Clear || slices.Contains(i.Erase, k.name)) })
		g.note(i)
		return nil
	}
	at := slices.IndexFunc(g.strokes, func(k *stroke) bool { return k.slide == i.Slide && k.name == i.Stroke })
	has := 0
	if at >= 0 {
		has = len(g.strokes[at].points) / 3
	}
	if i.From > has { // its beginning was erased
		return nil
	}
	fresh := i.Points[min(3*(has-i.From), len(i.Points)):] // the others were sent before
	n := len(fresh) / 3
	if n == 0 {
		return nil
	}
	switch {
	case has+n > longStroke:
		return errInk
	case at < 0 && len(g.strokes) >= budget.Strokes.Limit:
		return full(budget.Strokes)
	case g.points+n > budget.Points.Limit:
		return full(budget.Points)
	case at < 0:
		at = len(g.strokes)
		g.strokes = append(g.strokes, &stroke{slide: i.Slide, name: i.Stroke, color: i.Color})
	}
	k := g.strokes[at]
	k.points = append(k.points, fresh...)
	g.points += n
	i.From, i.Points, i.Color = has, fresh, k.color
	g.note(i)
	return nil
}

func full(b *budget.Budget) error {
	return fmt.Errorf("%w (%s: %s)", ErrFull, b.Name, text.Thousands(b.Limit))
}

// note counts a change of the drawings.
func (g *drawing) note(i Ink) {
	g.rev++
	g.log = append(g.log, i)
	if extra := len(g.log) - manyInks; extra > 0 {
		g.log = slices.Delete(g.log, 0, extra)
	}
}

func (g *drawing) remove(which func(*stroke) bool) {
	g.strokes = slices.DeleteFunc(g.strokes, func(k *stroke) bool {
		gone := which(k)
		if gone {
			g.points -= len(k.points) / 3
		}
		return gone
	})
}

// follow keeps drawings at their slides while slides are added, removed or replaced.
func (g *drawing) follow(changes []Splice) {
	if len(g.strokes) == 0 || len(changes) == 0 {
		return
	}
	g.remove(func(k *stroke) bool {
		k.slide = stays(k.slide, changes)
		return k.slide < 0
	})
	g.rev++ // screens get all, with the new numbers
	g.log = nil
}

// stays returns the new place of the slide that was at i, or of its replacement; -1 if it was removed.
func stays(i int, changes []Splice) int {
	for _, c := range changes {
		if i >= c.At && i < c.At+c.Removed && c.To == c.From {
			return -1
		}
	}
	return Follow(i, changes)
}

package stage

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/budget"
)

// line returns an ink with n points.
func line(slide int, name string, from, n int) Ink {
	i := Ink{Slide: slide, Stroke: name, From: from}
	for k := range n {
		i.Points = append(i.Points, 10*(from+k), 20*(from+k), 50)
	}
	return i
}

// paper is what a screen makes of what it is told: the points of strokes by slide and name, see draw.js.
type paper struct {
	t    testing.TB
	rev  uint64
	have map[int]map[string][]int
}

func newPaper(t testing.TB) *paper { return &paper{t: t, have: map[int]map[string][]int{}} }

func (p *paper) take(d *Drawn) {
	p.t.Helper()
	if d == nil {
		return
	}
	if d.All {
		p.have = map[int]map[string][]int{}
	} else if d.Base != p.rev {
		p.t.Fatalf("at %d the screen is told what comes after %d", p.rev, d.Base)
	}
	p.rev = d.Rev
	for _, i := range d.Inks {
		on := p.have[i.Slide]
		switch {
		case i.Clear:
			delete(p.have, i.Slide)
		case i.Stroke != "":
			if on == nil {
				on = map[string][]int{}
				p.have[i.Slide] = on
			}
			if 3*i.From != len(on[i.Stroke]) {
				p.t.Fatalf("points from %d on come to a stroke of %d", i.From, len(on[i.Stroke])/3)
			}
			on[i.Stroke] = append(on[i.Stroke], i.Points...)
		default:
			for _, name := range i.Erase {
				delete(on, name)
			}
		}
	}
	for slide, on := range p.have {
		if len(on) == 0 {
			delete(p.have, slide)
		}
	}
}

// TestInkAnywhen: whenever screens come, and however much they have missed, all have the same drawings;
// pieces that are sent twice are drawn once.
func TestInkAnywhen(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var s Shared
	d := deck(1, 1, 1)
	always, seldom := newPaper(t), newPaper(t)
	long := map[string]int{}
	for n := range 3000 {
		name := string(rune('a' + r.IntN(8)))
		i := line(r.IntN(3), name, long[name], 1+r.IntN(5))
		switch r.IntN(30) {
		case 0:
			i = Ink{Slide: r.IntN(3), Clear: true}
		case 1, 2:
			i = Ink{Slide: r.IntN(3), Erase: []string{name, "nothing"}}
		case 3:
			d = deck(1, 1, 1)
			s.Edited(d, []Splice{{1, 1, 1, 2}})
		case 4:
			i.From = max(0, i.From-2) // sent before
		}
		if err := s.Draw(i, d); err != nil && !errors.Is(err, errInk) {
			t.Fatal(err)
		}
		long[name] = 0
		for _, k := range s.ink.strokes {
			if k.name == name {
				long[name] = max(long[name], len(k.points)/3)
			}
		}
		always.take(s.Drawn(always.rev))
		if n%400 == 399 || n == 2999 {
			seldom.take(s.Drawn(seldom.rev))
			late := newPaper(t)
			late.take(s.Drawings())
			for what, p := range map[string]*paper{"that came late": late, "that missed a lot": seldom} {
				if !reflect.DeepEqual(p.have, always.have) {
					t.Fatalf("a screen %s has %v, others %v", what, p.have, always.have)
				}
			}
		}
	}
	points := 0
	for _, k := range s.ink.strokes {
		points += len(k.points) / 3
	}
	if points != s.ink.points || points == 0 {
		t.Errorf("%d points count as %d", points, s.ink.points)
	}
}

// TestInkFollows: drawings stay at their slides through edits, and go with them.
func TestInkFollows(t *testing.T) {
	var s Shared
	d := titled("abcd")
	for slide, name := range []string{"a", "b", "c", "d"} {
		if err := s.Draw(line(slide, name, 0, 2), d); err != nil {
			t.Fatal(err)
		}
	}
	d = titled("xabd") // c is gone, x is new
	s.Edited(d, []Splice{{0, 0, 0, 1}, {2, 1, 3, 3}})
	first := 1
	for _, i := range []Ink{{Slide: 2, Deck: &first, Stroke: "late", Points: []int{1, 1, 1}}, {Slide: 1, Deck: &first, Stroke: "late", Points: []int{2, 2, 2}}} {
		if err := s.Draw(i, d); err != nil {
			t.Error(err)
		}
	}
	all := s.Drawn(4)
	var got []string
	for _, i := range all.Inks {
		got = append(got, string("xabd"[i.Slide])+i.Stroke)
	}
	if !all.All || all.Deck != 2 || !slices.Equal(got, []string{"aa", "bb", "dd", "blate"}) {
		t.Errorf("after an edit the drawings are %v in %+v", got, all)
	}
	if s.Drawn(all.Rev) != nil {
		t.Error("there is news without a change")
	}
	s.older = 50
	if err := s.Draw(Ink{Slide: 0, Deck: &first, Clear: true}, d); !errors.Is(err, ErrOutdated) {
		t.Errorf("a drawing on a forgotten deck: %v", err)
	}
}

// TestInkBounds: no message draws what no hand draws, and all of them together end at the budgets.
func TestInkBounds(t *testing.T) {
	var s Shared
	d := deck(1)
	for _, bad := range []Ink{
		{}, {Slide: -1, Clear: true}, {Slide: 1, Clear: true}, {Stroke: "a"}, {Points: []int{1, 1, 1}}, line(0, "A<b>", 0, 1), line(0, strings.Repeat("x", maxName+1), 0, 1),
		line(0, "a", -1, 1), line(0, "a", longStroke+1, 1), line(0, "a", 0, manyPoints+1), {Stroke: "a", Points: []int{1, 1}}, {Stroke: "a", Points: []int{scale + 1, 0, 0}},
		{Stroke: "a", Points: []int{0, -1, 0}}, {Stroke: "a", Points: []int{0, tall + 1, 0}}, {Stroke: "a", Points: []int{0, 0, 101}}, {Stroke: "a", Color: manyColors, Points: []int{0, 0, 0}},
		{Erase: []string{"<"}}, {Erase: slices.Repeat([]string{"a"}, manyErased+1)}, {Stroke: "a", Points: []int{0, 0, 0}, Clear: true}, {Erase: []string{"a"}, Clear: true},
	} {
		if err := s.Draw(bad, d); !errors.Is(err, errInk) || s.ink.rev != 0 {
			t.Errorf("%+v: %v, want %v", bad, err, errInk)
		}
	}
	t.Cleanup(budget.Points.Lower(100))
	t.Cleanup(budget.Strokes.Lower(3))
	for _, tt := range []struct {
		ink  Ink
		full bool
	}{
		{line(0, "a", 0, 60), false}, {line(0, "b", 0, 41), true}, {line(0, "b", 0, 1), false}, {line(0, "c", 0, 1), false}, {line(0, "d", 0, 1), true},
		{line(0, "a", 60, 38), false}, {line(0, "a", 98, 1), true}, {Ink{Erase: []string{"a"}}, false}, {line(0, "d", 0, 98), false},
		{line(0, "b", 1, 1), true}, {Ink{Clear: true}, false}, {line(0, "e", 0, 100), false},
	} {
		rev := s.ink.rev
		if err := s.Draw(tt.ink, d); errors.Is(err, ErrFull) != tt.full || err != nil && s.ink.rev != rev {
			t.Errorf("%s of %d points from %d: %v, want full: %t", tt.ink.Stroke, len(tt.ink.Points)/3, tt.ink.From, err, tt.full)
		}
	}
}

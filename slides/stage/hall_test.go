package stage

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// titled returns a deck with a slide for each letter.
func titled(letters string) *slides.Deck {
	d := &slides.Deck{}
	for _, c := range letters {
		title := &slides.Title{Text: []slides.Inline{&slides.Text{Text: string(c)}}}
		d.Slides = append(d.Slides, &slides.Slide{Steps: 2, Blocks: []slides.Block{title}})
	}
	return d
}

// at asks a seat where the talk is: its slide, and the version of the deck.
func at(s *Seat) [2]int {
	m := s.Message(time.Now())
	if m == nil {
		return [2]int{-2, 0}
	}
	return [2]int{m.Slide, m.Deck}
}

func move(t *testing.T, s *Seat, slide int) {
	t.Helper()
	if err := s.Change(Stage{Slide: slide}.Place(), time.Now()); err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, s *Seat, news bool, slide, version int) {
	t.Helper()
	if got := len(s.News()) > 0; got != news {
		t.Errorf("news: %t, want %t", got, news)
	}
	if news {
		<-s.News()
	}
	if got, want := at(s), ([2]int{slide, version}); got != want {
		t.Errorf("slide and version are %v, want %v", got, want)
	}
}

// TestHall: front ends move together, and are told about the moves of others, never of their own.
func TestHall(t *testing.T) {
	var h Hall
	one, two, gone := h.Join(), h.Join(), h.Join()
	if err := one.Change(Stage{}.Place(), time.Now()); err != errNoDeck {
		t.Errorf("a move without a deck: %v", err)
	}
	d := titled("abcd")
	one.Load(d, 1, nil)
	two.Load(d, 1, nil)
	wants(t, one, false, -2, 0)
	gone.Leave()
	move(t, one, 2)
	wants(t, one, false, 2, 1)
	wants(t, two, true, 2, 1)
	if len(gone.News()) > 0 {
		t.Error("news for a front end that left")
	}
	move(t, one, 0)
	move(t, one, 3)
	wants(t, two, true, 3, 1) // once
	wants(t, two, false, 3, 1)
	if err := two.Merge([]byte(`{"slide":1,"black":true,"by":"x"}`), time.Now()); err != nil {
		t.Error(err)
	}
	wants(t, one, true, 1, 1)
	if m := one.Message(time.Now()); !m.Black || m.By != "x" {
		t.Errorf("the stage is %+v", m)
	}
	for _, bad := range []string{`{"slide":"x"}`, `[]`, `{"ago":-1}`} {
		if err := two.Merge([]byte(bad), time.Now()); err == nil || len(one.News()) > 0 {
			t.Errorf("%s: %v, and there is news: %d", bad, err, len(one.News()))
		}
	}
}

// TestHallEdited: whoever learns of an edit first, the talk stays at its slide, and a front end that is
// behind means the slides that it shows.
func TestHallEdited(t *testing.T) {
	first, second := titled("abc"), titled("xabc")
	for _, tt := range []struct {
		name             string
		versions         [2]int
		changes          []Splice // told by one
		followed         bool
		slide, atVersion int
	}{
		{"counted", [2]int{1, 2}, nil, false, 2, 2},
		{"counted, with gaps", [2]int{5, 9}, nil, false, 2, 9},
		{"not counted", [2]int{0, 0}, nil, false, 2, 2},
		{"with the changes", [2]int{1, 2}, []Splice{{0, 0, 0, 1}}, true, 2, 2},
		{"with other changes", [2]int{1, 2}, []Splice{{0, 3, 0, 4}}, true, 1, 2},
		{"with many gaps", [2]int{1, 1 + 5*manyEdits}, nil, false, 2, 1 + 5*manyEdits},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var h Hall
			one, two := h.Join(), h.Join()
			one.Load(first, tt.versions[0], nil)
			two.Load(first, tt.versions[0], nil)
			move(t, one, 1) // b
			if got := one.Load(second, tt.versions[1], tt.changes); got != tt.followed {
				t.Errorf("followed the given changes: %t", got)
			}
			wants(t, one, false, tt.slide, tt.atVersion)
			if tt.versions[1] < manyEdits { // else the place is forgotten
				move(t, two, 2) // c, in a deck that is behind
				wants(t, one, true, tt.slide+1, tt.atVersion)
			} else if err := two.Change(Stage{}.Place(), time.Now()); !errors.Is(err, ErrOutdated) {
				t.Errorf("a slide of a forgotten deck: %v", err)
			}
			if two.Load(second, tt.versions[1], []Splice{{0, 1, 0, 2}}) {
				t.Error("the same edit was followed twice")
			}
			if one.Version() != tt.atVersion || two.Version() != tt.atVersion {
				t.Errorf("versions %d and %d, want %d", one.Version(), two.Version(), tt.atVersion)
			}
			move(t, two, 1)
			wants(t, one, true, 1, tt.atVersion)
		})
	}
}

// TestHallLate: a front end that comes to an older deck changes nothing.
func TestHallLate(t *testing.T) {
	var h Hall
	one, two := h.Join(), h.Join()
	one.Load(titled("abc"), 1, nil)
	two.Load(titled("abc"), 1, nil)
	move(t, one, 2)
	one.Load(titled("xyabc"), 3, nil)
	if two.Load(titled("xabc"), 2, nil) || two.Version() != 2 {
		t.Errorf("the late one is at version %d", two.Version())
	}
	wants(t, two, true, 4, 3)
	two.Load(titled("xyabc"), 3, nil)
	wants(t, two, false, 4, 3)
}

// TestHallPlaceholder: a deck that nobody counts may come before the first one that is counted.
func TestHallPlaceholder(t *testing.T) {
	var h Hall
	one, two := h.Join(), h.Join()
	one.Load(&slides.Deck{}, 0, nil)
	one.Load(titled("abc"), 1, nil)
	two.Load(titled("abc"), 1, nil)
	move(t, two, 2)
	wants(t, one, true, 2, 2)
	if one.Version() != 2 || two.Version() != 2 {
		t.Errorf("versions %d and %d", one.Version(), two.Version())
	}
}

// TestHallTogether is for the race detector: everybody does everything at once, and in the end agrees.
func TestHallTogether(t *testing.T) {
	var h Hall
	decks := []*slides.Deck{titled("abcdef"), titled("xabcdef"), titled("abdef"), titled("fedcba")}
	var work sync.WaitGroup
	for range 4 {
		s := h.Join()
		s.Load(decks[0], 1, nil)
		work.Go(func() {
			defer s.Leave()
			for n := range 200 {
				switch n % 4 {
				case 0:
					s.Load(decks[n/4%len(decks)], 1+n/4, nil)
				case 1:
					move(t, s, n%7)
				case 2:
					s.Message(time.Now())
				case 3:
					select {
					case <-s.News():
					default:
					}
				}
			}
		})
	}
	work.Wait()
	last := h.Join()
	if len(h.seats) != 1 {
		t.Errorf("%d seats are taken", len(h.seats))
	}
	last.Load(titled("g"), 1000, nil)
	wants(t, last, false, 0, 1000)
}

// TestPrints: slides have the same fingerprint if they show the same, wherever they stand.
func TestPrints(t *testing.T) {
	p := *prints(titled("aba"))
	if p[0] != p[2] || p[0] == p[1] {
		t.Errorf("fingerprints %v", p)
	}
	code := func(text string) *slides.Deck {
		b := &slides.Code{Snippet: &slides.Snippet{Code: text}}
		return &slides.Deck{Slides: []*slides.Slide{{Steps: 1, Blocks: []slides.Block{b}}}}
	}
	if slices.Equal(*prints(code("a")), *prints(code("b"))) {
		t.Error("another program gives no other fingerprint")
	}
}

// TestHallPlanned: the deck plans the length of the talk, until somebody else does.
func TestHallPlanned(t *testing.T) {
	var h Hall
	one, two := h.Join(), h.Join()
	planned := func() int64 {
		if m := one.Message(time.Now()); m != nil {
			return m.Planned / 60_000
		}
		return -1
	}
	load := func(version, minutes int) {
		d := titled("abcd")
		d.Meta.Duration = time.Duration(minutes) * time.Minute
		one.Load(d, version, nil)
		two.Load(d, version, nil)
	}
	load(1, 30)
	wants(t, two, false, -1, 1) // nobody has moved
	for i, tt := range []struct{ says, want, chosen int }{{20, 20, 0}, {20, 20, 0}, {0, 0, 0}, {10, 10, 45}, {15, 45, 0}, {0, 45, 0}} {
		load(i+2, tt.says)
		if got := planned(); got != int64(tt.want) {
			t.Errorf("%d: %d minutes are planned, want %d", i, got, tt.want)
		}
		if news := len(two.News()) > 0; news != (i == 0 || i == 2 || i == 3) {
			t.Errorf("%d: news %v", i, news)
		} else if news {
			<-two.News()
		}
		if ms := int64(tt.chosen) * 60_000; ms > 0 {
			if err := one.Change(Change{Planned: &ms}, time.Now()); err != nil {
				t.Fatal(err)
			}
			<-two.News()
		}
	}
}

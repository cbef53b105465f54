package stage

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// deck returns a deck of slides with so many steps each, called A, B, C.
func deck(steps ...int) *slides.Deck {
	d := &slides.Deck{}
	for i, n := range steps {
		title := &slides.Title{Text: []slides.Inline{&slides.Text{Text: "Slide " + string(rune('A'+i))}}}
		d.Slides = append(d.Slides, &slides.Slide{Steps: n, Blocks: []slides.Block{title}})
	}
	return d
}

func place(s Stage) string { return fmt.Sprintf("%d.%d", s.Slide, s.Step) }

func TestMoves(t *testing.T) {
	d := deck(1, 3, 1, 2)
	moves := map[string]func(Stage, *slides.Deck) Stage{
		"next": Stage.Next, "prev": Stage.Prev, "next slide": Stage.NextSlide, "previous slide": Stage.PrevSlide,
		"first": Stage.First, "last": Stage.Last, "all": Stage.All,
	}
	for _, tt := range []struct {
		from       string
		move, want string
	}{
		{"0.0", "next", "1.0"}, {"1.0", "next", "1.1"}, {"1.2", "next", "2.0"}, {"3.0", "next", "3.1"}, {"3.1", "next", "3.1"},
		{"0.0", "prev", "0.0"}, {"1.0", "prev", "0.0"}, {"1.2", "prev", "1.1"}, {"2.0", "prev", "1.2"},
		{"0.0", "next slide", "1.0"}, {"1.1", "next slide", "2.0"}, {"3.0", "next slide", "3.1"},
		{"3.1", "previous slide", "2.0"}, {"2.0", "previous slide", "1.0"}, {"0.0", "previous slide", "0.0"},
		{"2.0", "first", "0.0"}, {"0.0", "last", "3.0"}, {"1.0", "all", "1.2"}, {"2.0", "all", "2.0"},
	} {
		s := Stage{Black: true}
		fmt.Sscanf(tt.from, "%d.%d", &s.Slide, &s.Step)
		got := moves[tt.move](s, d)
		if place(got) != tt.want || !got.Black {
			t.Errorf("%s from %s = %s, want %s; nothing else changes", tt.move, tt.from, place(got), tt.want)
		}
	}
	for name, move := range moves {
		if got := move(Stage{}, &slides.Deck{}); got != (Stage{}) {
			t.Errorf("%s in an empty deck goes to %s", name, place(got))
		}
	}
}

func TestJump(t *testing.T) {
	d := deck(1, 3, 1)
	for _, tt := range []struct {
		slide, step int
		want        string
	}{{1, 2, "1.2"}, {1, 99, "1.2"}, {-5, -5, "0.0"}, {99, 99, "2.0"}} {
		if got := place((Stage{}).Jump(d, tt.slide, tt.step)); got != tt.want {
			t.Errorf("Jump(%d, %d) = %s, want %s", tt.slide, tt.step, got, tt.want)
		}
	}
}

func TestFollow(t *testing.T) {
	for _, tt := range []struct {
		name    string
		from    Stage
		deck    *slides.Deck
		changes []Splice
		want    string
	}{
		{"inserted before", Stage{Slide: 1, Step: 2}, deck(1, 1, 3), []Splice{{0, 0, 0, 1}}, "2.2"},
		{"removed before", Stage{Slide: 1, Step: 2}, deck(3), []Splice{{0, 1, 0, 0}}, "0.2"},
		{"replaced by one with less steps", Stage{Slide: 1, Step: 2}, deck(1, 2), []Splice{{1, 1, 1, 2}}, "1.1"},
		{"the last one removed", Stage{Slide: 2, Step: 1}, deck(1, 3), []Splice{{2, 1, 2, 2}}, "1.1"},
		{"all removed", Stage{Slide: 2, Step: 1}, deck(), []Splice{{0, 3, 0, 0}}, "0.0"},
	} {
		if got := place(tt.from.Follow(tt.deck, tt.changes)); got != tt.want {
			t.Errorf("%s: at %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestFind(t *testing.T) {
	d := deck(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
	for _, tt := range []struct {
		words string
		want  []int
	}{
		{"slide b", []int{1}}, {"B", []int{1}}, {"2", []int{1, 11}}, {"12", []int{11}}, {" 2 l", []int{1, 11}}, {"nothing", nil}, {"99", nil},
	} {
		if got := Find(d, tt.words); !slices.Equal(got, tt.want) {
			t.Errorf("Find(%q) = %v, want %v", tt.words, got, tt.want)
		}
	}
}

func TestClock(t *testing.T) {
	at := func(s int) time.Time { return time.Date(2026, 5, 14, 9, 0, s, 0, time.UTC) }
	c := Clock{Planned: 100 * time.Second}
	check := func(now int, elapsed time.Duration, running bool) {
		t.Helper()
		if got := c.Elapsed(at(now)); got != elapsed || c.Running() != running {
			t.Errorf("at %d s: %v and running %t, want %v and %t", now, got, c.Running(), elapsed, running)
		}
	}
	check(0, 0, false)
	c = c.Run(true, at(10))
	check(15, 5*time.Second, true)
	c = c.Run(true, at(15)) // once more
	check(20, 10*time.Second, true)
	c = c.Run(false, at(20))
	check(99, 10*time.Second, false)
	c = c.Set(42*time.Second, true, at(100))
	check(101, 43*time.Second, true)
	c = c.Set(0, false, at(101))
	check(200, 0, false)
	if c.Planned != 100*time.Second {
		t.Errorf("the plan is %v", c.Planned)
	}
}

func TestPace(t *testing.T) {
	now := time.Now()
	for _, tt := range []struct {
		planned, elapsed int // s
		slide, count     int
		want             int
	}{
		{100, 30, 0, 4, 5}, {100, 30, 1, 4, 0}, {100, 30, 2, 4, -20}, {100, 25, 0, 4, 0}, {100, 120, 3, 4, 20},
		{0, 30, 0, 4, 0}, {100, 0, 3, 4, 0}, {100, 30, 0, 0, 0},
	} {
		c := Clock{Planned: time.Duration(tt.planned) * time.Second}.Set(time.Duration(tt.elapsed)*time.Second, false, now)
		if got := c.Pace(now, tt.slide, tt.count); got != time.Duration(tt.want)*time.Second {
			t.Errorf("%d of %d s on slide %d of %d: %v behind, want %d s", tt.elapsed, tt.planned, tt.slide, tt.count, got, tt.want)
		}
	}
}

// TestShared plays what screens say, and looks at what they are told.
func TestShared(t *testing.T) {
	d := deck(1, 3, 1)
	now := time.Date(2026, 5, 14, 9, 0, 0, 0, time.UTC)
	var s Shared
	if m := s.Message(now); m != nil {
		t.Errorf("before anybody said anything the stage is %+v", m)
	}
	for _, tt := range []struct {
		message string
		good    bool
		test    func(*Message) bool
	}{
		{`{"size":[1280,720]}`, true, func(m *Message) bool { return m.Slide == -1 && m.Size[0] == 1280 }},
		{`{"slide":1,"step":2,"by":"a"}`, true, func(m *Message) bool { return m.Slide == 1 && m.Step == 2 && m.By == "a" }},
		{`{"step":9}`, true, func(m *Message) bool { return m.Slide == 1 && m.Step == 2 && m.By == "" }},
		{`{"pointer":[0.25,1]}`, true, func(m *Message) bool { return m.Pointer[1] == 1 && m.Size[0] == 1280 }},
		{`{"black":true}`, true, func(m *Message) bool { return m.Black && m.Pointer != nil && m.Step == 2 }},
		{`{"pointer":null}`, true, func(m *Message) bool { return m.Pointer == nil && m.Black }},
		{`{"running":true,"planned":60000}`, true, func(m *Message) bool { return m.Running && m.Planned == 60000 }},
		{`{"elapsed":5000}`, true, func(m *Message) bool { return m.Running && m.Elapsed == 5000 }},
		{`{"running":false}`, true, func(m *Message) bool { return !m.Running && m.Elapsed == 5000 }},
		{`{"slide":0,"ago":1000}`, true, func(m *Message) bool { return m.Slide == 1 }}, // somebody moved since
		{`{"slide":99,"step":0}`, true, func(m *Message) bool { return m.Slide == 2 }},
		{`{"pointer":[2,0]}`, false, nil}, {`{"pointer":"x"}`, false, nil}, {`{"size":[0,1]}`, false, nil}, {`{"planned":-1}`, false, nil},
		{`{"ago":-1}`, false, nil}, {`{"elapsed":1e12}`, false, nil}, {`[]`, false, nil}, {`{"slide":"x"}`, false, nil},
	} {
		before := s
		if err := s.Merge([]byte(tt.message), d, now); (err == nil) != tt.good {
			t.Errorf("%s: %v", tt.message, err)
		}
		if tt.good && !tt.test(s.Message(now)) {
			t.Errorf("%s: %+v", tt.message, s.Message(now))
		}
		if !tt.good && fmt.Sprint(*s.Message(now)) != fmt.Sprint(*before.Message(now)) {
			t.Errorf("%s is refused and changes the stage to %+v", tt.message, s.Message(now))
		}
	}
}

// TestLastMoveWins: of screens that went on alone, the one that moved last is right, whichever says so
// first.
func TestLastMoveWins(t *testing.T) {
	d, now := deck(1, 1, 1, 1, 1), time.Now()
	early, late := `{"slide":1,"ago":9000,"by":"early"}`, `{"slide":3,"ago":2000,"by":"late"}`
	for _, order := range [][]string{{early, late}, {late, early}} {
		var s Shared
		for _, m := range order {
			if err := s.Merge([]byte(m), d, now); err != nil {
				t.Fatal(err)
			}
		}
		if got := s.Message(now).Slide; got != 3 {
			t.Errorf("after %v the talk is at slide %d", order, got)
		}
	}
}

// TestVersions: a screen that has not seen an edit means the slide of its version.
func TestVersions(t *testing.T) {
	var s Shared
	d := deck(1, 1, 1)
	insert := []Splice{{0, 0, 0, 1}}
	for range manyEdits + 5 {
		d = deck(make([]int, len(d.Slides)+1)...)
		s.Edited(d, insert)
	}
	for _, tt := range []struct{ version, want int }{{s.Version(), 1}, {s.Version() - 1, 2}, {s.Version() - manyEdits, 1 + manyEdits}, {9999, 1}} {
		if err := s.Merge(fmt.Appendf(nil, `{"slide":1,"deck":%d}`, tt.version), d, time.Now()); err != nil {
			t.Fatal(err)
		}
		if got := s.Message(time.Now()); got.Slide != tt.want || got.Deck != 1+manyEdits+5 {
			t.Errorf("slide 1 of version %d of %d is slide %d of %d, want %d", tt.version, s.Version(), got.Slide, got.Deck, tt.want)
		}
	}
	before := s.Stage()
	for _, m := range []string{`{"slide":0,"deck":5}`, `{"slide":0,"step":0,"black":true,"deck":1}`, `{"slide":0,"deck":-7}`} {
		if err := s.Merge([]byte(m), d, time.Now()); !errors.Is(err, ErrOutdated) || s.Stage() != before {
			t.Errorf("%s, of a deck that is forgotten, gave %v and %v", m, err, s.Stage())
		}
	}
	for _, m := range []string{`{"black":false,"deck":1}`, `{"slide":0,"deck":1,"ago":100000}`} { // where the screen is does not count
		if err := s.Merge([]byte(m), d, time.Now()); err != nil {
			t.Errorf("%s: %v", m, err)
		}
	}
	s.Edited(d, insert)
	if got := s.Stage().Slide; got != 2 {
		t.Errorf("after an insertion the talk is at slide %d", got)
	}
}

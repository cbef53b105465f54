package notes

import (
	"slices"
	"time"
	"unicode/utf8"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"

	"github.com/slidexec/slidexec/slides/stage"
)

// view is what the speaker sees. It belongs to one goroutine.
type view struct {
	cols, rows int
	name       string
	parse      func([]*slides.File, slides.Options) *slides.Deck
	keys       *stage.Keymap
	look       term.Backend

	board   slides.Board
	high    *render.View // of the board
	linked  bool         // a talk runs
	broken  string       // why the deck on disk cannot be shown
	version int          // of the deck
	stage   stage.Stage
	clock   stage.Clock
	top     int    // first row of the notes that is shown
	long    int    // rows of the notes that do not fit, at the last drawing
	modal   string // "", "help" or "index"
	query   string // of the index
	chosen  int    // of the slides that it finds
}

func newView(o Options) *view {
	return &view{cols: 80, rows: 24, name: o.Name, parse: o.Parse, keys: o.Keys, look: o.Look}
}

// deck returns the deck, nil if there is none yet or it has no slides.
func (v *view) deck() *slides.Deck {
	if v.board.Deck == nil || len(v.board.Deck.Slides) == 0 {
		return nil
	}
	return v.board.Deck
}

// tell takes news of the talk.
func (v *view) tell(t told, now time.Time) {
	switch m := t.m; {
	case t.began:
		v.linked, v.board, v.version, v.broken = true, slides.Board{}, 0, ""
	case t.ended:
		v.linked = false // the last slide stays
	case m.Loaded != nil:
		v.board.Apply(slides.Loaded{Deck: v.parse(m.Loaded.Deck(), m.Loaded.Options)})
		v.version, v.broken = m.Loaded.Version, ""
		v.stage = v.stage.Jump(v.board.Deck, v.stage.Slide, v.stage.Step)
	case m.Ran != nil:
		v.board.Apply(*m.Ran)
	case m.Broken != nil:
		v.broken = "the deck on disk has a mistake"
		if len(m.Broken) > 0 {
			v.broken = m.Broken[0]
		}
	case m.Stage != nil:
		v.place(m.Stage, now)
	}
	v.high = &render.View{Deck: v.board.Deck, Results: v.board.Results}
}

// place takes the stage of the talk.
func (v *view) place(m *stage.Message, now time.Time) {
	ms := func(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
	v.clock = stage.Clock{Planned: ms(m.Planned)}.Set(ms(m.Elapsed), m.Running, now)
	to := m.Stage
	if to.Slide < 0 { // nobody has moved yet
		to.Slide, to.Step = v.stage.Slide, v.stage.Step
	}
	v.show(to)
}

// show shows a slide and step. The notes of another slide begin at their beginning.
func (v *view) show(to stage.Stage) {
	if to.Slide != v.stage.Slide {
		v.top = 0
	}
	v.stage = to
}

func (v *view) scroll(by int) { v.top = max(0, min(v.top+by, v.long)) }

// due returns the time until the view shows another time.
func (v *view) due(now time.Time) time.Duration {
	next := time.Minute - time.Duration(now.Second())*time.Second - time.Duration(now.Nanosecond())
	if v.clock.Running() {
		next = min(next, time.Second-v.clock.Elapsed(now)%time.Second)
	}
	for _, s := range v.programs() {
		if v.board.Results[s.Key].State == slides.Running {
			next = min(next, time.Second)
		}
	}
	return max(next, time.Millisecond)
}

// programs returns the programs of the slide.
func (v *view) programs() []*slides.Snippet {
	d := v.deck()
	if d == nil {
		return nil
	}
	return slices.DeleteFunc(d.Executable(), func(s *slides.Snippet) bool { return s.Slide != v.stage.Slide })
}

// key takes a key. It returns "exit" and "suspend", which are not for the view.
func (v *view) key(key string, now time.Time, ask func(func(Talk) error)) stage.Action {
	if v.modal == "index" && v.search(key, ask) {
		return ""
	}
	a, number, _ := v.keys.Press(key)
	half := max(1, v.rows/3)
	switch a {
	case "exit", "suspend":
		return a
	case "close":
		v.modal = ""
	case "help", "index":
		v.query, v.chosen = "", v.stage.Slide
		if v.modal == string(a) {
			a = ""
		}
		v.modal = string(a)
	case "scrollDown":
		v.scroll(half)
	case "scrollUp":
		v.scroll(-half)
	default:
		v.act(a, number, now, ask)
	}
	return ""
}

// moves are the actions that move the talk.
var moves = map[stage.Action]func(stage.Stage, *slides.Deck) stage.Stage{
	"next": stage.Stage.Next, "prev": stage.Stage.Prev, "nextSlide": stage.Stage.NextSlide, "prevSlide": stage.Stage.PrevSlide,
	"first": stage.Stage.First, "last": stage.Stage.Last, "all": stage.Stage.All,
}

// act carries out an action on the talk.
func (v *view) act(a stage.Action, number int, now time.Time, ask func(func(Talk) error)) {
	d := v.deck()
	if d == nil || !v.linked {
		return
	}
	if move := moves[a]; move != nil {
		v.move(move(v.stage, d), ask)
		return
	}
	var keys []slides.Key
	for _, s := range v.programs() {
		keys = append(keys, s.Key)
	}
	switch a {
	case "number":
		v.move(v.stage.Jump(d, number-1, 0), ask)
	case "black":
		v.stage.Black = !v.stage.Black
		v.change(stage.Change{Black: &v.stage.Black}, ask)
	case "timer":
		v.clock = v.clock.Run(!v.clock.Running(), now)
		running := v.clock.Running()
		v.change(stage.Change{Running: &running}, ask)
	case "run":
		if keys != nil {
			ask(func(t Talk) error { return t.Run(keys...) })
		}
	case "stop":
		if keys != nil {
			ask(func(t Talk) error { return t.Stop(keys...) })
		}
	}
}

// move goes to a place at once, and asks the talk to go there.
func (v *view) move(to stage.Stage, ask func(func(Talk) error)) {
	v.show(to)
	c := to.Place()
	version := v.version
	c.Deck = &version
	v.change(c, ask)
}

func (v *view) change(c stage.Change, ask func(func(Talk) error)) {
	c.By = "notes"
	if c.Black != nil {
		black := *c.Black // the view's may change before this is sent
		c.Black = &black
	}
	ask(func(t Talk) error { return t.Move(c) })
}

// search takes a key of the index: it narrows the list, chooses, or goes to the chosen slide. It reports
// whether the key was for the index.
func (v *view) search(key string, ask func(func(Talk) error)) bool {
	found := v.found()
	at := slices.Index(found, v.chosen)
	pick := func(i int) {
		if len(found) > 0 {
			v.chosen = found[max(0, min(i, len(found)-1))]
		}
	}
	switch {
	case key == "<Down>", key == "<Tab>", key == "<c-n>":
		pick(at + 1)
	case key == "<Up>", key == "<s-Tab>":
		pick(at - 1)
	case key == "<cr>":
		v.modal = ""
		if at >= 0 && v.linked {
			v.move(v.stage.Jump(v.deck(), v.chosen, 0), ask)
		}
	case key == "<Backspace>":
		_, n := utf8.DecodeLastRuneInString(v.query)
		v.query = v.query[:len(v.query)-n]
		v.narrowed()
	case utf8.RuneCountInString(key) == 1 && len(v.query) < 100:
		v.query += key
		v.narrowed()
	default:
		return false
	}
	return true
}

// found returns the slides that the index lists.
func (v *view) found() []int {
	if v.deck() == nil {
		return nil
	}
	return stage.Find(v.deck(), v.query)
}

// narrowed chooses a slide that the index lists.
func (v *view) narrowed() {
	if found := v.found(); len(found) > 0 && !slices.Contains(found, v.chosen) {
		v.chosen = found[0]
	}
}

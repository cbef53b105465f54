package server

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
)

func TestStage(t *testing.T) {
	s, page := with(t, three("Two"))
	events, _ := s.listen(stateOf(page))
	s.want(events, "hello")
	for _, tt := range []struct {
		body string
		want int
		test func(stage.Message) bool
	}{
		{`{"slide":1,"step":0,"by":"a"}`, 204, func(st stage.Message) bool { return st.Slide == 1 && st.By == "a" && st.Pointer == nil }},
		{`{"pointer":[0.25,1],"size":[1280,720]}`, 204, func(st stage.Message) bool { return st.Slide == 1 && st.Pointer[1] == 1 && st.Size[0] == 1280 }},
		{`{"black":true,"pointer":null,"planned":60000}`, 204, func(st stage.Message) bool {
			return st.Black && st.Pointer == nil && st.Planned == 60000 && !st.Running
		}},
		{`{"running":true}`, 204, func(st stage.Message) bool { return st.Running }},
		{`{"running":false}`, 204, func(st stage.Message) bool { return !st.Running }},
		{`{"elapsed":0}`, 204, func(st stage.Message) bool { return st.Elapsed == 0 }},
		{`{"slide":99}`, 204, func(st stage.Message) bool { return st.Slide == 2 }},
		{`{"pointer":[2,0]}`, 400, nil},
		{`{"pointer":"x"}`, 400, nil},
		{`{"elapsed":-1}`, 400, nil},
		{`{"size":[0,1]}`, 400, nil},
		{`[]`, 400, nil},
		{`{"by":"` + strings.Repeat("x", 65) + `"}`, 400, nil},
	} {
		if got := s.post("/stage", tt.body); got != tt.want {
			t.Errorf("%s: status %d, want %d", tt.body, got, tt.want)
		}
		var st stage.Message
		if tt.test == nil {
			continue
		}
		if s.want(events, "stage").into(t, &st); !tt.test(st) {
			t.Errorf("%s: %+v", tt.body, st)
		}
	}
	more := three("Two")
	more.Deck.Slides = slices.Insert(more.Deck.Slides, 0, titled("Zero"))
	s.load(more)
	var h hello
	again, _ := s.listen(s.want(events, "slides").id)
	if s.want(again, "hello").into(t, &h); h.Stage == nil || h.Stage.Slide != 3 {
		t.Errorf("after an insertion before it the stage is at %+v", h.Stage)
	}
	s.post("/stage", `{"slide":1,"deck":1}`) // said by a window that had not seen the insertion
	var st stage.Message
	if s.want(again, "stage").into(t, &st); st.Slide != 2 || st.Deck != 2 {
		t.Errorf("slide 1 of the deck before is %+v", st)
	}
}

func TestControl(t *testing.T) {
	v := three("Two")
	other, hidden := snippet("other", "bash", "true\n"), snippet("text", "text", "no program\n")
	hidden.Exec.Mode = slides.NotExecutable
	v.Deck.Slides[2].Blocks = []slides.Block{listing(other), listing(hidden)}
	v.Deck.Snippets = append(v.Deck.Snippets, other, hidden)
	s, _ := with(t, v)
	s.events <- slides.Ran{Key: "key-other", Result: printed("", 0)}
	for _, tt := range []struct {
		path, body string
		status     int
		asked      string
	}{
		{"/run", `{"keys":["key-who"]}`, 204, "run key-who"},
		{"/run", `{"keys":["key-other","key-who","key-none"]}`, 204, "run key-who key-other"},
		{"/run", `{"all":true}`, 204, "run key-who key-other"},
		{"/run", `{"again":true}`, 204, "run key-other"},
		{"/stop", `{"keys":["key-who"]}`, 204, "stop key-who"},
		{"/stop", `{"all":true}`, 204, "stop key-who key-other"},
		{"/run", `{"keys":["key-text"]}`, 409, ""},
		{"/run", `{"keys":[]}`, 204, ""},
		{"/run", `{}`, 204, ""},
		{"/run", `{"keys":"key-who"}`, 400, ""},
		{"/run", `{"keys":["key-who"],"x":1}`, 400, ""},
		{"/run", `{"keys":["key-who"]} {}`, 400, ""},
		{"/run", ``, 400, ""},
		{"/run", `{"keys":["` + strings.Repeat("x", maxBody) + `"]}`, 400, ""},
	} {
		if got := s.post(tt.path, tt.body); got != tt.status {
			t.Errorf("POST %s %.60s: status %d, want %d", tt.path, tt.body, got, tt.status)
		}
		select {
		case got := <-s.asked:
			if got != tt.asked {
				t.Errorf("POST %s %.60s asked for %q, want %q", tt.path, tt.body, got, tt.asked)
			}
		default:
			if tt.asked != "" {
				t.Errorf("POST %s %.60s asked for nothing, want %q", tt.path, tt.body, tt.asked)
			}
		}
	}
}

// TestType: what a page sends for a terminal reaches its program in order; anything else is refused.
func TestType(t *testing.T) {
	v := three("Two")
	term := snippet("term", "bash", "cat\n")
	term.Exec.Mode, term.Exec.Pty = slides.ModePty, true
	v.Deck.Slides[2].Blocks = []slides.Block{listing(term)}
	v.Deck.Snippets = append(v.Deck.Snippets, term)
	s, _ := with(t, v)
	for _, tt := range []struct {
		body   string
		status int
		asked  []string
	}{
		{`{"key":"key-term","inputs":[{"key":"a"},{"key":"<c-Left>"},{"text":"x\ny"},{"mouse":{"col":3,"row":4,"action":"press","button":1}}]}`, 204, []string{
			`type key-term {"key":"a"}`, `type key-term {"key":"\u003cc-Left\u003e"}`, `type key-term {"text":"x\ny"}`,
			`type key-term {"mouse":{"col":3,"row":4,"action":"press","button":1}}`}},
		{`{"key":"key-who","inputs":[{"key":"a"}]}`, 409, nil}, // it has no terminal
		{`{"key":"key-none","inputs":[{"key":"a"}]}`, 409, nil},
		{`{"key":"key-term","inputs":[]}`, 400, nil},
		{`{"key":"key-term","inputs":[{"key":"a"},{"size":[5,5]}]}`, 400, nil},
		{`{"key":"key-term","inputs":[{"mouse":{"col":-1,"row":4,"action":"press","button":1}}]}`, 400, nil},
		{`{"key":"key-term","inputs":[{"mouse":{"col":1,"row":100000,"action":"press","button":1}}]}`, 400, nil},
		{`{"key":"key-term","inputs":[{"signal":9}]}`, 400, nil},
		{`{"key":"key-term","inputs":[{"text":"` + strings.Repeat("x", maxBody) + `"}]}`, 400, nil},
	} {
		if got := s.post("/type", tt.body); got != tt.status {
			t.Errorf("POST /type %.80s: status %d, want %d", tt.body, got, tt.status)
		}
		for _, want := range tt.asked {
			if got := <-s.asked; got != want {
				t.Errorf("POST /type %.80s passed on %s, want %s", tt.body, got, want)
			}
		}
		if len(s.asked) > 0 {
			t.Errorf("POST /type %.80s passed on %s", tt.body, <-s.asked)
		}
	}
}

func TestNotes(t *testing.T) {
	v := three("Two")
	v.Deck.Slides[2].Notes = []slides.Note{{Step: 1, Text: "mention <the> weather"}}
	s, page := with(t, v)
	if strings.Contains(page, "weather") {
		t.Error("the audience's page holds the notes")
	}
	if got, want := s.get("/notes"), `{"2":[{"step":1,"text":"mention \u003cthe\u003e weather"}]}`+"\n"; got != want {
		t.Errorf("notes %s, want %s", got, want)
	}
}

// TestInk: what one window draws reaches all others in order; those that come get all; an invalid or too large
// drawing reaches nobody.
func TestInk(t *testing.T) {
	s, page := with(t, three("Two"))
	events, _ := s.listen(stateOf(page))
	s.want(events, "hello")
	t.Cleanup(budget.Points.Lower(5))
	for _, tt := range []struct {
		body string
		want int
		told string // of the inks
	}{
		{`{"slide":1,"stroke":"a.1","points":[1,2,50]}`, 204, `[{"slide":1,"stroke":"a.1","points":[1,2,50]}]`},
		{`{"slide":1,"stroke":"a.1","from":1,"points":[3,4,50,5,6,50],"deck":1}`, 204, `[{"slide":1,"stroke":"a.1","from":1,"points":[3,4,50,5,6,50]}]`},
		{`{"slide":1,"stroke":"a.1","from":1,"points":[3,4,50]}`, 204, ""}, // once more
		{`{"slide":0,"stroke":"b.1","color":2,"points":[0,0,0,1,1,1,2,2,2]}`, 507, ""},
		{`{"slide":0,"stroke":"<script>","points":[0,0,0]}`, 400, ""},
		{`{"slide":9,"stroke":"b.1","points":[0,0,0]}`, 400, ""},
		{`{"slide":0,"stroke":"b.1","points":[1e9,0,0]}`, 400, ""},
		{`{"slide":0,"stroke":"b.1","points":["x"]}`, 400, ""},
		{`{"slide":0,"deck":-1,"clear":true}`, 412, ""},
		{`{"slide":0,"stroke":"b.1","points":[` + strings.Repeat("1,1,1,", 20_000) + `1,1,1]}`, 400, ""},
		{`{"slide":1,"erase":["a.1"]}`, 204, `[{"slide":1,"erase":["a.1"]}]`},
		{`{"slide":2,"stroke":"c.1","color":4,"points":[9,9,9]}`, 204, `[{"slide":2,"stroke":"c.1","color":4,"points":[9,9,9]}]`},
	} {
		if got := s.post("/ink", tt.body); got != tt.want {
			t.Errorf("%.80s: status %d, want %d", tt.body, got, tt.want)
		}
		if tt.told == "" {
			continue
		}
		if got := s.want(events, "ink").data; !strings.HasSuffix(got, `"all":false,"inks":`+tt.told+`}`) {
			t.Errorf("%.80s: windows are told %s", tt.body, got)
		}
	}
	late, _ := s.listen(stateOf(page))
	if got := s.want(late, "hello").data; !strings.Contains(got, `"all":true,"inks":[{"slide":2,"stroke":"c.1","color":4,"points":[9,9,9]}]`) {
		t.Errorf("a window that comes late is told %s", got)
	}
}

// TestHandsAreSlow: a page that asks more often than hands can is refused for a moment, and takes nothing from
// the pages of other roles.
func TestHandsAreSlow(t *testing.T) {
	var r rate
	now := time.Now()
	taken := 0
	for range 2 * burst {
		if r.take(1, now) {
			taken++
		}
	}
	if taken != burst || r.take(1, now) {
		t.Errorf("%d requests at once are taken, want %d", taken, burst)
	}
	if now = now.Add(time.Second); !r.take(often, now) || r.take(often, now) {
		t.Errorf("after a second there are not %d more", often)
	}
	s, _ := with(t, three("Two"))
	s.srv.rates[remote].spent, s.srv.rates[remote].at = 2*burst, time.Now().Add(time.Hour) // it asks too often for all of this test
	if !s.srv.rates[presenting].take(1, time.Now()) || s.srv.rates[remote].take(1, time.Now()) {
		t.Error("a remote that asks too often takes from the speaker, or from nobody")
	}
	if got := s.post("/stage", `{"slide":1}`); got != 204 {
		t.Errorf("the speaker's page is answered with %d", got)
	}
}

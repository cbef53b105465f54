package server

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/html"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

func TestServedPage(t *testing.T) {
	v := three("Two")
	_, page := with(t, v)
	_, style, _ := strings.Cut(page, "<style>")
	p := (&html.Backend{Now: clock}).Live(v)
	var drawn []*html.Content
	for i := range v.Deck.Slides {
		drawn = append(drawn, p.Content(i))
	}
	_, css := p.Parts(drawn)
	f := p.Frame(css)
	if !strings.HasPrefix(style, f.Style+html.BrokenStyle()+liveStyle+"</style>") {
		t.Error("the style sheet is not that of the page and the server's")
	}
	if !strings.Contains(page, "<script>"+f.Scripts[0]+"</script>\n<script>"+liveSource+"</script>") {
		t.Error("the scripts are not that of the page and the server's")
	}
	if !strings.Contains(page, `<button type="button" class="ctl" data-run="key-who" data-state="" aria-label="run who">▶`) {
		t.Error("a program that can be run has no button")
	}
	if strings.Contains(page, "+exec") {
		t.Error("a caption says what the button says")
	}
}

func TestEveryClassIsStyled(t *testing.T) {
	classes := regexp.MustCompile(` class="([^"]*)"`)
	for _, c := range rendertest.Cases() {
		_, page := with(t, c.View)
		for _, m := range classes.FindAllStringSubmatch(between(page, "<main", "</main>"), -1) {
			for _, class := range strings.Fields(m[1]) {
				if !strings.Contains(page, "."+class) {
					t.Errorf("%s: class %q has no rule", c.Name, class)
				}
			}
		}
	}
}

func TestEdits(t *testing.T) {
	for _, tt := range []struct {
		name    string
		slides  []*slides.Slide
		splices []string // at-removed: titles
		changed int
	}{
		{"one", []*slides.Slide{titled("One"), titled("Other"), titled("Three")}, []string{"1-1: Other"}, 1},
		{"inserted", []*slides.Slide{titled("One"), titled("New"), titled("Two"), titled("Three")}, []string{"1-0: New"}, 1},
		{"removed", []*slides.Slide{titled("One"), titled("Three")}, []string{"1-1:"}, -1},
		{"appended", []*slides.Slide{titled("One"), titled("Two"), titled("Three"), titled("Four")}, []string{"3-0: Four"}, 3},
		{"moved", []*slides.Slide{titled("Two"), titled("Three"), titled("One")}, []string{"0-2: Two", "3-0: One"}, 0}, // the first has an h1
		{"nothing", []*slides.Slide{titled("One"), titled("Two"), titled("Three")}, nil, -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, page := with(t, view(&slides.Deck{Slides: []*slides.Slide{titled("One"), titled("Two"), titled("Three")}}, nil))
			events, _ := s.listen(stateOf(page))
			s.want(events, "hello")
			s.load(view(&slides.Deck{Slides: tt.slides}, nil))
			s.events <- slides.Broken{}
			var m slidesMessage
			m.Changed = -1
			if tt.splices != nil {
				s.want(events, "slides").into(t, &m)
			}
			s.want(events, "broken")
			var got []string
			for _, sp := range m.Splices {
				line := string(rune('0'+sp.At)) + "-" + string(rune('0'+sp.Remove)) + ":"
				for _, h := range sp.HTML {
					line += " " + between(between(h, `class="t"`, "/h"), ">", "<")
				}
				got = append(got, line)
			}
			if d := cmp.Diff(tt.splices, got); d != "" || m.Changed != tt.changed {
				t.Errorf("changed %d, want %d; splices (-want +got):\n%s", m.Changed, tt.changed, d)
			}
		})
	}
}

// TestPageFollows makes sure that a page drawn after edits is the page of the new deck.
func TestPageFollows(t *testing.T) {
	s, _ := with(t, rendertest.Talk())
	for _, v := range []*render.View{rendertest.Blocks(), rendertest.States(), rendertest.Talk(), three("x"), rendertest.Hostile(), rendertest.States()} {
		s.load(v)
		fresh, want := with(t, v)
		got := strings.ReplaceAll(s.get("/"), s.srv.boot, fresh.srv.boot)
		main := func(page string) string { return between(page, "<section", "</main>") }
		if d := cmp.Diff(strings.Split(main(want), "\n"), strings.Split(main(got), "\n")); d != "" {
			t.Errorf("after edits (-fresh +got):\n%s", d)
		}
	}
}

func TestOutputs(t *testing.T) {
	const piece = 50 // lines of a piece, as package html cuts them
	v := three("Two")
	s, page := with(t, v)
	events, _ := s.listen(stateOf(page))
	s.want(events, "hello")
	key := v.Deck.Snippets[0].Key
	ran := func(r slides.Result) outputMessage {
		s.events <- slides.Ran{Key: key, Result: r}
		var m outputMessage
		s.want(events, "output").into(t, &m)
		if m.Key != key || !slices.Equal(m.On, []int{1}) || len(m.Boxes) != 1 || m.Boxes[0].Slide != 1 || m.Boxes[0].Nth != 0 {
			t.Errorf("message %+v", m)
		}
		if err := wellFormed(m.Boxes[0].HTML); err != nil {
			t.Error(err)
		}
		return m
	}
	lines := func(n int) slides.Result {
		r := printed(strings.Repeat("a line\n", n), 0)
		r.State = slides.Running
		return r
	}
	if m := ran(lines(1)); m.State != slides.Running || !strings.Contains(m.Boxes[0].HTML, "a line") {
		t.Errorf("running: %+v", m)
	}
	if m := ran(lines(10 * piece)); m.Boxes[0].Keep != 0 {
		t.Errorf("the first long output keeps %d pieces", m.Boxes[0].Keep)
	}
	if m := ran(lines(12 * piece)); m.Boxes[0].Keep != 9 || strings.Count(m.Boxes[0].HTML, "a line") != 3*piece { // the tenth had no line end yet
		t.Errorf("more of a long output: keeps %d, sends %d lines", m.Boxes[0].Keep, strings.Count(m.Boxes[0].HTML, "a line"))
	}
	done := printed("at last\n", time.Second)
	if m := ran(done); m.State != slides.Done || m.Boxes[0].Keep != 0 || !strings.Contains(m.Boxes[0].HTML, "✓ 1 s") {
		t.Errorf("done: %+v", m)
	}
	if page := s.get("/"); !strings.Contains(page, "at last") || !strings.Contains(page, "↻ run again") {
		t.Error("a page loaded later lacks the output")
	}
	s.load(three("Two, edited"))
	var m slidesMessage
	if s.want(events, "slides").into(t, &m); !strings.Contains(m.Splices[0].HTML[0], "at last") {
		t.Error("an edit lost the output")
	}
	if m := ran(slides.Result{}); m.State != slides.NotRun || !strings.Contains(m.Boxes[0].HTML, `hidden=""`) {
		t.Errorf("taken back: %+v", m)
	}
}

// TestFlood makes sure that an output that grows faster than it can be read is not sent as often
// as it grows, and that its end is sent.
func TestFlood(t *testing.T) {
	v := three("Two")
	s, page := with(t, v)
	events, _ := s.listen(stateOf(page))
	s.want(events, "hello")
	start := time.Now()
	const n = 2000
	for i := range n {
		r := printed(strings.Repeat("x\n", i), 0)
		if r.State = slides.Running; i == n-1 {
			r.State = slides.Done
		}
		s.events <- slides.Ran{Key: v.Deck.Snippets[0].Key, Result: r}
	}
	for messages := 1; ; messages++ {
		var m outputMessage
		if s.want(events, "output").into(t, &m); m.State != slides.Done {
			continue
		}
		if most := int(time.Since(start)/atMost) + 2; messages > most {
			t.Errorf("%d messages in %v", messages, time.Since(start))
		}
		return
	}
}

// TestOwedOutput: what a program printed last before it was edited away is told before the edit.
func TestOwedOutput(t *testing.T) {
	v := three("Two")
	s, page := with(t, v)
	events, _ := s.listen(stateOf(page))
	s.want(events, "hello")
	for _, out := range []string{"one\n", "two\n"} {
		s.events <- slides.Ran{Key: v.Deck.Snippets[0].Key, Result: slides.Result{State: slides.Running, Log: []slides.Chunk{{Data: []byte(out)}}}}
	}
	s.load(view(&slides.Deck{Slides: []*slides.Slide{titled("One")}}, nil))
	for e := range events {
		if e.name == "broken" {
			t.Fatalf("a fault: %s", e.data)
		}
		if e.name == "slides" {
			break
		}
	}
	if page := s.get("/"); strings.Contains(page, "Three") {
		t.Error("the edit is not shown")
	}
}

func TestPicturesReplaceTheirSlide(t *testing.T) {
	drawn := snippet("drawn", "python", "plot()\n")
	drawn.Exec.Mode = slides.ModeImage
	s, page := with(t, view(&slides.Deck{Slides: []*slides.Slide{titled("One"), titled("Two", listing(drawn)), titled("Three")}}, nil))
	events, _ := s.listen(stateOf(page))
	s.want(events, "hello")
	s.events <- slides.Ran{Key: "key-drawn", Result: printed("no picture this time\n", time.Second)}
	var m slidesMessage
	if s.want(events, "slides").into(t, &m); len(m.Splices) != 1 || m.Splices[0].At != 1 || m.Splices[0].Remove != 1 || m.Changed != -1 {
		t.Errorf("got %+v", m)
	}
}

func TestBroken(t *testing.T) {
	s := serve(t)
	bad := slides.Broken{Diags: slides.Diags{{Pos: slides.Pos{File: deckFile, Off: 32}, Len: 5, Msg: "undefined <id>", Hint: "try another"}}}
	s.events <- bad
	events, _ := s.listen(stateOf(s.get("/?token=" + ticket)))
	var h hello
	if s.want(events, "hello").into(t, &h); h.Broken == nil || !strings.Contains(h.Broken.HTML, "talk.md:3:23: undefined &lt;id&gt;") ||
		!strings.Contains(h.Broken.HTML, "^^^^^") || !strings.Contains(h.Broken.HTML, "try another") {
		t.Errorf("hello %s", h.Broken.HTML)
	}
	s.load(three("Two"))
	var m slidesMessage
	if s.want(events, "slides").into(t, &m); len(m.Splices[0].HTML) != 3 {
		t.Errorf("got %+v", m)
	}
	s.want(events, "mended")
	s.events <- bad
	s.want(events, "broken")
	if page := s.get("/"); !strings.Contains(page, "Three") {
		t.Error("the last good deck is gone")
	}
}

func TestMissed(t *testing.T) {
	s, page := with(t, three("a"))
	events, cancel := s.listen(stateOf(page))
	s.want(events, "hello")
	s.load(three("b"))
	last := s.want(events, "slides").id
	cancel()
	s.load(three("c"))
	s.load(three("d"))
	again, _ := s.listen(last)
	var h hello
	if s.want(again, "hello").into(t, &h); h.Stale {
		t.Error("stale though nothing is lost")
	}
	for _, want := range []string{">c<", ">d<"} {
		if e := s.want(again, "slides"); !strings.Contains(e.data, want) {
			t.Errorf("missed %s, want %s", e.data, want)
		}
	}
	var list []struct{ ID, Name string }
	event{data: s.get("/missed?since=" + last)}.into(t, &list)
	if len(list) != 3 || list[0].Name != "hello" || list[1].Name != "slides" || list[2].ID != h.State {
		t.Errorf("missed %v, at %s", list, h.State)
	}
	for _, since := range []string{"", "nonsense", "AAAAAAAAAAAA.1", s.srv.boot + ".99", s.srv.boot + ".-1"} {
		lost, cancel := s.listen(since)
		if s.want(lost, "hello").into(t, &h); !h.Stale {
			t.Errorf("since %q is not stale", since)
		}
		cancel()
	}
}

// TestLogIsBounded makes sure that what happened long ago is forgotten.
func TestLogIsBounded(t *testing.T) {
	h := hub{boot: "x", crowd: newCrowd()}
	for range logLength + 10 {
		h.tell("output", "")
	}
	if _, ok := h.missed("x.9"); ok || len(h.log) != logLength {
		t.Errorf("%d messages are kept", len(h.log))
	}
	if m, ok := h.missed("x.10"); !ok || m[0].number != 11 {
		t.Error("the oldest message that is kept cannot be had")
	}
	for range 10 {
		h.tell("output", strings.Repeat("x", logBytes/4))
	}
	if h.size > logBytes || len(h.log) != 3 {
		t.Errorf("%d bytes in %d messages are kept", h.size, len(h.log))
	}
}

// TestSlowWindow makes sure that a window that takes nothing is dropped, and others are not.
func TestSlowWindow(t *testing.T) {
	h := hub{boot: "x", windows: map[*window]bool{}, crowd: newCrowd()}
	slow, quick := newWindow(), newWindow()
	h.windows[slow], h.windows[quick] = true, true
	for range queue + 1 {
		h.tell("output", "")
		<-quick.out
	}
	for range queue {
		<-slow.out
	}
	if _, ok := <-slow.out; ok || h.windows[slow] || !h.windows[quick] {
		t.Error("the slow window is still there, or the quick one is not")
	}
	h.drop(slow) // when its connection ends: nothing to do
}

// TestEnd makes sure that a stream ends with the talk, and that requests are then refused.
func TestEnd(t *testing.T) {
	s, page := with(t, three("Two"))
	events, _ := s.listen(stateOf(page))
	s.want(events, "hello")
	close(s.events)
	for range events {
	}
	r := httptest.NewRecorder()
	s.srv.Handler().ServeHTTP(r, httptest.NewRequest("GET", "http://localhost/?token="+ticket, nil))
	if r.Code != http.StatusServiceUnavailable {
		t.Errorf("after the end: status %d", r.Code)
	}
}

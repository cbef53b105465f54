package notes

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/present/input"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/remote"
	"github.com/slidexec/slidexec/slides/stage"
)

var update = flag.Bool("update", false, "rewrite the expected screens")

// clock is when these tests begin.
var clock = time.Date(2026, 5, 14, 9, 30, 15, 0, time.UTC)

// parse makes a slide of each line: a title, and behind | the notes. A title with + has a second step and
// a program.
func parse(files []*slides.File, o slides.Options) *slides.Deck {
	d := &slides.Deck{Files: files}
	for line := range strings.Lines(string(files[0].Src)) {
		title, note, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "|")
		s := &slides.Slide{Steps: 1, Blocks: []slides.Block{&slides.Title{Text: []slides.Inline{&slides.Text{Text: title}}}}}
		if note != "" {
			for i, n := range strings.Split(note, "/") {
				s.Notes = append(s.Notes, slides.Note{Step: i, Text: n})
			}
		}
		if strings.Contains(title, "+") {
			s.Steps = 2
			sn := &slides.Snippet{ID: "hello", Lang: "bash", Key: slides.Key("k" + title), Slide: len(d.Slides), Exec: slides.Exec{Mode: slides.ModeExec}}
			d.Snippets = append(d.Snippets, sn)
		}
		d.Slides = append(d.Slides, s)
	}
	return d
}

const deck = "Welcome|Say hello.\n" +
	"Kinds of isolation +|First namespaces, with a long explanation that has to be wrapped because nobody can read it otherwise, not even the speaker./Then seccomp.\n" +
	"Long|" + "one\vtwo\vthree\vfour\vfive\vsix\vseven\veight\vnine\vten\veleven\vtwelve\vthirteen\vfourteen\vfifteen\vsixteen\vseventeen\n" +
	"End\n"

func loaded() remote.Message {
	src := strings.ReplaceAll(deck, "\v", "\u2028") // one line of the deck, several of the note
	return remote.Message{Loaded: &remote.Loaded{Version: 3, Files: []remote.File{{Name: "talk.md", Path: "talk.md", Src: []byte(src)}}}}
}

func keymap(t *testing.T) *stage.Keymap {
	t.Helper()
	m, err := stage.NewKeymap(stage.Notes, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// shown returns a view with the talk at a place.
func shown(t *testing.T, slide, step int) *view {
	v := newView(Options{Name: "talk.md", Keys: keymap(t), Parse: func(f []*slides.File, o slides.Options) *slides.Deck {
		d := parse(f, o)
		for _, s := range d.Slides {
			for i := range s.Notes {
				s.Notes[i].Text = strings.ReplaceAll(s.Notes[i].Text, "\u2028", "\n")
			}
		}
		return d
	}})
	v.tell(told{began: true}, clock)
	v.tell(told{m: loaded()}, clock)
	m := &stage.Message{Stage: stage.Stage{Slide: slide, Step: step}, Deck: 3, Planned: 20 * 60_000, Elapsed: 754_000, Running: true}
	v.tell(told{m: remote.Message{Stage: m}}, clock)
	return v
}

// TestScreens compares screens with those in testdata.
func TestScreens(t *testing.T) {
	for _, tt := range []struct {
		name       string
		cols, rows int
		make       func(v *view)
	}{
		{"first", 80, 24, nil},
		{"steps", 80, 24, func(v *view) { v.show(stage.Stage{Slide: 1}) }},
		{"wide", 120, 30, func(v *view) { v.show(stage.Stage{Slide: 1, Step: 1}) }},
		{"scrolled", 80, 24, func(v *view) {
			v.show(stage.Stage{Slide: 2})
			v.screen(clock)
			v.scroll(3)
		}},
		{"end", 80, 24, func(v *view) { v.show(stage.Stage{Slide: 3, Black: true}) }},
		{"program", 80, 24, func(v *view) {
			v.show(stage.Stage{Slide: 1})
			v.tell(told{m: remote.Message{Ran: &slides.Ran{Key: "kKinds of isolation +", Result: slides.Result{State: slides.Done, Status: slides.Exited, Exit: 3, Elapsed: 12 * time.Millisecond, Layers: []string{"x"}}}}}, clock)
		}},
		{"help", 80, 24, func(v *view) { v.key("?", clock, nil) }},
		{"index", 80, 24, func(v *view) {
			v.key("<c-p>", clock, nil)
			for _, k := range "n" {
				v.key(string(k), clock, nil)
			}
		}},
		{"ended", 80, 24, func(v *view) { v.tell(told{ended: true}, clock) }},
		{"broken", 80, 24, func(v *view) {
			v.tell(told{m: remote.Message{Broken: []string{"talk.md:3:1: a mistake\x1b[2J"}}}, clock)
		}},
		{"small", 20, 5, nil},
		{"tiny", 1, 1, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := shown(t, 0, 0)
			v.cols, v.rows = tt.cols, tt.rows
			if tt.make != nil {
				tt.make(v)
			}
			check(t, tt.name, v)
		})
	}
	t.Run("waiting", func(t *testing.T) {
		check(t, "waiting", newView(Options{Name: "talk.md", Keys: keymap(t)}))
	})
}

func check(t *testing.T, name string, v *view) {
	t.Helper()
	lines := v.screen(clock)
	var b strings.Builder
	for _, l := range lines {
		if l.Width() > v.cols {
			t.Errorf("%q has %d columns of %d", l.Text(), l.Width(), v.cols)
		}
		b.WriteString(strings.TrimRight(l.Text(), " ") + "\n")
	}
	if len(lines) != v.rows {
		t.Errorf("%d rows of %d", len(lines), v.rows)
	}
	if strings.ContainsRune(b.String(), '\x1b') {
		t.Error("an escape sequence is on the screen")
	}
	golden := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("got:\n%swant:\n%s", &b, want)
	}
}

// TestItems: an item of a list hangs behind its mark.
func TestItems(t *testing.T) {
	for _, tt := range []struct{ line, want string }{
		{"- one two three", "- one two|  three"}, {"12. one two", "12. one|    two"}, {"-one two three", "-one two|three"}, {"", ""}, {"- ", "- "},
	} {
		var got []string
		for _, l := range wrapped(tt.line, ansi.Style{}, 9) {
			got = append(got, l.Text())
		}
		if s := strings.Join(got, "|"); s != tt.want {
			t.Errorf("%q is %q, want %q", tt.line, s, tt.want)
		}
	}
}

// TestSizes: no size makes the view panic, or draw outside of the window.
func TestSizes(t *testing.T) {
	for _, keys := range []string{"", "?", "\x10"} {
		v := shown(t, 2, 0)
		if keys == "\x10" {
			v.key("<c-p>", clock, nil)
		} else if keys != "" {
			v.key(keys, clock, nil)
		}
		for cols := 1; cols < 130; cols += 3 {
			for rows := 1; rows < 30; rows++ {
				v.cols, v.rows = cols, rows
				lines := v.screen(clock)
				for _, l := range lines {
					if l.Width() > cols {
						t.Fatalf("at %d×%d a row has %d columns", cols, rows, l.Width())
					}
				}
				if len(lines) != rows {
					t.Fatalf("at %d×%d there are %d rows", cols, rows, len(lines))
				}
			}
		}
	}
}

// fakeTalk is a talk that a test leads.
type fakeTalk struct {
	messages chan remote.Message
	closed   chan struct{}
	once     sync.Once
	mu       sync.Mutex
	asked    []string
}

func newTalk() *fakeTalk {
	return &fakeTalk{messages: make(chan remote.Message), closed: make(chan struct{})}
}

func (f *fakeTalk) Receive() (remote.Message, error) {
	select {
	case m, ok := <-f.messages:
		if ok {
			return m, nil
		}
	case <-f.closed:
	}
	return remote.Message{}, remote.ErrEnded
}

func (f *fakeTalk) note(format string, args ...any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, fmt.Sprintf(format, args...))
	return nil
}

func (f *fakeTalk) Move(c stage.Change) error {
	switch {
	case c.Slide != nil:
		return f.note("go to %d.%d of %d", *c.Slide, *c.Step, *c.Deck)
	case c.Black != nil:
		return f.note("black %t", *c.Black)
	}
	return f.note("clock %t", *c.Running)
}
func (f *fakeTalk) Run(keys ...slides.Key) error  { return f.note("run %v", keys) }
func (f *fakeTalk) Stop(keys ...slides.Key) error { return f.note("stop %v", keys) }
func (f *fakeTalk) Close() error                  { f.once.Do(func() { close(f.closed) }); return nil }

// fakeScreen is a terminal that a test looks at.
type fakeScreen struct {
	events  chan []input.Event
	mu      sync.Mutex
	out     bytes.Buffer
	busy    bool
	suspend int
}

func (f *fakeScreen) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.out.Write(p)
}
func (f *fakeScreen) Busy() bool                   { f.mu.Lock(); defer f.mu.Unlock(); return f.busy }
func (f *fakeScreen) Size() (int, int)             { return 80, 24 }
func (f *fakeScreen) Events() <-chan []input.Event { return f.events }
func (f *fakeScreen) Suspend()                     { f.suspend++ }

// took returns what was written since the last call.
func (f *fakeScreen) took() string {
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.out.String()
	f.out.Reset()
	return s
}

// session runs a view with a talk that comes when the test says so.
func session(t *testing.T, test func(s *fakeScreen, talks chan<- *fakeTalk, ended <-chan error)) {
	synctest.Test(t, func(t *testing.T) {
		s, talks, ended := &fakeScreen{events: make(chan []input.Event)}, make(chan *fakeTalk), make(chan error, 1)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() {
			ended <- Run(ctx, Options{Screen: s, Parse: parse, Keys: keymap(t), Name: "talk.md", Find: func(ctx context.Context) (Talk, error) {
				select {
				case f := <-talks:
					if f == nil {
						return nil, errors.New("no such talk")
					}
					return f, nil
				case <-ctx.Done():
					return nil, ctx.Err()
				}
			}})
		}()
		test(s, talks, ended)
		cancel()
		synctest.Wait()
	})
}

func press(s *fakeScreen, keys ...input.Key) {
	for _, k := range keys {
		s.events <- []input.Event{k}
	}
}

// TestTalk: the talk begins late, moves with the keys here and by itself, ends, and another one begins.
func TestTalk(t *testing.T) {
	session(t, func(s *fakeScreen, talks chan<- *fakeTalk, ended <-chan error) {
		if got := s.took(); !strings.Contains(got, "waiting for the talk") {
			t.Errorf("without a talk: %q", got)
		}
		press(s, "j", "b", "e", "?", "<Esc>") // nothing to move yet
		f := newTalk()
		talks <- f
		f.messages <- loaded()
		if got := s.took(); !strings.Contains(got, "Say hello.") {
			t.Errorf("the talk begins: %q", got)
		}
		press(s, "j")
		if got := s.took(); !strings.Contains(got, "First namespaces") || !strings.Contains(got, "2/4") {
			t.Errorf("a key shows at once: %q", got)
		}
		press(s, "e", "x", "j", "3", "G", "k", "b", "t", "b")
		synctest.Wait()
		f.mu.Lock()
		want := "go to 1.0 of 3; run [kKinds of isolation +]; stop [kKinds of isolation +]; go to 1.1 of 3; go to 2.0 of 3; go to 1.1 of 3; black true; clock true; black false"
		if got := strings.Join(f.asked, "; "); got != want {
			t.Errorf("asked for %s; want %s", got, want)
		}
		f.mu.Unlock()
		s.took()
		f.messages <- remote.Message{Stage: &stage.Message{Stage: stage.Stage{Slide: 3}, Deck: 3}}
		if got := s.took(); !strings.Contains(got, "4/4") || !strings.Contains(got, "end of the talk") {
			t.Errorf("the talk moves: %q", got)
		}
		close(f.messages)
		if got := s.took(); !strings.Contains(got, "the talk has ended") {
			t.Errorf("the talk ends: %q", got)
		}
		if <-f.closed; true {
			press(s, "k") // there is nobody to move
		}
		again := newTalk()
		talks <- again
		again.messages <- loaded()
		if got := s.took(); strings.Contains(got, "has ended") || !strings.Contains(got, "4/4") {
			t.Errorf("another talk: %q", got)
		}
		press(s, "<c-z>", "q")
		if err := <-ended; err != nil || s.suspend != 1 {
			t.Errorf("ended with %v, suspended %d times", err, s.suspend)
		}
	})
}

// TestNoTalk: if there can be no talk, the view ends with the reason.
func TestNoTalk(t *testing.T) {
	session(t, func(s *fakeScreen, talks chan<- *fakeTalk, ended <-chan error) {
		talks <- nil
		if err := <-ended; err == nil || err.Error() != "no such talk" {
			t.Errorf("ended with %v", err)
		}
	})
}

// TestRest: at rest the view draws once a minute, and while the clock runs once a second, one row each.
func TestRest(t *testing.T) {
	session(t, func(s *fakeScreen, talks chan<- *fakeTalk, ended <-chan error) {
		f := newTalk()
		talks <- f
		f.messages <- loaded()
		s.took()
		time.Sleep(10 * time.Minute)
		if n := strings.Count(s.took(), "\x1b[K"); n != 10 {
			t.Errorf("%d rows in 10 minutes at rest", n)
		}
		press(s, "t")
		s.took()
		time.Sleep(10 * time.Second)
		if n := strings.Count(s.took(), "\x1b[K"); n != 10 {
			t.Errorf("%d rows in 10 seconds of the clock", n)
		}
	})
}

// TestBusy: a terminal that is behind gets no frames, and afterwards the present one.
func TestBusy(t *testing.T) {
	session(t, func(s *fakeScreen, talks chan<- *fakeTalk, ended <-chan error) {
		f := newTalk()
		talks <- f
		f.messages <- loaded()
		s.took()
		s.mu.Lock()
		s.busy = true
		s.mu.Unlock()
		press(s, "j", "j", "j")
		if got := s.took(); got != "" {
			t.Errorf("a terminal that is behind gets %q", got)
		}
		s.mu.Lock()
		s.busy = false
		s.mu.Unlock()
		s.events <- []input.Event{input.Drained{}}
		if got := s.took(); !strings.Contains(got, "3/4") || strings.Contains(got, "2/4") {
			t.Errorf("afterwards: %q", got)
		}
		s.events <- []input.Event{input.Size{Cols: 10, Rows: 3}}
		if got := s.took(); !strings.Contains(got, "\x1b[J") || strings.Count(got, "\x1b[K") != 3 {
			t.Errorf("in another size: %q", got)
		}
	})
}

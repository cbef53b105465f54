package present

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/present/input"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/render/term"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/stage"
	"github.com/slidexec/slidexec/slides/vt"
)

var update = flag.Bool("update", false, "write the frames of the sessions")

// screen is a terminal whose screen is known, without a process around it.
type screen struct {
	cols, rows int
	vt         *vt.Screen
	events     chan []input.Event
	frames     atomic.Int64
	last       []byte // the last frame as it was written
	suspended  int
	undo       string // what the end undoes
}

func newScreen(cols, rows int) *screen {
	s := &screen{cols: cols, rows: rows, vt: vt.New(cols, rows), events: make(chan []input.Event)}
	_, _ = s.vt.Write([]byte("\x1b[?7l\x1b[?25l")) // as package tty takes a terminal
	return s
}

func (s *screen) Size() (cols, rows int)       { return s.cols, s.rows }
func (s *screen) Events() <-chan []input.Event { return s.events }
func (s *screen) Busy() bool                   { return false }
func (s *screen) Suspend()                     { s.suspended++ }
func (s *screen) Undo(sequence string)         { s.undo += sequence }
func (s *screen) Err() error                   { return nil }
func (s *screen) Write(p []byte) (int, error) {
	s.frames.Add(1)
	s.last = bytes.Clone(p)
	_, _ = s.vt.Write(p)
	return len(p), nil
}

// text returns the rows of the screen as people see them, and where the cursor is.
func (s *screen) text() string {
	var b strings.Builder
	snap := s.vt.Snapshot()
	for i := range s.rows {
		line := ""
		if i < len(snap.Lines) && snap.Lines[i] != "" {
			line = ansi.Output([]slides.Chunk{{Data: []byte(snap.Lines[i])}})[0].Text()
		}
		b.WriteString("|" + strings.TrimRight(line, " ") + "\n")
	}
	if snap.Cursor {
		fmt.Fprintf(&b, "cursor at row %d, column %d\n", snap.Row, snap.Col)
	}
	return b.String()
}

// session is a talk that a test gives.
type session struct {
	t      testing.TB
	screen *screen
	state  *state
	now    time.Time
	hall   stage.Hall
	other  *stage.Seat
	calls  []string // of the talk's programs
	files  map[string]string
	count  int // decks
	config markdown.Config
}

func (s *session) Run(keys ...slides.Key)  { s.called("run", keys) }
func (s *session) Stop(keys ...slides.Key) { s.called("stop", keys) }

func (s *session) Reload() { s.calls = append(s.calls, "reload") }

func (s *session) Type(k slides.Key, in slides.Input) {
	size, mouse := "", ""
	if in.Size != nil {
		size = fmt.Sprint(*in.Size)
	}
	if in.Mouse != nil {
		mouse = fmt.Sprint(*in.Mouse)
	}
	s.calls = append(s.calls, fmt.Sprintf("type %s %q%s%s", s.state.board.Program(k).Name(), in.Key+in.Text, size, mouse))
}

func (s *session) called(what string, keys []slides.Key) {
	for _, k := range keys {
		s.calls = append(s.calls, what+" "+s.state.board.Program(k).Name())
	}
}

func newSession(t testing.TB, deck string, cols, rows int) *session {
	s := &session{t: t, screen: newScreen(cols, rows), now: rendertest.Now}
	keys, err := stage.NewKeymap(stage.Terminal, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &Player{
		Terminal: s.screen, Programs: s, Seat: s.hall.Join(), Keys: keys, Look: term.Backend{Depth: term.TrueColor}, Auto: true,
		Now: func() time.Time { return s.now },
	}
	s.other = s.hall.Join()
	s.state = newState(p)
	s.load(deck)
	return s
}

func (s *session) load(deck string) {
	d, _ := markdown.Parse("deck.md", []byte(deck), s.config)
	s.count++
	s.state.take(slides.Loaded{Deck: d, Version: s.count})
	s.draw()
}

// draw goes on in time by what has to be between two frames, draws, and checks that the screen is what
// a whole frame would have made it.
func (s *session) draw() {
	s.now = s.now.Add(quiet)
	s.state.draw()
	s.t.Helper()
	whole := s.whole()
	for tries := 0; s.state.pictures.store != nil && s.screen.text() != whole && tries < 10; tries++ { // a picture was ready in between
		s.state.urgent = true
		s.state.draw()
		whole = s.whole()
	}
	if s.screen.text() != whole {
		s.t.Fatalf("the screen is not what the frame says; it shows\n%sand a whole frame\n%s", s.screen.text(), whole)
	}
}

// whole returns the screen that a whole frame makes.
func (s *session) whole() string {
	fresh := newScreen(s.screen.cols, s.screen.rows)
	c := canvas{painter: s.state.canvas.painter}
	_, _ = fresh.Write(c.diff(s.state.compose(), s.screen.cols))
	return fresh.text()
}

func (s *session) input(events ...input.Event) {
	s.state.hear(events, true)
	s.draw()
}

func (s *session) key(keys ...string) {
	for _, k := range keys {
		if k == "<space>" {
			k = " "
		}
		s.input(input.Key(k))
	}
}

// program finds a program by its id or by its place among the executable ones, from 1.
func (s *session) program(name string) *slides.Snippet {
	s.t.Helper()
	if p := s.state.deck().Find(name); p != nil {
		return p
	}
	n, err := strconv.Atoi(name)
	if all := s.state.deck().Executable(); err == nil && n >= 1 && n <= len(all) {
		return all[n-1]
	}
	s.t.Fatalf("no program %s", name)
	return nil
}

// commands are what a session's script can say. A command gets its words.
var commands = map[string]func(s *session, w []string){
	"key":   func(s *session, w []string) { s.key(w...) },
	"paste": func(s *session, w []string) { s.input(input.Paste(strings.Join(w, " "))) },
	"load":  func(s *session, w []string) { s.load(s.files[w[0]]) },
	"wait": func(s *session, w []string) {
		d, err := time.ParseDuration(w[0])
		if err != nil {
			s.t.Fatal(err)
		}
		s.now = s.now.Add(d)
		s.draw()
	},
	"resize": func(s *session, w []string) {
		s.screen.cols, s.screen.rows = number(s.t, w[0]), number(s.t, w[1])
		s.screen.vt.Resize(s.screen.cols, s.screen.rows)
		s.input(input.Size{Cols: s.screen.cols, Rows: s.screen.rows})
	},
	"most": func(s *session, w []string) { // columns and where they are, rows and where they are
		s.state.Columns, s.state.Rows = Extent{number(s.t, w[0]), w[1]}, Extent{number(s.t, w[2]), w[3]}
		s.state.resize(0, 0)
		s.input(input.Size{Cols: s.screen.cols, Rows: s.screen.rows})
	},
	"mouse": func(s *session, w []string) { // press 3 10 1: a row, a column, a button
		s.input(input.Mouse{Action: w[0], Row: number(s.t, w[1]), Col: number(s.t, w[2]), Button: number(s.t, w[3])})
	},
	"running": func(s *session, w []string) { // the program has run for a second and printed the words as lines
		s.ran(w, slides.Result{State: slides.Running, Started: s.now.Add(-time.Second), Layers: []string{"all"}})
	},
	"done": func(s *session, w []string) {
		s.ran(w, slides.Result{State: slides.Done, Status: slides.OK, Elapsed: time.Second, Layers: []string{"all"}})
	},
	"failed": func(s *session, w []string) {
		s.ran(w, slides.Result{State: slides.Done, Status: slides.Exited, Exit: 3, Elapsed: time.Second, Layers: []string{"all"}})
	},
	"screen": func(s *session, w []string) { // the words are the rows of the program's terminal
		sc := &slides.Screen{Cols: 30, Rows: 5, Lines: w[1:], Row: len(w) - 2, Col: len(w[len(w)-1]), Cursor: true, Back: []string{"older 1", "older 2"}}
		s.state.take(slides.Ran{Key: s.program(w[0]).Key, Result: slides.Result{State: slides.Running, Started: s.now, Screen: sc, Layers: []string{"all"}}})
		s.draw()
	},
	"broken": func(s *session, w []string) {
		s.state.take(slides.Broken{Diags: slides.Diags{{Pos: s.state.deck().Files[0].LineStart(number(s.t, w[0])), Msg: strings.Join(w[1:], " "), Hint: "mend it"}}})
		s.draw()
	},
	"other": func(s *session, w []string) { // another front end goes to a slide and step
		slide, step := number(s.t, w[0]), number(s.t, w[1])
		if err := s.other.Change(stage.Change{Slide: &slide, Step: &step}, s.now); err != nil {
			s.t.Fatal(err)
		}
		s.state.sync()
		s.draw()
	},
	"planned": func(s *session, w []string) { // the talk begins again, with a planned length
		d, err := time.ParseDuration(w[0])
		if err != nil {
			s.t.Fatal(err)
		}
		s.state.Length = d
		s.state.timed = true
		s.state.begin()
		s.draw()
	},
	"motion": func(s *session, w []string) { // of 300 ms, from now on
		s.state.Motion = Motion{Style: w[0], Duration: 300 * time.Millisecond, Frames: 10}
	},
	"address": func(s *session, w []string) { s.state.Address = w[0] },
	"invited": func(s *session, w []string) { // another front end shows the address, or the slide
		on := w[0] == "true"
		if err := s.other.Change(stage.Change{Invite: &on}, s.now); err != nil {
			s.t.Fatal(err)
		}
		s.state.sync()
		s.draw()
	},
	"light": func(s *session, _ []string) { s.input(input.Background{R: 255, G: 255, B: 255}) },
}

func (s *session) ran(w []string, r slides.Result) {
	s.t.Helper()
	var out strings.Builder
	for _, word := range w[1:] {
		if n, ok := strings.CutPrefix(word, "lines:"); ok {
			for i := range number(s.t, n) {
				fmt.Fprintf(&out, "line %d\n", i+1)
			}
			continue
		}
		out.WriteString(word + "\n")
	}
	r.Log = []slides.Chunk{{Data: []byte(out.String())}}
	s.state.take(slides.Ran{Key: s.program(w[0]).Key, Result: r})
	s.draw()
}

func number(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSessions gives the talks of testdata: decks, what is typed and clicked, and what the screen shows
// then. Each `show` of a script is followed by its rows, and by what the programs were told meanwhile.
func TestSessions(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no sessions: ", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { play(t, name) })
	}
}

func play(t *testing.T, name string) {
	ar, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range ar.Files {
		files[f.Name] = string(f.Data)
	}
	size := strings.Fields(files["size"])
	s := newSession(t, files["deck.md"], number(t, size[0]), number(t, size[1]))
	s.files = files
	var out strings.Builder
	for line := range strings.Lines(files["script"]) {
		if strings.HasPrefix(line, "|") || strings.HasPrefix(line, "cursor at ") || strings.HasPrefix(line, "> ") {
			continue // as it was written before
		}
		out.WriteString(line)
		w := strings.Fields(line)
		switch {
		case len(w) == 0 || w[0] == "#":
		case w[0] == "show":
			out.WriteString(s.screen.text())
			for _, c := range s.calls {
				out.WriteString("> " + c + "\n")
			}
			s.calls = nil
		case commands[w[0]] == nil:
			t.Fatalf("%s is no command", w[0])
		default:
			commands[w[0]](s, w[1:])
		}
	}
	if out.String() == files["script"] {
		return
	}
	if !*update {
		t.Errorf("%s: got\n%s\nwant\n%s", name, out.String(), files["script"])
		return
	}
	for i := range ar.Files {
		if ar.Files[i].Name == "script" {
			ar.Files[i].Data = []byte(out.String())
		}
	}
	if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestPreview: the beginning of a deck shows its first slide as the whole deck does, but for the last row.
func TestPreview(t *testing.T) {
	beginning := "One\n===\n\n* a\n* b\n\n<!-- pause -->\n\nlater\n\n<!-- end_slide -->\n\nTwo\n===\n"
	s := newSession(t, beginning+"\n<!-- end_slide -->\n\nThree\n===\n", 40, 10)
	early := newScreen(40, 10)
	p := &Player{Terminal: early, Keys: s.state.Keys, Look: term.Backend{Depth: term.TrueColor}}
	d, _ := markdown.Parse("deck.md", []byte(beginning), markdown.Config{})
	p.Preview(d)
	got, want := strings.SplitAfter(early.text(), "\n"), strings.SplitAfter(s.screen.text(), "\n")
	if strings.Join(got[:9], "") != strings.Join(want[:9], "") || got[9] != "|\n" || !strings.Contains(want[9], "1/3") {
		t.Errorf("the preview is\n%sthe first frame\n%s", early.text(), s.screen.text())
	}
}

// TestScheme: the theme that a deck names decides between light and dark, or else the user's, or else the terminal.
func TestScheme(t *testing.T) {
	for _, tt := range []struct {
		usual, theme  string
		answer, light bool // light terminals
	}{
		{"", "", true, true},
		{"", "", false, false},
		{"light", "", false, true},
		{"catppuccin-mocha", "", true, false},
		{"mine", "", true, true},
		{"light", "{name: dark}", true, false},
		{"dark", "{path: mine.yaml}", true, true},
		{"dark", "{name: mine}", true, true},
		{"dark", "{override: {default: {}}}", true, false},
	} {
		s := newSession(t, "One\n===\n", 40, 10)
		o := markdown.DefaultOptions()
		o.Theme = tt.usual
		s.config.Options = &o
		answer := input.Background{}
		if tt.answer {
			answer = input.Background{R: 255, G: 255, B: 255}
		}
		s.input(answer)
		s.load("---\ntheme: " + tt.theme + "\n---\n\nOne\n===\n")
		if s.state.look.Light != tt.light {
			t.Errorf("%+v: light %v", tt, s.state.look.Light)
		}
		s.input(answer)
		if s.state.look.Light != tt.light {
			t.Errorf("%+v: light %v after the terminal's answer", tt, s.state.look.Light)
		}
		if s.load("One\n===\n"); s.state.look.Light != tt.answer && tt.usual == "" {
			t.Errorf("%+v: light %v without a theme", tt, s.state.look.Light)
		}
		s.state.Auto = false
		if s.input(answer); tt.usual == "" && s.state.look.Light != tt.answer {
			t.Errorf("%+v: changed although a flag has decided", tt)
		}
	}
}

// TestLength: the length that the user gives counts, and not the deck's.
func TestLength(t *testing.T) {
	s := newSession(t, "One\n===\n", 40, 10)
	var hall stage.Hall
	p := *s.state.Player
	p.Seat, p.Length = hall.Join(), 10*time.Minute
	other := newState(&p)
	for version, words := range []string{"20m", "30m"} {
		d, _ := markdown.Parse("deck.md", []byte("---\nduration: "+words+"\n---\n\nOne\n===\n"), markdown.Config{})
		other.take(slides.Loaded{Deck: d, Version: version + 1})
		if got := other.clock.Planned; got != p.Length || !other.timed {
			t.Errorf("%v is planned, and shown: %v", got, other.timed)
		}
	}
}

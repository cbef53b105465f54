package tty

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/testkit/pty"
	"github.com/slidexec/slidexec/render/present/input"
)

// answering is a screen that answers the question for the cursor.
type answering struct {
	mu      sync.Mutex
	got     bytes.Buffer
	replies []byte
	size    [2]int
}

func (a *answering) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if bytes.Contains(p, []byte("\x1b[6n")) {
		a.replies = append(a.replies, "\x1b[1;1R"...)
	}
	return a.got.Write(p)
}

func (a *answering) Replies() []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.replies
	a.replies = nil
	return r
}

func (a *answering) Redraw() []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	return []byte("\x1b[?1049hREDRAWN")
}

func (a *answering) Resize(cols, rows int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.size = [2]int{cols, rows}
}

// TestLend: a program gets the keyboard, an empty screen, answers of the screen beside, and sizes; and
// then the talk has everything again.
func TestLend(t *testing.T) {
	outer, term := open(t, 80, 24)
	_, _ = term.Write([]byte("FRAME"))
	outer.Wait(attributes)
	screen := &answering{}
	l, back, err := term.Lend(func(cols, rows int) Screen { screen.size = [2]int{cols, rows}; return screen })
	if err != nil {
		t.Fatal(err)
	}
	if l.Size != [2]int{80, 24} || screen.size != l.Size {
		t.Errorf("size %v, screen %v", l.Size, screen.size)
	}
	_, _ = io.WriteString(l.Out, "HELLO\x1b[6n\x1b]52;c;eA==\a\x1b[?1000h")
	shown := outer.Wait("HELLO\x1b[?1000h")
	if !strings.Contains(shown, term.Kind().modesOff()+resetProgram+"\x1b[2J\x1b[HHELLO") {
		t.Errorf("shown: %q", shown)
	}
	outer.Type("\x1b]11;rgb:0/0/0\x1b\\x\x03\x1b[A\x1b[?62c\x1b[200~p\x1b[201~") // late answers among what is typed
	want := "\x1b[1;1Rx\x03\x1b[A\x1b[200~p\x1b[201~"
	got := make([]byte, len(want))
	if _, err := io.ReadFull(l.In, got); err != nil || string(got) != want {
		t.Errorf("the program reads %q, %v; want %q", got, err, want)
	}
	outer.Resize(100, 30)
	term.look() // the signal is for a terminal of ours
	if size := <-l.Resize; size != [2]int{100, 30} || screen.size != size {
		t.Errorf("resized to %v, screen %v", size, screen.size)
	}
	outer.Type("\x1d\x1d\x1d")
	<-l.Quit
	back()
	if _, err := io.ReadAll(l.In); err != nil {
		t.Error(err)
	}
	outer.Wait(resetProgram + term.Kind().modesOn())
	outer.Type("j")
	for {
		events := next(t, term)
		if events[len(events)-1] == input.Key("j") {
			break
		}
		if _, ok := events[0].(input.Size); !ok {
			t.Errorf("events %q", events)
		}
	}
	back() // again does nothing
}

// TestLendOutside: without a talk, the shell's screen stays, and the terminal is as before afterwards.
func TestLendOutside(t *testing.T) {
	outer := pty.New(t, 80, 24)
	before := outer.Modes()
	l, back, err := Lend(outer.Inner(), outer.Inner(), func(int, int) Screen { return &answering{} })
	if err != nil {
		t.Fatal(err)
	}
	if outer.Modes() == before {
		t.Error("the modes are not raw")
	}
	_, _ = io.WriteString(l.Out, "\x1b[?1049hHELLO")
	outer.Type("x")
	b := make([]byte, 1)
	if _, err := io.ReadFull(l.In, b); err != nil || b[0] != 'x' {
		t.Errorf("read %q, %v", b, err)
	}
	if err := back(); err != nil {
		t.Error(err)
	}
	if shown := outer.Wait(popKeys + "\x1b[?1047l" + resetProgram); strings.Contains(shown, "\x1b[?1000h") || !strings.HasPrefix(shown, "\x1b[?1049hHELLO") {
		t.Errorf("shown: %q", shown)
	}
	if after := outer.Modes(); after != before {
		t.Errorf("modes are %s\nwere %s", after, before)
	}
}

// TestQuit: whichever way a program has keys told, three times in a row the same key is for us, and only
// the first three do anything.
func TestQuit(t *testing.T) {
	for _, tt := range []struct {
		name, typed string
		quits       bool
	}{
		{"as ever", "\x1d\x1d\x1d", true},
		{"more often", "\x1d\x1d\x1dq\x1d\x1d\x1d\x1d", true},
		{"kitty", "\x1b[93;5u\x1b[93;5u\x1b[93;5u", true},
		{"kitty, with releases, the modifier and other layouts", strings.Repeat("\x1b[57442;5:1u\x1b[93::93;5:1u\x1b[93::93;5:3u\x1b[57442;1:3u", 3), true},
		{"modifyOtherKeys", strings.Repeat("\x1b[27;5;93~", 3), true},
		{"typed with 5", strings.Repeat("\x1b[53;5u", 3), true},
		{"the mouse moves", "\x1d\x1b[<35;2;2M\x1d\x1b[<35;3;2M\x1d", true},
		{"twice", "\x1d\x1dx\x1d\x1d", false},
		{"pasted", "\x1b[200~\x1d\x1d\x1d\x1b[201~", false},
	} {
		for _, step := range []int{1, 3, 1000} {
			l := newLoan(nil, input.Size{Cols: 80, Rows: 24}, &answering{}, true)
			for rest := tt.typed; rest != ""; {
				n := min(step, len(rest))
				l.take([]byte(rest[:n]))
				rest = rest[n:]
			}
			l.take(nil)
			select {
			case <-l.Quit:
				if !tt.quits {
					t.Errorf("%s, by %d: ends the program", tt.name, step)
				}
			default:
				if tt.quits {
					t.Errorf("%s, by %d: does not end the program", tt.name, step)
				}
			}
			l.typed.end()
			if got, err := io.ReadAll(l.In); err != nil || string(got) != tt.typed {
				t.Errorf("%s, by %d: the program reads %q, %v", tt.name, step, got, err)
			}
		}
	}
}

// TestLendStopped: a program that prints more than the terminal takes waits, and does not keep anybody else.
func TestLendStopped(t *testing.T) {
	_, inner := pty.Open(t)
	t.Setenv("TERM", "xterm")
	term, err := Open(inner, inner)
	if err != nil {
		t.Fatal(err)
	}
	l, back, err := term.Lend(func(int, int) Screen { return &answering{} })
	if err != nil {
		t.Fatal(err)
	}
	written := make(chan error, 1)
	go func() {
		_, err := l.Out.Write(bytes.Repeat([]byte("x"), 1<<20))
		written <- err
	}()
	back()
	if err := term.Close(); err != nil {
		t.Error(err)
	}
	if err := <-written; err == nil {
		t.Error("a terminal that is closed takes everything")
	}
}

// TestLentAgain: when slidexec is continued, the program that has the terminal has its screen and its keyboard again.
func TestLentAgain(t *testing.T) {
	lend := func(_ *testing.T, term *Terminal) *Loan {
		l, back, err := term.Lend(func(int, int) Screen { return &answering{} })
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(back)
		return l
	}
	outer, term := open(t, 80, 24)
	l := lend(t, term)
	_, _ = io.WriteString(l.Out, "BEFORE")
	outer.Wait("BEFORE")
	before := len(outer.Shown())
	if err := setModes(outer.Inner(), term.saved); err != nil { // as a shell does
		t.Fatal(err)
	}
	term.signal(unix.SIGCONT)
	outer.Until("the screen again", func(shown string) bool {
		return strings.HasSuffix(shown[before:], term.Kind().enter()+term.Kind().modesOff()+resetProgram+"\x1b[0m\x1b[2J\x1b[HREDRAWN")
	})
	if m, err := getModes(outer.Inner()); err != nil || m != term.raw {
		t.Errorf("modes are %v, %v; want %v", m, err, term.raw)
	}
	outer.Type("x")
	b := make([]byte, 1)
	if _, err := io.ReadFull(l.In, b); err != nil || b[0] != 'x' {
		t.Errorf("the program reads %q, %v", b, err)
	}
}

// TestPaused: what a program draws while the terminal is not ours reaches its screen only.
func TestPaused(t *testing.T) {
	outer, term := open(t, 80, 24)
	screen := &answering{}
	l, back, err := term.Lend(func(int, int) Screen { return screen })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(back)
	l.pause()
	_, _ = io.WriteString(l.Out, "HIDDEN")
	l.again("AGAIN")
	_, _ = io.WriteString(l.Out, "SHOWN")
	if shown := outer.Wait("SHOWN"); strings.Contains(shown, "HIDDEN") || !strings.Contains(shown, "AGAIN") {
		t.Errorf("shown: %q", shown)
	}
	if got := screen.got.String(); got != "HIDDENSHOWN" {
		t.Errorf("the program's screen has %q", got)
	}
}

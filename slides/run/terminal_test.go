package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

// program is what a fake does in place of a program.
type program = func(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error)

// drawn is a program with a pseudo terminal.
func drawn(code string) *slides.Snippet {
	s := snippet("bash", code)
	s.Exec = slides.Exec{Mode: slides.ModePty, Pty: true}
	s.Key = slides.MakeKey(s, 0)
	return s
}

// ended is what happened to a program that ended by itself.
var ended = sandbox.Result{Status: sandbox.OK, Elapsed: time.Millisecond, Layers: []string{"fake"}}

// waits is a program that waits for its end.
func waits(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
	<-ctx.Done()
	return sandbox.Result{Status: sandbox.Canceled}, nil
}

// echoes is a program that prints each key in brackets, and its size after every change, until the
// key is q.
func echoes(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
	keys := make(chan byte)
	go func() {
		for b := make([]byte, 1); ; {
			if _, err := c.Stdin.Read(b); err != nil {
				return
			}
			select {
			case keys <- b[0]:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case k := <-keys:
			if k == 'q' {
				return ended, nil
			}
			if _, err := c.Stdout.Write([]byte("[" + string(k) + "]")); err != nil {
				return ended, err
			}
		case size := <-c.Terminal.Resize:
			if _, err := c.Stdout.Write([]byte("<" + sizeWords(size) + ">")); err != nil {
				return ended, err
			}
		case <-ctx.Done():
			return sandbox.Result{Status: sandbox.Canceled}, nil
		}
	}
}

func sizeWords(size [2]int) string { return fmt.Sprintf("%d:%d", size[0], size[1]) }

// play runs a task while at is called with every state of it, and returns the result.
func play(t *testing.T, r *Runner, task Task, at func(slides.Result)) slides.Result {
	t.Helper()
	var last slides.Result
	err := r.RunTasks(t.Context(), []Task{task}, func(ran slides.Ran) {
		if last = ran.Result; at != nil {
			at(last)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return last
}

func TestScreen(t *testing.T) {
	f := &fake{do: prints("one\r\ntwo\r\n")}
	r := newRunner(t, Options{Executor: f})
	res := results(t, r, drawn("x"))[0]
	if got := string(res.Bytes()); got != "one\ntwo\n" || len(res.Log) != 1 {
		t.Errorf("the log is %q in %d chunks", got, len(res.Log))
	}
	if res.Program != (slides.Program{}) {
		t.Errorf("places on the screen are those of %+v", res.Program)
	}
	if s := res.Screen; s == nil || s.Cols != 80 || s.Rows != 24 || s.Lines[1] != "two" {
		t.Errorf("the screen is %+v", s)
	}
	c := f.cmds[0]
	if c.Terminal == nil || c.Terminal.Cols != 80 || c.Terminal.Rows != 24 || c.Policy.Limits.Output != -1 || c.Policy.Limits.Wall != runLimits.Wall {
		t.Errorf("the program got %+v, %+v", c.Terminal, c.Policy.Limits)
	}
	for _, want := range []string{"TERM=xterm-256color", "COLORTERM=truecolor"} {
		if !slices.Contains(c.Env, want) {
			t.Errorf("the environment lacks %s: %q", want, c.Env)
		}
	}
	if slices.ContainsFunc(c.Env, func(v string) bool { return strings.HasPrefix(v, "COLUMNS=") || strings.HasPrefix(v, "LINES=") }) {
		t.Errorf("the size is in the environment: %q", c.Env)
	}
	if again := results(t, r, drawn("x"))[0]; f.runs() != 1 || again.Screen == nil || again.Screen.Lines[1] != "two" {
		t.Errorf("after %d runs: %+v", f.runs(), again)
	}
}

// TestWhoDraws: of the modes, those with +pty whose output is text get a screen.
func TestWhoDraws(t *testing.T) {
	for _, tt := range []struct {
		exec slides.Exec
		want bool
	}{
		{slides.Exec{Mode: slides.ModePty, Pty: true}, true},
		{slides.Exec{Mode: slides.ModePty, Pty: true, Standby: true}, true},
		{slides.Exec{Mode: slides.ModeReplace, Pty: true}, true},
		{slides.Exec{Mode: slides.ModeReplace}, false},
		{slides.Exec{Mode: slides.ModeExec}, false},
		{slides.Exec{Mode: slides.ModeImage, Pty: true}, false},
	} {
		f := &fake{}
		s := snippet("bash", "x")
		s.Exec = tt.exec
		res := results(t, newRunner(t, Options{Executor: f}), s)[0]
		if (f.cmds[0].Terminal != nil) != tt.want || (res.Screen != nil) != tt.want {
			t.Errorf("%+v: terminal %+v, screen %+v", tt.exec, f.cmds[0].Terminal, res.Screen)
		}
	}
}

// TestLines: programs whose output is text print to terminals that nobody sits at; pictures, builds and
// what somebody wants in a file go through pipes.
func TestLines(t *testing.T) {
	for _, tt := range []struct {
		exec slides.Exec
		lang string
		want []bool // of each command
	}{
		{slides.Exec{Mode: slides.ModeExec}, "bash", []bool{true}},
		{slides.Exec{Mode: slides.ModeReplace}, "bash", []bool{true}},
		{slides.Exec{Mode: slides.ModeValidate}, "bash", []bool{true}},
		{slides.Exec{Mode: slides.ModeImage}, "bash", []bool{false}},
		{slides.Exec{Mode: slides.ModePty, Pty: true}, "bash", []bool{false}},
		{slides.Exec{Mode: slides.ModeExec}, "c", []bool{false}},
	} {
		f := &fake{do: func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
			return sandbox.Result{Status: sandbox.Exited, Exit: 1}, nil
		}}
		s := snippet(tt.lang, "x")
		s.Exec = tt.exec
		results(t, newRunner(t, Options{Executor: f}), s)
		for i, want := range tt.want {
			c := f.cmds[i]
			if got := c.LineByLine == [2]int{72, 24}; got != want || slices.Contains(c.Env, "PAGER=cat") != want {
				t.Errorf("%+v, command %d: %v, %q", tt.exec, i, c.LineByLine, c.Env)
			}
			width := map[bool]string{false: "COLUMNS=80", true: "COLUMNS=72"}[want]
			if c.Terminal == nil && !slices.Contains(c.Env, width) {
				t.Errorf("%+v: no %s in %q", tt.exec, width, c.Env)
			}
		}
	}
	for _, lines := range []bool{false, true} {
		f := &fake{}
		_, err := newRunner(t, Options{Executor: f}).Exec(t.Context(), "bash", []byte("x"), Stdio{Out: io.Discard, Err: io.Discard, Lines: lines})
		if err != nil || (f.cmds[0].LineByLine != [2]int{}) != lines {
			t.Errorf("exec to a terminal %v: %v, %v", lines, f.cmds[0].LineByLine, err)
		}
	}
}

// TestBuildOfADrawnProgram: only the last step has the terminal.
func TestBuildOfADrawnProgram(t *testing.T) {
	f := &fake{do: func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
		_, err := c.Stderr.Write([]byte("error: no\n"))
		return sandbox.Result{Status: sandbox.Exited, Exit: 1}, err
	}}
	s := drawn("int main")
	s.Lang = "c"
	res := results(t, newRunner(t, Options{Executor: f}), s)[0]
	if res.Phase != "build" || string(res.Bytes()) != "error: no\n" || res.Screen != nil || f.cmds[0].Terminal != nil {
		t.Errorf("%+v", res)
	}
}

func TestKeyboard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{do: echoes}
		r := newRunner(t, Options{Executor: f})
		k := NewKeyboard([2]int{})
		k.Type(slides.Input{Key: "y"}) // the program does not run yet
		k.Type(slides.Input{Key: "z"})
		began := false
		res := play(t, r, Task{Snippet: drawn("x"), Keyboard: k}, func(res slides.Result) {
			if res.State == slides.Running && !began {
				began = true
				go func() {
					for _, in := range []slides.Input{{Key: "a"}, {Text: "bc"}, {Size: &[2]int{30, 20}}, {Key: "d"}} {
						synctest.Wait()
						k.Type(in)
					}
					synctest.Wait()
					k.Type(slides.Input{Key: "q"})
				}()
			}
		})
		if got, want := string(res.Bytes()), "[y][z][a][b][c]<30:20>[d]\n"; got != want || res.Status != slides.OK {
			t.Errorf("it printed %q, want %q; %+v", got, want, res)
		}
		if res.Screen.Cols != 30 || res.Screen.Rows != 20 {
			t.Errorf("the screen is %d:%d", res.Screen.Cols, res.Screen.Rows)
		}
		k.Type(slides.Input{Key: "e"}) // after the end
	})
}

// TestResizeUnread: a program that does not read its keyboard gets its sizes all the same.
func TestResizeUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRunner(t, Options{Executor: &fake{do: func(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
			select {
			case size := <-c.Terminal.Resize:
				_, err := c.Stdout.Write([]byte("<" + sizeWords(size) + ">"))
				return ended, err
			case <-time.After(time.Hour):
				return ended, nil
			}
		}}})
		k := NewKeyboard([2]int{})
		time.AfterFunc(time.Second, func() {
			k.Type(slides.Input{Text: "x"})
			synctest.Wait()
			k.Type(slides.Input{Size: &[2]int{30, 20}})
		})
		if res := play(t, r, Task{Snippet: drawn("x"), Keyboard: k}, nil); string(res.Bytes()) != "<30:20>\n" {
			t.Errorf("it printed %q", res.Bytes())
		}
	})
}

// TestKept: what somebody had a part in is not kept, what the program did alone is.
func TestKept(t *testing.T) {
	for name, tt := range map[string]struct {
		in    []slides.Input
		fixed bool
		took  time.Duration
		kept  bool
	}{
		"nobody":           {nil, false, time.Second, true},
		"a key":            {[]slides.Input{{Key: "a"}}, false, time.Second, false},
		"a size":           {[]slides.Input{{Size: &[2]int{30, 20}}}, false, time.Second, false},
		"the size it has":  {[]slides.Input{{Size: &[2]int{80, 24}}}, false, time.Second, true},
		"a size, fixed":    {[]slides.Input{{Size: &[2]int{30, 20}}}, true, time.Second, true},
		"longer than once": {nil, false, time.Minute, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := &fake{do: func(context.Context, *sandbox.Cmd) (sandbox.Result, error) {
				time.Sleep(tt.took)
				return sandbox.Result{Status: sandbox.OK, Elapsed: tt.took}, nil
			}}
			r := newRunner(t, Options{Executor: f})
			s := drawn("x")
			if tt.fixed {
				s.Exec.PtyCols, s.Exec.PtyRows = 80, 24
			}
			for range 2 {
				k := NewKeyboard([2]int{})
				time.AfterFunc(tt.took/2, func() {
					for _, in := range tt.in {
						k.Type(in)
					}
				})
				play(t, r, Task{Snippet: s, Keyboard: k}, nil)
				time.Sleep(time.Hour)
			}
			if kept := f.runs() == 1; kept != tt.kept {
				t.Errorf("%s: %d runs", name, f.runs())
			}
		})
	}
}

// TestSize: the fence decides, then the display, else it is what terminals had at first. The key
// has the size.
func TestSize(t *testing.T) {
	f := &fake{}
	r := newRunner(t, Options{Executor: f})
	for i, tt := range []struct {
		cols, rows int
		display    [2]int
		want       [2]int
	}{
		{0, 0, [2]int{}, [2]int{80, 24}},
		{0, 0, [2]int{100, 30}, [2]int{100, 30}},
		{0, 0, [2]int{101, 30}, [2]int{101, 30}},
		{40, 10, [2]int{100, 30}, [2]int{40, 10}},
		{65535, 65535, [2]int{}, largest},
		{0, 0, [2]int{1 << 30, -5}, [2]int{largest[0], 1}},
	} {
		s := drawn("x")
		s.Exec.PtyCols, s.Exec.PtyRows = tt.cols, tt.rows
		play(t, r, Task{Snippet: s, Keyboard: NewKeyboard(tt.display)}, nil)
		if f.runs() != i+1 {
			t.Fatalf("%+v: the result of another size was taken", tt)
		}
		if c := f.cmds[i].Terminal; [2]int{c.Cols, c.Rows} != tt.want {
			t.Errorf("%+v: got %d:%d", tt, c.Cols, c.Rows)
		}
	}
	play(t, r, Task{Snippet: drawn("x"), Keyboard: NewKeyboard([2]int{100, 30})}, nil)
	if f.runs() != 6 {
		t.Error("the result of this size was not taken")
	}
}

// TestNameOfASize: a display that changes the size does not make results out of date.
func TestNameOfASize(t *testing.T) {
	r := newRunner(t, Options{Executor: &fake{}})
	s := drawn("x")
	var names []string
	for _, size := range [][2]int{{}, {100, 30}} {
		play(t, r, Task{Snippet: s, Keyboard: NewKeyboard(size), Named: func(n string) { names = append(names, n) }}, nil)
	}
	if now := r.Look([]*slides.Snippet{s}).Names[0]; names[0] != now || names[1] != now {
		t.Errorf("%q, now %q", names, now)
	}
	s.Exec.PtyCols, s.Exec.PtyRows = 100, 30
	if now := r.Look([]*slides.Snippet{s}).Names[0]; names[0] == now {
		t.Error("another size of the fence does not make the result out of date")
	}
}

// TestDeaf: a program that never reads does not delay whoever types, and the result says what was
// lost.
func TestDeaf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{do: func(context.Context, *sandbox.Cmd) (sandbox.Result, error) {
			time.Sleep(time.Second)
			return ended, nil
		}}
		r := newRunner(t, Options{Executor: f})
		k := NewKeyboard([2]int{})
		time.AfterFunc(time.Second/2, func() {
			for range 3 {
				synctest.Wait() // it blocks on the first
				k.Type(slides.Input{Text: strings.Repeat("x", mostTyped/2+1)})
			}
		})
		res := play(t, r, Task{Snippet: drawn("x"), Keyboard: k}, nil)
		if want := "the program did not read its keyboard, so 1 key went nowhere"; res.Remark.Says != want {
			t.Errorf("remark %q, want %q", res.Remark.Says, want)
		}
		if res.State != slides.Done || res.Status != slides.OK {
			t.Errorf("%+v", res)
		}
	})
}

// TestFlood: a program that prints without end is shown every 30 ms, whole or not, and nothing of it
// is kept but the screen.
func TestFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		line := bytes.Repeat([]byte("0123456789"), 3200)
		f := &fake{do: func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
			for range 3000 {
				if _, err := c.Stdout.Write(line); err != nil {
					return ended, err
				}
				time.Sleep(time.Millisecond)
			}
			return ended, nil
		}}
		r := newRunner(t, Options{Executor: f})
		events, largest := 0, 0
		res := play(t, r, Task{Snippet: drawn("x"), Keyboard: NewKeyboard([2]int{})}, func(res slides.Result) {
			events++
			largest = max(largest, res.Size())
		})
		if events > 3000/30+5 || events < 3000/30-5 || res.Status != slides.OK || res.Truncated {
			t.Errorf("%d events, and then %+v", events, res)
		}
		if largest > 100<<10 {
			t.Errorf("a result had %d bytes", largest)
		}
	})
}

// TestReplies: the screen answers the program, keyboard or not; a program that asks and does not read
// gets nowhere, but nobody else does.
func TestReplies(t *testing.T) {
	f := &fake{do: func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
		if _, err := c.Stdout.Write([]byte("\x1b[6n")); err != nil {
			return ended, err
		}
		b := make([]byte, 6)
		if _, err := io.ReadFull(c.Stdin, b); err != nil {
			return ended, err
		}
		for range 10 * mostReplies {
			if _, err := c.Stdout.Write([]byte("\x1b[6n")); err != nil {
				return ended, err
			}
		}
		_, err := c.Stdout.Write(bytes.ReplaceAll(b, []byte("\x1b"), []byte("ESC")))
		return ended, err
	}}
	for _, k := range []*Keyboard{nil, NewKeyboard([2]int{})} {
		res := play(t, newRunner(t, Options{Executor: f}), Task{Snippet: drawn("x"), Keyboard: k}, nil)
		if got := string(res.Bytes()); got != "ESC[1;1R\n" {
			t.Errorf("got %q", got)
		}
	}
}

// TestTimeOfTheAttended: where somebody attends a program, it has the time limits that people set,
// and no other.
func TestTimeOfTheAttended(t *testing.T) {
	minute := sandbox.Limits{Wall: time.Minute}
	for _, tt := range []struct {
		name     string
		o        Options
		id       string
		attended bool
		want     time.Duration
	}{
		{"once", Options{}, "", false, runLimits.Wall},
		{"once, for longer", Options{Limits: minute}, "", false, time.Minute},
		{"attended", Options{}, "", true, -1},
		{"attended, with a flag", Options{Limits: minute}, "", true, time.Minute},
		{"attended, defaults filled in", Options{Limits: ProgramLimits(), Untimed: true}, "", true, -1},
		{"attended, with a setting", Options{Snippets: map[string]Settings{"a": {Limits: minute}}}, "a", true, time.Minute},
		{"attended, with a setting of another", Options{Snippets: map[string]Settings{"a": {Limits: minute}}}, "b", true, -1},
	} {
		f := &fake{}
		tt.o.Executor = f
		s := drawn("x")
		s.ID = tt.id
		task := Task{Snippet: s}
		if tt.attended {
			task.Keyboard = NewKeyboard([2]int{})
		}
		play(t, newRunner(t, tt.o), task, nil)
		l := f.cmds[0].Policy.Limits
		if l.Wall != tt.want || l.CPU <= 0 || l.Memory <= 0 {
			t.Errorf("%s: %+v, want %v", tt.name, l, tt.want)
		}
	}
	f := &fake{}
	play(t, newRunner(t, Options{Executor: f}), Task{Snippet: snippet("bash", "x"), Keyboard: NewKeyboard([2]int{})}, nil)
	if c := f.cmds[0]; c.Policy.Limits.Wall != runLimits.Wall || c.Terminal != nil {
		t.Errorf("a program without a screen is attended: %+v", c)
	}
}

// TestNobodyWaits: programs that wait for keys hold up no others, and not too many of them run.
func TestNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		f := &fake{do: func(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
			if c.Terminal == nil {
				return ended, nil
			}
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			return waits(ctx, c)
		}}
		r := newRunner(t, Options{Executor: f, Jobs: 1})
		ctx, stop := context.WithCancel(t.Context())
		var tasks []Task
		for i := range mostScreens + 18 {
			tasks = append(tasks, Task{Snippet: drawn(strings.Repeat("x", i+1)), Keyboard: NewKeyboard([2]int{})})
		}
		plain := snippet("bash", "plain")
		tasks = append(tasks, Task{Snippet: plain})
		last := slides.Results{}
		var over sync.WaitGroup
		over.Go(func() {
			_ = r.RunTasks(ctx, tasks, func(ran slides.Ran) { last[ran.Key] = ran.Result })
		})
		synctest.Wait()
		if got := last[plain.Key]; got.Status != slides.OK {
			t.Errorf("the program without a screen: %+v", got)
		}
		if got := most.Load(); got != mostScreens {
			t.Errorf("%d screens at a time, want %d", got, mostScreens)
		}
		stop()
		over.Wait()
		for k, res := range last {
			if k != plain.Key && res.Status != slides.Canceled {
				t.Errorf("%+v", res)
			}
		}
	})
}

// lender is a front end with a real terminal.
type lender struct {
	out            bytes.Buffer
	in             io.Reader
	sizes          chan [2]int
	lent, returned int
	err            error
}

func (l *lender) lend(context.Context) (Terminal, func(), error) {
	l.lent++
	return Terminal{In: l.in, Out: &l.out, Size: [2]int{90, 40}, Resize: l.sizes}, func() { l.returned++ }, l.err
}

func terminalProgram(code string) *slides.Snippet {
	s := snippet("bash", code)
	s.Exec = slides.Exec{Mode: slides.ModeTerminal}
	return s
}

func TestLend(t *testing.T) {
	f := &fake{do: func(_ context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
		in, err := io.ReadAll(c.Stdin)
		if err != nil {
			return ended, err
		}
		_, err = c.Stdout.Write([]byte("\x1b[6n" + string(in) + "\r\n"))
		return ended, err
	}}
	r := newRunner(t, Options{Executor: f})
	for i, s := range []*slides.Snippet{terminalProgram("x"), terminalProgram("x"), drawn("x"), snippet("bash", "x")} {
		l := &lender{in: strings.NewReader("typed")}
		res := play(t, r, Task{Snippet: s, Lend: l.lend}, nil)
		if got := l.out.String(); got != "\x1b[6ntyped\r\n" || l.lent != 1 || l.returned != 1 {
			t.Errorf("%d: the terminal got %q; lent %d times, returned %d times", i, got, l.lent, l.returned)
		}
		if res.Status != slides.OK || res.Screen == nil || !strings.Contains(string(res.Bytes()), "typed") {
			t.Errorf("%d: %+v", i, res)
		}
		c := f.cmds[i]
		if c.Terminal.Cols != 90 || c.Terminal.Rows != 40 || c.Policy.Limits.Wall != -1 || c.Policy.Limits.Output != -1 {
			t.Errorf("%d: %+v, %+v", i, c.Terminal, c.Policy.Limits)
		}
	}
	if f.runs() != 4 {
		t.Errorf("%d runs: results were kept", f.runs())
	}
}

// TestLentInVain: a terminal that was lent comes back, and it is not lent for nothing.
func TestLentInVain(t *testing.T) {
	for _, tt := range []struct {
		name   string
		s      *slides.Snippet
		do     program
		err    error
		lent   int
		status slides.Status
	}{
		{"a fault", terminalProgram("x"), func(context.Context, *sandbox.Cmd) (sandbox.Result, error) { panic("oh") }, nil, 1, slides.SetupFailed},
		{"no sandbox", terminalProgram("x"), func(context.Context, *sandbox.Cmd) (sandbox.Result, error) { return ended, errors.New("no") }, nil, 1, slides.SetupFailed},
		{"no tool", func() *slides.Snippet { s := terminalProgram("x"); s.Lang = "ruby"; return s }(), nil, nil, 0, slides.SetupFailed},
		{"refused", terminalProgram("x"), nil, errors.New("the terminal is gone"), 1, slides.SetupFailed},
	} {
		l := &lender{in: strings.NewReader(""), err: tt.err}
		f := &fake{do: tt.do}
		res := play(t, newRunner(t, Options{Executor: f}), Task{Snippet: tt.s, Lend: l.lend}, nil)
		back := tt.lent
		if tt.err != nil {
			back = 0
		}
		if res.Status != tt.status || l.lent != tt.lent || l.returned != back {
			t.Errorf("%s: lent %d times, returned %d times, %+v", tt.name, l.lent, l.returned, res)
		}
		if tt.err != nil && (f.runs() != 0 || res.Remark.Says != tt.err.Error()) {
			t.Errorf("%s: %d runs, %+v", tt.name, f.runs(), res)
		}
	}
}

// TestLentSizes: the program follows the real terminal.
func TestLentSizes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lender{sizes: make(chan [2]int)}
		in, keys := io.Pipe()
		l.in = in
		go func() {
			l.sizes <- [2]int{4, 3}
			synctest.Wait()
			close(l.sizes)
			_, _ = keys.Write([]byte("q"))
		}()
		res := play(t, newRunner(t, Options{Executor: &fake{do: echoes}}), Task{Snippet: terminalProgram("x"), Lend: l.lend}, nil)
		if got := l.out.String(); got != "<4:3>" || res.Screen.Cols != 4 || res.Screen.Rows != 3 {
			t.Errorf("got %q, %+v", got, res.Screen)
		}
		keys.Close()
	})
}

package live

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/run"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// held is the Source of a deck that never changes, with a real runner.
type held struct {
	deck   string
	runner *run.Runner
}

func (h held) Load(context.Context) (*slides.Deck, error) {
	deck, _ := markdown.Parse("deck.md", []byte(h.deck), markdown.Config{Language: known})
	return deck, nil
}

func (h held) Runner(context.Context) (Runner, error) { return h.runner, nil }

// copies is an Executor whose programs print what they read; with "deaf" in the code, they never read.
// A full stop ends them.
type copies struct {
	mu    sync.Mutex
	sizes [][2]int        // with which terminals began
	walls []time.Duration // that programs got
}

func (e *copies) Run(ctx context.Context, c *sandbox.Cmd) (sandbox.Result, error) {
	e.mu.Lock()
	if c.Terminal != nil {
		e.sizes = append(e.sizes, [2]int{c.Terminal.Cols, c.Terminal.Rows})
	}
	e.walls = append(e.walls, c.Policy.Limits.Wall)
	e.mu.Unlock()
	deaf := false
	for _, m := range c.Policy.Mounts {
		deaf = deaf || strings.Contains(string(m.Data), "deaf")
	}
	for b := make([]byte, 1); !deaf && c.Stdin != nil; {
		if _, err := c.Stdin.Read(b); err != nil {
			break
		}
		if b[0] == '.' {
			return sandbox.Result{Status: sandbox.OK}, nil
		}
		if _, err := c.Stdout.Write(b); err != nil {
			return sandbox.Result{}, err
		}
	}
	<-ctx.Done()
	return sandbox.Result{Status: sandbox.Canceled}, nil
}

// follow opens a talk of a deck whose programs copy.
func follow(t *testing.T, deck string, change ...func(*Options)) (*Talk, *board, *copies) {
	t.Helper()
	tools := t.TempDir()
	try(t, os.WriteFile(filepath.Join(tools, "sh"), nil, 0o700))
	exec := &copies{}
	runner, err := run.New(run.Options{Content: "x", CacheDir: t.TempDir(), NoCache: true, Executor: exec,
		Finder: &toolchain.Finder{Path: tools}})
	try(t, err)
	o := Options{Source: held{deck, runner}, system: newMemory()}
	for _, f := range change {
		f(&o)
	}
	talk, err := Open(t.Context(), o)
	try(t, err)
	b := &board{}
	go b.follow(talk.Events(context.Background()))
	synctest.Wait()
	return talk, b, exec
}

// board is a display.
type board struct {
	mu sync.Mutex
	slides.Board
}

func (b *board) follow(events <-chan slides.Event) {
	for e := range events {
		b.mu.Lock()
		b.Apply(e)
		b.mu.Unlock()
	}
}

// at returns the key and the result of the nth program.
func (b *board) at(n int) (slides.Key, slides.Result) {
	time.Sleep(time.Second)
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.Deck.Executable()[n].Key
	return k, b.Results[k]
}

func TestType(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		talk, b, exec := follow(t, "```sh +pty\none\n```\n\n```sh +pty:40:10\ntwo\n```\n")
		one, _ := b.at(0)
		two, _ := b.at(1)
		for _, k := range []slides.Key{one, two, "none"} {
			talk.Type(k, slides.Input{Key: "!"}) // nothing runs
			talk.Type(k, slides.Input{Size: &[2]int{60, 20}})
			talk.Type(k, slides.Input{Size: &[2]int{70, 30}}) // of another display
		}
		talk.Run(one, two)
		for _, r := range "abc" { // perhaps before they run
			talk.Type(one, slides.Input{Key: string(r)})
			talk.Type(two, slides.Input{Text: strings.ToUpper(string(r))})
		}
		_, _ = b.at(0)
		talk.Type(one, slides.Input{Size: &[2]int{50, 5}})
		talk.Type(two, slides.Input{Size: &[2]int{50, 5}})
		_, r := b.at(0)
		if got := string(r.Bytes()); got != "abc\n" || r.State != slides.Running || r.Screen.Cols != 50 || r.Screen.Rows != 5 {
			t.Errorf("the first: %q, %+v, %+v", got, r, r.Screen)
		}
		_, r = b.at(1)
		if got := string(r.Bytes()); got != "ABC\n" || r.Screen.Cols != 40 || r.Screen.Rows != 10 {
			t.Errorf("the second: %q, %+v", got, r)
		}
		time.Sleep(time.Hour) // they have no time limit
		talk.Type(one, slides.Input{Key: "."})
		if _, r = b.at(0); r.Status != slides.OK || string(r.Bytes()) != "abc\n" {
			t.Errorf("the first ended as %+v", r)
		}
		talk.Stop(two)
		if _, r = b.at(1); r.Status != slides.Canceled || r.Screen == nil || string(r.Bytes()) != "ABC\n" {
			t.Errorf("the second ended as %+v", r)
		}
		talk.Run(one)
		_, _ = b.at(0)
		if got, want := exec.sizes, [][2]int{{70, 30}, {40, 10}, {50, 5}}; len(got) != 3 ||
			(got[0] != want[0] && got[1] != want[0]) || (got[0] != want[1] && got[1] != want[1]) || got[2] != want[2] {
			t.Errorf("terminals began with %v, want %v", got, want)
		}
		try(t, talk.Close())
		talk.Type(one, slides.Input{Key: "a"})
	})
}

// TestUnattended: where nobody can type, a program has the usual time, and keys go nowhere.
func TestUnattended(t *testing.T) {
	for _, unattended := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			talk, b, exec := follow(t, "```sh +pty\none\n```\n", func(o *Options) { o.Unattended = unattended })
			key, _ := b.at(0)
			talk.Run(key)
			_, _ = b.at(0)
			talk.Type(key, slides.Input{Key: "a"})
			if _, r := b.at(0); (len(r.Bytes()) == 0) != unattended || r.State != slides.Running {
				t.Errorf("unattended %v: %+v", unattended, r)
			}
			if exec.walls[0] > 0 != unattended {
				t.Errorf("unattended %v: the program gets %v", unattended, exec.walls[0])
			}
			try(t, talk.Close())
		})
	}
}

// TestTypeToTheDeaf: whoever types waits for nobody, and the talk goes on.
func TestTypeToTheDeaf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		talk, b, _ := follow(t, "```sh +pty\ndeaf\n```\n\n```sh +pty\nother\n```\n")
		deaf, _ := b.at(0)
		other, _ := b.at(1)
		talk.Run(deaf, other)
		_, _ = b.at(0)
		for range 100_000 {
			talk.Type(deaf, slides.Input{Key: "a"})
		}
		talk.Type(other, slides.Input{Key: "b"})
		if _, r := b.at(1); string(r.Bytes()) != "b\n" {
			t.Errorf("the other got %q", r.Bytes())
		}
		talk.Stop(deaf)
		if _, r := b.at(0); r.Status != slides.Canceled || !strings.Contains(r.Remark.Says, "did not read its keyboard") {
			t.Errorf("%+v", r)
		}
		try(t, talk.Close())
	})
}

func TestHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		talk, b, _ := follow(t, "```sh +acquire_terminal\none\n```\n\n```ruby +acquire_terminal\ntwo\n```\n")
		key, r := b.at(0)
		if r.Status != slides.Skipped {
			t.Errorf("without a terminal: %+v", r)
		}
		var out bytes.Buffer
		in, keyboard := io.Pipe()
		lent, returned := 0, 0
		lend := func(context.Context) (run.Terminal, func(), error) {
			lent++
			return run.Terminal{In: in, Out: &out, Size: [2]int{90, 30}}, func() { returned++; keyboard.Close() }, nil
		}
		over := make(chan bool)
		go func() { talk.Hand(key, lend); close(over) }()
		_, err := keyboard.Write([]byte("raw."))
		try(t, err)
		<-over
		if out.String() != "raw" || lent != 1 || returned != 1 {
			t.Errorf("the terminal got %q; lent %d times, returned %d times", out.String(), lent, returned)
		}
		if _, r = b.at(0); r.Status != slides.OK || r.Screen == nil || string(r.Bytes()) != "raw\n" {
			t.Errorf("%+v", r)
		}

		// It returns where there is nothing to run, and when the program is stopped or the talk ends.
		talk.Hand("none", lend)
		without, _ := b.at(1)
		talk.Hand(without, lend) // there is no ruby
		if lent != 1 {
			t.Errorf("lent %d times", lent)
		}
		for i, end := range []func(){func() { talk.Stop(key) }, func() { talk.Run(key) }, func() { try(t, talk.Close()) }} {
			in, keyboard = io.Pipe()
			over := make(chan bool)
			go func() { talk.Hand(key, lend); close(over) }()
			synctest.Wait()
			ending := make(chan bool)
			go func() { end(); close(ending) }()
			synctest.Wait()
			keyboard.Close() // the program reads until then
			<-over
			<-ending
			if lent != i+2 || returned != i+2 {
				t.Errorf("%d: lent %d times, returned %d times", i, lent, returned)
			}
		}
		talk.Hand(key, lend)
	})
}

func TestDue(t *testing.T) {
	for _, tt := range []struct {
		exec          slides.Exec
		auto, handing bool
	}{
		{slides.Exec{Mode: slides.ModeExec}, false, false},
		{slides.Exec{Mode: slides.ModeExec, Auto: true}, true, true},
		{slides.Exec{Mode: slides.ModePty, Pty: true, Standby: true}, false, false},
		{slides.Exec{Mode: slides.ModeTerminal}, true, false},
		{slides.Exec{Mode: slides.ModeTerminal, Auto: true}, true, false},
	} {
		s := &slides.Snippet{Exec: tt.exec}
		if Auto(s) != tt.auto || AutoHanding(s) != tt.handing {
			t.Errorf("%+v: %v, %v", tt.exec, Auto(s), AutoHanding(s))
		}
	}
}

package live

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/run"
)

// The scripts in testdata are talks: edits of files in memory (edits, in memory_test.go), the time
// that passes, what the talk says. Lines up to EOF belong to a command that ends in <<.
//
//	handing            the front end has a real terminal
//	all                programs run by themselves, not only those of the deck's choice
//	open               begin, with deck.md
//	advance 50ms       time passes
//	run [code], stop [code]   of the snippet with that first line, or of all
//	type code, hand code      somebody presses a key at its terminal, it runs with a real terminal
//	join               one more display opens
//	busy, ready        nobody receives events meanwhile
//	settings           the next reading of the deck finds another runner to be needed
//	want loaded deck text first line[, INCLUDED: first line…] | ran CODE STATE [OUTPUT] | broken MESSAGE | nothing | runs N
//
// A program's lines are "print X", "sleep 5s", "read FILE" and "id", which prints that of the snippet. At its end every event must have been wanted.

func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts, %v", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) { play(t, f, string(text)) })
		})
	}
}

// stage is a talk while a script is played.
type stage struct {
	t    *testing.T
	fs   *memory
	at   string // line of the script
	talk *Talk
	due  func(*slides.Snippet) bool

	reader *Reader

	mu       sync.Mutex
	runner   *actor
	runs     []string // first lines of the programs that ran
	open     int      // runners that are not closed
	deck     *slides.Deck
	board    slides.Board
	told     []string // events as wanted, those that were not asked for yet
	receive  chan bool
	received chan struct{}
}

func play(t *testing.T, name, script string) {
	s := &stage{t: t, fs: newMemory(), receive: make(chan bool), received: make(chan struct{})}
	s.reader = &Reader{once: s.fs.once}
	lines := strings.Split(script, "\n")
	for i := 0; i < len(lines); i++ {
		s.at = fmt.Sprintf("%s:%d", name, i+1)
		line, body := lines[i], ""
		if head, ok := strings.CutSuffix(line, " <<"); ok {
			line = head
			for i++; lines[i] != "EOF"; i++ {
				body += lines[i] + "\n"
			}
		}
		word, arg, _ := strings.Cut(line, " ")
		if word == "" || strings.HasPrefix(word, "#") {
			continue
		}
		if f, ok := edits[word]; ok {
			f(s.fs, arg, body)
		} else if f, ok := commands[word]; ok {
			f(s, arg)
		} else {
			t.Fatalf("%s: unknown command %q", s.at, word)
		}
		synctest.Wait()
	}
	s.finish()
}

// finish ends the talk; nothing may be left of it.
func (s *stage) finish() {
	if s.talk == nil {
		return
	}
	commands["want"](s, "nothing")
	if err := s.talk.Close(); err != nil {
		s.t.Error(err)
	}
	close(s.receive)
	<-s.received
	if s.open != 0 {
		s.t.Errorf("%d runners are not closed", s.open)
	}
}

// commands are those that are not edits.
var commands = map[string]func(s *stage, arg string){
	"all":     func(s *stage, _ string) { s.due = All },
	"handing": func(s *stage, _ string) { s.due = AutoHanding },
	"open": func(s *stage, _ string) {
		talk, err := Open(s.t.Context(), Options{Source: s, Files: []string{"deck.md"}, Reader: s.reader, Due: s.due, system: s.fs})
		if err != nil {
			s.t.Fatalf("%s: %v", s.at, err)
		}
		s.talk = talk
		go s.listen()
	},
	"advance": func(s *stage, arg string) {
		d, err := time.ParseDuration(arg)
		if err != nil {
			s.t.Fatalf("%s: %v", s.at, err)
		}
		time.Sleep(d)
	},
	"run":  func(s *stage, arg string) { s.talk.Run(s.keys(arg)...) },
	"stop": func(s *stage, arg string) { s.talk.Stop(s.keys(arg)...) },
	"type": func(s *stage, arg string) { s.talk.Type(s.keys(arg)[0], slides.Input{Key: "x"}) },
	"hand": func(s *stage, arg string) { go s.talk.Hand(s.keys(arg)[0], noTerminal) },
	"join": func(s *stage, _ string) {
		go func() {
			for range s.talk.Events(context.Background()) {
			}
		}()
	},
	"busy":     func(s *stage, _ string) { s.receive <- false },
	"ready":    func(s *stage, _ string) { s.receive <- true },
	"settings": func(s *stage, _ string) { s.mu.Lock(); s.runner = nil; s.mu.Unlock() },
	"want":     (*stage).want,
}

// noTerminal lends nothing: an actor does not ask for it.
func noTerminal(context.Context) (run.Terminal, func(), error) {
	return run.Terminal{}, nil, errors.New("there is no terminal")
}

// keys returns the key of the program with a first line, or none.
func (s *stage) keys(line string) []slides.Key {
	if line == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sn := range s.deck.Snippets {
		if firstLine(sn.Code) == line {
			return []slides.Key{sn.Key}
		}
	}
	s.t.Fatalf("%s: no program %q", s.at, line)
	return nil
}

func (s *stage) want(arg string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n, ok := strings.CutPrefix(arg, "runs "); ok {
		if got := fmt.Sprint(len(s.runs)); got != n {
			s.t.Errorf("%s: %s programs ran, want %s: %q", s.at, got, n, s.runs)
		}
		return
	}
	if want, ok := strings.CutPrefix(arg, "shown "); ok {
		var shown []string
		for _, sn := range s.deck.Snippets {
			shown = append(shown, strings.Fields(string(s.board.Results[sn.Key].Placed(sn, slides.ByDeck).Bytes()))...)
		}
		if got := strings.Join(shown, " "); got != want {
			s.t.Errorf("%s: %q is shown, want %q", s.at, got, want)
		}
		return
	}
	if strings.HasPrefix(arg, "loaded ") { // that a run ends with the old deck is told of, unless the new one comes first
		for len(s.told) > 0 && strings.HasSuffix(s.told[0], ": canceled") {
			s.told = s.told[1:]
		}
	}
	got := "nothing"
	if len(s.told) > 0 {
		i := max(0, slices.Index(s.told, arg))
		if slices.ContainsFunc(s.told[:i+1], func(e string) bool { return !strings.HasPrefix(e, "ran ") }) {
			i = 0 // only programs may be told of in any order
		}
		got = s.told[i]
		s.told = slices.Delete(s.told, i, i+1)
	}
	if got != arg {
		s.t.Errorf("%s: got %q, want %q", s.at, got, arg)
	}
}

// listen receives events unless the script says that it is busy.
func (s *stage) listen() {
	defer close(s.received)
	all := s.talk.Events(context.Background())
	events := all
	for {
		select {
		case e, ok := <-events:
			if !ok {
				for range s.receive { // until the script is over
				}
				return
			}
			s.tell(e)
		case ready, ok := <-s.receive:
			if !ok {
				return
			}
			if events = nil; ready {
				events = all
			}
		}
	}
}

func (s *stage) tell(e slides.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	said := ""
	s.board.Apply(e)
	switch e := e.(type) {
	case slides.Loaded:
		s.deck = e.Deck
		said = "loaded " + firstLine(string(e.Deck.Files[0].Src))
		for _, f := range e.Deck.Files[1:] {
			if f.Src != nil {
				said += ", " + f.Name + ": " + firstLine(string(f.Src))
			}
		}
	case slides.Broken:
		said = "broken " + e.Diags[0].Msg
	case slides.Ran:
		if e.Result.State == slides.Queued {
			return // it may be running by the time that is received
		}
		state := string(e.Result.State)
		if e.Result.State == slides.Done {
			state = string(e.Result.Status)
		}
		name := "?"
		for _, sn := range s.deck.Snippets {
			if sn.Key == e.Key {
				name = firstLine(sn.Code)
			}
		}
		said = strings.TrimSpace(strings.ReplaceAll(fmt.Sprintf("ran %s: %s %s", name, state, e.Result.Bytes()), "\n", " "))
	}
	s.told = append(s.told, said)
}

func firstLine(text string) string { line, _, _ := strings.Cut(text, "\n"); return line }

// Load reads the deck as the commands do.
func (s *stage) Load(context.Context) (*slides.Deck, error) {
	read := func(name string) ([]byte, error) { return s.reader.ReadFile(nil, name, 1<<20) }
	src, err := read("deck.md")
	if err != nil {
		return nil, err
	}
	if strings.Contains(string(src), "(fault)") {
		panic("of slidexec")
	}
	deck, _ := markdown.Parse("deck.md", src, markdown.Config{Language: known, ReadFile: read, Files: s.fs})
	return deck, nil
}

func (s *stage) Runner(context.Context) (Runner, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.runner == nil {
		s.runner = &actor{stage: s}
		s.open++
	}
	return s.runner, nil
}

// actor is a Runner of the scripts' programs; all run at the same time.
type actor struct{ *stage }

// Look says what programs depend on: their ids and the files that they read.
func (a *actor) Look(list []*slides.Snippet) run.Sight {
	out := run.Sight{Folders: []string{"."}}
	for _, s := range list {
		out.Names = append(out.Names, a.name(s))
	}
	return out
}

func (a *actor) name(s *slides.Snippet) string {
	name := s.ID + ":"
	for line := range strings.Lines(s.Code) {
		if file, ok := strings.CutPrefix(strings.TrimSpace(line), "read "); ok {
			data, err := a.fs.read(file)
			name += fmt.Sprintf("%q %v", data, err)
		}
	}
	return name
}

func (a *actor) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.open--
	return nil
}

func (a *actor) RunTasks(ctx context.Context, tasks []run.Task, emit func(slides.Ran)) error {
	out := make(chan slides.Ran)
	var programs sync.WaitGroup
	for _, task := range tasks {
		programs.Go(func() {
			a.mu.Lock()
			a.runs = append(a.runs, firstLine(task.Snippet.Code))
			a.mu.Unlock()
			task.Named(a.name(task.Snippet))
			a.act(ctx, task, out)
		})
	}
	go func() {
		programs.Wait()
		close(out)
	}()
	for r := range out {
		emit(r)
	}
	return ctx.Err()
}

// act runs a program.
func (a *actor) act(ctx context.Context, task run.Task, out chan<- slides.Ran) {
	var log []slides.Chunk
	tell := func(state slides.State, status slides.Status) {
		out <- slides.Ran{Key: task.Snippet.Key, Result: slides.Result{State: state, Status: status, Log: slices.Clone(log),
			Program: slides.Program{File: "script.sh", Dir: "/box", Stdout: true}}}
	}
	if task.Snippet.Exec.Mode == slides.ModeTerminal && task.Lend == nil {
		tell(slides.Done, slides.Skipped)
		return
	}
	for line := range strings.Lines(task.Snippet.Code) {
		word, arg, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "print":
			log = append(log, slides.Chunk{Data: []byte(arg + "\n")})
			continue
		case "id":
			log = append(log, slides.Chunk{Data: []byte(task.Snippet.ID + "\n")})
			continue
		case "read":
			data, _ := a.fs.read(arg)
			log = append(log, slides.Chunk{Data: data})
			continue
		}
		tell(slides.Running, "")
		d, _ := time.ParseDuration(arg)
		select {
		case <-time.After(d):
		case <-task.Stop:
			tell(slides.Done, slides.Canceled)
			return
		case <-ctx.Done():
			tell(slides.Done, slides.Canceled)
			return
		}
	}
	tell(slides.Done, slides.OK)
}

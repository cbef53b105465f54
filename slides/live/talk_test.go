package live

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/run"
)

// prompt is a Runner whose programs print their code and end at once.
type prompt struct{ runs chan string }

func (p prompt) RunTasks(_ context.Context, tasks []run.Task, emit func(slides.Ran)) error {
	for _, t := range tasks {
		p.runs <- t.Snippet.Code
		emit(slides.Ran{Key: t.Snippet.Key, Result: slides.Result{
			State: slides.Done, Status: slides.OK, Log: []slides.Chunk{{Data: []byte(t.Snippet.Code)}},
		}})
	}
	return nil
}

func (prompt) Look([]*slides.Snippet) run.Sight { return run.Sight{} }

func (prompt) Close() error { return nil }

// onDisk is the Source of a deck in a real file.
type onDisk struct {
	path string
	prompt
	reader *Reader
}

func (f onDisk) Load(context.Context) (*slides.Deck, error) {
	src, err := f.reader.ReadFile(files.OpenPlain, f.path, 1<<30)
	if err != nil {
		return nil, err
	}
	deck, _ := markdown.Parse(f.path, src, markdown.Config{Language: known}) // its mistakes are in it
	return deck, nil
}

func (f onDisk) Runner(context.Context) (Runner, error) { return f.prompt, nil }

func known(name string) (lang.Language, bool) {
	return lang.Language{Name: name, Steps: [][]string{{name}}}, true
}

// heard is a talk with one receiver of its events.
type heard struct {
	*Talk
	events <-chan slides.Event
}

func hear(talk *Talk) heard { return heard{talk, talk.Events(context.Background())} }

// open starts a talk of a real file.
func open(t testing.TB, path string, due func(*slides.Snippet) bool) (heard, onDisk) {
	t.Helper()
	src := onDisk{path, prompt{make(chan string, 1000)}, &Reader{}}
	talk, err := Open(t.Context(), Options{Source: src, Files: []string{path}, Reader: src.reader, Due: due})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := talk.Close(); err != nil {
			t.Error(err)
		}
	})
	return hear(talk), src
}

// await receives events until one satisfies ok.
func await[E slides.Event](t testing.TB, talk heard, ok func(E) bool) E {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case e, open := <-talk.events:
			if !open {
				t.Fatal("the talk has ended")
			}
			if e, is := e.(E); is && ok(e) {
				return e
			}
		case <-deadline:
			t.Fatal("the event does not come")
		}
	}
}

func source(l slides.Loaded) string { return string(l.Deck.Files[0].Src) }

func TestTalk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deck.md")
	write(t, path, "```sh +exec\none\n```\n")
	talk, src := open(t, path, All)
	first := await(t, talk, func(slides.Loaded) bool { return true })
	await(t, talk, func(r slides.Ran) bool { return r.Result.State == slides.Done })
	write(t, path, "text\n\n"+source(first))
	await(t, talk, func(l slides.Loaded) bool { return source(l) != source(first) })
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	await(t, talk, func(slides.Broken) bool { return true })
	write(t, path, "```sh +exec\ntwo\n```\n")
	await(t, talk, func(slides.Loaded) bool { return true })
	await(t, talk, func(r slides.Ran) bool { return string(r.Result.Bytes()) == "two\n" })
	close(src.runs)
	var got []string
	for code := range src.runs {
		got = append(got, code)
	}
	if len(got) != 2 || got[0] != "one\n" || got[1] != "two\n" {
		t.Errorf("it ran %q", got)
	}
}

// Receivers come and go, and one that takes its time costs the others nothing.
func TestReceivers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deck.md")
	write(t, path, "```sh +exec\none\n```\n")
	talk, _ := open(t, path, All)
	slow := talk.Events(t.Context()) // receives nothing until the end
	gone, leave := context.WithCancel(t.Context())
	defer leave()
	for range talk.Events(gone) {
		leave()
	}
	await(t, talk, func(r slides.Ran) bool { return r.Result.State == slides.Done })
	text := ""
	for _, text = range []string{"two\n", "three\n", "four\n"} {
		write(t, path, "```sh +exec\n"+text+"```\n")
		await(t, talk, func(r slides.Ran) bool { return string(r.Result.Bytes()) == text })
	}
	late := heard{talk.Talk, talk.Events(t.Context())}
	for name, who := range map[string]heard{"late": late, "slow": {talk.Talk, slow}} {
		var got []slides.Event
		await(t, who, func(e slides.Loaded) bool { got = append(got, e); return true })
		await(t, who, func(e slides.Ran) bool { got = append(got, e); return e.Result.State == slides.Done })
		if l := got[0].(slides.Loaded); !strings.Contains(source(l), text) || l.Version != 4 {
			t.Errorf("the %s one begins with %q, version %d", name, source(l), l.Version)
		}
		if r := got[len(got)-1].(slides.Ran); string(r.Result.Bytes()) != text {
			t.Errorf("the %s one is told of %q", name, r.Result.Bytes())
		}
	}
	if err := talk.Close(); err != nil {
		t.Error(err)
	}
	for e := range slow {
		t.Errorf("after the end: %v", e)
	}
	if _, open := <-talk.Talk.Events(t.Context()); open {
		t.Error("a talk that has ended has events")
	}
}

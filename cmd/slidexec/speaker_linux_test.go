package main

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/pty"
	"github.com/slidexec/slidexec/slides/stage"
	"github.com/slidexec/slidexec/slides/talk"
)

// TestSpeaker follows a talk from a second terminal: the view waits for the talk, moves with it, moves it, and
// outlives it.
func TestSpeaker(t *testing.T) {
	run, err := os.MkdirTemp("/tmp", "speaker") // the path of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(run) })
	t.Setenv("XDG_RUNTIME_DIR", run)
	t.Setenv("NO_COLOR", "1")
	deck := filepath.Join(t.TempDir(), "deck.md")
	if err := os.WriteFile(deck, []byte("One\n===\n\n<!-- speaker_note: say hello -->\n\n<!-- end_slide -->\n\nTwo\n===\n\n<!-- speaker_note: say more -->\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	terminal := pty.New(t, 80, 24)
	modes := terminal.Modes()
	a := &app{ui: &ui{w: &strings.Builder{}}}
	shown := make(chan error, 1)
	go func() {
		s := &speaker{app: a}
		shown <- s.show(t.Context(), deck, terminal.Inner(), terminal.Inner(), false)
	}()
	terminal.Wait("waiting for the talk")

	following, err := talk.Follow(t.Context(), talk.Options{Name: deck}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer following.Close()
	ctx, end := context.WithCancel(t.Context())
	hall := &stage.Hall{}
	player := hall.Join()
	hosted := make(chan error, 1)
	go func() { hosted <- hosts(ctx, deck, following, hall) }()
	terminal.Wait("say hello")
	terminal.Type("j")
	terminal.Wait("say more")
	select {
	case <-player.News():
	case <-time.After(20 * time.Second):
		t.Fatal("the talk does not move")
	}
	if m := player.Message(time.Now()); m.Slide != 1 {
		t.Errorf("the talk goes to %+v", m)
	}
	end()
	if err := <-hosted; err != nil {
		t.Error(err)
	}
	terminal.Wait("the talk has ended")
	terminal.Type("q")
	if err := <-shown; err != nil {
		t.Error(err)
	}
	terminal.Wait("\x1b[?1049l")
	if got := terminal.Modes(); got != modes {
		t.Errorf("modes of the terminal: got %s, want %s", got, modes)
	}
}

// TestSpeakerRefuses: what cannot be followed is named.
func TestSpeakerRefuses(t *testing.T) {
	s := &speaker{app: &app{ui: &ui{w: &strings.Builder{}}}}
	for deck, want := range map[string]string{filepath.Join(t.TempDir(), "none.md"): "there is no deck", "-": "needs a deck that is a file", t.TempDir(): "folder"} {
		if err := s.show(t.Context(), deck, nil, nil, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", deck, err, want)
		}
	}
}

// playing is a `slidexec present` in a terminal of its own.
type playing struct {
	*pty.Terminal
	cmd *exec.Cmd
}

func play(t *testing.T, args ...string) playing {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := playing{pty.New(t, 100, 30), exec.Command("slidexec", append([]string{"present"}, args...)...)}
	p.cmd.Path = self
	p.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=1")
	p.Start(p.cmd)
	return p
}

// TestTogether gives one talk in a terminal, in browsers and in a speaker's view: each moves the others, and
// the view survives a player that is killed.
func TestTogether(t *testing.T) {
	run, err := os.MkdirTemp("/tmp", "speaker")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(run) })
	t.Setenv("XDG_RUNTIME_DIR", run)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Chdir(t.TempDir())
	src := "First\n===\n\n<!-- speaker_note: note one -->\n\n<!-- end_slide -->\n\nSecond\n===\n\n<!-- speaker_note: note two -->\n\n" +
		"```sh +exec\necho out$((1+1))\n```\n\n<!-- end_slide -->\n\nThird\n===\n\n<!-- speaker_note: note three -->\n"
	if err := os.WriteFile("deck.md", []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	notes := play(t, "deck.md", "-l") // as presenterm calls it
	notes.Wait("waiting for the talk")
	player := play(t, "deck.md", "--serve", "--no-sandbox")
	shown := player.Wait("?token=")
	address := regexp.MustCompile(`http://[0-9.]+:\d+/\?token=\w+`).FindString(shown)
	player.Wait("First")
	notes.Wait("note one")

	jar, _ := cookiejar.New(nil) // never fails
	client := &http.Client{Jar: jar}
	r, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(r.Body)
	_ = r.Body.Close()
	if err != nil || !strings.Contains(string(page), "Second") {
		t.Fatalf("the page: %.300s (%v)", page, err)
	}
	base := address[:strings.Index(address, "/?")]
	post := func(path, body string) {
		t.Helper()
		req, err := http.NewRequest("POST", base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Origin", base)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		req.Header.Set("Content-Type", "application/json")
		r, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		if r.StatusCode != http.StatusNoContent {
			t.Fatalf("POST %s: %s", path, r.Status)
		}
	}
	post("/stage", `{"slide":2,"step":0}`) // a browser moves the terminals
	player.Wait("Third")
	notes.Wait("note three")
	notes.Type("k") // the notes move the player
	player.Wait("Second")
	notes.Type("e") // and run its program
	player.Wait("out2")
	notes.Wait("not sandboxed") // its state
	player.Type("a")
	player.Until("the address once more", func(shown string) bool { return strings.Count(shown, "?token=") > 1 })
	if err := player.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = player.cmd.Wait() // it was killed
	notes.Wait("the talk has ended")
	again := play(t, "deck.md", "--slide", "3")
	again.Wait("Third")
	notes.Type("<") // no key; the view is drawn anyway
	notes.Until("the next talk", func(shown string) bool {
		i := strings.LastIndex(shown, "the talk has ended")
		return strings.Contains(shown[i:], "note three")
	})
	for _, p := range []playing{notes, again} {
		p.Type("q")
		if err := p.cmd.Wait(); err != nil {
			t.Errorf("it ended with %v: %q", err, p.Shown())
		}
	}
}

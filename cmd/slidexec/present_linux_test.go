package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/pty"
	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/render/present"
	"github.com/slidexec/slidexec/slides/config"
)

const presentDeck = "---\ntitle: The talk\n---\n\nA program\n===\n\n```sh +exec\necho out$((1+1))\n```\n\n<!-- end_slide -->\n\nThe end\n===\n\n<!-- snippet_output: nope -->\n"

// TestPresent gives a talk in a terminal: slides, a program, the end, the mistakes.
func TestPresent(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("deck.md", []byte(presentDeck), 0o644); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	terminal := pty.New(t, 80, 24)
	cmd := exec.Command("slidexec", "present", "deck.md", "--no-sandbox")
	cmd.Path = self
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "XDG_CACHE_HOME="+t.TempDir(), "NO_COLOR=1")
	modes := terminal.Modes()
	terminal.Start(cmd)
	terminal.Wait("The talk")
	terminal.Type("l")
	terminal.Wait("A program")
	terminal.Type("e")
	terminal.Wait("out2")
	terminal.Wait("not sandboxed")
	terminal.Type("G")
	terminal.Wait("The end")
	terminal.Type("q")
	if err := cmd.Wait(); err != nil {
		t.Errorf("the talk ended with %v", err)
	}
	after := terminal.Wait("\x1b[?1049l")
	after = after[strings.LastIndex(after, "\x1b[?1049l"):]
	if !strings.Contains(after, `deck.md:17:22: undefined snippet id "nope"`) {
		t.Errorf("the mistake in the deck is not on the screen after the talk: %q", after)
	}
	if got := terminal.Modes(); got != modes {
		t.Errorf("modes of the terminal: got %s, want %s", got, modes)
	}
}

// TestEarly: only the beginning of a deck that decides its first slide is shown early.
func TestEarly(t *testing.T) {
	t.Chdir(t.TempDir())
	slide := "A\n===\n\n* one\n* two\n\n<!-- end_slide -->\n\n"
	long := strings.Repeat(slide, 3000)
	for name, tt := range map[string]struct {
		deck  string
		slide int
		want  bool
	}{
		"large":                   {long, 1, true},
		"with a title":            {"---\ntitle: T\n---\n\n" + long, 1, true},
		"small":                   {slide + "Two\n", 1, true},
		"line ends of Windows":    {strings.ReplaceAll(slide, "\n", "\r\n") + "Two\r\n", 1, true},
		"another slide":           {long, 2, false},
		"no end in sight":         {strings.Repeat("word\n", 20_000), 1, false},
		"only one slide":          {"A\n===\n", 1, false},
		"ends by dashes":          {"---\noptions:\n  end_slide_shorthand: true\n---\n\nA\n\n---\n\nB\n\n" + slide, 1, true},
		"an end in code":          {"```\n<!-- end_slide -->\n```\n\n" + long, 1, false},
		"an end in a comment":     {"<!--\n<!-- end_slide -->\n" + long, 1, false},
		"a link by name":          {"[here][a]\n\n" + long + "[a]: https://example.org\n", 1, false},
		"a footnote":              {"here[^a]\n\n" + long + "[^a]: there\n", 1, false},
		"another file":            {"<!-- include: a.md -->\n\n" + long, 1, false},
		"a picture":               {"![](a.png)\n\n" + long, 1, false},
		"output of a later slide": {"<!-- snippet_output: x -->\n\n" + long + "```sh +exec +id:x\ntrue\n```\n", 1, false},
	} {
		if err := os.WriteFile("deck.md", []byte(tt.deck), 0o644); err != nil {
			t.Fatal(err)
		}
		j := &presentJob{deck: "deck.md", slide: tt.slide}
		d := j.early(markdown.DefaultOptions())
		if (d != nil) != tt.want {
			t.Errorf("%s: the beginning is %v, want %v", name, d != nil, tt.want)
		}
		if d != nil && len(d.Slides) > 3 {
			t.Errorf("%s: %d slides were read for the first", name, len(d.Slides))
		}
	}
	if err := os.WriteFile("deck.md", []byte(long), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("slidexec.yaml", []byte("permissions: [net]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if d := (&presentJob{deck: "deck.md", slide: 1}).early(markdown.DefaultOptions()); d != nil {
		t.Error("a talk that may ask takes the screen first")
	}
}

// TestRecordSession records a talk, and does not replace what is there.
func TestRecordSession(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("deck.md", []byte(presentDeck), 0o644); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	present := func(keys string) (shown string) {
		terminal := pty.New(t, 80, 24)
		cmd := exec.Command("slidexec", "present", "deck.md", "--no-sandbox", "--record-session", "talk.cast")
		cmd.Path = self
		cmd.Env = append(os.Environ(), "TERM=xterm-256color", "XDG_CACHE_HOME="+t.TempDir(), "NO_COLOR=1")
		terminal.Start(cmd)
		if keys == "" {
			return terminal.Wait("exists already")
		}
		terminal.Wait("The talk")
		terminal.Resize(100, 30)
		terminal.Wait("\x1b[30;1H")
		terminal.Type(keys)
		terminal.Wait("\x1b[?1049l")
		if err := cmd.Wait(); err != nil {
			t.Errorf("the talk ended with %v", err)
		}
		return terminal.Shown()
	}
	present("Gq")
	got, err := os.ReadFile("talk.cast")
	if err != nil {
		t.Fatal(err)
	}
	text := string(got)
	if !strings.HasPrefix(text, `{"version":3,"term":{"cols":80,"rows":24,`) || !strings.HasSuffix(text, `,"x","0"]`+"\n") ||
		!strings.Contains(text, "The talk") || !strings.Contains(text, `,"r","100x30"]`) {
		t.Errorf("recorded:\n%s", text)
	}
	if shown := present(""); !strings.Contains(shown, "remove it, or give another name") {
		t.Errorf("a second talk says %q", shown)
	}
	if again, err := os.ReadFile("talk.cast"); err != nil || string(again) != text {
		t.Errorf("the recording changed: %v", err)
	}
}

// TestMotion: a flag goes before the settings, and --no-animation before both.
func TestMotion(t *testing.T) {
	set := config.Transition{Style: "fade", Duration: time.Second, Frames: 5}
	for _, tt := range []struct {
		flag  string
		still bool
		set   config.Transition
		want  present.Motion
	}{
		{"", false, config.Transition{}, present.Motion{Duration: 300 * time.Millisecond, Frames: 20}},
		{"", false, set, present.Motion{Style: "fade", Duration: time.Second, Frames: 5}},
		{"collapse", false, set, present.Motion{Style: "collapse_horizontal", Duration: time.Second, Frames: 5}},
		{"slide", false, config.Transition{}, present.Motion{Style: "slide_horizontal", Duration: 300 * time.Millisecond, Frames: 20}},
		{"none", false, set, present.Motion{Duration: time.Second, Frames: 5}},
		{"", true, set, present.Motion{Duration: time.Second, Frames: 5}},
		{"fade", true, set, present.Motion{Duration: time.Second, Frames: 5}},
	} {
		j := &presentJob{transition: tt.flag, still: tt.still}
		if got := j.motion(tt.set); got != tt.want {
			t.Errorf("--transition %q, --no-animation %v, settings %+v: %+v, want %+v", tt.flag, tt.still, tt.set, got, tt.want)
		}
	}
}

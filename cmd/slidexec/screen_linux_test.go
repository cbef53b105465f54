package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"
)

// screen runs a command line on a pseudo terminal and returns what the terminal got. serve is
// stopped once it has said where it is.
func screen(t *testing.T, args ...string) string {
	t.Helper()
	leader, terminal := openPTY(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	shown := make(chan string)
	go func() {
		var all bytes.Buffer
		for b := make([]byte, 4096); ; {
			n, err := leader.Read(b)
			all.Write(b[:n])
			if args[0] == "serve" && bytes.Contains(all.Bytes(), []byte("http://")) {
				stop()
			}
			if err != nil { // EIO: nobody has the terminal open any more
				shown <- all.String()
				return
			}
		}
	}()
	runMain(ctx, args, &app{in: strings.NewReader(""), out: terminal, ui: newUI(terminal)})
	_ = terminal.Close()
	return <-shown
}

// TestWatchClears: a rendering on a terminal takes the place of the one before, with the deck's mistakes
// below it. The first one leaves what was on the screen.
func TestWatchClears(t *testing.T) {
	for _, term := range []string{"xterm", "dumb"} {
		t.Run(term, func(t *testing.T) {
			t.Setenv("TERM", term)
			deck := filepath.Join(t.TempDir(), "deck.md")
			write := func(text string) {
				if err := os.WriteFile(deck, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			write("first rendering\n")
			leader, terminal := openPTY(t)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			ended := make(chan int)
			go func() {
				ended <- runMain(ctx, []string{"render", deck, "--watch"}, &app{in: strings.NewReader(""), out: terminal, ui: newUI(terminal)})
				_ = terminal.Close()
			}()
			var all bytes.Buffer
			until := func(text string) {
				for b := make([]byte, 4096); !strings.Contains(all.String(), text); {
					n, err := leader.Read(b)
					if all.Write(b[:n]); err != nil {
						t.Fatalf("no %q in %q: %v", text, all.String(), err)
					}
				}
			}
			until("rendered to stdout")
			if strings.Contains(all.String(), wipe) {
				t.Errorf("the first rendering clears the screen: %q", &all)
			}
			all.Reset()
			write("second rendering\n\n<!-- nonsense: 3 -->\n")
			until("rendered to stdout")
			stop()
			<-ended
			_, after, cleared := strings.Cut(all.String(), wipe)
			if cleared != (term != "dumb") {
				t.Errorf("cleared the screen: %t, in %q", cleared, &all)
			}
			if cleared && (!strings.Contains(after, "second rendering") || !strings.Contains(after, "nonsense")) {
				t.Errorf("behind it: %q", after)
			}
		})
	}
}

// openPTY returns both ends of a new pseudo terminal.
func openPTY(t *testing.T) (leader, terminal *os.File) {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skipf("no pseudo terminals here: %v", err)
	}
	leader = os.NewFile(uintptr(fd), "ptmx")
	t.Cleanup(func() { _ = leader.Close() })
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo terminals here: %v", err)
	}
	return leader, terminal
}

// ours is what slidexec itself, or a program's colour, may send to a terminal.
var ours = regexp.MustCompile("\r+\n|\r?\x1b\\[K|\x1b\\[[0-9;:]*m|\x1b]8;;[!-~]*\x1b\\\\")

// harm finds what acts on a terminal in a screen, as a terminal sees it: by number, not by the
// functions that are under test.
func harm(shown string) string {
	shown = ours.ReplaceAllString(shown, "\n")
	for i, r := range shown {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(shown[i:], "\ufffd"),
			r < 0x20 && r != '\n' && r != '\t', r >= 0x7f && r <= 0x9f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069,
			r == 0x200e, r == 0x200f, r == 0x061c, r == 0x2028, r == 0x2029, r == 0xfeff:
			return fmt.Sprintf("%q", shown[max(0, i-60):min(len(shown), i+20)])
		}
	}
	return ""
}

// evil is everything that a name should not do to a terminal.
const evil = "\x1b]0;T\a\x1b[2J\u009b2J\u202e\u2028\rx"

// hostileFolder makes a folder where every name and every word is evil.
func hostileFolder(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	x := strings.ReplaceAll(evil, "\r", "") // a carriage return ends a line
	for name, text := range map[string]string{
		"d" + evil + ".md": "S" + x + "\n===\n<!-- include: no" + x + ".md -->\n<!-- include: \"inc" + x + ".md\" -->\n<!-- font" + x + ": 3 -->\n" +
			"![alt" + x + "](pic" + x + ".png)\n\n```bash +exec +id:a" + x + "b +bogus" + x + "\necho " + x + "; exit 3\n```\n\n" +
			"<!-- snippet_output: nope" + x + " -->\n\n```py" + x + "thon +exec\nx\n```\n\n```file +exec\npath: \"no" + x + ".sh\"\nlanguage: \"l" + x + "\"\n```\n\n" +
			"```rust +exec:rust-script\n// cargo-deps: x" + x + "=\"" + x + "\"\nfn main() {}\n```\n\n```mermaid" + x + " +render\nx\n```\n\n" +
			"```bash +exec +env:no" + x + ".env\necho " + x + " >&2; nope" + x + "\n```\n",
		"front.md":              "---\ntitle: \"T" + x + "\"\n\"k" + x + "\": 1\noptions: {\"x" + x + "\": 1}\n---\nS\n===\n<!-- include: inc" + x + ".md -->\n",
		"inc" + x + ".md":       "S\n===\n<!-- nonsense" + x + " -->\n",
		"run.md":                "```bash +exec +id:ok\nprintf '\\e]0;T\\a\\e[2J\\302\\2332J\\342\\200\\256\\r\\nerr\\e[31m' | tee /dev/stderr; exit 4\n```\n",
		"p" + evil + ".sh":      "nope" + x + "\n",
		"slidexec.yaml":         "permissions: [\"net" + x + "\", \"read=/" + x + "\", {\"env" + x + "\": \"A\"}]\nsnippets: {\"q" + x + "\": {timeout: 1s}}\n\"k" + x + "\": 1\n",
		"d" + evil + "/deck.md": "S\n===\n<!-- nonsense -->\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// hostileLines are command lines of every command, with names and words that are evil.
var hostileLines = map[string][][]string{
	"render": {
		{"render", "DECK", "-t", "txt"}, {"render", "DECK", "-t", "ansi"}, {"render", "DECK", "-t", "json"}, {"render", "DECK", "-t", "md"},
		{"render", "DECK", "-t", "html"}, {"render", "front.md"}, {"render", "no" + evil + ".md"}, {"render", "d" + evil}, {"render", "d" + evil + "/deck.md"},
		{"render", "front.md", "-t", evil}, {"render", "front.md", "-o", "no" + evil + "/x.txt"}, {"render", "front.md", "-o", "x." + evil},
		{"render", "front.md", "--memory", evil}, {"render", "front.md", "--allow", "read=" + evil}, {"render", "front.md", "--timeout", evil},
		{"render", "front.md", "--" + evil}, {"render", "front.md", "-t", "html", "--transition", evil}, {"render", evil, evil}, {"render", "run.md", "-t", "ansi"},
	},
	"run": {{"run", "DECK"}, {"run", "DECK", "--json"}, {"run", "front.md", evil}, {"run", "run.md"}, {"run", "run.md", "--json"}, {"run", "run.md", evil}},
	"check": {{"check", "DECK"}, {"check", "DECK", "--format", "github"}, {"check", "DECK", "--format", "json"}, {"check", "front.md", "no" + evil},
		{"check", "run.md", "--format", evil}, {"check", "run.md", "--no-sandbox"}},
	"present":     {{"present", "DECK"}, {"present", "no" + evil}, {"present", "DECK", "--theme", evil}, {"present", "DECK", "--transition", evil}},
	"serve":       {{"serve", "DECK"}, {"serve", "front.md", "--listen", evil}, {"serve", "front.md", "--port", evil}, {"serve", "front.md", "--transition", evil}, {"serve", "no" + evil}},
	"inspect":     {{"inspect", "DECK"}, {"inspect", "front.md"}, {"inspect", "no" + evil}},
	"import":      {{"import", "DECK"}, {"import", "front.md", "--from", evil}, {"import", "front.md", "-o", "no" + evil + "/x.md"}, {"import", "no" + evil}},
	"themes":      {{"themes", evil}, {"themes", "no" + evil}},
	"exec":        {{"exec", evil}, {"exec", "bash", "no" + evil}, {"exec", "bash", "p" + evil + ".sh"}, {"exec", "bash", "d" + evil}, {"exec", "c", "p" + evil + ".sh"}},
	"doctor":      {{"doctor", "DECK"}, {"doctor", "DECK", "--json"}, {"doctor", "no" + evil}, {"doctor", "--" + evil}},
	"permissions": {{"permissions", evil}, {"permissions", "revoke", "no" + evil}, {"permissions", "--" + evil}},
	"cache": {{"cache"}, {"cache", evil}, {"cache", "list"}, {"cache", "list", evil}, {"cache", "size", evil}, {"cache", "--json"},
		{"cache", "clean", "--older", evil}, {"cache", "clean", evil}},
	"help":       {{"help", evil}, {evil}, {"--" + evil}, {"-" + evil}, {"rendre" + evil}},
	"completion": {{"completion", evil}, {"__complete", "render", evil}},
}

// TestScreen: nothing that a deck, a name, a program or a command line says acts on the terminal.
// A command that is not in the table fails it.
func TestScreen(t *testing.T) {
	hostileFolder(t)
	root := newRoot(&app{out: &bytes.Buffer{}, ui: &ui{w: &bytes.Buffer{}}})
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd("x")
	var look func(*cobra.Command)
	look = func(cmd *cobra.Command) {
		words := strings.Fields(cmd.CommandPath())[1:]
		if len(words) > 0 && words[0] != "completion" && !slices.ContainsFunc(hostileLines[words[0]], func(args []string) bool {
			return len(args) >= len(words) && slices.Equal(args[:len(words)], words)
		}) {
			t.Errorf("no hostile command line for %q", cmd.CommandPath())
		}
		for _, sub := range cmd.Commands() {
			look(sub)
		}
	}
	look(root)
	for _, lines := range hostileLines {
		for _, args := range lines {
			for i, a := range args {
				if a == "DECK" {
					args[i] = "d" + evil + ".md"
				}
			}
			got := screen(t, args...)
			if bad := harm(got); bad != "" {
				t.Errorf("%q: %s", args, bad)
			}
			if got == "" {
				t.Errorf("%q said nothing", args)
			}
		}
	}
}

// TestRenderColours: render writes the colours that the terminal has, and those it is asked for.
func TestRenderColours(t *testing.T) {
	deck := filepath.Join(t.TempDir(), "deck.md")
	if err := os.WriteFile(deck, []byte("A [link](https://example.org)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	const none, own, palette, direct = "", "\x1b[0;4;94m", ";38;5;", ";38;2;"
	for _, tt := range []struct {
		term, colorterm, no string
		asked               bool
		want                string
	}{
		{"xterm-256color", "truecolor", "", false, direct},
		{"xterm-256color", "", "", false, palette},
		{"xterm", "", "", false, own},
		{"xterm-256color", "truecolor", "1", false, none},
		{"xterm-256color", "truecolor", "1", true, direct},
		{"dumb", "", "", false, none},
		{"dumb", "", "", true, own},
		{"", "", "", false, none},
	} {
		t.Setenv("TERM", tt.term)
		t.Setenv("COLORTERM", tt.colorterm)
		t.Setenv("NO_COLOR", tt.no)
		for _, unset := range []string{"CLICOLOR", "WT_SESSION", "TMUX", "STY"} {
			t.Setenv(unset, "")
		}
		args := []string{"render", deck}
		if tt.asked {
			args = append(args, "-t", "ansi")
		}
		got := screen(t, args...)
		for _, code := range []string{own, palette, direct} {
			if strings.Contains(got, code) != (code == tt.want) {
				t.Errorf("%+v: %q", tt, got)
				break
			}
		}
	}
}

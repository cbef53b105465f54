package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/pty"
)

const lendDeck = "A talk\n===\n\n```sh +pty +id:drawn\nstty size; printf 'name? '; read x; echo \"hello $x\"\n```\n\n<!-- snippet_output: drawn -->\n\n" +
	"```sh +acquire_terminal\nprintf 'word? '; read x; echo \"got $x\"; exit 3\n```\n\n```sh +acquire_terminal\necho waiting; stty raw -echo; sleep 60\n```\n"

// TestRunLends: run of one program in a terminal hands the terminal over and takes it back.
func TestRunLends(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("deck.md", []byte(lendDeck), 0o644); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, args string
		asks, said string
		shows      []string
		status     int
	}{
		{"+pty", "run deck.md drawn", "name? ", "you\r", []string{"20 70\r\n", "hello you\r\n", "drawn: ✓"}, 0},
		{"+acquire_terminal", "run deck.md:11", "word? ", "it\r", []string{"got it\r\n", "deck.md:10:1: sh program: ✗ exit 3"}, 1},
		{"to be rid of it", "run deck.md:14", "waiting", "\x1d\x1d\x1d", []string{"stopped after"}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			terminal := pty.New(t, 70, 20)
			cmd := exec.Command("slidexec", append(strings.Fields(tt.args), "--no-sandbox")...)
			cmd.Path = self
			cmd.Env = append(os.Environ(), "TERM=xterm-256color", "XDG_CACHE_HOME="+t.TempDir(), "NO_COLOR=1")
			modes := terminal.Modes()
			terminal.Start(cmd)
			terminal.Wait(tt.asks)
			terminal.Type(tt.said)
			err := cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != tt.status {
				t.Errorf("it ended with %v, want status %d", err, tt.status)
			}
			for _, want := range tt.shows {
				if shown := terminal.Wait(want); strings.Count(shown, want) != 1 {
					t.Errorf("the terminal shows %q twice:\n%s", want, shown)
				}
			}
			if got := terminal.Modes(); got != modes {
				t.Errorf("modes of the terminal: got %s, want %s", got, modes)
			}
		})
	}
}

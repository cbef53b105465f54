package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/testkit/need"
	"github.com/slidexec/slidexec/internal/testkit/pty"
	"github.com/slidexec/slidexec/sandbox"
)

// Terminals that vanish, that say nothing, that are none: the talk ends in order or goes on.

// survivor is a talk in a terminal that never answers, with a program that runs until somebody ends it.
type survivor struct {
	playing
	t      *testing.T
	marker string
	ended  chan error
}

// survive starts the talk and its program. What the program is called is unlike anything else that runs.
func survive(t *testing.T, n int, attributes string, keys string) *survivor {
	t.Helper()
	if report := sandbox.Probe(t.Context()); !report.OK() {
		need.Here(t, "sandbox", "this machine cannot sandbox")
	}
	t.Chdir(t.TempDir())
	t.Setenv("XDG_CACHE_HOME", filepath.Join(t.TempDir(), "cache"))
	marker := fmt.Sprintf("sleep 30%d%d", os.Getpid(), n)
	deck := slideshow("Opening\n===\n", slideOf("Runner", "sh "+attributes, "echo st$((1))rted; exec "+marker))
	if err := os.WriteFile("deck.md", []byte(deck), 0o644); err != nil {
		t.Fatal(err)
	}
	s := &survivor{play(t, "deck.md"), t, marker, make(chan error, 1)}
	s.Wait("Opening")
	s.Type("G")
	s.Wait("Runner")
	s.Type(keys)
	s.Wait("st1rted")
	go func() { s.ended <- s.cmd.Wait() }()
	return s
}

// over waits until talk and program have ended, and returns how the talk did.
func (s *survivor) over() error {
	s.t.Helper()
	select {
	case err := <-s.ended:
		gone(s.t, s.marker)
		return err
	case <-time.After(20 * time.Second):
		s.t.Fatal("the talk does not end")
		return nil
	}
}

// kinds are programs by what they have of a terminal, and the keys that start them.
var kinds = []struct{ name, attributes, keys string }{
	{"pipe", "+exec", "e"},
	{"pty", "+exec +pty", "i"},
	{"the terminal", "+exec +acquire_terminal", "ey"},
}

// TestTerminalVanishes: when the terminal is closed, talk and program end.
func TestTerminalVanishes(t *testing.T) {
	for i, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			s := survive(t, 10+i, kind.attributes, kind.keys)
			s.Hangup()
			_ = s.over() // by the signal of the kernel, or because reading fails
		})
	}
}

// TestKilledTalk: a talk that is killed leaves no process, mount or temporary file, and the terminal as it was.
func TestKilledTalk(t *testing.T) {
	for i, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			tmp := t.TempDir()
			t.Setenv("TMPDIR", tmp)
			// What it leaves alive becomes our child, wherever it is, and is found.
			if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0) }()
			s := survive(t, 20+i, kind.attributes, kind.keys)
			if err := s.cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = s.over() // it was killed
			s.Wait("\x1b[?1049l")
			k := &killing{t: t, dir: tmp}
			k.gone(0)
			if mounts := k.mounts(); mounts != "" {
				t.Errorf("it left mounts:\n%s", mounts)
			}
			if files, err := os.ReadDir(tmp); err != nil || len(files) > 0 {
				t.Errorf("it left files: %v, %v", files, err)
			}
		})
	}
}

// TestTwoSignals: a second signal ends a talk at once, whatever it is doing, and the terminal is as before.
func TestTwoSignals(t *testing.T) {
	for i, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			s := survive(t, 30+i, kind.attributes, kind.keys)
			for range 2 {
				_ = s.cmd.Process.Signal(syscall.SIGINT) // it may have ended
			}
			_ = s.over()
			s.Wait("\x1b[?1049l")
			fresh := pty.New(t, 80, 24).Modes()
			for late := time.Now().Add(10 * time.Second); s.Modes() != fresh; time.Sleep(5 * time.Millisecond) {
				if time.Now().After(late) {
					t.Fatalf("modes are %s\nwant %s", s.Modes(), fresh)
				}
			}
		})
	}
}

// TestSizesStorm: a window whose size changes all the time, down to one cell, breaks nothing.
func TestSizesStorm(t *testing.T) {
	for i, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			s := survive(t, 40+i, kind.attributes, kind.keys)
			for n := range 200 {
				s.Resize(1+n*37%120, 1+n*23%40)
			}
			s.Resize(20, 5)
			s.Resize(1, 1)
			s.Resize(90, 20)
			switch kind.name {
			case "the terminal":
				s.Type("\x1d\x1d\x1d")
				for away := s.Wait("press any key"); !strings.Contains(s.Shown()[len(away):], "Runner"); time.Sleep(10 * time.Millisecond) {
					s.Type("\x1bOR") // F3; keys go nowhere for a while
				}
			case "pty":
				s.Type("\x1d")
			}
			s.Until("the last row of the last size", func(shown string) bool { return strings.Contains(shown, "\x1b[20;1H") })
			s.Type("q")
			if err := s.over(); err != nil {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

// TestPlainTerminals: without TERM, or on a dumb terminal, the talk is given with nothing but movements of the cursor.
func TestPlainTerminals(t *testing.T) {
	for _, term := range []string{"TERM=dumb", "TERM="} {
		t.Run(term, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile("deck.md", []byte(presentDeck), 0o644); err != nil {
				t.Fatal(err)
			}
			p := command(t, "present", "deck.md", "--no-sandbox")
			p.Env = append(os.Environ(), term, "COLORTERM=truecolor", "XDG_CACHE_HOME="+t.TempDir())
			terminal := pty.New(t, 80, 24)
			modes := terminal.Modes()
			terminal.Start(p)
			terminal.Wait("The talk")
			terminal.Type("le")
			terminal.Wait("out2")
			terminal.Type("Gq")
			if err := p.Wait(); err != nil {
				t.Error(err)
			}
			shown := terminal.Wait("\x1b[?1049l")
			for _, never := range []string{"\x1b[38;", "\x1b[48;", "\x1b]", "\x1bP", "\x1b_", "\x1b[?1000h", "\x1b[?2026h", "\x1b[c", "\x1b[>"} {
				if strings.Contains(shown, never) {
					t.Errorf("a dumb terminal is sent %q", never)
				}
			}
			if got := terminal.Modes(); got != modes {
				t.Errorf("modes are %s, want %s", got, modes)
			}
		})
	}
}

// command is a slidexec that is not started yet.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("slidexec", args...)
	cmd.Path = self
	return cmd
}

// TestNoTerminal: a talk without a terminal says what is missing, with the status of wrong usage, and writes nothing else.
func TestNoTerminal(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("deck.md", []byte(presentDeck), 0o644); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create("out")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	_, inner := pty.Open(t)
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	for _, tt := range []struct {
		name      string
		in        io.Reader
		out       io.Writer
		args, say string
	}{
		{"output to a file", inner, file, "deck.md", "needs a terminal, and the output is none"},
		{"output to a pipe", inner, write, "deck.md", "`slidexec render -t ansi deck.md` writes the slides"},
		{"nothing on standard input", nil, inner, "deck.md", "needs a keyboard, and standard input is no terminal"},
		{"a deck on standard input", inner, inner, "-", "present needs a file"},
		{"the speaker's view to a file", inner, file, "deck.md --speaker", "needs a terminal"},
		{"the speaker's view without a keyboard", nil, inner, "deck.md -l", "needs a keyboard"},
	} {
		cmd := command(t, append([]string{"present"}, strings.Fields(tt.args)...)...)
		var said strings.Builder
		cmd.Stdin, cmd.Stdout, cmd.Stderr = tt.in, tt.out, &said
		_ = cmd.Run() // the status is looked at below
		if got := cmd.ProcessState.ExitCode(); got != exitUsage || !strings.Contains(said.String(), tt.say) {
			t.Errorf("%s: status %d, says %q; want status 2 and %q", tt.name, got, said.String(), tt.say)
		}
	}
	_ = write.Close()
	piped, err := io.ReadAll(read)
	info, statErr := file.Stat()
	if err != nil || statErr != nil || len(piped) > 0 || info.Size() > 0 {
		t.Errorf("the pipe gets %q, the file %d bytes (%v, %v)", piped, info.Size(), err, statErr)
	}
}

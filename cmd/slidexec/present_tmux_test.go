//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/slidexec/slidexec/internal/testkit/need"
	"github.com/slidexec/slidexec/internal/testkit/tmux"
	"github.com/slidexec/slidexec/sandbox"
)

// A talk in tmux is what most people will see first. These tests type as they would, and read the screen.

const tmuxDeck = `---
title: Opening
---

First slide
===

one

<!-- pause -->

two steps

<!-- end_slide -->

Programs
===

` + "```sh +exec\necho ran$((20+3))\n```" + `

<!-- end_slide -->

Long runner
===

` + "```sh +exec\necho st$((1))rted; sleep 1000\n```" + `

<!-- end_slide -->

Last slide
===

bye
`

// tmuxTalk starts a talk in a window of tmux.
func tmuxTalk(t *testing.T, deck string, flags ...string) *tmux.Pane {
	t.Helper()
	if report := sandbox.Probe(t.Context()); !report.OK() {
		need.Here(t, "sandbox", "this machine cannot sandbox")
	}
	dir := t.TempDir()
	t.Chdir(dir)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("bin", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "bin", "slidexec")); err != nil {
		t.Fatal(err)
	}
	saveDeck(t, deck)
	p := tmux.Start(t, 80, 24, "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"), "XDG_CACHE_HOME="+filepath.Join(dir, ".cache"),
		"XDG_CONFIG_HOME="+filepath.Join(dir, ".config"))
	p.Run("slidexec present deck.md " + strings.Join(flags, " "))
	return p
}

func saveDeck(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile("deck.new", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename("deck.new", "deck.md"); err != nil {
		t.Fatal(err)
	}
}

// TestTmuxKeys: moving, steps, numbers, the index, help, the overview, black, the end.
func TestTmuxKeys(t *testing.T) {
	p := tmuxTalk(t, tmuxDeck)
	p.Wait("Opening")
	p.Type("l")
	if screen := p.Wait("one"); strings.Contains(screen, "two steps") {
		t.Errorf("a step is shown at once:\n%s", screen)
	}
	p.Keys("Right")
	p.Wait("two steps")
	p.Type("h")
	p.Gone("two steps")
	p.Type("3G")
	p.Wait("Programs")
	p.Type("G")
	p.Wait("Last slide")
	p.Type("gg")
	p.Wait("Opening")
	p.Type("?")
	p.Wait("find a slide")
	p.Keys("Escape")
	p.Gone("find a slide")
	p.Keys("C-p")
	p.Wait("Last slide")
	p.Type("progr")
	p.Until("one hit", func(screen string) bool {
		return strings.Contains(screen, "Programs") && !strings.Contains(screen, "Last slide")
	})
	p.Keys("Enter")
	p.Wait("echo ran")
	p.Type("o")
	p.Until("the overview", func(screen string) bool {
		return strings.Contains(screen, "Opening") && strings.Contains(screen, "Last slide")
	})
	p.Keys("Escape")
	p.Gone("Opening")
	p.Type("b")
	p.Until("nothing", func(screen string) bool { return strings.TrimSpace(screen) == "" })
	p.Type("b")
	p.Wait("Programs")
	p.Type("q")
	p.Usable()
}

// TestTmuxPrograms: a program runs, another is stopped.
func TestTmuxPrograms(t *testing.T) {
	p := tmuxTalk(t, tmuxDeck)
	p.Wait("Opening")
	p.Type("3G")
	p.Wait("Programs")
	p.Keys("C-e")
	p.Wait("ran23")
	p.Type("4G")
	p.Wait("Long runner")
	p.Type("e")
	p.Wait("st1rted")
	p.Type("x")
	p.Wait("stopped")
	p.Keys("C-c")
	p.Usable()
}

// TestTmuxEdits: an edit is shown, the talk stays where it is, and a broken deck says so over the last good one.
func TestTmuxEdits(t *testing.T) {
	p := tmuxTalk(t, tmuxDeck)
	p.Wait("Opening")
	p.Type("G")
	p.Wait("bye")
	saveDeck(t, strings.Replace(tmuxDeck, "bye", "see you", 1))
	p.Wait("see you")
	saveDeck(t, "half of a save \x00\x00")
	if screen := p.Wait("deck.md:"); !strings.Contains(screen, "see you") {
		t.Errorf("the last good deck is gone:\n%s", screen)
	}
	saveDeck(t, strings.Replace(tmuxDeck, "bye", "whole again", 1))
	p.Wait("whole again")
	p.Gone("deck.md:")
	p.Type("q")
	p.Usable()
}

// TestTmuxSuspend: Control and Z give the shell back, and fg the talk.
func TestTmuxSuspend(t *testing.T) {
	p := tmuxTalk(t, tmuxDeck)
	p.Wait("Opening")
	p.Type("G")
	p.Wait("bye")
	p.Keys("C-z")
	p.Wait("Stopped")
	p.Usable()
	p.Run("fg")
	p.Wait("bye")
	p.Type("gg")
	p.Wait("Opening")
	p.Type("q")
	p.Usable()
}

// TestTmuxSizes: every size shows something and breaks nothing.
func TestTmuxSizes(t *testing.T) {
	p := tmuxTalk(t, tmuxDeck)
	p.Wait("Opening")
	p.Type("2G")
	p.Wait("First slide")
	for _, size := range [][2]int{{20, 5}, {1, 1}, {200, 60}, {3, 40}, {40, 3}} {
		p.Resize(size[0], size[1])
		p.Until(fmt.Sprint("a window of ", size), func(string) bool {
			return p.Format("#{pane_width} #{pane_height}") == fmt.Sprint(size[0], " ", size[1])
		})
		p.Type("?")
		p.Keys("Escape")
		p.Type("ojk")
		p.Keys("Escape")
		p.Type("l")
		p.Type("h")
	}
	p.Resize(80, 24)
	p.Type("G")
	p.Wait("bye")
	p.Type("q")
	p.Usable()
}

// TestTmuxSignals: after a signal the shell is usable, and no program is left behind.
func TestTmuxSignals(t *testing.T) {
	for _, signal := range []string{"TERM", "HUP", "INT", "KILL"} {
		t.Run(signal, func(t *testing.T) {
			marker := fmt.Sprintf("sleep 10%d%d", os.Getpid(), len(signal)) // that nobody else runs
			p := tmuxTalk(t, strings.ReplaceAll(tmuxDeck, "sleep 1000", "exec "+marker))
			p.Wait("Opening")
			p.Type("4G")
			p.Wait("Long runner")
			p.Type("e")
			p.Wait("st1rted")
			if !running(marker) {
				t.Fatalf("%s does not run", marker)
			}
			// The job of the shell, which waits: so somebody else sends the signal.
			kill(t, playerOf(t, p), signal)
			if signal == "KILL" {
				// What the shell said first may have gone with the other screen.
				p.Until("the main screen", func(string) bool { return p.Format("#{alternate_on} #{cursor_flag}") == "0 1" })
				p.Keys("Enter")
			}
			p.Usable()
			gone(t, marker)
		})
	}
}

// kill sends a signal by its name to a process.
func kill(t *testing.T, pid, signal string) {
	t.Helper()
	n, err := strconv.Atoi(pid)
	if err != nil {
		t.Fatalf("the shell runs %q: %v", pid, err)
	}
	if err := syscall.Kill(n, unix.SignalNum("SIG"+signal)); err != nil {
		t.Fatal(err)
	}
}

// running reports whether a process has such a command line.
func running(line string) bool {
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range files {
		text, _ := os.ReadFile(name) // it may be gone
		if strings.TrimRight(strings.ReplaceAll(string(text), "\x00", " "), " ") == line {
			return true
		}
	}
	return false
}

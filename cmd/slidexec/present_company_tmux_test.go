//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/tmux"
)

// Several programs on a slide, and several windows of a talk.

// company gives the windows of a test a folder for the sockets of talks.
func company(t *testing.T) {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "talks") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	t.Setenv("XDG_RUNTIME_DIR", dir)
}

// another opens a window beside the one of tmuxTalk, and runs a command there.
func another(t *testing.T, line string) *tmux.Pane {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	p := tmux.Start(t, 80, 24, "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"), "XDG_CACHE_HOME="+filepath.Join(dir, ".cache"),
		"XDG_CONFIG_HOME="+filepath.Join(dir, ".config"))
	p.Run(line)
	return p
}

// TestTmuxFocus: one program of several runs by its own key, and is stopped by one; then the others run, and only they.
func TestTmuxFocus(t *testing.T) {
	program := "```sh +exec\necho %s$((1+1)) >&2; sleep %d\n```\n\n"
	p := tmuxTalk(t, "Two\n===\n\n"+fmt.Sprintf(program, "first", 0)+fmt.Sprintf(program, "second", 1000))
	p.Wait("Two")
	p.Keys("Tab", "Tab", "Enter")
	if screen := p.Wait("second2"); strings.Contains(screen, "first2") {
		t.Errorf("another program ran, too:\n%s", screen)
	}
	p.Type("x")
	p.Wait("stopped")
	p.Keys("Escape") // together with the next key it would be one of Alt
	p.Gone("▸")
	p.Keys("C-e")
	if screen := p.Wait("first2"); !strings.Contains(screen, "stopped") {
		t.Errorf("a program that ran was run again:\n%s", screen)
	}
	p.Type("x")
	p.Wait("no program runs here")
	p.Keys("C-r")
	p.Wait("reading the deck again")
	p.Wait("first2")
	p.Type("q")
	p.Usable()
}

// TestTmuxClock: the clock, the pace and the plan; the layout grid; a number that no slide has.
func TestTmuxClock(t *testing.T) {
	p := tmuxTalk(t, tmuxDeck, "--duration", "30m", "--transition", "fade")
	p.Wait("0:00 / 30:00")
	p.Type("P")
	p.Gone("/ 30:00")
	p.Type("P")
	p.Wait("/ 30:00")
	p.Type("l") // the talk begins with its first step
	p.Wait("First slide")
	p.Wait("0:01 / 30:00")
	p.Type("t")
	p.Wait("paused")
	p.Type("99G")
	p.Wait("Last slide")
	p.Type("T")
	p.Wait("bye")
	p.Type("T")
	p.Type("q")
	p.Usable()
}

// TestTmuxMouse: a click chooses a program, the wheel scrolls, and a click in the index goes there.
func TestTmuxMouse(t *testing.T) {
	p := tmuxTalk(t, slideshow(slideOf("Runner", "sh +exec", "echo ran$((1+1))"), "Long\n===\n\n"+strings.Repeat("words\n\n", 40)+"the end\n"))
	screen := p.Wait("echo ran")
	event := func(button, row, col int) {
		p.Type(fmt.Sprintf("\x1b[<%d;%d;%dM\x1b[<%d;%d;%dm", button, col+1, row+1, button, col+1, row+1))
	}
	rowOf := func(screen, words string) (row, col int) {
		for i, l := range strings.Split(screen, "\n") {
			if at := strings.Index(l, words); at >= 0 {
				return i, at
			}
		}
		t.Fatalf("no %q:\n%s", words, screen)
		return 0, 0
	}
	row, col := rowOf(screen, "echo ran")
	event(0, row, col)
	p.Wait("▸ sh")
	p.Keys("Enter")
	p.Wait("ran2")
	p.Keys("C-p")
	row, col = rowOf(p.Wait("Enter goes there"), "Long")
	event(0, row, col)
	p.Wait("words")
	for range 40 {
		event(65, 10, 10)
	}
	p.Wait("the end")
	for range 40 {
		event(64, 10, 10)
	}
	p.Gone("the end")
	p.Type("q")
	p.Usable()
}

// TestTmuxTwoTalks: two talks of one deck do not disturb each other, and the notes follow the one that is asked for.
func TestTmuxTwoTalks(t *testing.T) {
	company(t)
	first := tmuxTalk(t, tmuxDeck)
	first.Wait("Opening")
	second := another(t, "slidexec present deck.md")
	second.Wait("Opening")
	first.Type("3G")
	first.Wait("Programs")
	first.Keys("C-e")
	first.Wait("ran23")
	second.Type("G")
	second.Wait("bye")
	if screen := first.Screen(); !strings.Contains(screen, "ran23") {
		t.Errorf("the first talk has moved:\n%s", screen)
	}
	notes := another(t, "slidexec present deck.md --speaker")
	notes.Wait("5/5") // of the latest talk
	notes.Type("q")
	notes.Wait("this was the latest talk of deck.md; --to " + playerOf(t, first) + " follows another one")
	notes.Run("clear; slidexec present deck.md --speaker --to " + playerOf(t, first))
	notes.Wait("3/5")
	notes.Type("l")
	first.Wait("Long runner")
	if screen := second.Screen(); !strings.Contains(screen, "bye") {
		t.Errorf("the second talk has moved:\n%s", screen)
	}
	for _, p := range []*tmux.Pane{notes, first, second} {
		p.Type("q")
		p.Usable()
	}
}

// TestTmuxSpeakers: two views of the notes and the talk move each other, and each may come and go.
func TestTmuxSpeakers(t *testing.T) {
	company(t)
	talk := tmuxTalk(t, tmuxDeck)
	talk.Wait("Opening")
	one, two := another(t, "slidexec present deck.md --speaker"), another(t, "slidexec present deck.md -l")
	one.Wait("1/5")
	two.Wait("1/5")
	one.Type("G")
	talk.Wait("bye")
	two.Wait("5/5")
	one.Type("q")
	one.Usable()
	two.Type("gg")
	talk.Wait("Opening")
	one.Run("slidexec present deck.md --speaker")
	one.Wait("1/5")
	talk.Type("3G")
	one.Wait("3/5")
	two.Wait("3/5")
	kill(t, playerOf(t, one), "KILL")
	one.Until("the main screen", func(string) bool { return one.Format("#{alternate_on} #{cursor_flag}") == "0 1" })
	one.Keys("Enter")
	one.Usable()
	talk.Type("q")
	talk.Usable()
	two.Wait("the talk has ended")
	talk.Run("slidexec present deck.md --slide 2")
	talk.Wait("First slide")
	two.Wait("2/5")
	two.Keys("C-z")
	two.Wait("Stopped")
	two.Usable()
	talk.Type("G")
	talk.Wait("bye")
	two.Run("fg")
	two.Wait("5/5")
	for _, p := range []*tmux.Pane{two, talk} {
		p.Type("q")
		p.Usable()
	}
}

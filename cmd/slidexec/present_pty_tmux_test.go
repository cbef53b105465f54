//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/tmux"
)

// Programs with a terminal of their own (+pty), and programs that get the real one (+acquire_terminal).

// slideOf returns a slide with a program.
func slideOf(title, attributes, program string) string {
	return title + "\n===\n\n```" + attributes + "\n" + program + "\n```\n"
}

func slideshow(slides ...string) string { return strings.Join(slides, "\n<!-- end_slide -->\n\n") }

// gone waits until no process has such a command line.
func gone(t *testing.T, line string) {
	t.Helper()
	for late := time.Now().Add(10 * time.Second); running(line); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("%s still runs", line)
		}
	}
}

// playerOf returns the process that the shell of a window runs.
func playerOf(t *testing.T, p *tmux.Pane) string {
	t.Helper()
	pid := p.Format("#{pane_pid}")
	children, err := os.ReadFile(filepath.Join("/proc", pid, "task", pid, "children"))
	if err != nil {
		t.Skip("this kernel does not list children: ", err)
	}
	return strings.TrimSpace(string(children))
}

// pressUntil presses a key until the screen shows a text. A key that comes just after the end of a program that had the
// keyboard goes nowhere. F3 means nothing in a talk.
func pressUntil(p *tmux.Pane, key, text string) string {
	return p.Until(fmt.Sprintf("%q after %s", text, key), func(screen string) bool {
		if strings.Contains(screen, text) {
			return true
		}
		p.Keys(key)
		return false
	})
}

// TestTmuxTyping: a program with a terminal of its own gets keys, pastes, the mouse and sizes, and gives the keyboard back.
func TestTmuxTyping(t *testing.T) {
	p := tmuxTalk(t, slideshow(
		slideOf("Lines", "sh +exec +pty:60:10", `while printf 'say: ' && read -r x; do echo "<$x> at $(stty size)"; done`),
		slideOf("Roomy", "bash +exec +pty", `trap 'echo "resized to $(stty size)"' WINCH; for i in $(seq 40); do echo "row $i"; done; while :; do read -r -t 100 x; done`),
		slideOf("Mouse", "sh +exec +pty:60:8", `printf '\033[?1000h\033[?1006h\033[?2004h'; stty raw -echo; echo ready; dd bs=1 2>/dev/null | od -An -c -w1`),
	))
	p.Wait("Lines")
	p.Type("i")
	p.Wait("say:")
	p.Wait("keyboard →")
	p.Type("hello q?")
	p.Keys("BSpace", "Enter")
	p.Wait("<hello q> at 10 60")
	p.Do("set-buffer", "pasted words")
	p.Do("paste-buffer", "-p")
	p.Keys("Enter")
	p.Wait("<pasted words>")
	p.Keys("C-]")
	p.Gone("keyboard →")
	p.Type("n")
	p.Wait("Roomy")

	p.Type("i")
	p.Wait("row 40")
	p.Keys("S-PageUp")
	p.Gone("row 40")
	p.Keys("S-PageDown", "S-PageDown")
	p.Wait("row 40")
	p.Resize(100, 30)
	p.Wait("resized to 2")
	p.Resize(80, 24)
	p.Keys("C-]")
	p.Gone("keyboard →")
	p.Type("n")
	p.Wait("Mouse")

	p.Type("i")
	screen := p.Wait("ready")
	row := 0
	for i, l := range strings.Split(screen, "\n") {
		if strings.Contains(l, "ready") {
			row = i
		}
	}
	p.Do("send-keys", "-l", fmt.Sprintf("\x1b[<0;10;%dM", row+1))
	p.Wait("M")
	p.Keys("C-]")
	p.Gone("keyboard →")
	p.Type("q")
	p.Usable()
}

// TestTmuxFullScreen: programs that draw the whole screen work in a slide, where they are installed.
func TestTmuxFullScreen(t *testing.T) {
	for _, tt := range []struct{ name, program, shows, keys, then, end string }{
		{"vim", "printf 'first line\\nsecond line\\n' >f; exec vim -u NONE -N f", "second line", "Gonew words\x1b", "new words", ":q!\r"},
		{"less", "seq 500 >f; exec less f", "3", "G", "500", "q"},
		{"htop", "exec htop", "Load average", "", "", "q"},
		{"top", "exec top", "load average", "", "", "q"},
		{"cat", "exec cat", "", "typed\r", "typed", "\x04"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := exec.LookPath(tt.name); err != nil {
				t.Skip(err)
			}
			p := tmuxTalk(t, slideshow(slideOf("Whole screen", "bash +exec +pty:76:16", tt.program), "Behind\n===\n"))
			p.Wait("Whole screen")
			p.Type("i")
			p.Wait("running")
			p.Wait(tt.shows)
			p.Type(tt.keys)
			p.Wait(tt.then)
			p.Type(tt.end)
			p.Wait("the program has ended")
			pressUntil(p, "Right", "Behind") // keys that come late go nowhere
			p.Type("q")
			p.Usable()
		})
	}
}

const takerDeck = "Plain\n===\n\nwords on a slide\n\n<!-- end_slide -->\n\nTaker\n===\n\n```sh +exec +acquire_terminal\n%s\n```\n\n<!-- end_slide -->\n\nLast\n===\n\nbye\n"

func taker(program string) string { return fmt.Sprintf(takerDeck, program) }

// take starts the program that takes the terminal.
func take(p *tmux.Pane, first bool) {
	p.Wait("Plain")
	p.Type("2G")
	p.Wait("Taker")
	p.Keys("C-e")
	if first {
		p.Wait("take over the terminal?")
		p.Type("y")
	}
}

// TestTmuxTaker: a program with +acquire_terminal gets the real terminal in its sandbox, after one question.
func TestTmuxTaker(t *testing.T) {
	outside, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		t.Fatal(err)
	}
	p := tmuxTalk(t, taker(`echo "size $(stty size) in $(readlink /proc/self/ns/pid)"; read -r x; echo "got $x; size $(stty size)"`))
	p.Wait("Plain")
	p.Type("2G")
	p.Wait("Taker")
	p.Keys("C-e")
	p.Wait("take over the terminal?")
	p.Type("n")
	p.Gone("take over the terminal?")
	take2 := func(first bool) string {
		p.Keys("C-e")
		if first {
			p.Wait("take over the terminal?")
			p.Type("y")
		}
		return p.Until("the program alone", func(screen string) bool {
			return strings.Contains(screen, "in pid:[") && !strings.Contains(screen, "Taker")
		})
	}
	screen := take2(true)
	if !strings.Contains(screen, "size 24 80") || strings.Contains(screen, outside) {
		t.Errorf("the program has\n%s", screen)
	}
	p.Resize(90, 28)
	p.Type("my wo?")
	p.Keys("BSpace")
	p.Type("rd")
	p.Keys("Enter")
	screen = p.Wait("press any key")
	if !strings.Contains(screen, "got my word; size 28 90") {
		t.Errorf("what it printed is gone:\n%s", screen)
	}
	screen = pressUntil(p, "F3", "Taker")
	if !strings.Contains(screen, "2/3") {
		t.Errorf("the slides are not as they were:\n%s", screen)
	}
	p.Wait("got my word") // its output is on the slide
	take2(false)
	p.Keys("C-z") // a key of the program's terminal as others; the program is all that it could stop
	p.Keys("C-c")
	p.Wait("press any key")
	pressUntil(p, "F3", "Taker")
	p.Type("G")
	p.Wait("bye")
	p.Type("q")
	p.Usable()
}

// messy leaves everything in a terminal on that a program can.
const messy = `stty raw -echo; printf '\033[?1049h\033[?1h\033=\033[?1000h\033[?1003h\033[?1006h\033[?2004h\033[?1004h\033[?25l\033[?7l\033[4h\033[5;10r\033(0\033[31;7m'`

// whole is what a window says when none of it is left. A shell turns bracketed paste on by itself.
const wholeFlags, wholeValue = "#{keypad_cursor_flag} #{keypad_flag} #{insert_flag} #{scroll_region_upper} #{origin_flag} #{mouse_any_flag} #{cursor_flag} #{wrap_flag} #{alternate_on}", "0 0 0 0 0 0 1 1 0"

// untouched checks that a window has no modes of programs.
func untouched(t *testing.T, p *tmux.Pane) {
	t.Helper()
	p.Usable()
	p.Until("the modes "+wholeValue, func(string) bool { return p.Format(wholeFlags) == wholeValue })
	p.Run("echo lqk")
	p.Wait("\nlqk") // and not a corner of a box
}

// TestTmuxMessy: a program that leaves every mode on, and ends or is stopped, leaves none.
func TestTmuxMessy(t *testing.T) {
	for _, tt := range []struct {
		name, end string
		by        func(t *testing.T, p *tmux.Pane)
	}{
		{"ends", "read -r x", func(_ *testing.T, p *tmux.Pane) { p.Keys("C-j") }},
		{"is killed", "read -r x; kill -9 $$", func(_ *testing.T, p *tmux.Pane) { p.Keys("C-j") }},
		{"is stopped", "sleep 1000", func(_ *testing.T, p *tmux.Pane) { p.Keys("C-]", "C-]", "C-]") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := tmuxTalk(t, taker(messy+"; echo ready; "+tt.end))
			take(p, true)
			p.Until("the modes of the program", func(string) bool {
				return p.Format("#{keypad_cursor_flag} #{mouse_all_flag} #{scroll_region_upper}") == "1 1 4"
			})
			tt.by(t, p)
			p.Wait("press any key")
			screen := pressUntil(p, "F3", "2/3")
			if !strings.Contains(screen, "Taker") {
				t.Errorf("the slides are not back:\n%s", screen)
			}
			p.Type("G")
			p.Wait("bye")
			p.Type("q")
			untouched(t, p)
		})
	}
}

// TestTmuxLentSignals: a signal while a program has the terminal ends the program, and the terminal is whole.
func TestTmuxLentSignals(t *testing.T) {
	for _, signal := range []string{"TERM", "HUP", "INT", "KILL"} {
		t.Run(signal, func(t *testing.T) {
			marker := fmt.Sprintf("sleep 20%d%d", os.Getpid(), len(signal))
			p := tmuxTalk(t, taker(messy+"; exec "+marker))
			take(p, true)
			p.Until("the modes of the program", func(string) bool {
				return p.Format("#{keypad_cursor_flag} #{mouse_all_flag} #{scroll_region_upper}") == "1 1 4"
			})
			p.Until("the program", func(string) bool { return running(marker) })
			kill(t, playerOf(t, p), signal)
			gone(t, marker)
			if signal == "KILL" {
				p.Until("the main screen", func(string) bool { return p.Format("#{alternate_on} #{cursor_flag}") == "0 1" })
				p.Keys("Enter")
			}
			untouched(t, p)
		})
	}
}

// TestTmuxLentStops: slidexec is stopped and continued while a program has the terminal.
func TestTmuxLentStops(t *testing.T) {
	for _, signal := range []string{"TSTP", "STOP"} {
		t.Run(signal, func(t *testing.T) {
			p := tmuxTalk(t, taker(`printf "\033[?1049hdrawn$((1))words\n"; stty raw; read -r x; echo "got $x"; sleep 1000`))
			take(p, true)
			p.Wait("drawn1words")
			kill(t, playerOf(t, p), signal)
			p.Wait("Stopped")
			if signal == "TSTP" {
				p.Usable()
			}
			p.Run("fg")
			p.Wait("drawn1words")
			p.Type("typed")
			p.Keys("C-j")
			p.Wait("got typed")
			p.Keys("C-]", "C-]", "C-]")
			p.Wait("press any key")
			pressUntil(p, "F3", "Taker")
			p.Type("q")
			untouched(t, p)
		})
	}
}

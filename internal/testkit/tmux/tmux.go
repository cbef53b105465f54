// Package tmux gives tests a real terminal with a shell in it: a tmux server of the test's own, where
// keys are typed and the screen is read.
package tmux

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/internal/testkit/need"
)

// Pane is a window of tmux, with a shell of its own.
type Pane struct {
	t      testing.TB
	socket string
}

// Prompt is the prompt of the shell.
const Prompt = "PROMPT>"

// Start starts a server with one window. Its shell is bash without settings, in the test's current
// directory, with the test's environment and env. The server ends with the test.
func Start(t testing.TB, cols, rows int, env ...string) *Pane {
	t.Helper()
	for _, tool := range []string{"tmux", "bash"} {
		if _, err := exec.LookPath(tool); err != nil {
			need.Here(t, "tmux", err.Error())
		}
	}
	dir, err := os.MkdirTemp("", "tmux") // a socket's path is at most 107 bytes long
	if err != nil {
		t.Fatal(err)
	}
	p := &Pane{t: t, socket: filepath.Join(dir, "s")}
	t.Cleanup(func() {
		_, _ = p.try("kill-server") // the test may have ended it
		_ = os.RemoveAll(dir)
	})
	rc := filepath.Join(dir, "rc")
	if err := os.WriteFile(rc, []byte("PS1='"+Prompt+"'\nunset HISTFILE PROMPT_COMMAND\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := p.command("-f", "/dev/null", "new-session", "-d", "-x", fmt.Sprint(cols), "-y", fmt.Sprint(rows), "exec bash --noprofile --rcfile "+rc+" -i")
	cmd.Env = append(append(os.Environ(), "TMUX=", "LC_ALL=C.UTF-8"), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		need.Here(t, "tmux", fmt.Sprintf("it does not start: %v: %s", err, bytes.TrimSpace(out)))
	}
	p.Wait(Prompt)
	return p
}

func (p *Pane) command(args ...string) *exec.Cmd {
	return exec.Command("tmux", append([]string{"-u", "-S", p.socket}, args...)...)
}

// Attach returns the command that shows the window in a terminal.
func (p *Pane) Attach() *exec.Cmd {
	cmd := p.command("attach-session")
	cmd.Env = append(os.Environ(), "TMUX=", "TERM=xterm-256color")
	return cmd
}

func (p *Pane) try(args ...string) (string, error) {
	out, err := p.command(args...).CombinedOutput()
	return string(out), err
}

// Do runs a command of tmux and returns what it prints.
func (p *Pane) Do(args ...string) string {
	p.t.Helper()
	out, err := p.try(args...)
	if err != nil {
		p.t.Fatalf("tmux %q: %v: %s", args, err, out)
	}
	return out
}

// Type types text, as it is.
func (p *Pane) Type(text string) {
	p.t.Helper()
	p.Do("send-keys", "-l", "--", text)
}

// Keys presses keys by tmux's names: Enter, C-p, Escape, Down.
func (p *Pane) Keys(names ...string) {
	p.t.Helper()
	p.Do(append([]string{"send-keys", "--"}, names...)...)
}

// Run types a command for the shell.
func (p *Pane) Run(line string) {
	p.t.Helper()
	p.Type(line)
	p.Keys("Enter")
}

// Resize changes the size of the window.
func (p *Pane) Resize(cols, rows int) {
	p.t.Helper()
	p.Do("resize-window", "-x", fmt.Sprint(cols), "-y", fmt.Sprint(rows))
}

// Screen returns what the window shows, row by row.
func (p *Pane) Screen() string {
	p.t.Helper()
	return p.Do("capture-pane", "-p")
}

// Format returns a property of the window, such as "#{alternate_on}".
func (p *Pane) Format(format string) string {
	p.t.Helper()
	return strings.TrimSpace(p.Do("display-message", "-p", format))
}

// patience is how long a test waits for what has to come. It is long for a machine that does much else.
const patience = 15 * time.Second

// Until waits until the screen satisfies a condition, and returns it. what names it for the failure.
func (p *Pane) Until(what string, ok func(screen string) bool) string {
	p.t.Helper()
	late := time.Now().Add(patience)
	for {
		screen := p.Screen()
		if ok(screen) {
			return screen
		}
		if time.Now().After(late) {
			p.t.Fatalf("the window does not show %s:\n%s", what, screen)
		}
		time.Sleep(10 * time.Millisecond) // tmux tells nobody that a window changed
	}
}

// Wait waits until the screen shows a text.
func (p *Pane) Wait(text string) string {
	p.t.Helper()
	return p.Until(fmt.Sprintf("%q", text), func(screen string) bool { return strings.Contains(screen, text) })
}

// Gone waits until the screen does not show a text any more.
func (p *Pane) Gone(text string) string {
	p.t.Helper()
	return p.Until(fmt.Sprintf("anything but %q", text), func(screen string) bool { return !strings.Contains(screen, text) })
}

// Usable checks that the shell has the terminal again: its prompt is there, lines are edited and echoed,
// the cursor and the main screen are back, and the mouse is not told.
func (p *Pane) Usable() {
	p.t.Helper()
	p.Until("the prompt", func(screen string) bool { return strings.HasSuffix(strings.TrimRight(screen, "\n "), Prompt) })
	p.Run("echo us$((1+1))able; stty -a | tr ' ;' '\\n\\n' | grep -xE -- '-?(echo|opost|isig|icrnl)' | xargs echo modes:")
	p.Wait("us2able")
	screen := p.Until("the modes", func(screen string) bool { return strings.Contains(screen, "\nmodes: ") })
	if !strings.Contains(screen, "\nmodes: icrnl opost isig echo\n") {
		p.t.Errorf("the modes are not those of a shell:\n%s", screen)
	}
	if got := p.Format("#{alternate_on} #{mouse_any_flag} #{cursor_flag} #{wrap_flag}"); got != "0 0 1 1" {
		p.t.Errorf("alternate screen, mouse, cursor, wrapping are %s, want 0 0 1 1", got)
	}
	p.Run("clear")
	p.Gone("us2able")
}

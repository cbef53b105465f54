//go:build unix

package tty

import (
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"syscall"
)

// guard is the process that gives the terminal back when ours is gone without having done so.
type guard struct {
	started chan struct{}
	cmd     *exec.Cmd // nil: there is none
	life    *os.File  // the end of it is the end of us
}

// vigil is what the guard does. It reads until we are gone, and what it reads is what the runtime says
// at a crash. If we said that all is well, it has nothing to do. The modes are set only if they are still
// ours: a shell that saw us die may have set its own. $1 are our modes, $2 those before, $3 what gives
// the screen back, $4 whether the crash was shown on this screen, which is gone by then. Until the runtime has
// said something, a line may be what else is to be undone first, though we may be gone in the middle of a picture.
const vigil = `trap '' HUP INT QUIT TERM TSTP
while IFS= read -r line; do case $said$line in
	"undo "*) undo=$undo${line#undo };;
	*) said="$said$line
";; esac; done
[ "$said" = "well
" ] && exit
printf "${undo:+\033\\\\$undo}$3"
if [ "$1" = "$2" ] || [ "$(stty -g <&3)" = "$1" ]; then stty "$2" <&3; fi
[ -z "$4" ] || printf %s "$said"`

// format turns what is written to a terminal into a format of printf in one line.
var format = strings.NewReplacer("\x1b", `\033`, "\x0f", `\017`, `\`, `\\`, "%", "%%")

// startGuard starts the guard beside us; leave is what gives the screen back. It takes a few milliseconds, which nobody waits for.
func (t *Terminal) startGuard(leave string) *guard {
	g := &guard{started: make(chan struct{})}
	go func() {
		defer close(g.started)
		theirs, ours, err := os.Pipe()
		if err != nil {
			return
		}
		defer theirs.Close()
		shown := ""
		if _, err := getModes(os.Stderr); err == nil {
			shown = "yes"
		}
		cmd := exec.Command("/bin/sh", "-c", vigil, "slidexec", t.raw.stty(), t.saved.stty(), format.Replace(leave), shown)
		cmd.Env = []string{"PATH=/usr/bin:/bin:/run/current-system/sw/bin"}
		cmd.Stdin, cmd.Stdout, cmd.ExtraFiles = theirs, t.out, []*os.File{t.in}
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // no key, signal to our job or hangup reaches it
		if cmd.Start() != nil {
			_ = ours.Close()
			return
		}
		g.cmd, g.life = cmd, ours
		_ = debug.SetCrashOutput(ours, debug.CrashOptions{}) // else the crash is said on the screen only
	}()
	return g
}

// undo tells the guard what else to write before the screen is given back. It does not wait for a guard that starts.
func (g *guard) undo(sequence string) {
	say := func() {
		if <-g.started; g.cmd != nil {
			_, _ = io.WriteString(g.life, "undo "+format.Replace(sequence)+"\n") // the error: it is gone, and nobody can do it
		}
	}
	select {
	case <-g.started:
		say()
	default:
		go say()
	}
}

// dismiss tells the guard that all is well.
func (g *guard) dismiss() {
	if g == nil {
		return
	}
	<-g.started
	if g.cmd == nil {
		return
	}
	_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
	_, _ = io.WriteString(g.life, "well\n")
	_ = g.life.Close()
	_ = g.cmd.Wait() // its status says nothing
}

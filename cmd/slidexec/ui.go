package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

// How slidexec talks: everything here goes to stderr, one thought a line, each beginning with
// "slidexec: ", in lower case and without a full stop, so that scripts can tell our words from a
// program's. Diagnostics of a deck begin with their place instead, as compilers' do, and show the
// line with a caret.

// ui is the way to the user. Its methods may be called at the same time.
type ui struct {
	mu   sync.Mutex
	w    io.Writer
	tty  bool // w is a terminal: progress may be drawn
	last int  // width of the progress line now on the screen
}

func newUI(f *os.File) *ui { return &ui{w: f, tty: isTerminal(f)} }

// say prints a line.
func (u *ui) say(format string, args ...any) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.wipe()
	fmt.Fprintf(u.w, "slidexec: "+format+"\n", args...)
}

// progress replaces the progress line; on anything but a terminal it prints nothing.
func (u *ui) progress(text string) {
	if !u.tty {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	fmt.Fprintf(u.w, "\r\x1b[K%s", text)
	u.last = len(text)
}

// clear removes the progress line.
func (u *ui) clear() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.wipe()
}

// wipe is clear for who holds mu.
func (u *ui) wipe() {
	if u.last > 0 {
		fmt.Fprint(u.w, "\r\x1b[K")
		u.last = 0
	}
}

const maxDiags = 20 // printed; more of them help nobody

// diags prints diagnostics with their source lines.
func (u *ui) diags(ds slides.Diags) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.wipe()
	for i, d := range ds {
		if i == maxDiags {
			fmt.Fprintf(u.w, "slidexec: %d more diagnostics are not shown\n", len(ds)-maxDiags)
			return
		}
		fmt.Fprintln(u.w, d.Error())
		if e := d.Excerpt(); e != "" {
			fmt.Fprintln(u.w, e)
		}
		if d.Hint != "" {
			fmt.Fprintln(u.w, "hint: "+d.Hint)
		}
	}
}

// failure prints why a command could not do its work and returns the exit status for it.
func (u *ui) failure(err error) int {
	var setup *sandbox.SetupError
	if errors.As(err, &setup) {
		u.say("%v", err)
		if setup.Fix != "" {
			u.say("to fix it: %s", setup.Fix)
		}
		u.say("nothing was run; `slidexec doctor` shows every layer")
		return exitSandbox
	}
	u.say("%v", err)
	if f := slides.AsFault(err); f != nil {
		u.say("hint: %s", slides.FaultHint)
		if os.Getenv("SLIDEXEC_TRACE") != "" {
			u.say("%s", f.Trace())
		}
	}
	return exitFailed
}

// unknownCommand names the nearest command to a word that is none.
func unknownCommand(cmd *cobra.Command, word string) error {
	if strings.HasSuffix(word, ".md") {
		return fmt.Errorf("%q is not a command; did you mean `slidexec render %s`?", word, word)
	}
	if near := cmd.SuggestionsFor(word); len(near) > 0 {
		return fmt.Errorf("unknown command %q; did you mean %q?", word, near[0])
	}
	return fmt.Errorf("unknown command %q", word)
}

// isTerminal reports whether f is a terminal.
func isTerminal(f *os.File) bool {
	_, err := terminalWidth(f)
	return err == nil
}

// version is the module's version as the build recorded it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

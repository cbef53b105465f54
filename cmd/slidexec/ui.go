package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/slidexec/slidexec/internal/qr"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides"
)

// How slidexec talks: everything here goes to stderr, one thought a line, each beginning with
// "slidexec: ", in lower case and without a full stop, so that scripts can tell our words from a
// program's. Diagnostics of a deck begin with their place instead, as compilers' do, and show the
// line with a caret.

//
// Names, ids, values and errors are often not ours. So only the functions of this file and passed
// (program output) write to a terminal or a log. They print lines of text: text.Line makes control
// characters visible, and Commands breaks commands to a log. A caller cannot forget it.

// ui prints messages to the user. Its methods may be called at the same time.
type ui struct {
	mu   sync.Mutex
	w    io.Writer
	tty  bool          // w is a terminal, so progress may be drawn
	last int           // width of the progress line now on the screen
	log  text.Commands // commands to a log, which no line may begin

	open   bool // a program's last line has no line feed
	styled bool // a program may have left its colours

	shown bool     // the terminal shows something else meanwhile
	held  []string // lines for later

	past   text.Past // of the output of programs to w
	merged text.Past // of w and stdout, which share one log with 2>&1
}

func newUI(f *os.File) *ui { return &ui{w: f, tty: isTerminal(f), log: text.InLog(os.Getenv)} }

// say prints a line.
func (u *ui) say(format string, args ...any) { u.print("slidexec: " + fmt.Sprintf(format, args...)) }

// tell prints a line and, below it, the hint, if there is one.
func (u *ui) tell(msg, hint string) {
	u.say("%s", msg)
	if hint != "" {
		u.say("hint: %s", hint)
	}
}

// print prints lines as text, on lines of their own and in the terminal's own colours.
func (u *ui) print(lines ...string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.shown {
		u.held = append(u.held, lines[:min(len(lines), maxHeld-len(u.held))]...)
		return
	}
	u.write(lines)
}

// maxHeld bounds the lines that are held.
const maxHeld = 1000

// hold keeps lines from the terminal while it shows something else, and prints them at the end of that.
func (u *ui) hold(on bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.shown = on; !on {
		u.write(u.held)
		u.held = nil
	}
}

// write does the work of print. The caller holds mu.
func (u *ui) write(lines []string) {
	u.wipe()
	u.freshen()
	for _, l := range lines {
		fmt.Fprintln(u.w, u.log.InertLine(text.Line(l)))
	}
	u.past, u.merged = text.Past{}, text.Past{}
}

// code draws a QR code, on a terminal alone: nobody holds a phone to a log.
func (u *ui) code(c *qr.Code) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.tty || u.shown {
		return
	}
	for _, row := range c.Rows() {
		fmt.Fprintf(u.w, "\x1b[%sm%s%s\n", qr.Style, row, resetStyle)
	}
}

// freshen ends a line or style that a program has left open. The caller holds mu.
func (u *ui) freshen() {
	if u.styled {
		fmt.Fprint(u.w, resetStyle)
	}
	if u.open {
		fmt.Fprintln(u.w)
	}
	u.styled, u.open = false, false
}

const resetStyle = "\x1b[0m"

// progress replaces the progress line; on anything but a terminal it prints nothing.
func (u *ui) progress(words string) {
	if !u.tty {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.shown {
		return
	}
	u.freshen()
	words = u.log.InertLine(text.Line(words))
	fmt.Fprintf(u.w, "\r\x1b[K%s", words)
	u.last = len(words)
}

// clear removes the progress line.
func (u *ui) clear() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.wipe()
}

// wipe does the work of clear. The caller holds mu.
func (u *ui) wipe() {
	if u.last > 0 {
		fmt.Fprint(u.w, "\r\x1b[K")
		u.last = 0
	}
}

// diags prints diagnostics with their source lines.
func (u *ui) diags(ds slides.Diags) {
	shown, others := ds.Shown()
	for _, d := range shown {
		lines := []string{d.Error()}
		if e := d.Excerpt(); e != "" {
			source, caret, _ := strings.Cut(e, "\n")
			lines = append(lines, source, caret)
		}
		if d.Hint != "" {
			lines = append(lines, "hint: "+d.Hint)
		}
		u.print(lines...)
	}
	if len(others) > 0 {
		u.say("not shown: %s", others.Summary())
	}
}

// load prints the mistakes of a deck as soon as the deck was read.
func (u *ui) load(e slides.Event) {
	if l, ok := e.(slides.Loaded); ok {
		u.diags(l.Deck.Diags)
	}
}

// mistakes says in the last line, where users see it, that the text of a deck has errors.
func (u *ui) mistakes(ds slides.Diags) {
	if n, first := ds.Errors(); n > 0 {
		u.say("%s in the text, the first at %s", text.Count(n, "error"), first.Pos)
	}
}

// failure prints why a command could not do its work and returns the exit status for it.
func (u *ui) failure(err error) int {
	if several, ok := err.(interface{ Unwrap() []error }); ok { // one thought a line
		code := exitFailed
		for _, e := range several.Unwrap() {
			code = max(code, u.failure(e))
		}
		return code
	}
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
			u.print(strings.Split(strings.ReplaceAll(f.Trace(), "\t", "    "), "\n")...)
		}
	}
	return exitFailed
}

// unknownCommand suggests the command nearest to an unknown word.
func unknownCommand(cmd *cobra.Command, word string) error {
	if strings.HasSuffix(word, ".md") {
		return fmt.Errorf("%q is not a command; did you mean `slidexec render %s`?", word, word)
	}
	return fmt.Errorf("unknown command %q; %s", word, text.Suggest(word, "the commands are ", commandNames(cmd)))
}

// commandNames lists the subcommands of a command.
func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return names
}

// flagValues describes the values of each type of flag.
var flagValues = map[string]string{
	"bool": "true or false", "int": "a whole number", "duration": "a time: write it like 500ms, 30s or 2m",
}

// wrongFlag says what is wrong with a flag: its value, or its name, for which it suggests another.
func wrongFlag(cmd *cobra.Command, err error) error {
	missing, _ := errors.AsType[*pflag.ValueRequiredError](err)
	unfit, _ := errors.AsType[*pflag.InvalidValueError](err)
	unknown, _ := errors.AsType[*pflag.NotExistError](err)
	switch {
	case missing != nil:
		kind, _ := pflag.UnquoteUsage(missing.GetFlag())
		return fmt.Errorf("--%s takes a value: --%[1]s %s", missing.GetFlag().Name, kind)
	case unfit != nil:
		return fmt.Errorf("--%s: %q is not %s", unfit.GetFlag().Name, unfit.GetValue(), flagValues[unfit.GetFlag().Value.Type()])
	case unknown == nil:
		return err
	}
	usage, list := cmd.Flags().FlagUsages(), []string{}
	for word := range strings.FieldsSeq(usage) {
		if name, ok := strings.CutPrefix(word, "--"); ok {
			list = append(list, name)
		}
	}
	if near := text.Nearest(unknown.GetSpecifiedName(), list); near != "" {
		return fmt.Errorf("%w; did you mean --%s?", err, near)
	}
	return err
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

// progress draws one line on a terminal while programs run: how many have ended, and what the
// oldest running one does.
type progress struct {
	ui    *ui
	names map[slides.Key]string
	state map[slides.Key]slides.Result
	order []slides.Key
	drawn time.Time
}

// take takes an event; the line is drawn at most every 50 ms.
func (p *progress) take(e slides.Event) {
	switch e := e.(type) {
	case slides.Loaded:
		p.names, p.state, p.order = map[slides.Key]string{}, map[slides.Key]slides.Result{}, nil
		for _, s := range e.Deck.Executable() {
			p.names[s.Key] = s.Name()
			p.order = append(p.order, s.Key)
		}
	case slides.Ran:
		e.Result.Log = nil // only the state counts here
		p.state[e.Key] = e.Result
		p.draw()
	}
}

func (p *progress) draw() {
	if !p.ui.tty || time.Since(p.drawn) < 50*time.Millisecond {
		return
	}
	p.drawn = time.Now()
	done, doing := 0, ""
	for _, k := range p.order {
		switch r := p.state[k]; r.State {
		case slides.Done:
			done++
		case slides.Running:
			if doing == "" {
				doing = fmt.Sprintf(" · %s: %s", p.names[k], phaseWords[r.Phase])
			}
		}
	}
	p.ui.progress(fmt.Sprintf("running %d of %d%s", min(done+1, len(p.order)), len(p.order), doing))
}

// phaseWords names each phase for people.
var phaseWords = map[string]string{
	"fetch": "fetching dependencies", "build": "building", "run": "running", "": "starting",
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run"
	"github.com/slidexec/slidexec/slides/talk"
)

// Exit statuses of exec for programs that we stopped, as in timeout(1) and a shell's 128+SIGKILL.
const (
	exitTimeout = 124
	exitLimit   = 137
)

func newExec(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "exec LANG [FILE]",
		Short: "run one program in the sandbox",
		Long: "Exec runs one program, from a file or standard input, in the sandbox that snippets run in. It passes on the stdout,\n" +
			"stderr and exit status of the program. If the time limit stops the program, the exit status is 124; if another limit\n" +
			"does, it is 137. Stderr says which limit it was.",
		Example: "  echo 'print(6*7)' | slidexec exec python\n  slidexec exec rust hello.rs",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return usageError{fmt.Errorf("exec takes a language and at most one file: %s", cmd.UseLine())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.exec(cmd.Context(), args) },
	}
	a.addRunFlags(cmd)
	return cmd
}

// exec runs the program of args and ends with its status.
func (a *app) exec(ctx context.Context, args []string) error {
	name, _, _ := strings.Cut(args[0], ":")
	if l, _ := talk.Language(name); !l.Runs() {
		return usageError{fmt.Errorf("no way to run language %q; %s", name, lang.Suggest(name))}
	}
	code, dir, err := a.program(ctx, args[1:])
	if err != nil {
		return err
	}
	o, err := a.options("")
	if err != nil {
		return err
	}
	runner, err := talk.Program(o, dir, args[0]+"\n"+string(code))
	if err != nil {
		return err
	}
	defer runner.Close()
	out, errOut := a.passOn(a.out), a.passOn(a.ui.w)
	screen, _ := a.out.(*os.File)
	stdio := run.Stdio{Out: out, Err: errOut, Lines: screen != nil && isTerminal(screen)}
	if len(args) == 2 && args[1] != "-" {
		stdio.In, stdio.Name = a.in, args[1] // else standard input holds the program itself
	}
	res, err := runner.Exec(ctx, args[0], code, stdio)
	out.end()
	errOut.end()
	if err != nil {
		return err
	}
	if mark := render.Confinement(res); mark != "" {
		a.ui.say("%s", mark)
	}
	return a.execStatus(res)
}

// execStatus returns the program's exit status. If we stopped the program, it says why on stderr.
func (a *app) execStatus(res slides.Result) error {
	why, try := render.Why(nil, res, slides.ByDeck)
	if why != "" && (res.Status == slides.OK || res.Status == slides.Exited) {
		a.ui.say("note: %s", why)
	}
	switch res.Status {
	case slides.OK:
		return nil
	case slides.Exited:
		return exit{res.Exit}
	case slides.Signaled:
		a.ui.say("the program was ended by %s", res.Signal)
		return exit{128 + signalNumber(res.Signal)}
	case slides.TimedOut:
		a.ui.say("%s", why)
		return exit{exitTimeout}
	case slides.Canceled: // the message about the signal says it
		return exit{exitFailed}
	case slides.SetupFailed, slides.Denied:
		a.ui.say("%s", why)
		if try != "" {
			a.ui.say("hint: %s", try)
		}
		return exit{exitFailed}
	}
	a.ui.say("%s", why)
	return exit{exitLimit}
}

// program reads the program and returns the folder that it comes from. The user's time limit also
// bounds the wait for it.
func (a *app) program(ctx context.Context, args []string) (code []byte, dir string, err error) {
	if a.run.timeout > 0 {
		late, stop := context.WithTimeout(ctx, a.run.timeout)
		defer stop()
		ctx = late
	}
	name, shown := "-", "standard input"
	if len(args) > 0 && args[0] != "-" {
		at, _ := permit.FindDeck(args[0]) // the read reports an error
		name, shown, dir = args[0], strconv.Quote(args[0]), at.Dir
	}
	code, err = a.read(ctx, name, "the program", int64(budget.File.Limit))
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		a.ui.say("the program did not end within %v (time limit)", a.run.timeout)
		return nil, "", exit{exitTimeout}
	case errors.Is(err, fs.ErrNotExist):
		return nil, "", fmt.Errorf("there is no file %s", shown)
	case err != nil:
		return nil, "", fmt.Errorf("read the program from %s: %w", shown, err)
	}
	return code, dir, nil
}

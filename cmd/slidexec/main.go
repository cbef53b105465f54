// Command slidexec turns a Markdown talk deck into a running talk: it runs the programs on the
// slides in a sandbox and renders the deck with their output.
//
// Exit status: 0 done; 1 the deck or a program failed; 2 wrong usage; 3 this machine cannot
// sandbox; 130 interrupted by ctrl+c; 143 terminated by kill. Data goes to stdout, messages go to stderr.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/markdown"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/talk"
)

// Exit statuses. exec returns its program's status instead.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitSandbox = 3
)

func main() {
	ctx, stop := untilSignal(context.Background())
	code := runMain(ctx, os.Args[1:], &app{in: os.Stdin, out: os.Stdout, ui: newUI(os.Stderr)})
	stop()
	os.Exit(code)
}

// app is handed to every subcommand: the streams and the printer of messages.
type app struct {
	in  io.Reader
	out io.Writer
	ui  *ui
	run runFlags // the flags of commands that run programs
}

// exit ends a command with a status after the command has said why.
type exit struct{ code int }

func (e exit) Error() string { return "exit" }

// usageError is a wrong command line.
type usageError struct{ error }

// wrongUsage reports whether an error is about the command line.
func wrongUsage(err error) bool {
	return errors.As(err, new(usageError)) || errors.As(err, new(*talk.FlagError))
}

// runMain runs the command line args and returns the exit status.
func runMain(ctx context.Context, args []string, a *app) int {
	root := newRoot(a, args...)
	root.SetArgs(args)
	ran, err := execute(ctx, root)
	var e exit
	by, ended := cut(ctx)
	switch {
	case err == nil:
		return exitDone
	case ended: // other errors follow from the signal
		a.ui.clear()
		a.ui.say("%v", by)
		return by.status()
	case errors.As(err, &e):
		return e.code
	case wrongUsage(err):
		a.ui.say("%v", err)
		a.ui.say("%s", whereHelpIs(ran))
		return exitUsage
	case errors.Is(err, syscall.EPIPE): // the reader of our output has closed it, as in `| head`
		return exitDone
	}
	return a.ui.failure(err)
}

// execute runs the command. A panic becomes an error message, not a stack trace.
func execute(ctx context.Context, root *cobra.Command) (ran *cobra.Command, err error) {
	defer slides.Contain("doing what it was asked for", &err)
	if root.CompletionOptions.DisableDefaultCmd {
		withHelpFlag(root)
	} else {
		helpOnHelp(root)
	}
	return root.ExecuteContextC(ctx)
}

// whereHelpIs says which help explains a wrong command line: that of the command, if one was found.
func whereHelpIs(ran *cobra.Command) string {
	if ran == nil || !ran.HasParent() {
		return "`slidexec --help` lists the commands"
	}
	return "`" + ran.CommandPath() + " --help` explains the command"
}

// commands are the subcommands by name. Each is a file of this package.
var commands = map[string]func(*app) *cobra.Command{
	"render": newRender, "present": newPresent, "serve": newServe, "run": newRun, "check": newCheck, "inspect": newInspect, "themes": newThemes, "import": newImport,
	"exec": newExec, "doctor": newDoctor, "permissions": newPermissions, "cache": newCache,
}

// newRoot builds the command tree for a command line. If that begins with a command, the tree has this one
// only, because to build the others would take a part of the time until the first slide.
func newRoot(a *app, args ...string) *cobra.Command {
	a.run.jobs = runtime.NumCPU() // of commands without the flag
	samples := false
	root := &cobra.Command{
		Use:           "slidexec",
		Short:         "run the programs on your slides, in a sandbox",
		Long:          rootHelp,
		SilenceErrors: true,
		SilenceUsage:  true,

		Version: version(),
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{unknownCommand(cmd, args[0])}
			}
			if samples {
				return a.print(markdown.Words().Samples()...)
			}
			return cmd.Help()
		},
	}
	root.SetOut(words{a.data()})
	root.SetErr(words{a.ui.log.Inert(a.ui.w)})
	root.SetVersionTemplate("slidexec {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageError{wrongFlag(cmd, err)} })
	if len(args) > 0 && commands[args[0]] != nil {
		root.CompletionOptions.DisableDefaultCmd = true
		root.AddCommand(commands[args[0]](a))
		return root
	}
	root.Flags().BoolVar(&samples, "list-comment-commands", false, "print a comment for each command that decks can have, one a line")
	for _, make := range commands {
		root.AddCommand(make(a))
	}
	return root
}

// helpOnHelp words the commands and flags that cobra adds like ours.
func helpOnHelp(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	root.Flags().BoolP("version", "v", false, "print the version")
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Short = "explain a command"
			cmd.Long = "Help explains a command, as --help does behind the command."
			cmd.Args = func(_ *cobra.Command, args []string) error {
				at := root
				for _, word := range args {
					i := slices.IndexFunc(at.Commands(), func(c *cobra.Command) bool { return c.Name() == word })
					if i < 0 {
						return usageError{unknownCommand(at, word)}
					}
					at = at.Commands()[i]
				}
				return nil
			}
		case "completion":
			cmd.Short = "print a script that completes command lines in your shell"
			cmd.Long = "Completion prints a script with which your shell completes the command lines of slidexec.\n" +
				"The help of each command below says how to load the script."
			cmd.Args, cmd.DisableFlagsInUseLine = noArgs("bash, zsh, fish or powershell"), true
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
			for _, shell := range cmd.Commands() {
				shell.Short = "print the script for " + shell.Name()
			}
		}
	}
	withHelpFlag(root)
}

func withHelpFlag(cmd *cobra.Command) {
	cmd.Flags().BoolP("help", "h", false, "print this help")
	for _, c := range cmd.Commands() {
		withHelpFlag(c)
	}
}

const rootHelp = `slidexec runs the programs on the slides of a Markdown deck inside a sandbox
and renders the deck with what they printed.

  slidexec present talk.md             give the talk in the terminal
  slidexec render talk.md              print the slides
  slidexec render talk.md -o talk.html write one file for the browser
  slidexec serve talk.md --open        show the talk in the browser, live while you write
  slidexec check talk.md               find mistakes and programs that no longer work
  slidexec doctor                      say what this machine can sandbox and run`

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run"
	"github.com/slidexec/slidexec/slides/talk"
)

// runFlags are the flags of every command that runs programs.
type runFlags struct {
	jobs      int
	timeout   time.Duration
	memory    string
	refresh   bool
	noCache   bool
	degraded  bool
	noSandbox bool
	theme     string // "": each deck has its own
	strict    bool
	allow     []string

	requireAll bool // a program that was skipped counts as failed
}

// addRunFlags declares them.
func (a *app) addRunFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.IntVar(&a.run.jobs, "jobs", a.run.jobs, "run at most this `NUMBER` of programs at once")
	f.DurationVar(&a.run.timeout, "timeout", 0, "stop a program after this `TIME` (10s unless set)")
	f.StringVar(&a.run.memory, "memory", "", "stop a program that uses more than this `SIZE` of memory, such as 512M (1G unless set)")
	f.BoolVar(&a.run.refresh, "refresh", false, "run every program, even if the cache has its result")
	f.BoolVar(&a.run.noCache, "no-cache", false, "neither read nor write the cache of results")
	f.BoolVar(&a.run.degraded, "degraded", false, "if this machine lacks a sandbox layer, run without that layer and mark every result")
	f.StringArrayVar(&a.run.allow, "allow", nil, "let programs do more, by a `PERMISSION`: "+permit.Usage+"; may be repeated")
	f.BoolVar(&a.run.strict, "strict", false, "keep programs from making namespaces of their own")
	f.BoolVar(&a.run.noSandbox, "no-sandbox", false, "run without a sandbox: the deck's programs can do everything that you can")
}

// addRequireFlag adds the flag of commands that report how programs ended.
func (a *app) addRequireFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.run.requireAll, "require-all", false, "count a program that is skipped, such as for want of a terminal, as failed")
}

// addThemeFlag adds the flag of commands that show slides.
func (a *app) addThemeFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.run.theme, "theme", "", "show the deck in the theme `NAME`, over the one that it names; slidexec themes lists them")
}

// options checks the flags and returns the options for opening the talk called name.
func (a *app) options(name string) (talk.Options, error) {
	limits := sandbox.Limits{Wall: a.run.timeout}
	if a.run.timeout < 0 {
		return talk.Options{}, usageError{fmt.Errorf("--timeout %v: a time limit cannot be negative", a.run.timeout)}
	}
	if a.run.jobs < 1 {
		return talk.Options{}, usageError{fmt.Errorf("--jobs %d: give 1 or more", a.run.jobs)}
	}
	if a.run.memory != "" {
		n, err := parseBytes(a.run.memory)
		if err != nil {
			return talk.Options{}, usageError{fmt.Errorf("--memory: %w", err)}
		}
		limits.Memory = n
	}
	if err := checkTheme("--theme", a.run.theme); err != nil {
		return talk.Options{}, err
	}
	allow, err := a.allowed()
	o := talk.Options{
		Name: name, Theme: a.run.theme, Allow: allow, Say: a.ui.tell,
		Read: func(ctx context.Context, name string, most int64) ([]byte, error) {
			return a.read(ctx, name, "the deck", most)
		},
		Run: run.Options{
			Jobs: a.run.jobs, Limits: limits, Refresh: a.run.refresh, NoCache: a.run.noCache,
			FetchTime: a.run.timeout, Degraded: a.run.degraded, NoSandbox: a.run.noSandbox, Strict: a.run.strict,
			Warn: func(msg string) { a.ui.say("%s", msg) },
		},
	}
	if a.interactive() {
		o.Ask = a.ask
	}
	return o, err
}

// allowed returns the permissions that the flags grant. It does not check that paths exist.
func (a *app) allowed() (permit.Set, error) {
	var out permit.Set
	for _, word := range a.run.allow {
		g, err := permit.Parse(word)
		if err == nil && a.run.strict && g.Kind == permit.Nested {
			err = errors.New("--strict forbids the namespaces that nested=N grants")
		}
		if err != nil {
			return nil, usageError{fmt.Errorf("--allow: %w", err)}
		}
		out = append(out, g)
	}
	return out, nil
}

// open opens the talk called name.
func (a *app) open(ctx context.Context, name string) (*talk.Talk, error) {
	o, err := a.options(name)
	if err != nil {
		return nil, err
	}
	return talk.Open(ctx, o)
}

// read returns the bytes of the file or pipe that the user names, or of standard input for "-". The
// end of ctx ends the wait for a pipe. If standard input is a terminal, read asks the user to type.
func (a *app) read(ctx context.Context, name, what string, most int64) ([]byte, error) {
	if name != "-" {
		return files.ReadNamed(ctx, name, most)
	}
	if in, ok := a.in.(*os.File); ok {
		if isTerminal(in) {
			a.ui.say("reading %s from the terminal; ctrl+d on a line of its own ends it", what)
		}
		return files.ReadStream(ctx, in, most)
	}
	src, err := io.ReadAll(io.LimitReader(a.in, most+1))
	if int64(len(src)) > most {
		err = &files.Error{Path: name, Err: files.ErrTooLarge, Most: most}
	}
	return src, err
}

// parseBytes reads "512M", "1.5G", "100000".
func parseBytes(s string) (int64, error) {
	units := map[byte]float64{'K': 1 << 10, 'M': 1 << 20, 'G': 1 << 30, 'T': 1 << 40}
	num, unit := s, 1.0
	if u, ok := units[s[len(s)-1]&^0x20]; ok {
		num, unit = s[:len(s)-1], u
	}
	var n float64
	if _, err := fmt.Sscanf(num+"\n", "%g\n", &n); err != nil || n <= 0 || n*unit > 1<<60 {
		return 0, fmt.Errorf("%q is not a size: write it like 512M or 2G", s)
	}
	return int64(n * unit), nil
}

// exactArgs is cobra's ExactArgs with a message that names the missing argument.
func exactArgs(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usageError{fmt.Errorf("%s takes %s: %s", cmd.Name(), what, cmd.UseLine())}
		}
		return nil
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/slidexec/slidexec/sandbox"
	"github.com/slidexec/slidexec/slides/permit"
	"github.com/slidexec/slidexec/slides/run"
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
	strict    bool
	allow     []string
}

// addRunFlags declares them.
func (a *app) addRunFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.IntVar(&a.run.jobs, "jobs", runtime.NumCPU(), "how many programs run at once")
	f.DurationVar(&a.run.timeout, "timeout", 0, "time limit of a program (10s unless set)")
	f.StringVar(&a.run.memory, "memory", "", "memory limit of a program, such as 512M (1G unless set)")
	f.BoolVar(&a.run.refresh, "refresh", false, "run everything again, also what is in the cache")
	f.BoolVar(&a.run.noCache, "no-cache", false, "neither read nor write the cache of results")
	f.BoolVar(&a.run.degraded, "degraded", false, "run with the sandbox layers this machine has, and mark every result")
	f.StringArrayVar(&a.run.allow, "allow", nil, "let programs do more: "+permit.Usage+"; may be repeated")
	f.BoolVar(&a.run.strict, "strict", false, "let programs create no namespaces of their own")
	f.BoolVar(&a.run.noSandbox, "no-sandbox", false, "run without a sandbox: the deck can do all that you can")
}

// options checks the flags.
func (a *app) options() (run.Options, error) {
	limits := sandbox.Limits{Wall: a.run.timeout}
	if a.run.timeout < 0 {
		return run.Options{}, usageError{fmt.Errorf("--timeout %v is not a time", a.run.timeout)}
	}
	if a.run.jobs < 1 {
		return run.Options{}, usageError{fmt.Errorf("--jobs %d: at least one program has to run", a.run.jobs)}
	}
	if a.run.memory != "" {
		n, err := parseBytes(a.run.memory)
		if err != nil {
			return run.Options{}, usageError{fmt.Errorf("--memory: %w", err)}
		}
		limits.Memory = n
	}
	o := run.Options{
		Jobs: a.run.jobs, Limits: limits, Refresh: a.run.refresh, NoCache: a.run.noCache,
		FetchTime: a.run.timeout, Degraded: a.run.degraded, NoSandbox: a.run.noSandbox, Strict: a.run.strict,
		Warn: func(msg string) { a.ui.say("%s", msg) },
	}
	var err error
	o.Allow, err = a.allowed()
	return o, err
}

// allowed is what the flags grant. Paths were not looked for.
func (a *app) allowed() (permit.Set, error) {
	var out permit.Set
	for _, word := range a.run.allow {
		g, err := permit.Parse(word)
		if err == nil && a.run.strict && g.Kind == permit.Nested {
			err = errors.New("--strict takes namespaces away")
		}
		if err != nil {
			return nil, usageError{fmt.Errorf("--allow: %w", err)}
		}
		out = append(out, g)
	}
	return out, nil
}

// runner makes the runner for the programs of a talk, after asking the user where that is needed;
// output is a file beside the deck that we write ourselves, or "".
func (a *app) runner(ctx context.Context, t *talk, output string) (*run.Runner, error) {
	return a.runnerWith(t, output, func(asked, open []permit.Request) (granted, error) {
		ok, err := a.decide(ctx, t, asked, open)
		return func(permit.Request) bool { return ok }, err
	})
}

// runnerWith makes the runner; ask says what the user grants of the deck's requests.
func (a *app) runnerWith(t *talk, output string, ask func(asked, open []permit.Request) (granted, error)) (*run.Runner, error) {
	o, err := a.options()
	if err != nil {
		return nil, err
	}
	if a.run.noSandbox {
		a.ui.say("warning: --no-sandbox: the programs on these slides can do all that you can")
	}
	if err := a.grant(t, &o, ask); err != nil {
		return nil, err
	}
	a.unset(o)
	o.Dir, o.Ignore = t.at.Dir, ignored(output)
	o.Deck, o.Text, o.Content = t.texts()
	return run.New(o)
}

// texts says what the deck's file is called, what files its text is in, and, of a deck that lies
// nowhere, what it says.
func (t *talk) texts() (name string, files []string, content string) {
	switch {
	case t.Deck == nil || len(t.Files) == 0:
		return "", nil, t.program
	case t.at.File == "":
		return "", nil, string(t.Files[0].Src)
	}
	deck := t.Files[0]
	for _, i := range t.Includes {
		files = append(files, i.File.Path)
	}
	return filepath.Base(t.at.File), append(files, deck.Path, t.at.File), ""
}

// ignored lists files that programs do not depend on.
func ignored(output string) []string {
	if output == "" {
		return nil
	}
	return []string{output}
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

// exactArgs is cobra's, with a message that says what is missing.
func exactArgs(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usageError{fmt.Errorf("%s wants %s: %s", cmd.Name(), what, cmd.UseLine())}
		}
		return nil
	}
}

package run

import (
	"context"
	"strings"
	"sync"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
)

// Need is a command that a language needs, and whether this machine has it.
type Need struct {
	Lang     string            // "rust"
	Executor string            // the alternative, "" for the language's own way
	Command  string            // "python3"; if one of several is enough, the one found or the first
	Found    bool              // this machine has it
	Path     string            // path of the real program, behind links and shims
	Version  string            // the program's own words
	Problem  string            // why it was not found
	Install  string            // how to get it
	Snippets []*slides.Snippet // the given snippets that need it
}

// Needs says what the snippets need of this machine, or, given none, what the own way of each
// language of the table needs. It is ordered by language; a need of several snippets is there once.
func (r *Runner) Needs(ctx context.Context, snippets []*slides.Snippet) []Need {
	if snippets == nil {
		for _, l := range lang.All() {
			if l.Runs() {
				snippets = append(snippets, &slides.Snippet{Lang: l.Name})
			}
		}
		return r.needs(ctx, snippets, false)
	}
	return r.needs(ctx, snippets, true)
}

func (r *Runner) needs(ctx context.Context, snippets []*slides.Snippet, name bool) []Need {
	var out []Need
	at := map[string]int{}
	for _, s := range snippets {
		if s.Exec.Mode == slides.ModeRender {
			continue // see DrawingNeeds
		}
		l, problem := r.languageOf(s)
		if problem != nil {
			continue // the deck's diagnostics say so
		}
		for _, names := range l.Commands() {
			id := l.Name + " " + s.Exec.Executor + " " + names
			i, ok := at[id]
			if !ok {
				i = len(out)
				at[id] = i
				out = append(out, Need{Lang: l.Name, Executor: s.Exec.Executor, Command: names})
			}
			if name {
				out[i].Snippets = append(out[i].Snippets, s)
			}
		}
	}
	var wg sync.WaitGroup
	for i := range out {
		wg.Go(func() { r.look(ctx, &out[i]) })
	}
	wg.Wait()
	return out
}

// look fills a need in.
func (r *Runner) look(ctx context.Context, n *Need) {
	names := strings.Split(n.Command, "|")
	n.Command = names[0]
	t, err := r.find.First(names...)
	if err != nil {
		n.Problem, n.Install = err.Error(), howToGet(names[0], err)
		if len(names) > 1 && strings.HasPrefix(n.Problem, "no ") {
			n.Problem = "no " + strings.Join(names, " or ") + " in PATH"
		}
		return
	}
	n.Found, n.Command, n.Path, n.Version = true, t.Name, t.Host, t.Version(ctx)
}

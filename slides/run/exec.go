package run

import (
	"context"
	"io"
	"strings"

	"github.com/slidexec/slidexec/slides"
)

// Exec runs one program of a language, or of a language's executor as in "rust:rust-script", with
// the given input, and copies its output as it comes. Its result is not kept and has no output. If
// nothing can be run, the error wraps a *sandbox.SetupError.
func (r *Runner) Exec(ctx context.Context, lang string, code []byte, stdio Stdio) (slides.Result, error) {
	name, executor, _ := strings.Cut(lang, ":")
	s := &slides.Snippet{Lang: name, Code: string(code), Exec: slides.Exec{Mode: slides.ModeExec, Executor: executor}}
	if stdio.Name != "" {
		file := slides.NewFile(stdio.Name, "", code)
		for i := range file.Lines() {
			s.Lines = append(s.Lines, file.LineStart(i+1))
		}
	}
	sc := r.scene(nil)
	p, problem := r.plan(s, sc)
	if problem != nil {
		return *problem, nil
	}
	out := &passer{stdio: stdio, snippet: s, places: slides.Placer{By: slides.ByDeck}}
	j := &job{r: r, s: s, plan: p, with: r.settings(s), scene: sc, stdin: stdio.In, piped: !stdio.Lines, send: out.pass, free: func() {}}
	res, err := j.run(ctx)
	if err != nil {
		return r.failed(ctx, err), err
	}
	out.pass(res)
	res.Remark.Says, res.Remark.Line = res.Says(s, slides.ByDeck), 0
	res.Log, res.Allowed = nil, j.with.Allow.Strings()
	return res, out.err
}

// Stdio holds the ends of a program's streams.
type Stdio struct {
	In       io.Reader // nil: empty
	Out, Err io.Writer
	Lines    bool   // Out and Err are shown to somebody: the program prints to terminals, else to pipes
	Name     string // name of the program's file in messages about its lines; "": the compiler's own
}

// passer writes the output that is new in each result.
type passer struct {
	stdio   Stdio
	snippet *slides.Snippet
	places  slides.Placer
	done    int // chunks
	err     error
}

func (p *passer) pass(r slides.Result) {
	for log := p.places.Placed(p.snippet, r); p.done < len(log); p.done++ {
		c := log[p.done]
		w := p.stdio.Out
		if c.Stderr {
			w = p.stdio.Err
		}
		if _, err := w.Write(c.Data); err != nil && p.err == nil {
			p.err = err
		}
	}
}

package main

import (
	"fmt"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// progress draws one line on a terminal while programs run: how many are done, and what the
// oldest running one is doing.
type progress struct {
	ui    *ui
	names map[slides.Key]string
	state map[slides.Key]slides.Result
	order []slides.Key
	drawn time.Time
}

func newProgress(u *ui, todo []*slides.Snippet) *progress {
	p := &progress{ui: u, names: map[slides.Key]string{}, state: map[slides.Key]slides.Result{}}
	for _, s := range todo {
		p.names[s.Key] = s.Name()
		p.order = append(p.order, s.Key)
	}
	return p
}

// ran takes an event; the line is drawn at most every 50 ms.
func (p *progress) ran(r slides.Ran) {
	r.Result.Log = nil // only the state counts here
	p.state[r.Key] = r.Result
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

// phaseWords say what a phase does.
var phaseWords = map[string]string{
	"fetch": "fetching dependencies", "build": "building", "run": "running", "": "starting",
}

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

// phaseWords say what a phase does.
var phaseWords = map[string]string{
	"fetch": "fetching dependencies", "build": "building", "run": "running", "": "starting",
}

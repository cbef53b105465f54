package main

import (
	"fmt"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides/talk"
)

// settings prints the settings in force for a deck: a name, a value and where that comes from, in columns. Those that
// slidexec does not use stand below.
func (a *app) settings(t *talk.Talk) error {
	in, unused := t.Settings()
	for i := range unused {
		unused[i].From += ", not used"
	}
	name, value := 0, 0
	all := append(in, unused...)
	for _, s := range all {
		name, value = max(name, text.Width(s.Name)), max(value, min(text.Width(s.Value), widest))
	}
	for _, s := range all {
		line := s.Name + pad(s.Name, name) + "  " + s.Value + pad(s.Value, value) + "  " + s.From
		if err := a.print(line); err != nil {
			return err
		}
	}
	a.ui.diags(t.Deck.Diags)
	if t.Deck.Diags.Failed() {
		return exit{exitFailed}
	}
	return nil
}

// widest is the width of values from which on the column beside them moves.
const widest = 40

func pad(s string, width int) string {
	return fmt.Sprintf("%*s", max(width-text.Width(s), 0), "")
}

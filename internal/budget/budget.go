// Package budget holds the table of limits on the total costs of one deck.
//
// A deck may come from a stranger, and a few bytes of it can ask for a lot: one file included a
// thousand times, one output at a thousand placeholders. Limits on single things, such as a file or
// a program's output, stand in the code that reads those. This package has the limits on sums, and on
// the size of files that are read whole. Code that causes such a cost asks its budget first. If the
// budget has ended, it reports a diagnostic at that place and shows the rest of the deck.
//
// A deck of 100 kB on disk, with all files that it names, should take at most 5 s and 500 MB in any
// format. Costs may grow with the size on disk, so the limits on repeated content are much lower than
// those on content that an author wrote once.
//
// To add a limit, add a Budget and name it in Table; docs/limits.md is made from it.
package budget

import (
	"fmt"

	"github.com/slidexec/slidexec/internal/text"
)

// Budget is a limit on a sum of costs.
type Budget struct {
	Name  string // the cost, as in the table for authors
	Limit int
	Unit  Unit
	Why   string // the reason for the limit
	Ends  string // the consequence when the budget ends
	Try   string // advice for the author
}

// Unit is the unit of a Budget's limit.
type Unit string

// Units. Amounts of bytes are written in MiB or KiB.
const (
	Bytes Unit = "bytes"
	Lines Unit = "lines"
	Files Unit = "files"
	Deep  Unit = "files deep"
	Items Unit = ""
)

// Amount returns the limit for people: "16 MiB", "1,000 files".
func (b *Budget) Amount() string {
	switch {
	case b.Unit == Bytes:
		return text.Size(int64(b.Limit))
	case b.Unit == Items:
		return text.Thousands(b.Limit)
	}
	return text.Thousands(b.Limit) + " " + string(b.Unit)
}

// Message says that a budget ended: "included text: more than 32 MiB in sum; the file is left out".
func (b *Budget) Message() string {
	return fmt.Sprintf("%s: more than %s; %s", b.Name, b.Amount(), b.Ends)
}

// Lower sets another limit and returns a function that restores it: t.Cleanup(budget.Text.Lower(1000)).
// With it, tests need no large decks, and only take seconds if the code ignores a budget.
func (b *Budget) Lower(limit int) (restore func()) {
	was := b.Limit
	b.Limit = limit
	return func() { b.Limit = was }
}

// Meter counts how much of a budget is spent. Of returns a Meter; the zero Meter has no budget.
type Meter struct {
	*Budget
	Spent int
}

// Of returns a meter of a budget with nothing spent.
func Of(b *Budget) Meter { return Meter{Budget: b} }

// Spend takes n from the budget and reports true. If less than n is left, it takes nothing.
func (m *Meter) Spend(n int) bool {
	if n > m.Left() {
		return false
	}
	m.Spent += n
	return true
}

// Left returns how much of the budget is left.
func (m *Meter) Left() int { return max(m.Limit-m.Spent, 0) }

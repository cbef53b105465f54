// Package budget holds the table of limits on the cost of one deck in sum.
//
// A deck may come from a stranger, and a few bytes of it can ask for a lot: one file included a
// thousand times, one output at a thousand placeholders. Limits on single things, such as a file or
// a program's output, stand where those are read. Here are the limits on what many of them add up
// to, and on the size of what is read whole. Whoever makes such a cost arise asks its budget first,
// says in a diagnostic at that place where the budget ended, and shows the rest of the deck.
//
// A deck of 100 kB on disk, with everything that it names, is to take at most 5 s and 500 MB in any
// format. Cost may grow with the size of what is on disk, so the limits on what is merely repeated
// are much lower than those on what an author has to have written.
//
// To add a limit, add a Budget and name it in Table; docs/limits.md is made from it.
package budget

import (
	"fmt"

	"github.com/slidexec/slidexec/internal/text"
)

// Budget is a limit on a sum of costs.
type Budget struct {
	Name  string // of the cost, as the table for authors has it
	Limit int
	Unit  Unit
	Why   string // the limit is needed
	Ends  string // what happens where it ends
	Try   string // what an author can do
}

// Unit is what a Budget counts.
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

// Lower sets another limit and returns what sets the one before: t.Cleanup(budget.Text.Lower(1000)).
// It is for tests, which with it need no large decks, and run for seconds only where a budget is not kept.
func (b *Budget) Lower(limit int) (restore func()) {
	was := b.Limit
	b.Limit = limit
	return func() { b.Limit = was }
}

// Meter is how much of a budget is spent. The zero Meter has spent nothing of no budget.
type Meter struct {
	*Budget
	Spent int
}

// Of returns a meter of a budget, of which nothing is spent.
func Of(b *Budget) Meter { return Meter{Budget: b} }

// Spend takes n from the budget and reports true, or takes nothing where less than n is left.
func (m *Meter) Spend(n int) bool {
	if n > m.Left() {
		return false
	}
	m.Spent += n
	return true
}

// Left returns how much of the budget is left.
func (m *Meter) Left() int { return max(m.Limit-m.Spent, 0) }

package slides

import (
	"cmp"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
)

// Severity says how bad a Diag is.
type Severity int

// Severities. Only an Error makes check and exports fail.
const (
	Error Severity = iota
	Warning
)

func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Diag tells the author of a deck about a problem: its place, a message, and a remedy.
type Diag struct {
	Pos      Pos
	Len      int // bytes the caret underlines, at least 1 is shown
	Severity Severity
	Msg      string // lower case, no full stop
	Hint     string // "" or a remedy to try
	Others   int    // how many omitted Diags of its severity it stands for
	Always   bool   // it explains why other things are missing, so it is shown however long the list is
}

// Error returns "deck.md:12:3: message", with "warning: " before the message of a warning. It is
// one line of text.
func (d Diag) Error() string {
	msg := text.Line(d.Msg)
	if d.Severity == Warning {
		msg = "warning: " + msg
	}
	if !d.Pos.IsValid() {
		return msg
	}
	return d.Pos.String() + ": " + msg
}

// Short returns d with its message and hint as one line each of bounded length: messages quote
// words of the deck, which can be long.
func (d Diag) Short() Diag {
	d.Msg, d.Hint = text.Cut(text.Line(d.Msg), maxMsg), text.Cut(text.Line(d.Hint), maxHint)
	return d
}

const ( // cells
	maxMsg  = 400
	maxHint = 1000
)

// Diags are all problems of a deck. As an error it reads as one line for each diagnostic.
type Diags []Diag

func (ds Diags) Error() string {
	lines := make([]string, len(ds))
	for i, d := range ds {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

// Failed reports whether one of them is an Error.
func (ds Diags) Failed() bool {
	return slices.ContainsFunc(ds, func(d Diag) bool { return d.Severity == Error })
}

// Shown splits a list: shown has the first ones and those that are always shown, others the rest.
func (ds Diags) Shown() (shown, others Diags) {
	n := min(len(ds), MaxDiags)
	shown = slices.Clip(ds[:n])
	for _, d := range ds[n:] {
		if d.Always {
			shown = append(shown, d)
		} else {
			others = append(others, d)
		}
	}
	return shown, others
}

// Errors returns the number of errors, including omitted ones, and the first.
func (ds Diags) Errors() (n int, first Diag) {
	for _, d := range ds {
		if d.Severity != Error {
			continue
		}
		if n == 0 {
			first = d
		}
		n += max(d.Others, 1)
	}
	return n, first
}

// Summary counts them: "2 errors and 1 warning".
func (ds Diags) Summary() string {
	all := 0
	for _, d := range ds {
		all += max(d.Others, 1)
	}
	errs, _ := ds.Errors()
	switch warnings := all - errs; {
	case warnings == 0:
		return text.Count(errs, Error.String())
	case errs == 0:
		return text.Count(warnings, Warning.String())
	default:
		return text.Count(errs, Error.String()) + " and " + text.Count(warnings, Warning.String())
	}
}

// Sort orders by file in the order of first appearance, then by place; equal places keep their order.
func (ds Diags) Sort() {
	rank := map[*File]int{}
	for _, d := range ds {
		if _, ok := rank[d.Pos.File]; !ok {
			rank[d.Pos.File] = len(rank)
		}
	}
	slices.SortStableFunc(ds, func(a, b Diag) int {
		return cmp.Or(cmp.Compare(rank[a.Pos.File], rank[b.Pos.File]), cmp.Compare(a.Pos.Off, b.Pos.Off))
	})
}

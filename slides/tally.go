package slides

import (
	"fmt"
	"maps"
	"slices"

	"github.com/slidexec/slidexec/internal/text"
)

// A deck of some kilobytes can hold thousands of mistakes. Nobody reads more than some of them, and
// each costs memory in every format. So after a number of them, a file's mistakes are only counted.
// Errors and warnings are counted apart: warnings never hide an error.

const (
	MaxDiags = 20  // of one severity in one file
	allDiags = 500 // of one severity in all
)

// Tally counts diagnostics and remembers which are left out. The zero Tally is empty.
type Tally struct {
	made map[kind]int
	more []more
}

// kind is the group in which diagnostics are counted.
type kind struct {
	file     *File
	all      bool // of any file
	severity Severity
}

// more stands for the omitted diagnostics of a kind.
type more struct {
	kind
	first Diag
	n     int
}

// Room counts a diagnostic and reports whether there is still room for it.
func (t *Tally) Room(d Diag) bool {
	if d.Always {
		return true
	}
	if t.made == nil {
		t.made = map[kind]int{}
	}
	file, all := kind{file: d.Pos.File, severity: d.Severity}, kind{all: true, severity: d.Severity}
	if t.made[file] < MaxDiags && t.made[all] < allDiags {
		t.made[file]++
		t.made[all]++
		return true
	}
	for i := range t.more {
		if t.more[i].kind == file {
			t.more[i].n++
			return false
		}
	}
	t.more = append(t.more, more{file, d, 1})
	return false
}

// Clone returns a Tally that counts on from here independently.
func (t *Tally) Clone() Tally { return Tally{maps.Clone(t.made), slices.Clone(t.more)} }

// Over reports whether any diagnostic was left out.
func (t *Tally) Over() bool { return len(t.more) > 0 }

// More returns a diagnostic for each file and severity with omitted ones, in the place of the first
// omitted one.
func (t *Tally) More() Diags {
	var out Diags
	for _, m := range t.more {
		verb := "follow"
		if m.n == 1 {
			verb = "follows"
		}
		out = append(out, Diag{Pos: m.first.Pos, Len: m.first.Len, Severity: m.severity, Others: m.n,
			Msg: fmt.Sprintf("%s %s in this file", text.Count(m.n, "more "+m.severity.String()), verb)})
	}
	return out
}

package slides

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/slidexec/slidexec/internal/budget"
)

func printed(n int) Result {
	half := bytes.Repeat([]byte("x"), n/2)
	return Result{State: Done, Status: OK, Log: []Chunk{{Data: half}, {Stderr: true, Data: half}}}
}

// TestShelf keeps the outputs of many programs: in sum no more than the budget, and every one that
// is cut says so.
func TestShelf(t *testing.T) {
	const each = 1 << 20
	var s Shelf
	kept := Results{}
	keep := func(i int) Result {
		k := Key(fmt.Sprint(i))
		kept[k] = s.Keep(k, printed(each))
		return kept[k]
	}
	for i := range 100 {
		keep(i)
	}
	sum, fit := 0, budget.Output.Limit/each
	for i := range 100 {
		r := kept[Key(fmt.Sprint(i))]
		sum += r.Size()
		if cut := i >= fit; r.Truncated != cut || cut && (r.Spent != budget.Output || r.Omitted != each) {
			t.Errorf("program %d: %d bytes, truncated %v, %d omitted, %v", i, r.Size(), r.Truncated, r.Omitted, r.Spent)
		}
	}
	if sum != budget.Output.Limit {
		t.Errorf("%d bytes are kept", sum)
	}
	keep(0) // again: it takes the place of itself
	if r := kept["0"]; r.Truncated {
		t.Error("a second run has no room")
	}
	s.Drop("1")
	if r := keep(99); r.Truncated || r.Size() != each {
		t.Error("what is dropped makes no room")
	}
}

func TestCutResult(t *testing.T) {
	r := printed(10).Cut(7, budget.Copies)
	if r.Size() != 7 || len(r.Log) != 2 || r.Omitted != 3 || !r.Truncated {
		t.Errorf("got %+v", r)
	}
	if r := printed(10).Cut(10, budget.Copies); r.Truncated || r.Spent != nil {
		t.Errorf("a whole one became %+v", r)
	}
}

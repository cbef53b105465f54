package slides

import "testing"

func TestTally(t *testing.T) {
	a, b := NewFile("a.md", "", []byte("x\ny\n")), NewFile("b.md", "", nil)
	var tally Tally
	made := 0
	add := func(n int, f *File, s Severity) {
		for range n {
			if tally.Room(Diag{Pos: Pos{File: f, Off: 2}, Severity: s}) {
				made++
			}
		}
	}
	add(MaxDiags, a, Warning)
	if tally.Over() || made != MaxDiags || tally.More() != nil {
		t.Fatalf("%d made, over %v", made, tally.Over())
	}
	add(7, a, Warning)
	add(MaxDiags+1, a, Error)
	add(1, b, Error)
	if made != 2*MaxDiags+1 {
		t.Errorf("%d made: warnings take the room of errors, or files that of others", made)
	}
	got := tally.More().Error()
	if want := "a.md:2:1: warning: 7 more warnings follow in this file\na.md:2:1: 1 more error follows in this file"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A deck of many files is bounded, too, and fails whatever is left out.
func TestTallyOfManyFiles(t *testing.T) {
	var tally Tally
	var ds Diags
	for range 1000 {
		f := NewFile("part.md", "", nil)
		for _, s := range []Severity{Warning, Error} {
			if d := (Diag{Pos: Pos{File: f}, Severity: s}); tally.Room(d) {
				ds = append(ds, d)
			}
		}
	}
	if len(ds) != 2*allDiags || !ds.Failed() {
		t.Errorf("%d diagnostics, failed: %v", len(ds), ds.Failed())
	}
}

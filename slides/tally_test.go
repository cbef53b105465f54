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

// What says why other things are missing is there among however many mistakes.
func TestAlwaysShown(t *testing.T) {
	var tally Tally
	var ds Diags
	f := NewFile("a.md", "", []byte("x\n"))
	for i := range 3 * MaxDiags {
		d := Diag{Pos: Pos{File: f}, Always: i == 2*MaxDiags}
		if tally.Room(d) {
			ds = append(ds, d)
		}
	}
	if len(ds) != MaxDiags+1 || !ds[MaxDiags].Always {
		t.Fatalf("there was room for %d", len(ds))
	}
	ds = append(ds, tally.More()...)
	shown, others := ds.Shown()
	if len(shown) != MaxDiags+1 || !shown[MaxDiags].Always || len(others) != 1 || others[0].Always {
		t.Errorf("%d shown, %d others", len(shown), len(others))
	}
	if shown, others := ds[:3].Shown(); len(shown) != 3 || others != nil {
		t.Errorf("of three, %d shown, %d others", len(shown), len(others))
	}
}

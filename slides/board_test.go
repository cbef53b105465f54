package slides

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/slidexec/slidexec/internal/budget"
)

// program is an executable snippet with a key.
func program(k Key) *Snippet { return &Snippet{Key: k, Exec: Exec{Mode: ModeExec}} }

func deckOf(keys ...Key) *Deck {
	d := &Deck{Snippets: []*Snippet{{Key: "shown only"}}}
	for _, k := range keys {
		d.Snippets = append(d.Snippets, program(k))
	}
	return d
}

func ended(k Key, text string) Ran {
	return Ran{Key: k, Result: Result{State: Done, Status: OK, Log: []Chunk{{Data: []byte(text)}}}}
}

// outputs is what a board has, by key.
func outputs(b *Board) map[Key]string {
	out := map[Key]string{}
	for k, r := range b.Results {
		out[k] = string(r.Bytes())
	}
	return out
}

func TestBoard(t *testing.T) {
	type want = map[Key]string
	tests := []struct {
		name   string
		events []Event
		want   want
		deck   int // index of the event with the deck that shows, -1: none
		broken bool
	}{
		{"nothing", nil, want{}, -1, false},
		{"a result before there is a deck", []Event{ended("a", "1")}, want{}, -1, false},
		{"a result", []Event{Loaded{Deck: deckOf("a")}, ended("a", "1")}, want{"a": "1"}, 0, false},
		{"a newer result", []Event{Loaded{Deck: deckOf("a")}, ended("a", "1"), ended("a", "2")}, want{"a": "2"}, 0, false},
		{"a result taken back", []Event{Loaded{Deck: deckOf("a")}, ended("a", "1"), Ran{Key: "a"}}, want{}, 0, false},
		{"no such program", []Event{Loaded{Deck: deckOf("a")}, ended("b", "1"), ended("shown only", "2")}, want{}, 0, false},
		{"a program gone", []Event{Loaded{Deck: deckOf("a", "b")}, ended("a", "1"), ended("b", "2"), Loaded{Deck: deckOf("b")}}, want{"b": "2"}, 3, false},
		{"a program gone and back", []Event{Loaded{Deck: deckOf("a")}, ended("a", "1"), Loaded{Deck: deckOf()}, Loaded{Deck: deckOf("a")}}, want{}, 3, false},
		{"a late result", []Event{Loaded{Deck: deckOf("a")}, Loaded{Deck: deckOf()}, ended("a", "1")}, want{}, 1, false},
		{"broken before there is a deck", []Event{Broken{}}, want{}, -1, true},
		{"broken", []Event{Loaded{Deck: deckOf("a")}, ended("a", "1"), Broken{}}, want{"a": "1"}, 0, true},
		{"a result while broken", []Event{Loaded{Deck: deckOf("a")}, Broken{}, ended("a", "1")}, want{"a": "1"}, 0, true},
		{"mended", []Event{Loaded{Deck: deckOf("a")}, ended("a", "1"), Broken{}, Loaded{Deck: deckOf("a")}}, want{"a": "1"}, 3, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b Board
			var deck *Deck
			for i, e := range tt.events {
				b.Apply(e)
				if l, ok := e.(Loaded); ok && i == tt.deck {
					deck = l.Deck
				}
			}
			got := outputs(&b)
			if len(got) != len(tt.want) {
				t.Errorf("results %v, want %v", got, tt.want)
			}
			for k, v := range tt.want {
				if got[k] != v {
					t.Errorf("results %v, want %v", got, tt.want)
				}
			}
			if b.Deck != deck {
				t.Errorf("deck %p, want %p", b.Deck, deck)
			}
			if (b.Broken != nil) != tt.broken {
				t.Errorf("broken %v, want %v", b.Broken, tt.broken)
			}
		})
	}
}

func TestBoardTellsWhatItTook(t *testing.T) {
	var b Board
	d := deckOf("a")
	if b.Apply(Loaded{Deck: d}) == nil || b.Apply(ended("a", "1")) == nil || b.Apply(Broken{}) == nil {
		t.Error("it does not take what there is to take")
	}
	if got := b.Apply(ended("b", "1")); got != nil {
		t.Errorf("of a program that is not there it took %v", got)
	}
	if b.Program("a") != d.Snippets[1] || b.Program("shown only") != nil || b.Program("b") != nil {
		t.Error("it knows other programs than those of the deck")
	}
}

// A view that was made of a board before an edit can still be drawn after it.
func TestBoardLeavesOlderResults(t *testing.T) {
	var b Board
	b.Apply(Loaded{Deck: deckOf("a", "b")})
	b.Apply(ended("a", "1"))
	b.Apply(ended("b", "2"))
	before := b.Results
	b.Apply(Loaded{Deck: deckOf("b")})
	if len(before) != 2 || len(b.Results) != 1 {
		t.Errorf("%d results before the edit, %d behind it", len(before), len(b.Results))
	}
}

// A board with a shelf bounds what it keeps, and passes on what it has kept and no more.
func TestBoardBoundsOutput(t *testing.T) {
	t.Cleanup(budget.Output.Lower(3))
	b := Board{Shelf: &Shelf{}}
	b.Apply(Loaded{Deck: deckOf("a", "b")})
	b.Apply(ended("a", "12"))
	cut, _ := b.Apply(ended("b", "345")).(Ran)
	if got := cut.Result.Bytes(); !bytes.Equal(got, []byte("3")) || !cut.Result.Truncated {
		t.Errorf("passed on %q", got)
	}
	if got := outputs(&b); got["b"] != "3" {
		t.Errorf("kept %v", got)
	}
	b.Apply(Ran{Key: "a"}) // taken back
	b.Apply(ended("b", "345"))
	if got := outputs(&b); got["b"] != "345" {
		t.Errorf("what was taken back left no room: %v", got)
	}
	b.Apply(Loaded{Deck: deckOf("a")})
	b.Apply(ended("a", "678"))
	if got := outputs(&b); got["a"] != "678" {
		t.Errorf("what was edited away left no room: %v", got)
	}
}

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

package main

import (
	"slices"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// TestPart: a part runs what its slide shows; a talk that is edited may show a placed output anywhere.
func TestPart(t *testing.T) {
	snippet := func(id string, slide int, place slides.Place) *slides.Snippet {
		return &slides.Snippet{ID: id, Slide: slide, Place: place, Exec: slides.Exec{Mode: slides.ModeExec}}
	}
	a, b, c := snippet("a", 0, slides.Below), snippet("b", 0, slides.Placed), snippet("c", 1, slides.Below)
	d := &slides.Deck{Snippets: []*slides.Snippet{a, b, c}, Slides: []*slides.Slide{
		{Blocks: []slides.Block{&slides.Code{Snippet: a}, &slides.Code{Snippet: b}}},
		{Blocks: []slides.Block{&slides.Columns{Cols: [][]slides.Block{{&slides.Code{Snippet: c}, &slides.Output{Snippet: b}, &slides.Output{}}}}}},
	}}
	ids := func(list []*slides.Snippet) (out []string) {
		for _, s := range list {
			out = append(out, s.ID)
		}
		return out
	}
	for slide, want := range [][]string{{"a", "b", "c"}, {"a", "b"}, {"b", "c"}} {
		p := part{slide: slide}
		got, err := p.which(d)
		if err != nil || !slices.Equal(ids(got), want) {
			t.Errorf("slide %d runs %v, %v; want %v", slide, ids(got), err, want)
		}
		if due := slices.DeleteFunc(slices.Clone(d.Snippets), func(s *slides.Snippet) bool { return !p.due(s) }); !slices.Equal(ids(due), want) {
			t.Errorf("slide %d of an edited talk runs %v, want %v", slide, ids(due), want)
		}
	}
	if _, err := (part{slide: 3}).which(d); err == nil {
		t.Error("slide 3 of 2 runs")
	}
}

package html

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// repeated is a deck that shows one output of a size at n placeholders, each on a slide of its own.
func repeated(n, size int) *render.View {
	s := &slides.Snippet{ID: "long", Key: "long", Lang: "bash", Exec: slides.Exec{Mode: slides.ModeExec}}
	d := &slides.Deck{Files: []*slides.File{{Name: "talk.md"}}, Snippets: []*slides.Snippet{s}}
	for range n {
		d.Slides = append(d.Slides, &slides.Slide{Steps: 1, Blocks: []slides.Block{&slides.Output{ID: "long", Snippet: s}}})
	}
	line := strings.Repeat("x", 99) + "\n"
	r := slides.Result{State: slides.Done, Status: slides.OK, Layers: []string{"user"},
		Log: []slides.Chunk{{Data: []byte(strings.Repeat(line, size/len(line)))}}}
	return &render.View{Deck: d, Results: slides.Results{"long": r}}
}

// rest is more than what a slide takes beside its long output or picture, in bytes.
const rest = 2000

// TestCopiesOfOutput makes sure that a page does not grow with every placeholder of a long output,
// and that a place that lacks it says why.
func TestCopiesOfOutput(t *testing.T) {
	const size = 64 << 10
	t.Cleanup(budget.Copies.Lower(8 * size))
	var page bytes.Buffer
	if err := (&Backend{Now: clock}).Render(&page, repeated(300, size)); err != nil {
		t.Fatal(err)
	}
	if most := 2*budget.Copies.Limit + 300*rest; page.Len() > most {
		t.Errorf("the page has %d bytes", page.Len())
	}
	whole := budget.Copies.Limit / size
	if got := strings.Count(page.String(), budget.Copies.Message()); got != 300-whole {
		t.Errorf("%d places say that the output is left out, want %d", got, 300-whole)
	}
	page.Reset()
	if err := (&Backend{Now: clock}).Render(&page, repeated(300, 1000)); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), budget.Copies.Message()) {
		t.Error("a short output is left out")
	}
}

// BenchmarkCopies draws an output at n and at twice as many places.
func BenchmarkCopies(b *testing.B) {
	for _, n := range []int{500, 1000} {
		b.Run(fmt.Sprintf("%d placeholders", n), func(b *testing.B) {
			b.Cleanup(budget.Copies.Lower(1 << 20))
			v := repeated(n, 256<<10)
			b.ReportAllocs()
			for b.Loop() {
				var page bytes.Buffer
				if err := (&Backend{Now: clock}).Render(&page, v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestCopiesOfPictures makes sure that a page does not grow with every place of a large picture, and
// that a place that lacks it says why.
func TestCopiesOfPictures(t *testing.T) {
	const size = 64 << 10
	t.Cleanup(budget.Pictures.Lower(32 * size))
	f := &slides.File{Name: "large.png", Path: "large.png", Src: append([]byte(dot), make([]byte, size-len(dot))...)}
	d := &slides.Deck{Files: []*slides.File{{Name: "talk.md"}}}
	const n, whole = 100, 32
	for range n {
		d.Slides = append(d.Slides, titled("One", &slides.Image{File: f}))
	}
	var page bytes.Buffer
	if err := (&Backend{Now: clock}).Render(&page, view(d, nil)); err != nil {
		t.Fatal(err)
	}
	if most := budget.Pictures.Limit/3*4 + n*rest; page.Len() > most {
		t.Errorf("the page has %d bytes", page.Len())
	}
	if got := strings.Count(page.String(), budget.Pictures.Message()); got != n-whole {
		t.Errorf("%d places say that the picture is left out, want %d", got, n-whole)
	}
	p := (&Backend{}).Page(view(d, nil))
	print := p.Printer(maphash.MakeSeed())
	first, _ := print.Print(1)
	last, _ := print.Print(n - 1)
	if first == last {
		t.Error("a slide that lacks its picture has the fingerprint of one that shows it")
	}
}

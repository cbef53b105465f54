package html

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

// pictured returns slides with one picture each.
func pictured(files ...*slides.File) *slides.Deck {
	d := &slides.Deck{}
	for _, f := range files {
		d.Slides = append(d.Slides, titled("", &slides.Image{File: f, Alt: "the logo"}))
	}
	return d
}

// TestSharedPictures makes sure that a page has every picture once, however it is repeated, and that
// those which are not repeated need no style sheet.
func TestSharedPictures(t *testing.T) {
	png := func(end string) []byte { return append([]byte(dot), end...) }
	logo := &slides.File{Name: "logo.png", Path: "logo.png", Src: png("")}
	other := &slides.File{Name: "other.png", Path: "other.png", Src: png("other")}
	copied := &slides.File{Name: "copy.png", Path: "copy.png", Src: png("")}
	alike := &slides.File{Name: "alike.png", Path: "alike.png", Src: png("OTHER")}
	tests := []struct {
		name        string
		deck        *slides.Deck
		kept, inCSS int // of the pictures
	}{
		{"one", pictured(logo), 1, 0},
		{"two different ones", pictured(logo, other), 2, 0},
		{"two of the same size", pictured(other, alike), 2, 0},
		{"one at three places", pictured(logo, logo, other, logo), 2, 1},
		{"two files with one content", pictured(logo, copied), 1, 1},
		{"two repeated ones", pictured(logo, other, logo, other), 2, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page := draw(t, &Backend{}, view(tt.deck, nil))
			if err := checkPage(page); err != nil {
				t.Error(err)
			}
			begin := base64.StdEncoding.EncodeToString([]byte(dot[:30]))
			if n := strings.Count(page, begin); n != tt.kept {
				t.Errorf("the page has %d pictures, want %d", n, tt.kept)
			}
			if n := strings.Count(page, "content:url(data:image/png;base64,"); n != tt.inCSS {
				t.Errorf("%d pictures in the style sheet, want %d", n, tt.inCSS)
			}
			if n := strings.Count(page, ` alt="the logo"`); n != len(tt.deck.Slides) {
				t.Errorf("%d places with alternative text, want %d", n, len(tt.deck.Slides))
			}
		})
	}
}

// TestSharedDrawings makes sure that a page has the picture of a program once.
func TestSharedDrawings(t *testing.T) {
	d, results := &slides.Deck{}, slides.Results{}
	for range 3 {
		s := &slides.Snippet{Key: "graph", Lang: "bash", Exec: slides.Exec{Mode: slides.ModeImage}}
		d.Slides = append(d.Slides, titled("", &slides.Code{Snippet: s}))
		results["graph"] = slides.Result{State: slides.Done, Status: slides.OK, Log: []slides.Chunk{{Data: []byte(dot)}}}
	}
	page := draw(t, &Backend{}, view(d, results))
	if n, m := strings.Count(page, ";base64,"), strings.Count(page, "<img"); n != 1 || m != 3 {
		t.Errorf("%d pictures at %d places, want 1 at 3", n, m)
	}
}

// TestSharedInServer makes sure that a server, which sends slides one by one, sends their pictures with them.
func TestSharedInServer(t *testing.T) {
	logo := &slides.File{Name: "logo.png", Path: "logo.png", Src: []byte(dot)}
	p := (&Backend{}).Live(view(pictured(logo, logo), nil))
	for i := range 2 {
		if !strings.Contains(string(p.Content(i).HTML), ` src="data:image/png;base64,`) {
			t.Errorf("slide %d lacks its picture", i+1)
		}
	}
}

// BenchmarkSharedPictures draws a page with a picture of 200 kB on each of 100 slides.
func BenchmarkSharedPictures(b *testing.B) {
	for _, different := range []bool{false, true} {
		b.Run(fmt.Sprintf("different=%v", different), func(b *testing.B) {
			var list []*slides.File
			for i := range 100 {
				f := &slides.File{Name: "logo.png", Path: "logo.png"}
				if different {
					f.Name = fmt.Sprintf("%d.png", i)
				}
				f.Src = append([]byte(dot), make([]byte, 200<<10)...)
				copy(f.Src[len(dot):], f.Name)
				list = append(list, f)
			}
			v := view(pictured(list...), nil)
			b.ReportAllocs()
			for b.Loop() {
				b.ReportMetric(float64(len(draw(b, &Backend{}, v))), "bytes")
			}
		})
	}
}

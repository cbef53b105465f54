package html

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/slides"
)

func TestPictures(t *testing.T) {
	dir := t.TempDir()
	good, large := filepath.Join(dir, "good.png"), filepath.Join(dir, "large.png")
	for _, name := range []string{good, large} {
		if err := os.WriteFile(name, []byte(dot), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(large, slides.MaxPicture+1); err != nil {
		t.Fatal(err)
	}
	root, err := files.OpenRoot(dir, files.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	outside := filepath.Join(t.TempDir(), "outside.png")
	if err := os.WriteFile(outside, []byte(dot), 0o666); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, path, want string }{
		{"outside.png", outside, "picture outside.png: outside of the deck&#39;s folder"},
		{"good.png", good, `src="data:image/png;base64,`},
		{"gone.png", filepath.Join(dir, "gone.png"), "picture gone.png: no such file"},
		{"large.png", large, "picture large.png: larger than the 20 MiB that a page takes"},
		{"dir", dir, "picture dir: not a regular file"},
		{"unnamed", "", "picture unnamed: file does not exist"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			im := &slides.Image{File: &slides.File{Name: tt.name, Path: tt.path, Opener: root}}
			got := draw(t, &Backend{}, view(&slides.Deck{Slides: []*slides.Slide{titled("", im)}}, nil))
			if !strings.Contains(got, tt.want) {
				t.Errorf("no %q in the page", tt.want)
			}
		})
	}
}

// counting opens one picture and counts how often it was read.
type counting struct{ reads atomic.Int32 }

func (c *counting) Read(path string, _ int64) ([]byte, error) {
	c.reads.Add(1)
	if path != "logo.png" {
		return nil, errors.New("no")
	}
	return []byte(dot), nil
}

func (c *counting) Stat(string) (fs.FileInfo, error) { return nil, errors.New("no") }

func TestPicturesAreReadOnce(t *testing.T) {
	var shelf counting
	d := &slides.Deck{}
	for range 300 {
		d.Slides = append(d.Slides, titled("", &slides.Image{File: &slides.File{Name: "logo.png", Path: "logo.png", Opener: &shelf}}))
	}
	got := draw(t, &Backend{}, view(d, nil))
	if n := strings.Count(got, "<img"); n != 300 || shelf.reads.Load() != 1 {
		t.Errorf("%d pictures from %d reads", n, shelf.reads.Load())
	}
}

// TestLinkedPicture: a link around a picture is a link if its address is safe, and else text.
func TestLinkedPicture(t *testing.T) {
	for dest, want := range map[string]string{
		"https://example.org/?a&b": `<a href="https://example.org/?a&amp;b" rel="noopener noreferrer" target="_blank"><img`,
		"#1":                       `<a href="#1"><img`,
		"javascript:alert(1)":      `<span class="dest">(javascript:alert(1))</span></figure>`,
	} {
		im := &slides.Image{File: &slides.File{Name: "dot.png", Path: "dot.png", Src: []byte(dot)}, Dest: dest}
		got := draw(t, &Backend{}, view(&slides.Deck{Slides: []*slides.Slide{titled("", im)}}, nil))
		if !strings.Contains(got, want) {
			t.Errorf("%s: no %q in the page", dest, want)
		}
	}
}

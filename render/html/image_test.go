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

func TestFileType(t *testing.T) {
	tests := []struct{ name, data, want string }{
		{"png", dot, "image/png"},
		{"jpeg", "\xff\xd8\xff\xe0 rest", "image/jpeg"},
		{"gif", "GIF89a rest", "image/gif"},
		{"webp", "RIFF\x01\x02\x03\x04WEBPVP8 ", "image/webp"},
		{"avif", "\x00\x00\x00\x1cftypavif", "image/avif"},
		{"svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"},
		{"svg with a prologue", "\ufeff<?xml version='1.0'?>\n<!-- by hand -->\n<!DOCTYPE svg>\n<svg>", "image/svg+xml"},
		{"svg somewhere", "<html><svg>", ""},
		{"svgs", "<svgs>", ""},
		{"text", "hello", ""},
		{"cut", "\x89PN", ""},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fileType([]byte(tt.data)); got != tt.want {
				t.Errorf("fileType(%q) = %q, want %q", tt.data, got, tt.want)
			}
		})
	}
	if got := pictureType([]byte("<svg>")); got != "" {
		t.Errorf("the output of a program is %s; only deck files may be SVG", got)
	}
}

func TestPixels(t *testing.T) {
	tests := []struct {
		name, data, mime string
		w, h             int
	}{
		{"png", dot, "image/png", 1, 1},
		{"svg width", `<svg height="2" width="640px">`, "image/svg+xml", 640, 0},
		{"svg box", `<svg viewBox="0 0 320.5 200">`, "image/svg+xml", 320, 0},
		{"svg percent", `<svg width="100%">`, "image/svg+xml", 0, 0},
		{"broken", "\x89PNG\r\n\x1a\n", "image/png", 0, 0},
	}
	for _, tt := range tests {
		if w, h := pixels([]byte(tt.data), tt.mime); w != tt.w || h != tt.h {
			t.Errorf("%s: %d × %d, want %d × %d", tt.name, w, h, tt.w, tt.h)
		}
	}
}

func TestPictures(t *testing.T) {
	dir := t.TempDir()
	good, large := filepath.Join(dir, "good.png"), filepath.Join(dir, "large.png")
	for _, name := range []string{good, large} {
		if err := os.WriteFile(name, []byte(dot), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(large, maxPicture+1); err != nil {
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
		{"large.png", large, "picture large.png: more than the 21.0 MB that a page takes"},
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

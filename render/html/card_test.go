package html

import (
	"bytes"
	"image"
	"image/png"
	"regexp"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/slides"
)

var metas = regexp.MustCompile(`<meta (?:name|property)="((?:og:|twitter:|description|author)[^"]*)" content="([^"]*)"/>`)

// cardOf returns the tags of a page that are for other sites.
func cardOf(page string) map[string]string {
	out := map[string]string{}
	for _, m := range metas.FindAllStringSubmatch(page, -1) {
		out[m[1]] = m[2]
	}
	return out
}

// TestCard: what other sites show of a page is its title, what its author or its first text says, and a picture
// where there is one that they can load.
func TestCard(t *testing.T) {
	var large bytes.Buffer
	if err := png.Encode(&large, image.NewGray(image.Rect(0, 0, 400, 300))); err != nil {
		t.Fatal(err)
	}
	photo := files.Asset("", hashOf(large.Bytes()), "png")
	shown := NewPreview([]byte("the first slide"))
	shown.Data = []byte(dot)
	deck := func(change func(*slides.Deck)) *slides.Deck {
		d := &slides.Deck{Slides: []*slides.Slide{
			titled("A talk", &slides.Image{File: &slides.File{Name: "dot.png", Path: "dot.png", Src: []byte(dot)}}),
			titled("Two", para("  About \"quotes\"\nand <more>. "), para("no"),
				&slides.Image{File: &slides.File{Name: "photo.png", Path: "photo.png", Src: large.Bytes()}}),
		}}
		d.Meta.Author = "A & B"
		if change != nil {
			change(d)
		}
		return d
	}
	const about = "About &#34;quotes&#34; and &lt;more&gt;."
	tests := []struct {
		name, described, url, image string
		b                           Backend
		change                      func(*slides.Deck)
	}{
		{"as it is", about, "", photo, Backend{}, nil},
		{"a front matter", "As said", "https://example.org/a/", "https://example.org/a/" + photo, Backend{}, func(d *slides.Deck) {
			d.Meta.Description, d.Meta.URL = "As said", "https://example.org/a/"
		}},
		{"a flag", "sub", "https://example.org/a", "https://example.org/a/" + shown.Name, Backend{URL: "https://example.org/a", Preview: shown}, func(d *slides.Deck) {
			d.Meta.SubTitle, d.Meta.URL = []slides.Line{words("sub")}, "https://example.org/b"
		}},
		{"a page by name", about, "https://example.org/a/talk.html?x", "https://example.org/a/" + shown.Name, Backend{URL: "https://example.org/a/talk.html?x", Preview: shown}, nil},
		{"no text and no picture", "", "", "", Backend{}, func(d *slides.Deck) { d.Slides = d.Slides[:1] }},
		{"a list", "one, two", "", "", Backend{}, func(d *slides.Deck) { d.Slides = []*slides.Slide{titled("A talk", bullets("one", "two"))} }},
		{"a long text", strings.Repeat("word ", 38) + "word…", "", "", Backend{}, func(d *slides.Deck) {
			d.Slides = []*slides.Slide{titled("A talk", para(strings.Repeat("word ", 39)+"word, and more"))}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := view(deck(tt.change), nil)
			site := drawSite(t, &tt.b, v)
			got := cardOf(site[files.Page])
			want := map[string]string{"og:title": "A talk", "author": "A &amp; B", "og:type": "website", "description": tt.described,
				"og:description": tt.described, "og:url": tt.url, "og:image": tt.image}
			for name, w := range want {
				if got[name] != w {
					t.Errorf("%s is %q, want %q", name, got[name], w)
				}
			}
			if at := strings.Index(tt.image, "files/"); at >= 0 && site[tt.image[at:]] == "" {
				t.Errorf("the picture is not in the folder")
			}
			one := cardOf(draw(t, &tt.b, v))
			if one["og:image"] != "" || one["og:title"] != "A talk" || one["og:url"] != tt.url {
				t.Errorf("a single page has %v", one)
			}
		})
	}
}

package slides

import (
	"strings"
	"testing"
)

func TestParsePicture(t *testing.T) {
	const jpeg = "\xff\xd8\xff\xe0\x00\x04\xff\xd9" // a segment that looks like the end
	for _, tt := range []struct {
		name, data, mime string
		w, h             int
		wrong            string
	}{
		{"png", png, "image/png", 2, 3, ""},
		{"png and more", png + "\n", "image/png", 2, 3, ""},
		{"half a png", png[:60], "image/png", 2, 3, "part of a picture (PNG)"},
		{"head of a png", png[:8], "image/png", 0, 0, "part of a picture (PNG)"},
		{"jpeg", jpeg + "\xff\xda\x00\x02x\xff\xd9", "image/jpeg", 0, 0, ""},
		{"half a jpeg", jpeg + "\xff\xda\x00\x02x", "image/jpeg", 0, 0, "part of a picture (JPEG)"},
		{"segments of a jpeg", jpeg, "image/jpeg", 0, 0, "part of a picture (JPEG)"},
		{"gif", "GIF89a rest;", "image/gif", 0, 0, ""},
		{"half a gif", "GIF87a rest", "image/gif", 0, 0, "part of a picture (GIF)"},
		{"webp", "RIFF\x08\x00\x00\x00WEBPVP8 ", "image/webp", 0, 0, ""},
		{"half a webp", "RIFF\x09\x00\x00\x00WEBPVP8 ", "image/webp", 0, 0, "part of a picture (WebP)"},
		{"avif", "\x00\x00\x00\x0cftypavif\x00\x00\x00\x00mdat", "image/avif", 0, 0, ""},
		{"half an avif", "\x00\x00\x00\x1cftypavif", "image/avif", 0, 0, "part of a picture (AVIF)"},
		{"svg", "<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", 0, 0, ""},
		{"svg with a prologue", "\ufeff<?xml version='1.0'?>\n<!-- by hand -->\n<!DOCTYPE svg>\n<svg>", "image/svg+xml", 0, 0, ""},
		{"svg width", `<svg height="2" width="640px">`, "image/svg+xml", 640, 0, ""},
		{"svg box", `<svg viewBox="0 0 320.5 200">`, "image/svg+xml", 320, 0, ""},
		{"svg percent", `<svg width="100%">`, "image/svg+xml", 0, 0, ""},
		{"svg somewhere", "<html><svg>", "", 0, 0, "not a picture that browsers show"},
		{"svgs", "<svgs>", "", 0, 0, "not a picture that browsers show"},
		{"text", "hello", "", 0, 0, "not a picture that browsers show"},
		{"cut", "\x89PN", "", 0, 0, "not a picture that browsers show"},
		{"nothing", "", "", 0, 0, "not a picture that browsers show"},
	} {
		p, err := ParsePicture([]byte(tt.data))
		if p != (Picture{tt.mime, tt.w, tt.h}) || (err == nil) != (tt.wrong == "") || err != nil && !strings.Contains(err.Error(), tt.wrong) {
			t.Errorf("%s: %+v, %v; want %s %d × %d, %q", tt.name, p, err, tt.mime, tt.w, tt.h, tt.wrong)
		}
	}
	if IsPicture([]byte("<svg>")) {
		t.Error("a program may draw SVG; only files of the deck may be that")
	}
}

func FuzzParsePicture(f *testing.F) {
	for _, seed := range []string{png, "\xff\xd8\xff\xe0\x00\x00\xff\xff", "\x00\x00\x00\x01ftypavif\xff\xff\xff\xff\xff\xff\xff\xff", "RIFF....WEBP"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = ParsePicture(data) })
}

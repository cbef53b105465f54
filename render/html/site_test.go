package html

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// drawSite draws a folder and returns its files by name.
func drawSite(t testing.TB, b *Backend, v *render.View) map[string]string {
	t.Helper()
	made, err := b.Site(v)
	if err != nil {
		t.Fatal(err)
	}
	list := made.Files
	if list[0].Name != files.Page {
		t.Errorf("the first file is %s", list[0].Name)
	}
	out := map[string]string{}
	for _, e := range list {
		if _, twice := out[e.Name]; twice {
			t.Errorf("%s twice", e.Name)
		}
		out[e.Name] = string(e.Data)
	}
	return out
}

var (
	addresses = regexp.MustCompile(` (?:src|href)="(files/[^"]*)"`)
	siteNames = regexp.MustCompile(`^files/([a-z0-9-]+-)?[0-9a-f]{16}\.(png|css|js)$`)
)

// TestSite: the page of a folder names each file beside it, no file has another content than its name says,
// and the slides are those of a single file.
func TestSite(t *testing.T) {
	for name, v := range map[string]*render.View{"everything": everything(), "talk": talk()} {
		t.Run(name, func(t *testing.T) {
			site := drawSite(t, &Backend{Now: clock, Notes: true}, v)
			page := site[files.Page]
			named := map[string]bool{files.Page: true}
			for _, m := range addresses.FindAllStringSubmatch(page, -1) {
				named[m[1]] = true
				if !siteNames.MatchString(m[1]) || !strings.Contains(m[1], hashOf([]byte(site[m[1]]))) {
					t.Errorf("%s is no name of its content", m[1])
				}
			}
			if got, want := slices.Sorted(maps.Keys(site)), slices.Sorted(maps.Keys(named)); !slices.Equal(got, want) {
				t.Errorf("the folder has %v, the page names %v", got, want)
			}
			for _, has := range []string{"<style", "data:image/png", "content:url", "<script>"} {
				if strings.Contains(page, has) {
					t.Errorf("%s is in the page", has)
				}
			}
			if want := "default-src &#39;none&#39;; style-src &#39;self&#39; file:; script-src &#39;self&#39; file:; img-src data: &#39;self&#39; file:; base-uri"; !strings.Contains(page, want) {
				t.Errorf("another policy than %s", want)
			}
			again := drawSite(t, &Backend{Now: clock, Notes: true}, v)
			if !maps.Equal(site, again) {
				t.Error("the same deck makes another folder")
			}
			one := draw(t, &Backend{Now: clock, Notes: true}, v)
			if n, m := strings.Count(page, `<section class="slide"`), strings.Count(one, `<section class="slide"`); n != m {
				t.Errorf("%d slides, want %d", n, m)
			}
			if err := checkMarkup(strings.TrimPrefix(siteless(page), "<!DOCTYPE html>\n")); err != nil {
				t.Error(err)
			}
		})
	}
}

// siteless returns the page of a folder as a single file has it, as far as checkMarkup looks.
func siteless(page string) string {
	page = addresses.ReplaceAllStringFunc(page, func(s string) string {
		if strings.Contains(s, ".png") || strings.Contains(s, ".svg") {
			return ` src="data:image/png;base64,"`
		}
		return ""
	})
	page = strings.Replace(page, `<template id="desk">`+deskSource+"</template>", "", 1)
	page = strings.Replace(page, `<script type="application/json" id="keys">`, "<p>", 1)
	page = strings.Replace(page, "]</script>", "]</p>", 1)
	return strings.Replace(page, `<link rel="stylesheet"/>`, "", 1)
}

// TestSiteHolds: text of a deck and of programs becomes no markup of the page, and no name of a file.
func TestSiteHolds(t *testing.T) {
	const evil = `"><script src=x></script><img src=x onerror=alert(1)>../../`
	d := pictured(&slides.File{Name: evil, Path: evil, Src: []byte(dot)})
	d.Meta.Author = evil
	d.Slides = append(d.Slides, titled(evil, para(evil)))
	site := drawSite(t, &Backend{Now: clock}, view(d, nil))
	if err := checkMarkup(strings.TrimPrefix(siteless(site[files.Page]), "<!DOCTYPE html>\n")); err != nil {
		t.Error(err)
	}
	for name := range site {
		if name != files.Page && !siteNames.MatchString(name) {
			t.Errorf("a file has the name %q", name)
		}
	}
	if !bytes.Contains([]byte(site[files.Page]), []byte("&lt;script src=x&gt;")) {
		t.Error("the text is not in the page")
	}
}

// TestLinkedFiles: a link to a file beside the deck leads to its copy in a folder, to where Backend.Link says in a
// single file, and is text where there is neither.
func TestLinkedFiles(t *testing.T) {
	file := func(name, content string) *slides.File {
		return &slides.File{Name: name, Path: name, Src: []byte(content)}
	}
	link := func(f *slides.File, dest string) *slides.Paragraph {
		return &slides.Paragraph{Text: []slides.Inline{&slides.Link{Dest: dest, File: f, Text: words("read on")}}}
	}
	handout := file("notes/Handout 1.PDF", "the handout")
	d := &slides.Deck{Slides: []*slides.Slide{
		titled("One", link(handout, "notes/Handout%201.PDF#page=2"), link(handout, "notes/Handout%201.PDF")),
		titled("Two", link(nil, "gone.pdf"), link(file("../../x", "evil"), "../../x"),
			&slides.Image{File: file("dot.png", dot), Dest: "large.bin", Linked: file("large.bin", strings.Repeat("x", 100))},
			link(file("a/Demo.HTML", "<script>"), "a/Demo.HTML"), link(file("drawing.svg", "<svg/>"), "drawing.svg")),
	}}
	t.Cleanup(budget.Linked.Lower(50))
	made, err := (&Backend{}).Site(view(d, nil))
	if err != nil {
		t.Fatal(err)
	}
	site := map[string]string{}
	for _, e := range made.Files {
		site[e.Name] = string(e.Data)
	}
	page, copied := site[files.Page], files.Asset("handout-1", hashOf([]byte("the handout")), "pdf")
	for _, want := range []string{`<a href="` + copied + `#page=2" rel="noopener noreferrer" target="_blank">read on</a>`, `<a href="` + copied + `" rel`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in the page", want)
		}
	}
	if site[copied] != "the handout" || site[files.Asset("x", hashOf([]byte("evil")), "txt")] != "evil" {
		t.Errorf("the files are %v", slices.Sorted(maps.Keys(site)))
	}
	for _, want := range []string{"(gone.pdf)", "(large.bin)", "(a/Demo.HTML)"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s as text in the page", want)
		}
	}
	if want := "the link to large.bin is text: files that links lead to, in a folder: more than"; len(made.Left) != 3 || !strings.Contains(made.Left[1], "Demo.HTML is text: such a file would run") || !strings.Contains(made.Left[2], "drawing.svg") || !strings.HasPrefix(made.Left[0], want) {
		t.Errorf("left: %q, want %q", made.Left, want)
	}
	one := draw(t, &Backend{Link: func(f *slides.File) string {
		if f == handout {
			return "../at/handout.pdf"
		}
		return ""
	}}, view(d, nil))
	if !strings.Contains(one, `<a href="../at/handout.pdf#page=2" rel`) || !strings.Contains(one, "(large.bin)") {
		t.Error("a single page does not ask where its links lead")
	}
	for what, page := range map[string]string{"paper": draw(t, &Backend{}, view(d, nil)), "server": string((&Backend{Link: func(*slides.File) string { return "x" }}).Live(view(d, nil)).Content(0).HTML)} {
		if strings.Contains(page, "<a href") {
			t.Errorf("%s: a link to a file that is not there", what)
		}
	}
}

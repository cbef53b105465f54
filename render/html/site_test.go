package html

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/files"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// drawSite draws a folder and returns its files by name.
func drawSite(t testing.TB, b *Backend, v *render.View) map[string]string {
	t.Helper()
	list, err := b.Site(v)
	if err != nil {
		t.Fatal(err)
	}
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
	siteNames = regexp.MustCompile(`^files/([a-z0-9-]+-)?[0-9a-f]{16}\.(png|svg|css|js)$`)
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
			for _, has := range []string{"<style", "data:image", "content:url", "<script>"} {
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

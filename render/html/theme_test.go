package html

import (
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
)

func themed(values map[string]string) *slides.Deck {
	d := &slides.Deck{Slides: []*slides.Slide{titled("One"), titled("Two", para("text"))}}
	d.Meta.Look = &slides.Theme{Values: values}
	return d
}

func TestTheme(t *testing.T) {
	for _, tt := range []struct {
		values map[string]string
		want   []string
	}{
		{map[string]string{"slide_title.colors.foreground": "#ff0000", "slide_title.bold": "false"}, []string{".t{color:#ff0000;font-weight:400}"}},
		{map[string]string{"headings.h2.prefix": `"}</style><script>`},
			[]string{`.h2::before{content:"\22 \7d \3c \2f \73 \74 \79 \6c \65 \3e \3c \73 \63 \72 \69 \70 \74 \3e \20 "}`}},
		{map[string]string{"inline_code.colors.background": "dark_red"}, []string{":not(pre)>code{background:var(--a1)}"}},
		{map[string]string{"footer.style": "progress_bar", "footer.colors.foreground": "#00ff00"}, []string{"#bar{background:#00ff00}"}},
		{map[string]string{"footer.style": "empty"}, []string{"#bar{display:none}"}},
		{map[string]string{"default.colors.background": "#102030", "bold.colors.foreground": "#fedcba"}, []string{
			"--bg:light-dark(#fcfbf8,#102030);", ` data-scheme="dark"`, "@media screen{:root:not(.light){\nstrong{color:#fedcba}\n}}\n", // on paper it would be hard to read
		}},
		{map[string]string{"default.colors.background": "#f0e0d0"}, []string{":root{--bg:#f0e0d0;"}},
	} {
		page := draw(t, &Backend{Now: clock}, view(themed(tt.values), nil))
		if err := checkPage(page); err != nil {
			t.Errorf("%v: %v", tt.values, err)
		}
		for _, want := range tt.want {
			if !strings.Contains(page, want) {
				t.Errorf("%v: the page lacks %s", tt.values, want)
			}
		}
	}
	if dark := draw(t, &Backend{Now: clock}, view(themed(map[string]string{"default.colors.background": "#102030"}), nil)); !strings.Contains(dark, ":root{--bg:#fcfbf8;") {
		t.Error("a page with a dark theme has no colours for paper")
	}
}

// TestCodeColours: code has the colours of code.theme_name within its box, and without a box only where it
// is readable on the slide.
func TestCodeColours(t *testing.T) {
	const box, bare = ".box:not(.out)>.in{--panel:", ".bare:not(.out)>.in{background:none}"
	for _, tt := range []struct {
		values     map[string]string
		want, lack string
	}{
		{map[string]string{"footer.style": "empty"}, "", box},
		{map[string]string{"scheme.code.background": "#101010", "scheme.code.foreground": "#fefefe", "scheme.code.keyword": "#abcdef"},
			box + "#101010;--text:#fefefe;", bare}, // on a light slide one could not read it
		{map[string]string{"default.colors.background": "#000000", "scheme.code.background": "#101010", "scheme.code.keyword": "#abcdef"},
			"--key:light-dark(#8a3ab8,#abcdef);", "\x00"},
		{map[string]string{"default.colors.background": "#fafafa", "scheme.code.background": "#f0f0f0", "scheme.code.comment": "#222222"},
			"--dim:#222222;", "\x00"},
		{map[string]string{"default.colors.background": "#fafafa", "scheme.code.comment": "#222222"}, bare, "\x00"},
	} {
		page := draw(t, &Backend{Now: clock}, view(themed(tt.values), nil))
		if err := checkPage(page); err != nil {
			t.Errorf("%v: %v", tt.values, err)
		}
		if !strings.Contains(page, tt.want) || strings.Contains(page, tt.lack) {
			t.Errorf("%v: the page lacks %q or has %q", tt.values, tt.want, tt.lack)
		}
	}
}

// TestFooter: a footer of a template has its three parts, and elements around the numbers.
func TestFooter(t *testing.T) {
	d := themed(map[string]string{"footer.style": "template"})
	d.Slides = append(d.Slides, &slides.Slide{Steps: 1, NoFooter: true}, &slides.Slide{Steps: 1, Intro: true})
	text := func(s string) slides.FooterPart { return slides.FooterPart{Text: words(s)} }
	d.Meta.Look.Footer = &slides.Footer{Left: text("a & b"), Center: slides.FooterPart{Image: &slides.File{Name: "dot.png", Path: "dot.png", Src: []byte(dot)}},
		Right: text(slides.CurrentSlide + " of " + slides.TotalSlides)}
	page := draw(t, &Backend{Now: clock}, view(d, nil))
	for _, want := range []string{
		`<footer class="made"><span>a &amp; b</span><span><img`, `<span><i class="no">2</i> of <i class="of">4</i></span></footer>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if n := strings.Count(page, "<footer"); n != 2 {
		t.Errorf("%d slides have a footer, want 2", n)
	}
}

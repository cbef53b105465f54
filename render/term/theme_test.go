package term

import (
	"strings"
	"testing"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/rendertest"
	"github.com/slidexec/slidexec/slides"
)

func TestTheme(t *testing.T) {
	in := rendertest.In
	d := &slides.Deck{Files: []*slides.File{{Name: "deck.md"}}}
	d.Slides = []*slides.Slide{
		{Steps: 1, Intro: true},
		{Steps: 1, Blocks: []slides.Block{&slides.Title{Text: in("Title")}, &slides.Heading{Level: 2, Text: in("Heading")},
			&slides.Quote{Blocks: []slides.Block{rendertest.Para(rendertest.T("quoted"))}}}},
		{Steps: 1, NoFooter: true},
	}
	part := func(s string) slides.FooterPart { return slides.FooterPart{Text: in(s)} }
	footer := &slides.Footer{Left: part("left"), Center: part("middle"), Right: part(slides.CurrentSlide + "/" + slides.TotalSlides)}
	for _, tt := range []struct {
		values map[string]string
		want   []string
	}{
		{map[string]string{"footer.style": "template"}, []string{"\n left            middle             2/3"}},
		{map[string]string{"footer.style": "progress_bar", "footer.character": "="}, []string{strings.Repeat("=", 26)}},
		{map[string]string{"slide_title.prefix": "#", "headings.h2.prefix": "██", "slide_title.separator": "true", "slide_title.padding_bottom": "1"},
			[]string{" # Title\n\n " + strings.Repeat("─", 38), "██ Heading"}},
		{map[string]string{"block_quote.prefix": "> "}, []string{"> quoted"}},
	} {
		d.Meta.Look = &slides.Theme{Values: tt.values, Footer: footer}
		var b strings.Builder
		if err := (Backend{Width: 40}).Render(&b, &render.View{Deck: d}); err != nil {
			t.Fatal(err)
		}
		for _, want := range tt.want {
			if !strings.Contains(strings.ReplaceAll(b.String(), "\n  ", "\n"), want) {
				t.Errorf("%v: no %q in\n%s", tt.values, want, b.String())
			}
		}
		if n := strings.Count(b.String(), "left"); tt.values["footer.style"] == "template" && n != 1 {
			t.Errorf("%d slides have the footer, want one", n)
		}
	}
	d.Meta.Look = &slides.Theme{Values: map[string]string{"slide_title.colors.foreground": "#010203", "slide_title.italics": "true", "default.colors.background": "#fefefe"}}
	var b strings.Builder
	if err := (Backend{Width: 40, Depth: TrueColor}).Render(&b, &render.View{Deck: d}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"3;38;2;1;2;3;48;2;254;254;254mTitle"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in %q", want, b.String())
		}
	}
}

// TestCodeColours: code has the colours of code.theme_name, also where they are those of a terminal; where
// one could not read them on the slide, code has a box although it asks for none.
func TestCodeColours(t *testing.T) {
	s := &slides.Snippet{Lang: "go", Word: "go", Code: "return x // y\n"}
	s.Show.Lines = []string{"return x // y"}
	d := &slides.Deck{Files: []*slides.File{{Name: "deck.md"}}, Snippets: []*slides.Snippet{s}}
	d.Slides = []*slides.Slide{{Steps: 1, Blocks: []slides.Block{&slides.Code{Snippet: s}}}}
	dark := map[string]string{"scheme.code.background": "#101010", "scheme.code.foreground": "#fefefe", "scheme.code.comment": "#9a9a9a",
		"scheme.code.keyword": "#abcdef"}
	const ground, keyword, comment = "48;2;16;16;16m", "38;2;171;205;239", "38;2;154;154;154"
	for _, tt := range []struct {
		values map[string]string
		bare   bool
		depth  Depth
		light  bool
		want   []string
		lack   string
	}{
		{dark, false, TrueColor, true, []string{ground, keyword, comment, "38;2;254;254;254;" + ground + "x"}, "\x00"},
		{dark, true, TrueColor, true, []string{ground}, "\x00"},
		{dark, true, TrueColor, false, []string{keyword, comment}, ground},
		{dark, false, Color16, false, []string{"95mreturn"}, "48;"},
		{map[string]string{"scheme.code.keyword": "dark_cyan"}, false, TrueColor, false, []string{"38;2;143;214;221"}, "\x00"},
	} {
		d.Meta.Look, s.Show.NoBackground = &slides.Theme{Values: tt.values}, tt.bare
		var b strings.Builder
		if err := (Backend{Width: 40, Depth: tt.depth, Light: tt.light}).Render(&b, &render.View{Deck: d}); err != nil {
			t.Fatal(err)
		}
		for _, want := range tt.want {
			if !strings.Contains(b.String(), want) || strings.Contains(b.String(), tt.lack) {
				t.Errorf("%v, bare %v: no %q, or %q, in %q", tt.values, tt.bare, want, tt.lack, b.String())
			}
		}
	}
}

package slides

import "testing"

func TestTitleOf(t *testing.T) {
	words := func(s string) []Inline { return []Inline{&Text{Text: s}} }
	title := &Title{Text: []Inline{&Text{Text: "two"}, &Break{}, &Strong{Text: words("lines")}}}
	heading := &Heading{Level: 1, Text: words("heading")}
	named, nameless := Meta{Title: []Line{words("talk")}}, Meta{Author: "me"}
	tests := []struct {
		name  string
		meta  Meta
		slide Slide
		want  string
	}{
		{"nothing", named, Slide{}, ""},
		{"title", named, Slide{Blocks: []Block{title}}, "two lines"},
		{"title behind a heading", named, Slide{Blocks: []Block{heading, title}}, "two lines"},
		{"title in a column", named, Slide{Blocks: []Block{&Columns{Cols: [][]Block{nil, {title}}}}}, "two lines"},
		{"empty title", named, Slide{Blocks: []Block{&Title{}, heading}}, "heading"},
		{"heading", named, Slide{Blocks: []Block{&Rule{}, heading, &Heading{Text: words("second")}}}, "heading"},
		{"intro", named, Slide{Intro: true}, "talk"},
		{"nameless intro", nameless, Slide{Intro: true}, ""},
	}
	for _, tt := range tests {
		d := &Deck{Meta: tt.meta, Slides: []*Slide{&tt.slide}}
		if got := d.TitleOf(&tt.slide); got != tt.want {
			t.Errorf("%s: TitleOf = %q, want %q", tt.name, got, tt.want)
		}
	}
}

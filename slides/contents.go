package slides

import "fmt"

// Contents lists slides of the deck by their titles.
type Contents struct {
	Base
	Entries []Entry
	More    int  // slides that the list leaves out because it is full
	Wide    bool // it has the width of the slide, and not that of a column
}

// Entry is a line of Contents: a slide, counted from 1, and its title.
type Entry struct {
	Slide int
	Title string
}

func (b *Contents) parts(p *Parts) Block {
	b = own(p, "contents", b)
	p.base(&b.Base)
	for i := range list(p, "entries", &b.Entries) {
		p.num("slide", &b.Entries[i].Slide)
		p.str("title", &b.Entries[i].Title)
	}
	p.num("more", &b.More)
	p.value("wide", &b.Wide)
	return b
}

// fewEntries fit one below the other at the usual size.
const fewEntries = 10

// Blocks returns what is to be drawn: a list of links to the slides, or two of them side by side if there
// are many entries and room. Each block appears with b, is aligned as b and has no size of its own.
func (b *Contents) Blocks() []Block {
	base := Base{At: b.At, Step: b.Step, Align: b.Align}
	var items []*Item
	add := func(in Inline) {
		items = append(items, &Item{At: b.At, Step: b.Step, Number: len(items) + 1, Text: []Inline{in}})
	}
	for _, e := range b.Entries {
		add(&Link{At: b.At.Pos, Slide: e.Slide, Text: []Inline{&Text{b.At.Pos, e.Title}}})
	}
	if len(b.Entries)+b.More == 0 {
		add(&Text{b.At.Pos, "No other slide has a title."})
	}
	if b.More > 0 {
		add(&Text{b.At.Pos, fmt.Sprintf("… and %d more", b.More)})
	}
	part := func(items []*Item) []Block {
		return []Block{&List{Base: base, Start: 1, Newlines: 1, Items: items}}
	}
	if !b.Wide || len(items) <= fewEntries {
		return part(items)
	}
	half := (len(items) + 1) / 2
	return []Block{&Columns{Base: base, Ratios: []int{1, 1}, Cols: [][]Block{part(items[:half]), part(items[half:])}}}
}

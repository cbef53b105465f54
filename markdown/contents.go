package markdown

import (
	"cmp"
	"slices"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
)

// listing is a list of slides, which is made when all slides are known.
type listing struct {
	*slides.Contents
	src  *source
	most int
}

// Entries of a list that does not say how many: as many as stand on a slide, in two columns or in one.
const wideEntries, narrowEntries = 36, 18

// contents adds a list of slides. Its part of the deck is parsed each time, since the list depends on all.
func (b *builder) contents(a arg) {
	wide, most := b.slide.cols == nil, narrowEntries
	if wide {
		most = wideEntries
	}
	if a.n > 0 {
		most = a.n
	}
	b.touched = true
	b.slide.content = true
	c := &slides.Contents{Base: slides.Base{At: a.comment}, Wide: wide}
	b.place(c)
	b.lists = append(b.lists, listing{c, b.src, most})
}

// listSlides makes the lists of slides: of those with a title that follow, or, if there are none, of those
// before. Slides in a row with the same title are one entry; the intro slide is none. Lists on skipped
// slides stay empty.
func (b *builder) listSlides() {
	if len(b.lists) == 0 {
		return
	}
	on := map[*slides.Contents]int{}
	var all []slides.Entry
	last := ""
	for i, s := range b.deck.Slides {
		title, lists := b.deck.TitleOf(s), false
		slides.Walk(s.Blocks, func(bl slides.Block) {
			if c, ok := bl.(*slides.Contents); ok {
				on[c], lists = i+1, true
			}
		})
		if title != "" && title != last && !s.Intro {
			all = append(all, slides.Entry{Slide: i + 1, Title: title})
		}
		if title != "" || lists { // a list without a title separates slides
			last = title
		}
	}
	spent := budget.Of(budget.Titles)
	for _, l := range b.lists {
		at, shown := on[l.Contents]
		if !shown {
			continue
		}
		from, found := slices.BinarySearchFunc(all, at, func(e slides.Entry, at int) int { return cmp.Compare(e.Slide, at) })
		list := all[:from]
		if found {
			from++
		}
		if from < len(all) {
			list = all[from:]
		}
		b.fill(l, list, &spent)
	}
}

// fill makes a list of entries, as many as it takes and the budget allows.
func (b *builder) fill(l listing, entries []slides.Entry, spent *budget.Meter) {
	n := min(len(entries), l.most)
	for i, e := range entries[:n] {
		if !spent.Spend(len(e.Title) + lineCost) {
			n = i
			if !b.spent.ended[spent.Budget] {
				b.src = l.src
				b.warn(l.At, spent.Message(), spent.Try)
			}
			b.spent.ended[spent.Budget] = true
			break
		}
	}
	l.Entries, l.More = entries[:n:n], len(entries)-n
}

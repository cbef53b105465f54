package plot

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/carlos7ags/folio/core"
	"github.com/slidexec/slidexec/internal/pdf"
	"github.com/slidexec/slidexec/render"
)

// press puts slides on pages, and pages into a file.
type press struct {
	*talk
	layout Layout
	date   time.Time
	pages  []*page
	places map[int]place // of slides, for the links to them and for the outline
}

// page is a page of paper, in pixels.
type page struct {
	*ink
	w, h  float64
	links []hotspot
}

// hotspot is a link at its place on a page.
type hotspot struct {
	item
	x, y, scale float64
}

// place is where a slide is.
type place struct {
	page int
	y    float64
}

// A sheet of paper: A4, in pixels of 96 to the inch.
const (
	short = 793.28
	long  = 1122.56
	mm    = 96 / 25.4
)

// grids says how slides are on the pages of handouts.
var grids = map[int]struct {
	wide         bool
	columns      int
	width        float64 // of a slide
	left, top    float64
	between, row float64
}{
	2: {false, 1, 656, 18 * mm, 14 * mm, 0, 32 * mm},
	4: {true, 2, 480, 16 * mm, 15 * mm, 0, 11 * mm},
	6: {false, 2, 318, 18 * mm, 14 * mm, 0, 32 * mm},
}

func (p *press) page(w, h float64) *page {
	pg := &page{ink: newInk(len(p.pages), h), w: w, h: h}
	p.pages = append(p.pages, pg)
	return pg
}

// paste puts leaves on pages.
func (p *press) paste(leaves []leaf) {
	var last int
	var z size
	items := func(l leaf) []item {
		if l.first || l.slide != last {
			z = p.sized(l.slide)
		}
		last = l.slide
		return p.items(l, z)
	}
	if len(leaves) == 0 { // a file needs a page
		p.page(width, height)
	}
	grid, handout := grids[p.layout.PerPage]
	for i, l := range leaves {
		switch {
		case p.layout.Notes:
			pg := p.page(short, long)
			const k = 656.0 / width
			p.slide(pg, l, items(l), 18*mm, 14*mm, k, true)
			p.notes(pg, l, 14*mm+height*k+9*mm)
		case handout:
			w, h := short, long
			if grid.wide {
				w, h = h, w
			}
			n := i % p.layout.PerPage
			if n == 0 {
				p.page(w, h)
			}
			k := grid.width / width
			x := grid.left
			if n%grid.columns > 0 {
				x = w - grid.left - grid.width
			}
			y := grid.top + float64(n/grid.columns)*(height*k+grid.row)
			p.slide(p.pages[len(p.pages)-1], l, items(l), x, y, k, true)
		default:
			p.slide(p.page(width, height), l, items(l), 0, 0, 1, false)
		}
	}
}

// slide puts a slide on a page.
func (p *press) slide(pg *page, l leaf, items []item, x, y, scale float64, framed bool) {
	if l.first {
		p.places[l.slide] = place{pg.ink.page, y}
	}
	if framed {
		pg.clip(x, y, width*scale, height*scale)
	}
	pg.put(items, x, y, scale)
	if framed {
		pg.restore()
		pg.put([]item{{kind: area, x: -1, y: -1, w: width*scale + 2, h: height*scale + 2, line: p.pal.Hairline}}, x, y, 1)
	}
	for _, it := range items {
		if it.kind == link {
			pg.links = append(pg.links, hotspot{it, x, y, scale})
		}
	}
}

// notes puts the notes of a slide below it, and on further pages as they need.
func (p *press) notes(pg *page, l leaf, y float64) {
	const size = 11 / points
	left, w := 18*mm, short-36*mm
	n := &node{tag: "Sect", up: p.root}
	for _, note := range p.view.Deck.Slides[l.slide].Notes {
		if p.layout.Steps && note.Step != l.step {
			continue
		}
		s := &sheet{talk: p.talk, fit: 1, em: size, w: w, end: 1e9, show: -1}
		s.flow([]span{{strings.TrimSpace(note.Text), style{size: size, color: p.pal.Text, node: n.child("P")}}}, para{lineHeight: 1.5, size: size})
		from := 0.0 // of the note, on this page
		var part []item
		for _, it := range s.items {
			if y+it.y-from > long-14*mm {
				pg.put(part, left, y-from, 1)
				pg, from, y, part = p.page(short, long), it.y-size, 14*mm, nil
			}
			part = append(part, it)
		}
		pg.put(part, left, y-from, 1)
		y += s.y - from + .8*size
	}
}

// write writes the file.
func (p *press) write(w io.Writer) error {
	f := &file{}
	tree := f.pages(p)
	lang := render.Lang(p.view.Deck)
	about := pdf.About{Title: strings.Map(plain, p.title), Authors: strings.Map(plain, p.authors), Lang: lang, Date: p.date, Universal: true}
	catalog := newDict("Type", "Catalog", "Pages", tree.pages, "StructTreeRoot", tree.structure, "MarkInfo", newDict("Marked", true),
		"ViewerPreferences", newDict("DisplayDocTitle", true), "Metadata", f.raw(about.XMP(), "Type", "Metadata", "Subtype", "XML"))
	catalog.Set("Lang", core.NewPdfTextString(lang))
	if tree.outline != nil {
		catalog.Set("Outlines", tree.outline)
		catalog.Set("PageMode", core.NewPdfName("UseOutlines"))
	}
	date := core.NewPdfLiteralString("D:" + p.date.UTC().Format("20060102150405") + "Z")
	info := newDict("Title", text(p.title), "Creator", text("slidexec"), "Producer", text("slidexec"), "CreationDate", date, "ModDate", date)
	if p.authors != "" {
		info.Set("Author", core.NewPdfTextString(p.authors))
	}
	return f.write(w, f.add(catalog), f.add(info))
}

// trees are the parts of a file that refer to its pages.
type trees struct{ pages, structure, outline ref }

// pages writes the pages with their links, the structure and the outline.
func (f *file) pages(p *press) trees {
	top := newDict("Type", "Pages")
	at := f.add(top)
	var refs []ref
	dicts := make([]dict, len(p.pages))
	for i, pg := range p.pages {
		dicts[i] = newDict("Type", "Page", "Parent", at, "MediaBox", list(0, 0, rounded(pg.w*points), rounded(pg.h*points)),
			"StructParents", i, "Tabs", "S", "Contents", f.stream(pg.Bytes()))
		refs = append(refs, f.add(dicts[i]))
	}
	resources := f.add(newDict("Font", p.fonts.resources(f), "XObject", p.rasters.resources(f, p.pages)))
	var owners [][]*node
	var links []*node
	kids := core.NewPdfArray()
	for i, pg := range p.pages {
		dicts[i].Set("Resources", resources)
		kids.Add(refs[i])
		owners = append(owners, pg.owners)
		annots := core.NewPdfArray()
		for _, h := range pg.links {
			a := f.link(p, pg, h, refs)
			a.Set("StructParent", core.NewPdfInteger(len(p.pages)+len(links)))
			r := f.add(a)
			annots.Add(r)
			h.node.enter()
			h.node.kids = append(h.node.kids, annotation{i, r})
			links = append(links, h.node)
		}
		if annots.Len() > 0 {
			dicts[i].Set("Annots", annots)
		}
	}
	fill(top, []any{"Kids", kids, "Count", len(refs)})
	return trees{at, f.tree(p.root, refs, owners, links), f.outline(p, refs)}
}

func rounded(v float64) float64 { return float64(int(v*100+.5)) / 100 }

// link returns an annotation.
func (f *file) link(p *press, pg *page, h hotspot, refs []ref) dict {
	x0, y0 := (h.x+h.item.x*h.scale)*points, (pg.h-h.y-(h.item.y+h.h)*h.scale)*points
	a := newDict("Type", "Annot", "Subtype", "Link", "F", 4, "Border", list(0, 0, 0),
		"Rect", list(rounded(x0), rounded(y0), rounded(x0+h.w*h.scale*points), rounded(y0+h.item.h*h.scale*points)))
	if h.href != "" {
		a.Set("A", newDict("S", "URI", "URI", core.NewPdfLiteralString(h.href)))
		a.Set("Contents", core.NewPdfTextString(h.href))
		return a
	}
	a.Set("Dest", p.dest(p.places[h.to], refs))
	a.Set("Contents", core.NewPdfTextString("slide "+strconv.Itoa(h.to+1)))
	return a
}

// dest is a place that links lead to.
func (p *press) dest(to place, refs []ref) core.PdfObject {
	return list(refs[to.page], "XYZ", 0, rounded((p.pages[to.page].h-to.y)*points), 0)
}

// outline writes the titles of the slides.
func (f *file) outline(p *press, refs []ref) ref {
	d := p.view.Deck
	top := newDict("Type", "Outlines")
	at := f.add(top)
	var before ref
	var beforeDict dict
	n := 0
	for i, s := range d.Slides {
		to, ok := p.places[i]
		title := d.TitleOf(s)
		if !ok || title == "" {
			continue
		}
		e := newDict("Title", text(title), "Parent", at, "Dest", p.dest(to, refs))
		r := f.add(e)
		if before == nil {
			top.Set("First", r)
		} else {
			beforeDict.Set("Next", r)
			e.Set("Prev", before)
		}
		before, beforeDict = r, e
		n++
	}
	if n == 0 {
		return nil
	}
	fill(top, []any{"Last", before, "Count", n})
	return at
}

// resources writes the pictures that pages show, and returns the dictionary for pages.
func (rs *rasters) resources(f *file, pages []*page) dict {
	d := newDict()
	for _, r := range rs.list {
		for _, pg := range pages {
			if pg.rasters[r] {
				d.Set(r.name, r.put(f))
				break
			}
		}
	}
	return d
}

package html

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/digest"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// After a save, which slides have to be drawn again? Drawing all ten thousand to compare them takes
// longer than an eye waits, and comparing their source is not enough: what a comment or a link
// means may be said on another slide. So a slide has a fingerprint of all that drawing it looks
// at, but for the results under its keys. Places in the source are left out, so that a slide keeps
// its fingerprint when lines come or go above it.

// Printer makes fingerprints. It is for one goroutine.
type Printer struct {
	seed  maphash.Seed
	data  []byte // what drawing looks at: first that of the page, on every slide
	all   int    // how much of data that is
	page  *Page
	keys  []slides.Key
	files map[string]stamp // what pictures looked like, by path
}

// Printer returns a maker of fingerprints, which are comparable where the seed is the same.
func (p *Page) Printer(seed maphash.Seed) *Printer {
	all := digest.Of(struct {
		RTL, Notes, Live bool
		Light, Dark      render.Palette
	}{p.rtl, p.notes, p.live, p.light, p.dark}, nil)
	return &Printer{seed: seed, page: p, files: map[string]stamp{}, data: all[:], all: len(all)}
}

// Print returns the fingerprint of slide i and the keys of the results that drawing it looks at.
func (p *Printer) Print(i int) (uint64, []slides.Key) {
	s := p.page.view.Deck.Slides[i]
	p.data = p.data[:p.all]
	p.keys = nil
	p.ints(b2i(i == 0), b2i(s.Intro), b2i(s.NoFooter), s.Steps, len(s.Notes))
	for _, n := range s.Notes {
		p.ints(n.Step)
		p.str(n.Text)
	}
	if s.Intro {
		p.meta(&p.page.view.Deck.Meta)
	}
	p.blocks(s.Blocks)
	return maphash.Bytes(p.seed, p.data), p.keys
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *Printer) ints(ns ...int) {
	for _, n := range ns {
		p.data = binary.AppendVarint(p.data, int64(n))
	}
}

// str writes lengths too, so that no two lists of strings look the same.
func (p *Printer) str(ss ...string) {
	for _, s := range ss {
		p.data = binary.AppendVarint(p.data, int64(len(s)))
		p.data = append(p.data, s...)
	}
}

func (p *Printer) meta(m *slides.Meta) {
	p.ints(len(m.Title), len(m.SubTitle))
	p.lines(m.Title)
	p.lines(m.SubTitle)
	p.str(p.page.authors(), m.Event, m.Location, m.Date)
}

func (p *Printer) lines(ls []slides.Line) {
	for _, l := range ls {
		p.inlines(l)
	}
}

func (p *Printer) base(c *slides.Base) {
	p.ints(c.Step, int(c.Align), c.Size)
}

// ranges of lines, of a listing's frames.
func (p *Printer) ranges(rs []slides.Range) {
	p.ints(len(rs))
	for _, r := range rs {
		p.ints(r.From, r.To)
	}
}

func (p *Printer) blocks(list []slides.Block) {
	p.ints(len(list))
	for _, bl := range list {
		p.base(bl.Common())
		p.block(bl)
	}
}

func (p *Printer) block(bl slides.Block) {
	switch bl := bl.(type) {
	case *slides.Title:
		p.str("title")
		p.inlines(bl.Text)
	case *slides.Heading:
		p.str("h")
		p.ints(bl.Level)
		p.inlines(bl.Text)
	case *slides.Paragraph:
		p.str("p")
		p.inlines(bl.Text)
	case *slides.List:
		p.list(bl)
	case *slides.Table:
		p.table(bl)
	case *slides.Quote:
		p.str("q")
		p.blocks(bl.Blocks)
	case *slides.Alert:
		p.str("a", bl.Kind)
		p.inlines(bl.Title)
		p.blocks(bl.Blocks)
	case *slides.Code:
		p.code(bl)
	case *slides.Output:
		p.str("o")
		p.ints(p.page.copies[bl])
		p.snippet(bl.Snippet)
	case *slides.Image:
		p.image(bl)
	case *slides.Columns:
		p.str("cols")
		p.ints(bl.Ratios...)
		p.ints(len(bl.Cols))
		for _, c := range bl.Cols {
			p.blocks(c)
		}
	case *slides.Gap:
		p.str("gap")
		p.ints(bl.Lines)
	case *slides.Middle:
		p.str("mid")
	case *slides.Rule:
		p.str("hr")
	case *slides.Footnote:
		p.str("fn", bl.Name)
		p.inlines(bl.Text)
	case *slides.Problem:
		p.str("bug", bl.Diag.Error(), bl.Diag.Excerpt(), bl.Diag.Hint)
	default:
		panic(fmt.Sprintf("html: unexpected block %T", bl))
	}
}

func (p *Printer) list(l *slides.List) {
	p.str("l")
	p.ints(b2i(l.Ordered), l.Start, int(l.Delim), l.Depth, l.Newlines, b2i(l.Joined), len(l.Items))
	for _, it := range l.Items {
		p.ints(it.Step, it.Number, len(it.Lists))
		p.inlines(it.Text)
		for _, sub := range it.Lists {
			p.base(&sub.Base)
			p.list(sub)
		}
	}
}

func (p *Printer) table(t *slides.Table) {
	p.str("t")
	p.ints(len(t.Aligns), len(t.Rows))
	for _, a := range t.Aligns {
		p.ints(int(a))
	}
	p.row(t.Head)
	for _, r := range t.Rows {
		p.row(r)
	}
}

func (p *Printer) row(r slides.Row) {
	p.ints(r.Step, len(r.Cells))
	for _, c := range r.Cells {
		p.inlines(c)
	}
}

func (p *Printer) code(c *slides.Code) {
	p.str("c")
	p.ints(len(c.Frames))
	for _, f := range c.Frames {
		p.ints(f.Step)
		p.ranges(f.Lines)
	}
	p.snippet(c.Snippet)
}

func (p *Printer) snippet(s *slides.Snippet) {
	if s == nil {
		return
	}
	p.str(s.ID, s.Lang, string(s.Exec.Mode), string(s.Exec.Expect), string(s.Place), string(s.Key))
	if s.Exec.Mode == slides.ModeImage || s.Exec.Mode == slides.ModeRender {
		p.str(s.Name()) // of a picture without an id, its place
	}
	p.ints(b2i(s.Show.LineNumbers), b2i(s.Show.NoBackground), s.Show.Width, len(s.Show.Lines), len(s.Numbers))
	p.ints(s.Numbers...)
	p.str(s.Show.Lines...)
	if s.External != nil {
		p.str(s.External.Name)
	}
	if s.Exec.Mode == slides.NotExecutable {
		return
	}
	if !slices.Contains(p.keys, s.Key) {
		p.keys = append(p.keys, s.Key)
	}
}

// image covers the file's content by what tells one state of a file from another.
func (p *Printer) image(im *slides.Image) {
	p.str("i", im.Alt, im.Title)
	p.ints(im.Width)
	if im.File == nil {
		return
	}
	p.str(im.File.Name, im.File.Path, string(im.File.Src))
	size := len(im.File.Src)
	if im.File.Src == nil && im.File.Path != "" {
		stamp := p.stamp(im.File)
		p.str(stamp.text)
		size = stamp.size
	}
	p.ints(b2i(p.page.copies.Spent(im, size, budget.Pictures)))
}

// stamp tells one state of a file from another.
type stamp struct {
	text string
	size int
}

func (p *Printer) stamp(f *slides.File) stamp {
	if s, ok := p.files[f.Path]; ok {
		return s
	}
	s := stamp{text: "gone"}
	if info, err := f.Stat(); err == nil {
		s = stamp{fmt.Sprint(info.Size(), info.ModTime().UnixNano(), info.Mode()), int(info.Size())}
	}
	p.files[f.Path] = s
	return s
}

func (p *Printer) inlines(in []slides.Inline) {
	p.ints(len(in))
	for _, n := range in {
		switch n := n.(type) {
		case *slides.Text:
			p.str("", n.Text)
		case *slides.CodeSpan:
			p.str("c", n.Text)
		case *slides.Strong:
			p.str("b")
			p.inlines(n.Text)
		case *slides.Emph:
			p.str("i")
			p.inlines(n.Text)
		case *slides.Strike:
			p.str("s")
			p.inlines(n.Text)
		case *slides.Sup:
			p.str("^")
			p.inlines(n.Text)
		case *slides.Link:
			dest := n.Dest
			if len(dest) > 0 && dest[0] == '#' {
				dest += p.page.target(dest) // where it leads changes with the slides around
			}
			p.str("a", dest, n.Title)
			p.inlines(n.Text)
		case *slides.Styled:
			p.str("x", n.FG, n.BG, n.Class)
			p.inlines(n.Text)
		case *slides.Break:
			p.str("br")
		default:
			panic(fmt.Sprintf("html: unexpected inline %T", n))
		}
	}
}

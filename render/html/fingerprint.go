package html

import (
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/internal/digest"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// Fingerprints tell which slides a server has to draw again after a save. To draw ten thousand slides
// and compare them takes too long for the eye. To compare their source is not enough: the meaning of a
// comment or a link may depend on another slide. So the fingerprint of a slide covers everything that
// drawing reads, except the results of its keys. It leaves out places in the source, so that a slide
// keeps its fingerprint if lines above it come or go.

// Printer makes fingerprints. It is for one goroutine.
type Printer struct {
	seed   maphash.Seed
	data   slides.Sum // everything that drawing reads: first the facts of the page, then those of a slide
	all    int        // length of the part of the page
	mixed  bool       // what is drawn has colours of its own, which are mixed with those of the theme
	shades []byte     // the theme's colours: most slides have them from the style sheet alone
	page   *Page
	parts  slides.Parts
	keys   []slides.Key
	files  map[string]stamp // states of picture files, by path
}

// Printer returns a maker of fingerprints. Fingerprints with the same seed are comparable.
func (p *Page) Printer(seed maphash.Seed) *Printer {
	all := digest.Of(struct {
		RTL, Notes, Live bool
		Darkest          bool
		Words            []string
	}{p.rtl, p.notes, p.live, p.darkest, drawnWords(p.view.Deck.Meta.Look)}, nil)
	shades := digest.Of(struct{ Light, Dark render.Palette }{p.light, p.dark}, nil)
	pr := &Printer{seed: seed, page: p, files: map[string]stamp{}, data: all[:], all: len(all), shades: shades[:]}
	pr.parts = slides.Parts{
		Sum:    &pr.data,
		Leave:  pr.copies,
		Inline: pr.link,
		Own:    func(_ string, s **slides.Snippet) { pr.snippet(*s) },
		Ref:    func(_ string, s **slides.Snippet) { pr.snippet(*s) },
		File:   func(_ string, f **slides.File) { pr.file(*f) },
		Diag:   func(d *slides.Diag) { pr.data.Str(d.Error(), d.Excerpt(), d.Hint) },
	}
	return pr
}

// drawnWords returns what slides and their footers have of a theme; the rest is in its style sheet.
func drawnWords(t *slides.Theme) []string {
	out := []string{fmt.Sprint(apart(t)), t.Value("footer.style"), t.Value("intro_slide.footer"), t.Value("column_layout.margin.fixed"), t.Value("column_layout.margin.percent")}
	if t != nil && t.Footer != nil {
		for side, part := range map[string]slides.FooterPart{"left": t.Footer.Left, "center": t.Footer.Center, "right": t.Footer.Right} {
			out = append(out, side+" "+t.Value("footer."+side)+" "+t.Value("footer."+side+".image")+" "+slides.Plain(part.Text))
		}
		slices.Sort(out)
	}
	for _, k := range slices.Sorted(maps.Keys(alerts)) {
		out = append(out, t.Value("alert.styles."+k+".icon"), t.Value("alert.styles."+k+".title"))
	}
	return out
}

// Print returns the fingerprint of slide i and the keys of the results that drawing it reads.
func (p *Printer) Print(i int) (uint64, []slides.Key) {
	s := p.page.view.Deck.Slides[i]
	p.data = p.data[:p.all]
	p.keys, p.mixed = nil, false
	p.data.Bool(i == 0)
	if s.Intro {
		p.meta(&p.page.view.Deck.Meta)
	}
	p.parts.Slide(s)
	if p.mixed || len(p.keys) > 0 {
		p.data = append(p.data, p.shades...)
	}
	return maphash.Bytes(p.seed, p.data), p.keys
}

// link covers the target of a link within the deck, which depends on other slides.
func (p *Printer) link(n slides.Inline) {
	if _, ok := n.(*slides.Styled); ok {
		p.mixed = true
	}
	if l, ok := n.(*slides.Link); ok && strings.HasPrefix(l.Dest, "#") {
		p.data.Str(p.page.target(l.Dest))
	}
}

func (p *Printer) meta(m *slides.Meta) {
	for _, lines := range [][]slides.Line{m.Title, m.SubTitle} {
		p.data.Int(len(lines))
		for _, l := range lines {
			p.parts.Inlines("line", (*[]slides.Inline)(&l))
		}
	}
	p.data.Str(p.page.authors(), m.Event, m.Location, m.Date)
}

func (p *Printer) snippet(s *slides.Snippet) {
	if s == nil {
		return
	}
	p.data.Str(s.ID, s.Lang, s.Word, string(s.Exec.Mode), string(s.Exec.Expect), string(s.Place), string(s.Key))
	if s.Exec.Draws() {
		p.data.Str(s.Name()) // a picture without an id has its place as its name
	}
	p.data.Bool(s.Show.LineNumbers, s.Show.NoBackground)
	p.data.Int(s.Show.Width, len(s.Show.Lines), len(s.Numbers))
	p.data.Int(s.Numbers...)
	p.data.Str(s.Show.Written()...)
	if s.External != nil {
		p.data.Str(s.External.Name)
	}
	if s.Exec.Mode == slides.NotExecutable {
		return
	}
	if !slices.Contains(p.keys, s.Key) {
		p.keys = append(p.keys, s.Key)
	}
}

// file covers the content of a file by its source or its stamp.
func (p *Printer) file(f *slides.File) {
	if f == nil {
		return
	}
	p.mixed = true // a picture stands on a ground that suits it
	p.data.Str(f.Name, f.Path, string(f.Src))
	if f.Src == nil && f.Path != "" {
		p.data.Str(p.stamp(f).text)
	}
}

// copies covers the copies before a block, which may use up its budget.
func (p *Printer) copies(bl slides.Block) {
	switch bl := bl.(type) {
	case *slides.Output:
		p.data.Int(p.page.copies[bl])
	case *slides.Image:
		if bl.File == nil {
			return
		}
		size := len(bl.File.Src)
		if bl.File.Src == nil && bl.File.Path != "" {
			size = p.stamp(bl.File).size
		}
		p.data.Bool(p.page.copies.Spent(bl, size, budget.Pictures))
	}
}

// stamp identifies a state of a file on disk.
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

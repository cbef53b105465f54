package html

import (
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"reflect"
	"slices"
	"strings"

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
	parts slides.Parts
	keys  []slides.Key
	files map[string]stamp // what pictures looked like, by path
}

// Printer returns a maker of fingerprints, which are comparable where the seed is the same.
func (p *Page) Printer(seed maphash.Seed) *Printer {
	all := digest.Of(struct {
		RTL, Notes, Live bool
		Light, Dark      render.Palette
	}{p.rtl, p.notes, p.live, p.light, p.dark}, nil)
	pr := &Printer{seed: seed, page: p, files: map[string]stamp{}, data: all[:], all: len(all)}
	pr.parts = slides.Parts{
		Kind:  func(name string) { pr.str(name) },
		Leave: pr.copies,
		List:  func(_ string, n int) { pr.ints(n) },
		Value: pr.value,
		Own:   func(_ string, s **slides.Snippet) { pr.snippet(*s) },
		Ref:   func(_ string, s **slides.Snippet) { pr.snippet(*s) },
		File:  func(_ string, f **slides.File) { pr.file(*f) },
		Diag:  func(d *slides.Diag) { pr.str(d.Error(), d.Excerpt(), d.Hint) },
	}
	return pr
}

// Print returns the fingerprint of slide i and the keys of the results that drawing it looks at.
func (p *Printer) Print(i int) (uint64, []slides.Key) {
	s := p.page.view.Deck.Slides[i]
	p.data = p.data[:p.all]
	p.keys = nil
	p.ints(b2i(i == 0))
	if s.Intro {
		p.meta(&p.page.view.Deck.Meta)
	}
	p.parts.Slide(s)
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
	for _, lines := range [][]slides.Line{m.Title, m.SubTitle} {
		p.ints(len(lines))
		for _, l := range lines {
			p.parts.Inlines("line", (*[]slides.Inline)(&l))
		}
	}
	p.str(p.page.authors(), m.Event, m.Location, m.Date)
}

// value covers a value of a block or an inline.
func (p *Printer) value(name string, v any) {
	switch v := v.(type) {
	case *int:
		p.ints(*v)
	case *string:
		p.str(*v)
		if name == "dest" && strings.HasPrefix(*v, "#") {
			p.str(p.page.target(*v)) // where it leads changes with the slides around
		}
	case *bool:
		p.ints(b2i(*v))
	case *byte:
		p.ints(int(*v))
	case *slides.Align:
		p.ints(int(*v))
	case *[]int:
		p.ints(len(*v))
		p.ints(*v...)
	case *[]slides.Align:
		p.ints(len(*v))
		for _, a := range *v {
			p.ints(int(a))
		}
	case *[]slides.Frame:
		p.ints(len(*v))
		for _, f := range *v {
			p.ints(f.Step, len(f.Lines))
			for _, r := range f.Lines {
				p.ints(r.From, r.To)
			}
		}
	default: // of a new kind; slower
		p.str(fmt.Sprint(reflect.ValueOf(v).Elem()))
	}
}

func (p *Printer) snippet(s *slides.Snippet) {
	if s == nil {
		return
	}
	p.str(s.ID, s.Lang, s.Word, string(s.Exec.Mode), string(s.Exec.Expect), string(s.Place), string(s.Key))
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

// file covers the content of a file by what tells one state of it from another.
func (p *Printer) file(f *slides.File) {
	if f == nil {
		return
	}
	p.str(f.Name, f.Path, string(f.Src))
	if f.Src == nil && f.Path != "" {
		p.str(p.stamp(f).text)
	}
}

// copies covers what the copies before a block leave of it.
func (p *Printer) copies(bl slides.Block) {
	switch bl := bl.(type) {
	case *slides.Output:
		p.ints(p.page.copies[bl])
	case *slides.Image:
		if bl.File == nil {
			return
		}
		size := len(bl.File.Src)
		if bl.File.Src == nil && bl.File.Path != "" {
			size = p.stamp(bl.File).size
		}
		p.ints(b2i(p.page.copies.Spent(bl, size, budget.Pictures)))
	}
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

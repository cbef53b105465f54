package markdown

import (
	"bytes"
	"math"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
)

// spending counts the costs of a deck against the budgets of the parser. Text that is written once may
// be long. Text that a few bytes repeat has budgets of its own, so that the cost of a deck grows with
// its size on disk.
type spending struct {
	text, rows      budget.Meter
	includes, again budget.Meter
	links, shown    budget.Meter
	gaps, gallery   budget.Meter
	included        map[*slides.File]bool
	used            map[*slides.File]bool // files used by code blocks and environments
	pictured        map[*slides.File]int  // number of places
	ended           map[*budget.Budget]bool
}

func newSpending() spending {
	return spending{
		text: budget.Of(budget.Text), rows: budget.Of(budget.Rows),
		includes: budget.Of(budget.Includes), again: budget.Of(budget.Again),
		links: budget.Of(budget.Links), shown: budget.Of(budget.Shown),
		gaps: budget.Of(budget.Gaps), gallery: budget.Of(budget.Gallery),
		included: map[*slides.File]bool{}, used: map[*slides.File]bool{}, pictured: map[*slides.File]int{},
		ended: map[*budget.Budget]bool{},
	}
}

// include pays for the inclusion of a file, or returns the budget that is too small.
func (s *spending) include(f *slides.File, depth int) *budget.Budget {
	size := len(f.Src)
	switch {
	case depth > budget.Depth.Limit:
		return budget.Depth
	case s.includes.Left() < 1:
		return budget.Includes
	case s.included[f] && !s.again.Spend(size):
		return budget.Again
	case !s.text.Spend(size):
		return budget.Text
	}
	s.includes.Spend(1)
	s.included[f] = true
	return nil
}

// linked pays for the address and title of a link or picture and returns them, or two empty strings.
func (b *builder) linked(at slides.Pos, ref *ast.ReferenceLink, dest, title []byte) (string, string) {
	if ref != nil && !b.spent.links.Spend(len(dest)+len(title)) {
		b.broke(slides.Span{Pos: at, End: at.Off + 1}, budget.Links)
		return "", ""
	}
	return b.src.clean(unescape(string(dest))), b.src.clean(unescape(string(title)))
}

// picture pays for one place of a picture of size bytes, or reports false. If a page does not repeat
// the picture at that place, it costs nothing.
func (s *spending) picture(f *slides.File, size int64) bool {
	n := int64(s.pictured[f])
	s.pictured[f]++
	if n > 0 && size > int64(budget.Pictures.Limit)/(n+1) {
		return true
	}
	return s.gallery.Spend(int(min(size, math.MaxInt32)))
}

// lineCost is the cost of a line of a file besides its bytes.
const lineCost = 16

// show pays for text of a file that was used before, or reports false. The first use is free.
func (s *spending) show(f *slides.File, lines, size int) bool {
	if s.used[f] {
		return s.shown.Spend(size + lineCost*lines)
	}
	s.used[f] = true
	return true
}

// broke reports that a budget ended. The first message about each budget is always shown: it says why
// the rest is missing.
func (b *builder) broke(at slides.Span, by *budget.Budget) {
	b.fail(slides.Diag{Pos: at.Pos, Len: at.End - at.Off, Msg: by.Message(), Hint: by.Try, Always: !b.spent.ended[by]})
	b.spent.ended[by] = true
}

// bound enforces the budgets of lines: it leaves out lines beyond the limit, and cuts lines that are
// too long.
func (b *builder) bound() {
	src := b.src
	if most := b.spent.rows.Left(); src.file.Lines()-1 > most {
		at := src.file.LineStart(most + 1).Off
		src.text, src.dirty = src.text[:at:at], true
		b.broke(b.span(at, at), budget.Rows)
	}
	b.spent.rows.Spend(min(src.file.Lines()-1, b.spent.rows.Left()))
	own := src.body > 0 // text is a copy that may be changed
	for at := 0; len(src.text)-at > budget.Line.Limit; {
		if i := bytes.LastIndexByte(src.text[at:at+budget.Line.Limit+1], '\n'); i >= 0 {
			at += i + 1
			continue
		}
		if !own {
			src.text, own = bytes.Clone(src.text), true
		}
		from := at + budget.Line.Limit
		at = src.lineEnd(from)
		for i := from; i < at; i++ {
			src.text[i] = ' '
		}
		src.dirty = true
		b.broke(b.span(from, from), budget.Line)
	}
}

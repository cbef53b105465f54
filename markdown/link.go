package markdown

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/slides"
)

// link resolves the ids of placeholders, which may stand before or behind their snippet, on any
// slide and in any included file.
func (b *builder) link() {
	ids := map[string]*slides.Snippet{}
	var names []string
	marks := map[any]slides.Diag{}
	for _, s := range b.deck.Snippets {
		if s.ID == "" {
			continue
		}
		if first, ok := ids[s.ID]; ok {
			at := b.ids[s]
			b.mark(marks, s, slides.Diag{Pos: at.at.Pos, Len: at.at.End - at.at.Off,
				Msg:  fmt.Sprintf("duplicate snippet id %q", s.ID),
				Hint: fmt.Sprintf("first given at %s; placeholders show that one", b.ids[first].at.Pos)})
			s.ID = "" // the later one loses it
			continue
		}
		ids[s.ID] = s
		names = append(names, s.ID)
	}
	for _, o := range b.waiting {
		if o.Snippet = ids[o.ID]; o.Snippet != nil {
			continue
		}
		at := b.ids[o].at
		b.mark(marks, o, slides.Diag{Pos: at.Pos, Len: at.End - at.Off,
			Msg: fmt.Sprintf("undefined snippet id %q", o.ID), Hint: idHint(o.ID, names)})
	}
	if len(marks) == 0 {
		return
	}
	for _, s := range b.deck.Slides {
		s.Blocks = insertProblems(s.Blocks, marks)
	}
}

// mark reports an error about an output or a snippet, to be shown before it.
func (b *builder) mark(marks map[any]slides.Diag, owner any, d slides.Diag) {
	b.src = b.ids[owner].src
	if b.diag(d) {
		marks[owner] = b.deck.Diags[len(b.deck.Diags)-1]
	}
}

func idHint(id string, names []string) string {
	if len(names) == 0 {
		return "no snippet here has an id; give one with +id:NAME"
	}
	var list []string
	for _, n := range names[:min(len(names), 20)] {
		list = append(list, strconv.Quote(n))
	}
	if len(names) > 20 {
		list = append(list, "…")
	}
	hint := "snippets here: " + strings.Join(list, ", ")
	if near := slides.Nearest(id, names); near != "" {
		hint = fmt.Sprintf("did you mean %q? %s", near, hint)
	}
	return hint
}

// insertProblems puts a Problem before every block that has a mark.
func insertProblems(blocks []slides.Block, marks map[any]slides.Diag) []slides.Block {
	for i := 0; i < len(blocks); i++ {
		var owner any
		switch blk := blocks[i].(type) {
		case *slides.Columns:
			for c := range blk.Cols {
				blk.Cols[c] = insertProblems(blk.Cols[c], marks)
			}
		case *slides.Output:
			owner = blk
		case *slides.Code:
			owner = blk.Snippet
		}
		if d, ok := marks[owner]; ok {
			base := *blocks[i].Common()
			blocks = slices.Insert(blocks, i, slides.Block(&slides.Problem{Base: base, Diag: d}))
			i++
		}
	}
	return blocks
}

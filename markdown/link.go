package markdown

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// link resolves the ids of placeholders and decides where the output of each snippet is shown. A
// placeholder may come before or after its snippet, on any slide and in any included file.
func (b *builder) link() {
	ids := make(map[string]named, len(b.named))
	var names []string
	marks := map[any]slides.Diag{}
	for _, s := range b.named {
		if s.ID == "" {
			continue
		}
		if first, ok := ids[s.ID]; ok {
			b.mark(marks, s.Snippet, s.idPlace, slides.Diag{Msg: fmt.Sprintf("duplicate snippet id %q", s.ID)},
				func() string { return fmt.Sprintf("first given at %s; placeholders show that one", first.at.Pos) })
			s.ID = "" // the later snippet loses the id
			continue
		}
		ids[s.ID] = s
		names = append(names, s.ID)
	}
	undefined := false
	for _, o := range b.waiting {
		if o.Snippet = ids[o.ID].Snippet; o.Snippet != nil {
			continue
		}
		undefined = true
		b.mark(marks, o.Output, o.idPlace, slides.Diag{Msg: fmt.Sprintf("undefined snippet id %q", o.ID)},
			func() string { return idHint(o.ID, names) })
	}
	b.places(undefined)
	if len(marks) == 0 {
		return
	}
	for _, s := range b.deck.Slides {
		s.Blocks = insertProblems(s.Blocks, marks)
	}
}

// places decides where the outputs of snippets are shown. It warns about an output that is shown
// nowhere, unless a placeholder with an undefined id may be meant for that output.
func (b *builder) places(undefined bool) {
	for _, s := range b.deck.Snippets {
		s.Place = placeOf(s)
	}
	for _, o := range b.waiting {
		if s := o.Snippet; s != nil && s.Place == slides.Nowhere && !o.skipped {
			s.Place = slides.Placed
		}
	}
	for _, s := range b.named {
		if s.Place == slides.Nowhere && s.Slide >= 0 && !undefined {
			b.src = s.src
			b.warn(s.at, fmt.Sprintf("nothing shows the output of %q", s.ID),
				fmt.Sprintf("put <!-- snippet_output: %s --> where the output is to stand; without +id, it stands below the code", s.ID))
		}
	}
}

// placeOf returns the place of the output of a snippet without a placeholder.
func placeOf(s *slides.Snippet) slides.Place {
	switch s.Exec.Mode {
	case slides.ModeReplace, slides.ModeImage, slides.ModeRender:
		return slides.Instead
	case slides.ModeExec, slides.ModePty, slides.ModeTerminal:
		if s.ID != "" {
			return slides.Nowhere
		}
		return slides.Below
	}
	return ""
}

// mark reports an error about the id of an output or a snippet, and marks the owner, so that a Problem
// is shown before it. It makes a hint only if the error is shown: a search for the nearest id takes time.
func (b *builder) mark(marks map[any]slides.Diag, owner any, id idPlace, d slides.Diag, hint func() string) {
	if id.part < len(b.parts) {
		b.parts[id.part].fixed = true
	}
	b.src = id.src
	d.Pos, d.Len = id.at.Pos, id.at.End-id.at.Off
	if b.diag(d) {
		last := &b.deck.Diags[len(b.deck.Diags)-1]
		d.Hint = hint()
		if last.Hint != "" {
			d.Hint = join(d.Hint, last.Hint)
		}
		last.Hint = d.Short().Hint
		marks[owner] = *last
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
	if near := text.Nearest(id, names); near != "" {
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
		case *slides.List:
			for _, it := range blk.Items {
				it.Blocks = insertProblems(it.Blocks, marks)
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

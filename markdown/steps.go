package markdown

import "github.com/slidexec/slidexec/slides"

// slide is the slide under construction.
//
// Steps count in reading order. All blocks between two pauses appear at once, at step. Then the
// highlight frames of their code blocks step one after another, up to last. Then the blocks after the
// pause appear. A pause counts only if a visible block follows it: a trailing pause adds no step, and
// neither does one followed by space alone. Pauses that incremental lists imply merge with each other
// and with written pauses next to them.
type slide struct {
	*slides.Slide
	step, last int
	pauses     int            // written since the last block
	spaces     []*slides.Base // invisible blocks after those pauses
	implied    bool           // an incremental list or table implies a pause here

	waiting int // number of placeholders before the slide

	target *[]slides.Block // the slide or column that gets the blocks
	cols   *slides.Columns // the current layout, nil without one
	col    int             // the current column, -1 before the first
	forced bool            // content came before a column command

	align         slides.Align
	aligned       bool // by a command, and not by the theme
	size          int
	lists, tables bool // incremental
	newlines      int
	skip          bool
	skipAt        slides.Span // the word of the command
	titled        bool
	content       bool         // the slide has something other than comments
	afterList     *slides.List // only pauses came since this list
	paused        bool         // at least one pause came since afterList
}

// startSlide begins a slide at pos.
func (b *builder) startSlide(pos slides.Pos) {
	s := &slide{
		Slide:    &slides.Slide{At: slides.Span{Pos: pos, End: pos.Off}, Steps: 1},
		col:      -1,
		lists:    b.opts.IncrementalLists,
		tables:   b.opts.IncrementalTables,
		newlines: b.opts.ListItemNewlines,
		align:    b.deck.Meta.Look.Alignment("default.alignment"),
		waiting:  len(b.waiting),
	}
	s.target = &s.Blocks
	b.slide = s
}

// endSlide adds the slide under construction to the deck, unless it is skipped.
func (b *builder) endSlide() {
	s := b.slide
	s.Steps = s.last + 1
	for i := range s.Notes {
		s.Notes[i].Step = min(s.Notes[i].Step, s.last)
	}
	for _, base := range s.spaces {
		base.Step = min(base.Step, s.last)
	}
	at := len(b.deck.Slides)
	if s.skip {
		at = -1
		for i := s.waiting; i < len(b.waiting); i++ {
			b.waiting[i].skipped = true
		}
	} else {
		b.deck.Slides = append(b.deck.Slides, s.Slide)
	}
	for _, snippet := range b.snippets {
		snippet.Slide = at
	}
	b.snippets = b.snippets[:0]
}

// cut ends the slide before or at the construct at and begins the next one at pos.
func (b *builder) cut(pos slides.Pos) {
	b.endSlide()
	b.startSlide(pos)
}

// extend makes the slide's span reach the end of at, if both are in one file. An empty slide
// begins with its first construct.
func (s *slide) extend(at slides.Span) {
	if s.At.End == s.At.Off && at.File == s.At.File {
		s.At.Pos = at.Pos
	}
	if at.File == s.At.File {
		s.At.End = max(s.At.End, at.End)
	}
}

// due returns the step at which the next block appears.
func (s *slide) due() int {
	n := s.pauses
	if s.implied {
		n = max(n, 1)
	}
	if n == 0 {
		return s.step
	}
	return s.last + n
}

// advance applies the pauses since the last block and returns the step of the next block.
func (s *slide) advance() int {
	s.step = s.due()
	s.last = max(s.last, s.step)
	s.pauses, s.implied, s.spaces = 0, false, nil
	return s.step
}

// place adds a visible block.
func (b *builder) place(blk slides.Block) {
	b.enterColumn(blk.Common().At)
	b.put(blk)
}

// put adds a block at the current place, with the slide's settings.
func (b *builder) put(blk slides.Block) {
	s, base := b.slide, blk.Common()
	base.Step = s.advance()
	base.Align, base.Size = s.align, s.size
	b.dressBlock(blk)
	*s.target = append(*s.target, blk)
	s.afterList, s.paused = nil, false
}

// space adds an invisible block. The pauses before it apply to the next visible block.
func (b *builder) space(blk slides.Block) {
	s := b.slide
	pauses, implied, spaces, step, last := s.pauses, s.implied, s.spaces, s.step, s.last
	b.put(blk)
	s.pauses, s.implied, s.spaces, s.step, s.last = pauses, implied, append(spaces, blk.Common()), step, last
}

// enterColumn handles content right after a column_layout, without a column command: it reports the
// mistake and enters the first column.
func (b *builder) enterColumn(at slides.Span) {
	s := b.slide
	if s.cols == nil || s.col >= 0 {
		return
	}
	s.enter(0)
	s.forced = true
	b.failAt(firstLine(at), "no column entered since column_layout",
		"put <!-- column: 0 --> before it, or <!-- reset_layout --> to end the layout; it is shown in column 0")
}

func (s *slide) enter(i int) {
	s.col, s.target, s.forced = i, &s.cols.Cols[i], false
	s.afterList = nil
}

// frames gives a code block just placed the steps of its highlight groups.
func (s *slide) frames(c *slides.Code) {
	for i, g := range c.Snippet.Show.Groups {
		step := c.Step
		if i > 0 {
			s.last++
			step = s.last
		}
		c.Frames = append(c.Frames, slides.Frame{Step: step, Lines: g})
	}
}

// reveal gives the next item or row of an incremental list or table a step of its own.
func (s *slide) reveal(incremental bool) int {
	if incremental {
		s.implied = true
	}
	return s.advance()
}

package markdown

import "github.com/slidexec/slidexec/slides"

// slide is the slide under construction.
//
// Steps are counted as the reader meets them. Everything between two pauses appears at once, at
// step; the highlight frames of code blocks in it then step one after another, up to last, and
// only then comes what stands behind the pause. A pause counts when something follows it that shows,
// so a trailing one adds no step, nor does one with nothing but space behind it. The pauses that incremental lists imply merge with each other and
// with those written beside them.
type slide struct {
	*slides.Slide
	step, last int
	pauses     int            // written since the last block
	spaces     []*slides.Base // of what comes behind them and shows nothing by itself
	implied    bool           // an incremental list or table pauses here

	waiting int // how many placeholders stand before it

	target *[]slides.Block // where blocks go: the slide or a column
	cols   *slides.Columns // the layout in force, nil without one
	col    int             // the column entered, -1 before the first
	forced bool            // nobody entered it: content came first

	align         slides.Align
	size          int
	lists, tables bool // incremental
	newlines      int
	skip          bool
	skipAt        slides.Span // the word of the command
	titled        bool
	content       bool         // something other than comments was on it
	afterList     *slides.List // nothing but pauses came since this list
	paused        bool         // and a pause did
}

// startSlide begins a slide at pos.
func (b *builder) startSlide(pos slides.Pos) {
	s := &slide{
		Slide:    &slides.Slide{At: slides.Span{Pos: pos, End: pos.Off}, Steps: 1},
		col:      -1,
		lists:    b.opts.IncrementalLists,
		tables:   b.opts.IncrementalTables,
		newlines: b.opts.ListItemNewlines,
		waiting:  len(b.waiting),
	}
	s.target = &s.Blocks
	b.slide = s
}

// endSlide takes the slide under construction into the deck, unless it is skipped.
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

// advance takes the pauses since the last block into account and returns the step of the next.
func (s *slide) advance() int {
	s.step = s.due()
	s.last = max(s.last, s.step)
	s.pauses, s.implied, s.spaces = 0, false, nil
	return s.step
}

// place adds a block that shows something.
func (b *builder) place(blk slides.Block) {
	b.enterColumn(blk.Common().At)
	b.put(blk)
}

// put adds a block where the deck stands, with the slide's settings.
func (b *builder) put(blk slides.Block) {
	s, base := b.slide, blk.Common()
	base.Step = s.advance()
	base.Align, base.Size = s.align, s.size
	*s.target = append(*s.target, blk)
	s.afterList, s.paused = nil, false
}

// space adds a block that shows nothing by itself: it leaves the pauses before it to what does.
func (b *builder) space(blk slides.Block) {
	s := b.slide
	pauses, implied, spaces, step, last := s.pauses, s.implied, s.spaces, s.step, s.last
	b.put(blk)
	s.pauses, s.implied, s.spaces, s.step, s.last = pauses, implied, append(spaces, blk.Common()), step, last
}

// enterColumn reports content behind a column_layout that enters no column, and enters the first.
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

// reveal gives what an incremental list or table shows next a step of its own.
func (s *slide) reveal(incremental bool) int {
	if incremental {
		s.implied = true
	}
	return s.advance()
}

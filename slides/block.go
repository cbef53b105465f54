package slides

// Block is a piece of a slide that stands on its own lines. The set is sealed: a backend switches
// over all of it and panics on an unknown type.
type Block interface {
	Common() *Base
	parts(*Parts) Block
}

// Base holds the fields of every block.
type Base struct {
	At    Span  // the block's source, without the line ending of its last line
	Step  int   // the step of its slide at which it appears
	Align Align // set by the alignment command
	Size  int   // font size 1 to 7; 0: the deck did not say
}

// Common returns b, so that embedding it makes a Block.
func (b *Base) Common() *Base { return b }

// Pos returns where the block begins.
func (b *Base) Pos() Pos { return b.At.Pos }

// Align is a horizontal alignment.
type Align int

// Alignments; AlignDefault leaves it to the theme.
const (
	AlignDefault Align = iota
	AlignLeft
	AlignCenter
	AlignRight
)

// Blocks.
type (
	// Title is a title of its slide. It stands where the author wrote it, with its step like any block.
	Title struct {
		Base
		Text []Inline
	}

	// Heading is a heading that is not a slide's title.
	Heading struct {
		Base
		Level int // 1 to 6
		Text  []Inline
	}

	// Paragraph is a run of text.
	Paragraph struct {
		Base
		Text []Inline
	}

	// List is an ordered or bulleted list. Depth is the nesting level shown, 0 outermost: a list
	// that a comment cut in two keeps its depth.
	List struct {
		Base
		Ordered  bool
		Start    int  // number of the first item of an ordered list
		Delim    byte // '.' or ')' of an ordered list
		Depth    int
		Newlines int  // line feeds between items, 1 is tight
		Joined   bool // continues a list directly before it: no space between them
		Items    []*Item
	}

	// Item is a list item: its text, then what else is in it, such as nested lists and code. A further
	// paragraph of an item is an Item with the same number.
	Item struct {
		At     Span
		Step   int
		Number int // counted from Start, for ordered lists
		Text   []Inline
		Blocks []Block
	}

	// Table is a table; every row has as many cells as Head.
	Table struct {
		Base
		Aligns []Align
		Head   Row
		Rows   []Row
	}

	// Row is a table row. Rows of incremental tables have steps of their own.
	Row struct {
		Step  int
		Cells [][]Inline
	}

	// Quote is a block quote. Each line is shown on its own line.
	Quote struct {
		Base
		Blocks []Block // Paragraphs and Lists
	}

	// Alert is a block quote with a kind: note, tip, important, warning or caution.
	Alert struct {
		Base
		Kind   string
		Title  []Inline // as written after the kind; empty: the kind's own title
		Blocks []Block
	}

	// Code is a fenced code block. Frames are its highlight groups: frame i shows from its step on.
	Code struct {
		Base
		Snippet *Snippet
		Frames  []Frame // empty: all lines, always
		// Filled is the span of an ```output block that an earlier export put right after this
		// block. It is not shown, and the md backend replaces it. Zero if there is none.
		Filled Span
		// Unclosed says that the block has no closing fence: its end may hold text that
		// was meant to follow it.
		Unclosed bool
	}

	// Frame highlights some lines of a code block from a step on.
	Frame struct {
		Step  int
		Lines []Range // empty: all
	}

	// Range is a range of 1-based visible lines, both ends included.
	Range struct{ From, To int }

	// Output is a snippet_output placeholder. Snippet is nil when its id is unknown.
	Output struct {
		Base
		ID      string
		Snippet *Snippet
		Filled  Span // as in Code
	}

	// Image is a picture from a file.
	Image struct {
		Base
		File   *File
		Alt    string
		Title  string
		Dest   string // of the link around it, as in Link; "" without one
		Linked *File  // as Link.File
		Width  int    // percent of the available width, 0: natural size
	}

	// Columns is a column layout with the columns' relative widths.
	Columns struct {
		Base
		Ratios []int
		Cols   [][]Block // one for each ratio
	}

	// Gap is vertical space.
	Gap struct {
		Base
		Lines int
	}

	// Middle moves the blocks after it to the vertical middle of the slide.
	Middle struct{ Base }

	// Rule is a thematic break that is not a slide end.
	Rule struct{ Base }

	// Footnote is a footnote's definition, shown where it stands.
	Footnote struct {
		Base
		Name string
		Text []Inline
	}

	// Problem marks an error of the deck in its place, so that the author sees it there.
	Problem struct {
		Base
		Diag Diag
	}
)

// Walk calls f for every block of the list and for the blocks inside it, in document order.
func Walk(blocks []Block, f func(Block)) {
	p := Parts{Block: f}
	p.Blocks("blocks", &blocks)
}

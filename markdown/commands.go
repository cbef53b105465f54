package markdown

import (
	"fmt"
	"math"
	"slices"

	"github.com/slidexec/slidexec/internal/budget"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/yaml"
)

// command is a comment command. Its table entry holds everything about it: how its argument is
// read, how it is applied, and its text in the reference.
type command struct {
	name, alias string
	arg         argKind
	apply       func(*builder, arg)
	inside      bool // allowed inside a list item or a quote, because it does not cut the container
	inItem      bool // allowed inside a list item, because it shows something there
	param, doc  string
	example     string
}

// argKind is the syntax of a command's argument.
type argKind int

const (
	argNone     argKind = iota
	argCount            // 0 or more
	argPositive         // 1 to 255
	argSize             // 1 to 7
	argRatios           // list of 0 to 255
	argBool
	argText
	argAlign
	argMost // 1 to 255, or nothing
)

// arg is a command's argument and the places that diagnostics point at.
type arg struct {
	comment slides.Span // the whole comment
	at      slides.Span // the argument, or the command's word
	n       int
	list    []int
	on      bool
	text    string
}

// commandTable lists the comment commands.
func commandTable() []command {
	return []command{
		{name: "alignment", arg: argAlign, apply: (*builder).alignment, inside: true,
			param: "left, center or right", doc: "aligns what follows on this slide", example: "alignment: center"},
		{name: "column", arg: argCount, apply: (*builder).column,
			param: "index from 0", doc: "continues in that column of the layout, below its earlier content",
			example: "column: 0"},
		{name: "column_layout", arg: argRatios, apply: (*builder).columnLayout,
			param: "list of relative widths", doc: "begins columns; the command column enters one",
			example: "column_layout: [2, 1]"},
		{name: "comment", arg: argText, apply: func(*builder, arg) {}, inside: true,
			param: "text", doc: "is ignored", example: "comment: say hello first"},
		{name: "contents", arg: argMost, apply: (*builder).contents,
			param: "most entries, 1 to 255 (optional)",
			doc: "lists the slides that follow by title, as links; if none has a title, those before; slides in a row with the same " +
				"title are one entry; 36 entries at most, in a column 18, unless it says how many",
			example: "contents"},
		{name: "end_slide", apply: (*builder).endSlideCommand,
			doc: "ends the slide", example: "end_slide"},
		{name: "font_size", arg: argSize, apply: (*builder).fontSize, inside: true,
			param: "1 to 7", doc: "sets the size of what follows on this slide, where text has sizes", example: "font_size: 2"},
		{name: "include", arg: argText, apply: (*builder).include,
			param: "path", doc: "puts another Markdown file here; the path is relative to this file",
			example: "include: part.md"},
		{name: "incremental_lists", arg: argBool, apply: func(b *builder, a arg) { b.slide.lists = a.on },
			inside: true,
			param:  "true or false", doc: "shows list items one by one, to the end of the slide",
			example: "incremental_lists: true"},
		{name: "incremental_tables", arg: argBool, apply: func(b *builder, a arg) { b.slide.tables = a.on },
			inside: true,
			param:  "true or false", doc: "shows table rows one by one, to the end of the slide",
			example: "incremental_tables: true"},
		{name: "jump_to_middle", apply: (*builder).jumpToMiddle,
			doc: "moves what follows to the middle of the slide's height", example: "jump_to_middle"},
		{name: "list_item_newlines", arg: argPositive, apply: func(b *builder, a arg) { b.slide.newlines = a.n },
			inside: true,
			param:  "1 to 255", doc: "sets the line feeds between list items, to the end of the slide",
			example: "list_item_newlines: 2"},
		{name: "new_line", alias: "newline", apply: func(b *builder, a arg) { b.gap(a, 1) },
			doc: "leaves one line blank", example: "new_line"},
		{name: "new_lines", alias: "newlines", arg: argCount, apply: func(b *builder, a arg) { b.gap(a, a.n) },
			param: "number", doc: "leaves that many lines blank", example: "new_lines: 3"},
		{name: "no_footer", apply: func(b *builder, _ arg) { b.slide.NoFooter = true }, inside: true,
			doc: "hides the footer with the number of this slide", example: "no_footer"},
		{name: "pause", apply: (*builder).pause, inside: true,
			doc: "shows what follows only at the next key press", example: "pause"},
		{name: "reset_layout", apply: (*builder).resetLayout,
			doc: "ends the columns; what follows stands below all of them", example: "reset_layout"},
		{name: "skip_slide", apply: func(b *builder, a arg) { b.slide.skip, b.slide.skipAt = true, a.at }, inside: true,
			example: "skip_slide",
			doc:     "leaves this slide out; check and run still run its programs, and other slides may show their output"},
		{name: "snippet_output", arg: argText, apply: (*builder).snippetOutput, inItem: true,
			param: "snippet id", doc: "shows the output of the program with that +id, which may stand before or after it",
			example: "snippet_output: hello"},
		{name: "speaker_note", arg: argText, apply: (*builder).speakerNote, inside: true,
			param: "text", doc: "is a note for the speaker, shown in the speaker view", example: "speaker_note: smile"},
	}
}

// read converts the YAML value after a command into its argument.
func (c *command) read(v *yaml.Value, a arg) (arg, error) {
	if c.arg == argNone {
		if v != nil {
			return a, fmt.Errorf("%s takes no argument", c.name)
		}
		return a, nil
	}
	if v == nil && c.arg == argMost {
		return a, nil
	}
	if v == nil {
		return a, fmt.Errorf("%s needs an argument: %s", c.name, c.param)
	}
	a.at = v.At
	var err error
	switch c.arg {
	case argCount:
		a.n, err = v.Int(0, math.MaxUint32)
	case argPositive, argMost:
		a.n, err = v.Int(1, 255)
	case argSize:
		a.n, err = v.Int(1, 7)
	case argRatios:
		a.list, err = ratios(*v)
	case argBool:
		a.on, err = v.Bool()
	case argText:
		a.text, err = v.Scalar()
	case argAlign:
		a.text, err = v.Scalar()
		if a.n = slices.Index(alignments(), a.text); err == nil && a.n < 0 {
			err = fmt.Errorf("want left, center or right, got %q", a.text)
		}
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", c.name, err)
	}
	return a, err
}

// alignments returns the names in the order of the model's constants.
func alignments() []string { return []string{"", "left", "center", "right"} }

func ratios(v yaml.Value) ([]int, error) {
	if v.Kind != yaml.List {
		return nil, fmt.Errorf("want a list of widths such as [1, 2], got %s", v.Describe())
	}
	if len(v.Items) == 0 {
		return nil, fmt.Errorf("want at least one column")
	}
	const most = 64
	if len(v.Items) > most {
		return nil, fmt.Errorf("more than %d columns", most)
	}
	var out []int
	for _, it := range v.Items {
		n, err := it.Int(0, 255)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, fmt.Errorf("a column cannot have width 0")
		}
		out = append(out, n)
	}
	return out, nil
}

func (b *builder) alignment(a arg) { b.slide.align, b.slide.aligned = slides.Align(a.n), true }
func (b *builder) fontSize(a arg)  { b.slide.size = a.n }

func (b *builder) pause(arg) {
	b.slide.pauses++
	b.slide.paused = true
}

func (b *builder) endSlideCommand(a arg) {
	b.cut(slides.Pos{File: a.comment.File, Off: a.comment.End})
}

func (b *builder) gap(a arg, n int) {
	const few, most = 10, 1000 // lines; more is a mistake, since no screen has them
	n = min(n, most)
	if n > few {
		b.touched = true // the amount spent depends on all parts
		if !b.spent.gaps.Spend(n) {
			b.broke(a.comment, budget.Gaps)
			return
		}
	}
	b.enterColumn(a.comment)
	b.space(&slides.Gap{Base: slides.Base{At: a.comment}, Lines: n})
}

func (b *builder) jumpToMiddle(a arg) {
	b.enterColumn(a.comment)
	b.space(&slides.Middle{Base: slides.Base{At: a.comment}})
}

// columnLayout ends the current layout and begins another one.
func (b *builder) columnLayout(a arg) {
	s := b.slide
	b.leaveLayout()
	s.cols = &slides.Columns{Base: slides.Base{At: a.comment}, Ratios: a.list, Cols: make([][]slides.Block, len(a.list))}
	b.space(s.cols)
}

func (b *builder) column(a arg) {
	s := b.slide
	switch {
	case s.cols == nil:
		b.failAt(a.at, "no column layout is open here", "put <!-- column_layout: [1, 1] --> before it")
	case a.n >= len(s.cols.Cols):
		b.failAt(a.at, fmt.Sprintf("the layout has no column %d", a.n),
			fmt.Sprintf("its columns are 0 to %d", len(s.cols.Cols)-1))
	case a.n == s.col && !s.forced:
		b.failAt(a.at, fmt.Sprintf("column %d is already entered", a.n), "remove this comment")
	default:
		s.enter(a.n)
	}
}

func (b *builder) resetLayout(arg) { b.leaveLayout() }

func (b *builder) leaveLayout() {
	s := b.slide
	if s.cols != nil {
		s.afterList = nil
	}
	s.cols, s.col, s.target = nil, -1, &s.Blocks
}

// speakerNote adds a note. The note appears together with the next block.
func (b *builder) speakerNote(a arg) {
	b.slide.Notes = append(b.slide.Notes, slides.Note{At: a.comment, Step: b.slide.due(), Text: a.text})
}

// snippetOutput adds a placeholder for a snippet's output. link finds the snippet.
func (b *builder) snippetOutput(a arg) {
	o := &slides.Output{Base: slides.Base{At: a.comment}, ID: a.text}
	b.slide.content = true
	b.place(o)
	b.waiting = append(b.waiting, placeholder{Output: o, idPlace: b.idPlace(a.at)})
	b.filled = &fillable{a.comment.File, &o.Filled}
}

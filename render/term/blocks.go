package term

import (
	"cmp"
	"fmt"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// blocks lays out blocks one below another, with a blank row between them.
func (l *layouter) blocks(list []slides.Block, width int) []ansi.Line {
	var rows []ansi.Line
	top := l.top
	defer func() { l.top = top }()
	apart := false // the next block keeps a distance
	var last slides.Block
	for _, b := range list {
		base := b.Common()
		if base.Step > l.step {
			continue
		}
		switch b := b.(type) {
		case *slides.Gap:
			lines := min(max(b.Lines, 0), 200)
			if l.page.Scale {
				lines *= max(min(base.Size, maxScale), 1)
			}
			rows = append(rows, make([]ansi.Line, lines)...)
			continue
		case *slides.Middle:
			if n := l.middle - top - len(rows); n > 0 {
				rows, apart = append(rows, make([]ansi.Line, n)...), false
			}
			continue
		}
		gap := 0
		if apart && !joined(b, last) {
			gap = 1
		}
		l.top = top + len(rows) + gap
		first := len(l.placed)
		part := l.block(b, width)
		if len(part) == 0 {
			continue
		}
		if _, inside := b.(*slides.Columns); !inside {
			l.reveal(base.Step, 0, len(part))
		}
		rows = append(rows, make([]ansi.Line, gap)...)
		l.move(first, len(rows), 0)
		rows, apart, last = append(rows, part...), true, b
	}
	return rows
}

// joined reports whether there is no blank row between a block and the one before it.
func joined(b, before slides.Block) bool {
	switch b := b.(type) {
	case *slides.List:
		return b.Joined
	case *slides.Footnote:
		_, ok := before.(*slides.Footnote)
		return ok
	}
	return false
}

// block lays out one block between the margins that the theme gives it.
func (l *layouter) block(b slides.Block, width int) []ansi.Line {
	side := 0
	if path := slides.ThemePath(b); path != "" {
		side = l.look().Position(path).Side(width)
	}
	first := len(l.placed)
	rows := l.sized(b, width-2*side)
	switch b.(type) {
	case *slides.Quote, *slides.Alert: // a whole stands, not its lines
		side += offset(rows, width-2*side, b.Common().Align)
	}
	return l.shifted(first, rows, side)
}

// offset returns the first column of rows that stand in a width as one.
func offset(rows []ansi.Line, width int, a slides.Align) int {
	widest := 0
	for _, r := range rows {
		widest = max(widest, r.Width())
	}
	switch a {
	case slides.AlignCenter:
		return (width - widest) / 2
	case slides.AlignRight:
		return width - widest
	}
	return 0
}

// shifted moves rows to the right, with what was placed in them since first.
func (l *layouter) shifted(first int, rows []ansi.Line, cols int) []ansi.Line {
	if cols <= 0 {
		return rows
	}
	l.move(first, 0, cols)
	for i := range rows {
		rows[i] = indent(rows[i], cols)
	}
	return rows
}

// sized lays out one block, large if the deck and the terminal say so.
func (l *layouter) sized(b slides.Block, width int) []ansi.Line {
	scale := min(b.Common().Size, maxScale)
	if !l.page.Scale || scale < 2 || width/scale < leastCol {
		return l.plainBlock(b, width)
	}
	switch b.(type) {
	case *slides.Code, *slides.Output, *slides.Image, *slides.Columns, *slides.Problem:
		return l.plainBlock(b, width)
	}
	first := len(l.placed)
	return l.enlarge(l.plainBlock(b, width/scale), first, scale)
}

// maxScale is the largest font size.
const maxScale = 7

// enlarge leaves room for rows of big text, and spreads what was placed in them since first.
func (l *layouter) enlarge(rows []ansi.Line, first, scale int) []ansi.Line {
	for _, r := range l.placed[first:] {
		*r = Rect{r.Row * scale, r.Col * scale, r.Height * scale, r.Width * scale}
	}
	for i, line := range rows {
		if line = trimLeft(line); len(line) == 0 {
			continue
		}
		t := &BigText{Line: line, Scale: scale}
		t.Rect = Rect{i * scale, (rows[i].Width() - line.Width()) * scale, scale, line.Width() * scale}
		l.out.Texts, l.placed = append(l.out.Texts, t), append(l.placed, &t.Rect)
	}
	return make([]ansi.Line, len(rows)*scale)
}

// plainBlock lays out one block in the terminal's own size of text.
func (l *layouter) plainBlock(b slides.Block, width int) []ansi.Line {
	switch b := b.(type) {
	case *slides.Title:
		return l.titled("slide_title", b.Text, style{Bold: true}, &b.Base, width)
	case *slides.Heading:
		return l.titled(headingPath(b.Level), b.Text, l.heading(b.Level), &b.Base, width)
	case *slides.Paragraph:
		return aligned(l.text(b.Text, style{}, width), width, b.Align)
	case *slides.List:
		return aligned(l.list(b, 2*max(b.Depth, 0), width), width, b.Align)
	case *slides.Table:
		return aligned(l.table(b, width), width, b.Align)
	case *slides.Quote:
		return l.quote(b, width)
	case *slides.Alert:
		return l.alert(b, width)
	case *slides.Code:
		return l.code(b, width)
	case *slides.Output:
		return l.output(b, width)
	case *slides.Image:
		return l.image(b, width)
	case *slides.Columns:
		return l.columns(b, width)
	case *slides.Rule:
		return []ansi.Line{run(repeat("—", width), style{FG: l.pal.Hairline})}
	case *slides.Footnote:
		text := append([]slides.Inline{&slides.Text{Text: shifted(b.Name, superscripts, "^") + " "}}, b.Text...)
		return aligned(l.text(text, style{FG: l.pal.Dim}, width), width, b.Align)
	case *slides.Contents:
		return l.blocks(b.Blocks(), width)
	case *slides.Problem:
		return l.problem(b, width)
	}
	panic(fmt.Sprintf("term: unexpected block %T", b))
}

// heading returns the style of a heading.
func (l *layouter) heading(level int) style {
	switch level {
	case 1:
		return style{Bold: true, FG: l.pal.Accent}
	case 2:
		return style{Bold: true}
	}
	return style{Bold: true, FG: l.pal.Dim}
}

// aligned aligns each row within a width, like lines of text.
func aligned(rows []ansi.Line, width int, a slides.Align) []ansi.Line {
	if a != slides.AlignCenter && a != slides.AlignRight {
		return rows
	}
	widest := 0
	for _, r := range rows {
		widest = max(widest, r.Width())
	}
	for i := range rows {
		rows[i] = align(pad(rows[i], widest, style{}), width, a)
	}
	return rows
}

// barred puts a bar before each row, and moves what was placed since first.
func (l *layouter) barred(first int, rows []ansi.Line, mark string, c ansi.Color, width int) []ansi.Line {
	if width < 3 {
		return rows
	}
	l.move(first, 0, text.Width(mark))
	for i := range rows {
		rows[i] = join(run(mark, style{FG: c}), rows[i])
	}
	return rows
}

// quote lays out a quote behind its bar, in the colours of the theme.
func (l *layouter) quote(b *slides.Quote, width int) []ansi.Line {
	first := len(l.placed)
	mark, c := l.bar("block_quote", "▍ ", l.pal.Dim)
	rows := l.barred(first, l.blocks(b.Blocks, max(width-text.Width(mark), 1)), mark, c, width)
	return l.inked(rows, l.look().Either("block_quote.colors", "block_quote.colors.base"))
}

// inked gives text without colours of its own those of its block. A background reaches to the end of the
// block's widest row.
func (l *layouter) inked(rows []ansi.Line, c slides.Colors) []ansi.Line {
	st := l.coloured(c, style{})
	if st == (style{}) {
		return rows
	}
	widest := 0
	for _, r := range rows {
		widest = max(widest, r.Width())
	}
	for i, r := range rows {
		if !st.BG.IsDefault() {
			r = pad(onGround(r, st.BG), widest, style{BG: st.BG})
		}
		rows[i] = onInk(r, st.FG)
	}
	return rows
}

// alertKind holds the look of a kind of alert.
type alertKind struct {
	icon, title string
	color       func(*render.Palette) ansi.Color
}

var alertKinds = map[string]alertKind{
	"note":      {"●", "Note", func(p *render.Palette) ansi.Color { return p.Accent }},
	"tip":       {"✦", "Tip", func(p *render.Palette) ansi.Color { return p.OK }},
	"important": {"◆", "Important", func(p *render.Palette) ansi.Color { return p.Keyword }},
	"warning":   {"▲", "Warning", func(p *render.Palette) ansi.Color { return p.Note }},
	"caution":   {"■", "Caution", func(p *render.Palette) ansi.Color { return p.Error }},
}

func (l *layouter) alert(b *slides.Alert, width int) []ansi.Line {
	kind, ok := alertKinds[b.Kind]
	if !ok {
		kind = alertKinds["note"]
	}
	look, path := l.look(), "alert.styles."+b.Kind
	color := l.named(look.Value(path+".color"), kind.color(&l.pal))
	mark, _ := l.bar("alert", "▍ ", color)
	inner := max(width-text.Width(mark), 1)
	title := b.Title
	if len(title) == 0 {
		title = []slides.Inline{&slides.Text{Text: cmp.Or(look.Value(path+".title"), kind.title)}}
	}
	title = append([]slides.Inline{&slides.Text{Text: cmp.Or(look.Value(path+".icon"), kind.icon) + " "}}, title...)
	rows := l.text(title, style{Bold: true, FG: color}, inner)
	rows = append(rows, nil)
	start := len(l.placed)
	for _, part := range b.Blocks { // without blank rows, unlike those of a quote
		first := len(l.placed)
		more := l.blocks([]slides.Block{part}, inner)
		l.move(first, len(rows), 0)
		rows = append(rows, more...)
	}
	return l.inked(l.barred(start, rows, mark, color, width), look.Pair("alert.base_colors"))
}

const (
	columnGap = 4  // between columns, if the theme does not say
	leastCol  = 10 // narrower columns stand one below another
)

// columns puts columns side by side.
func (l *layouter) columns(b *slides.Columns, width int) []ansi.Line {
	between := l.between(width)
	widths, top := shares(b.Ratios, len(b.Cols), width, between), l.top
	if widths == nil {
		var rows []ansi.Line
		for _, col := range b.Cols {
			first, gap := len(l.placed), min(len(rows), 1)
			l.top = top + len(rows) + gap
			if part := l.blocks(col, width); len(part) > 0 {
				rows = append(rows, make([]ansi.Line, gap)...)
				l.move(first, len(rows), 0)
				rows = append(rows, part...)
			}
		}
		return rows
	}
	var rows []ansi.Line
	left := 0
	for i, col := range b.Cols {
		first := len(l.placed)
		part := l.blocks(col, widths[i])
		l.move(first, 0, left)
		for n, line := range part {
			for n >= len(rows) {
				rows = append(rows, nil)
			}
			if len(line) > 0 {
				rows[n] = join(pad(rows[n], left, style{}), line)
			}
		}
		left += widths[i] + between
	}
	l.columnsAt(widths, between, len(rows))
	return rows
}

// columnsAt notes the places of columns.
func (l *layouter) columnsAt(widths []int, between, height int) {
	left := 0
	for _, w := range widths {
		r := &Rect{Col: left, Height: height, Width: w}
		l.cols, l.placed = append(l.cols, r), append(l.placed, r)
		left += w + between
	}
}

// between returns the empty columns between columns.
func (l *layouter) between(width int) int {
	t := l.look()
	if t.Value("column_layout.margin.fixed") == "" && t.Value("column_layout.margin.percent") == "" {
		return columnGap
	}
	return min(t.Length("column_layout.margin").Of(width), width/2)
}

// shares splits a width by ratios. It returns nil if a column would be too narrow to read.
func shares(ratios []int, n, width, between int) []int {
	sum := 0
	for _, r := range ratios {
		sum += max(r, 1)
	}
	free := width - between*(n-1)
	if n == 0 || len(ratios) != n || free <= 0 {
		return nil
	}
	out, used, seen := make([]int, n), 0, 0
	for i, r := range ratios {
		seen += max(r, 1)
		out[i] = free*seen/sum - used
		used += out[i]
		if n > 1 && out[i] < leastCol {
			return nil
		}
	}
	return out
}

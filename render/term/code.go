package term

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/slides"
)

// lines splits text at line feeds. An empty text has no lines.
func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}

// code lays out a code block. If the output has no place of its own, it follows the code.
func (l *layouter) code(b *slides.Code, width int) []ansi.Line {
	s := b.Snippet
	if s == nil {
		return nil
	}
	r := l.view.Result(s)
	switch s.Exec.Mode {
	case slides.ModeReplace:
		return l.replaced(s, r, width)
	case slides.ModeImage:
		return l.picture(s, r, width)
	}
	rows := l.source(b, width)
	if s.Place == slides.Below && r.State != slides.NotRun {
		rows = append(rows, nil)
		rows = append(rows, l.result(s, r, width)...)
	}
	return rows
}

// source lays out the code itself.
func (l *layouter) source(b *slides.Code, width int) []ansi.Line {
	s := b.Snippet
	out := box{edge: codeEdge, color: l.pal.Hairline, hard: true, bare: s.Show.NoBackground}
	if s.Word != "" && !out.bare {
		out.left = run(s.Word, style{FG: l.pal.Dim})
	}
	if s.Place == slides.Nowhere { // the output is shown nowhere, so the caption says how the run ended
		out.right = l.status(s, l.view.Result(s))
	}
	lit := active(b.Frames, l.step)
	digits := len(fmt.Sprint(len(s.Show.Lines)))
	for i, tokens := range l.view.Code(s) {
		var line ansi.Line
		if s.Show.LineNumbers {
			line = run(fmt.Sprintf("%*d  ", digits, i+1), style{FG: l.pal.Dim})
		}
		for _, t := range tokens {
			st := style{}
			if t.Class != code.Unmarked {
				st.FG = l.pal.Class(t.Class)
			}
			if !lights(lit, i+1) {
				st = style{FG: l.pal.Dim, Dim: true}
			}
			line = append(line, run(t.Text, st)...)
		}
		out.body = append(out.body, line)
	}
	return l.box(out, width)
}

// active returns the highlighted lines at a step, nil for all.
func active(frames []slides.Frame, step int) []slides.Range {
	var lit []slides.Range
	for _, f := range frames {
		if f.Step <= step {
			lit = f.Lines
		}
	}
	return lit
}

func lights(lit []slides.Range, n int) bool {
	return len(lit) == 0 || slices.ContainsFunc(lit, func(r slides.Range) bool { return r.From <= n && n <= r.To })
}

// output lays out a placeholder. If no snippet has its id, it is empty: a problem before it says so.
func (l *layouter) output(b *slides.Output, width int) []ansi.Line {
	if b.Snippet == nil {
		return nil
	}
	return l.result(b.Snippet, l.copies.Result(l.view, b), width)
}

// status returns the status of a result in its colour.
func (l *layouter) status(s *slides.Snippet, r slides.Result) ansi.Line {
	text, outcome := render.Status(s, r, l.now)
	return run(cmp.Or(text, "not run"), style{FG: l.pal.Outcome(outcome), Bold: outcome != render.None})
}

// result lays out an output box.
func (l *layouter) result(s *slides.Snippet, r slides.Result, width int) []ansi.Line {
	_, outcome := render.Status(s, r, l.now)
	dim := style{FG: l.pal.Dim}
	left, short := run("output", dim), ansi.Line(nil)
	if s.ID != "" {
		left, short = run("output · "+s.ID, dim), run(s.ID, dim)
	}
	return l.box(box{
		edge: outputEdge, color: l.pal.Outcome(outcome), hard: true,
		left: left, short: short, right: l.status(s, r),
		body: l.printed(s, r, max(width-4, 1)),
	}, width)
}

// maxPrinted is the limit on lines of output on a slide: nobody scrolls through more, and a flood must
// not push the talk out of the terminal's history.
const maxPrinted = 200

// printed returns the output of a program and the remarks about the run.
func (l *layouter) printed(s *slides.Snippet, r slides.Result, width int) []ansi.Line {
	body := l.view.Output(s, r)
	if more := len(body) - maxPrinted; more > 0 {
		body = append(body[:maxPrinted:maxPrinted], run(fmt.Sprintf("… %d more lines not shown", more), style{FG: l.pal.Dim}))
	}
	if cut := render.Cut(r); cut != "" {
		body = append(body, run(cut, style{FG: l.pal.Dim}))
	}
	why, try := l.view.Why(s, r)
	if v := slides.Judge(s, r); v.Ruling != slides.Bad && !r.Failed() {
		return body
	}
	if why != "" {
		body = append(body, render.Wrap(run(why, style{FG: l.pal.Error}), width)...)
	}
	if try != "" {
		body = append(body, render.Wrap(run("hint: "+try, style{FG: l.pal.Dim}), width)...)
	}
	return body
}

// replaced lays out an output that replaces its code. A good run has no caption.
func (l *layouter) replaced(s *slides.Snippet, r slides.Result, width int) []ansi.Line {
	_, outcome := render.Status(s, r, l.now)
	if outcome != render.Good {
		return l.result(s, r, width)
	}
	return l.box(box{edge: outputEdge, color: l.pal.Outcome(outcome), hard: true, bare: s.Show.NoBackground,
		body: l.printed(s, r, max(width-4, 1))}, width)
}

// picture lays out a frame for a picture that a program draws.
func (l *layouter) picture(s *slides.Snippet, r slides.Result, width int) []ansi.Line {
	if _, outcome := render.Status(s, r, l.now); outcome != render.Good {
		return l.result(s, r, width)
	}
	data, _, _ := r.Picture()
	return l.frame("picture drawn by the "+s.Lang+" program", pictureSize(data), 0, width)
}

// image lays out a frame that describes a picture, because a terminal shows only text.
func (l *layouter) image(b *slides.Image, width int) []ansi.Line {
	name, size := "", ""
	if b.File != nil {
		name, size = path.Base(b.File.Name), pictureSize(b.File.Src)
	}
	title := cmp.Or(b.Alt, b.Title, name)
	if title == name {
		name = ""
	}
	if name != "" && size != "" {
		name += " · "
	}
	return l.frame(title, name+size, b.Width, width)
}

// pictureSize returns the size of a picture, such as "640×480", or "" if data is not a picture.
func pictureSize(data []byte) string {
	p, err := slides.ParsePicture(data)
	if err != nil || p.Height == 0 {
		return ""
	}
	return fmt.Sprintf("%d×%d", p.Width, p.Height)
}

// frame draws a frame with a title and a note. percent is its width; 0 means as wide as needed.
func (l *layouter) frame(title, note string, percent, width int) []ansi.Line {
	if width < 8 {
		return render.Wrap(run("["+strings.TrimSpace(title+" "+note)+"]", style{FG: l.pal.Dim}), width)
	}
	inner := min(max(text.Width(title), text.Width(note), 24), width-4)
	if percent > 0 {
		inner = min(max(width*percent/100-4, 4), width-4)
	}
	edge := style{FG: l.pal.Hairline}
	body := append([]ansi.Line{nil}, render.Wrap(run(title, style{}), inner)...)
	if note != "" {
		body = append(body, render.Wrap(run(note, style{FG: l.pal.Dim}), inner)...)
	}
	body = append(body, nil)
	rows := []ansi.Line{run("╭"+repeat("─", inner+2)+"╮", edge)}
	for _, line := range body {
		line = pad(align(line, inner, slides.AlignCenter), inner, style{})
		rows = append(rows, join(run("│ ", edge), line, run(" │", edge)))
	}
	return append(rows, run("╰"+repeat("─", inner+2)+"╯", edge))
}

package html

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/code"
	"github.com/slidexec/slidexec/slides"
)

// listing writes a code block: the code and, if no placeholder takes it, the output below; or the
// result that replaces the code.
func (b *builder) listing(c *slides.Code) {
	if c.Snippet == nil {
		return
	}
	if !b.page.replaced(c.Snippet) {
		b.source(c)
	}
	b.result(c)
}

// replaced reports whether the result of a snippet is shown instead of its code.
func (p *Page) replaced(s *slides.Snippet) bool {
	switch s.Exec.Mode {
	case slides.ModeReplace, slides.ModeImage:
		return true
	case slides.ModeRender: // without a drawing, the code says more than an empty box
		return p.drawable(s, p.view.Result(s))
	}
	return false
}

// result writes the result of a code block if its place is with the code.
func (b *builder) result(c *slides.Code) {
	s := c.Snippet
	r := b.page.view.Result(s)
	switch {
	case s.Exec.Mode == slides.ModeReplace:
		b.replacement(c, r)
	case b.page.replaced(s):
		b.drawing(c, r)
	case s.Exec.Mode == slides.ModeRender:
		if r.State == slides.Done && slides.Judge(s, r).Ruling != slides.Good {
			b.outputBox(box{base: &c.Base, snippet: s, result: r})
		}
	case s.Place == slides.Below, s.Place == slides.Nowhere:
		b.outputBox(box{base: &c.Base, snippet: s, result: r, absent: r.State == slides.NotRun})
	}
}

// source writes a figure with the code.
func (b *builder) source(c *slides.Code) {
	s := c.Snippet
	var bare class
	if s.Show.NoBackground {
		bare = "bare"
	}
	restore := b.block("figure", &c.Base, "box", bare)
	defer restore()
	r := b.page.view.Result(s)
	control := b.page.live && controls[s.Exec.Mode]
	if label := render.Caption(s, r.State == slides.NotRun || b.page.live, control); control || label != "" && (bare == "" || s.Exec.Mode != slides.NotExecutable) {
		b.raw("<figcaption><span>")
		b.text(label)
		b.raw("</span>")
		if control {
			b.control(s, r.State)
		}
		b.raw("</figcaption>")
	}
	b.raw(`<div class="in"><pre`)
	var numbers, gutter, tabs class
	extra, lines := 0, s.Show.Written()
	if s.Show.Tabbed != nil {
		tabs = "tb"
	}
	if s.Show.LineNumbers {
		digits := len(strconv.Itoa(len(lines)))
		numbers, gutter = "n", b.gutter(digits)
		extra = digits + 2
	}
	indent := render.Indentation(lines)
	wide := render.Fitting(len(lines), func(i int) int { return cells(render.Untab(lines[i])) - cells(render.Untab(indent)) + extra })
	b.demand(wide, false)
	b.class(b.cells(wide), numbers, gutter, tabs)
	if indent != "" {
		b.attr("data-indent", indent) // not shown, but copied
	}
	still := b.frames(c)
	b.raw("><code>")
	b.codeLines(render.Outdent(b.page.highlight(s), len(indent)), still)
	b.raw("</code></pre></div></figure>")
}

// controls are the modes whose code has a button on the page of a server.
var controls = map[slides.Mode]bool{slides.ModeExec: true, slides.ModePty: true}

// control writes the button that runs or stops a program.
func (b *builder) control(s *slides.Snippet, state slides.State) {
	defer b.vary(len(b.buf))
	sign, word := markup("■ "), "stop"
	switch state {
	case slides.NotRun:
		sign, word = "▶\uFE0E ", "run"
	case slides.Done:
		sign, word = "↻ ", "run again"
	}
	b.raw(`<button type="button" class="ctl"`)
	b.attr("data-run", string(s.Key))
	b.attr("data-state", string(state))
	b.attr("aria-label", word+" "+b.page.called(s))
	b.raw(">")
	b.raw(sign)
	b.text(word)
	b.raw("</button>")
}

// called tells a program from the others of its slide, for people who hear the page: its id or how it
// begins, and where several begin alike, its number among them.
func (p *Page) called(s *slides.Snippet) string {
	name := beginning(s)
	if s.ID != "" || s.Slide < 0 || s.Slide >= len(p.view.Deck.Slides) {
		return name
	}
	n, nth := 0, 0
	slides.Walk(p.view.Deck.Slides[s.Slide].Blocks, func(bl slides.Block) {
		if c, ok := bl.(*slides.Code); ok && c.Snippet != nil && c.Snippet.Exec.Mode != slides.NotExecutable && beginning(c.Snippet) == name {
			if n++; c.Snippet == s {
				nth = n
			}
		}
	})
	if nth > 1 {
		name += fmt.Sprintf(" (%d)", nth)
	}
	return name
}

// beginning returns the id of a snippet, or the first line of it that is shown, or its language.
func beginning(s *slides.Snippet) string {
	if s.ID != "" {
		return s.ID
	}
	for _, l := range s.Show.Written() {
		if l = strings.TrimSpace(l); l != "" {
			return text.Cut(l, 60)
		}
	}
	return s.Lang
}

// frames writes the highlight groups of a listing for the script. If there is only one group, visible
// from the start, the script has no work: frames returns the group, to be written with the lines.
func (b *builder) frames(c *slides.Code) (still []slides.Range) {
	switch {
	case len(c.Frames) == 0:
		return nil
	case len(c.Frames) == 1 && c.Frames[0].Step <= max(c.Step, b.step):
		return c.Frames[0].Lines
	}
	var out strings.Builder
	for i, f := range c.Frames {
		if i > 0 {
			out.WriteByte(';')
		}
		fmt.Fprintf(&out, "%d:", f.Step)
		if len(f.Lines) == 0 {
			out.WriteString("all")
		}
		for j, r := range f.Lines {
			if j > 0 {
				out.WriteByte(',')
			}
			fmt.Fprintf(&out, "%d", r.From)
			if r.To != r.From {
				fmt.Fprintf(&out, "-%d", r.To)
			}
		}
	}
	b.attr("data-frames", out.String())
	return nil
}

// codeLines writes highlighted lines. If lit is not empty, it dims the lines outside of lit.
func (b *builder) codeLines(lines [][]code.Token, lit []slides.Range) {
	for i, tokens := range lines {
		if len(lit) == 0 || render.Lit(lit, i+1) {
			b.raw(`<span class="l">`)
		} else {
			b.raw(`<span class="l dim still">`)
		}
		for _, t := range tokens {
			b.token(t)
		}
		if i < len(lines)-1 {
			b.raw("\n")
		}
		b.raw("</span>")
	}
}

func (b *builder) token(t code.Token) {
	look := looks[t.Class]
	if look == "" {
		b.code(t.Text)
		return
	}
	b.raw(`<span class="`)
	b.raw(look)
	b.raw(`">`)
	b.code(t.Text)
	b.raw("</span>")
}

// looks are the style sheet's names for classes of code. They are short because pages are full of them.
var looks = map[code.Class]markup{
	code.Keyword: "hk", code.Tag: "hk",
	code.String: "hs", code.Inserted: "hs",
	code.Function: "hf", code.Attribute: "hf", code.Title: "hf sb",
	code.Number: "hn", code.Constant: "hn", code.Escape: "hn",
	code.Type:    "ht",
	code.Comment: "hc",
	code.Deleted: "hd",
}

func cells(s string) int { return text.Width(s) }

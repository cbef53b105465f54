package html

import (
	"cmp"
	"slices"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/render/ansi"
	"github.com/slidexec/slidexec/slides"
)

// box is an output box.
type box struct {
	base    *slides.Base
	snippet *slides.Snippet
	result  slides.Result
	plain   bool // replaces its code: no caption for a good run
	absent  bool // nothing to show; a server's page keeps its place
}

// output writes the box of a placeholder. If no snippet has its id, output writes nothing: a problem
// before it says so.
func (b *builder) output(o *slides.Output) {
	if o.Snippet == nil {
		return
	}
	b.outputBox(box{base: &o.Base, snippet: o.Snippet, result: b.page.copies.Result(b.page.view, o)})
}

// replacement writes the output that replaces its code. It writes nothing for a good run without output.
func (b *builder) replacement(c *slides.Code, r slides.Result) {
	silent := slides.Judge(c.Snippet, r).Ruling == slides.Good && r.Status == slides.OK && len(r.Log) == 0
	b.outputBox(box{base: &c.Base, snippet: c.Snippet, result: r, plain: true, absent: silent})
}

// outputBox writes a box with the output and the status of a run. If the output has no place, the box
// has only the status.
func (b *builder) outputBox(o box) {
	if o.absent && !b.page.live {
		return
	}
	defer b.vary(len(b.buf))
	status, outcome := render.Status(o.snippet, o.result, b.page.Now)
	restore := b.outputTag(o, outcome)
	defer restore()
	label, shown := "output", o.snippet.Place != slides.Nowhere
	switch {
	case !shown:
		label = o.snippet.ID
	case o.snippet.ID != "":
		label += " · " + o.snippet.ID
	}
	if !o.plain || outcome != render.Good {
		b.figcaption(o, label, cmp.Or(status, "not run"))
	}
	if shown && o.result.State != slides.NotRun {
		b.outputBody(o, label)
	}
	b.raw("</figure>")
}

// outputTag writes the start tag of a box. The key in it lets a newer result find the box.
func (b *builder) outputTag(o box, outcome render.Outcome) (restore func()) {
	var bare, tone class
	if o.plain && o.snippet.Show.NoBackground && outcome == render.Good {
		bare = "bare"
	}
	if outcome != render.None {
		tone = class(outcome.String())
	}
	b.raw("<figure")
	b.class("box", "out", tone, bare, alignClass[o.base.Align], b.size(o.base.Size))
	if b.page.live {
		b.attr("data-key", string(o.snippet.Key))
	}
	if o.absent {
		b.raw(` hidden=""`)
	}
	restore = b.due(o.base.Step)
	b.raw(">")
	return restore
}

func (b *builder) figcaption(o box, label, status string) {
	b.raw("<figcaption><span>")
	b.text(label)
	b.raw(`</span><span class="st"`)
	if r := o.result; b.page.live && r.State == slides.Running && !r.Started.IsZero() {
		b.num("data-ms", int(max(b.page.Now.Sub(r.Started), 0)/time.Millisecond)) // the page's script counts on
	}
	b.raw(">")
	b.text(status)
	b.raw("</span>")
	if s := o.snippet; b.page.live && (o.plain || o.result.State == slides.Queued || o.result.State == slides.Running) {
		b.control(s, o.result.State)
	}
	b.raw("</figcaption>")
}

// scrolling is the most lines of a box without keyboard focus: a longer box scrolls.
const scrolling = 12

func (b *builder) outputBody(o box, label string) {
	r := o.result
	if r.Screen != nil {
		b.screenBody(o, label)
		return
	}
	lines := b.page.view.Output(o.snippet, r)
	why, try := b.page.view.Why(o.snippet, r)
	cut := render.Cut(r)
	busy := r.State == slides.Queued || r.State == slides.Running
	b.raw(`<div class="in"`)
	if len(lines) > scrolling {
		b.raw(` tabindex="0" role="group"`)
		b.attr("aria-label", label)
	}
	b.raw(">")
	switch {
	case len(lines) > 0 || cut != "" || busy:
		b.terminal(lines, cut, busy)
	case why == "" && try == "":
		b.raw(`<p class="none">no output</p>`)
	}
	b.why(why, try)
	b.raw("</div>")
}

// why writes more than the status says, and advice.
func (b *builder) why(sentences ...string) {
	for _, sentence := range sentences {
		if sentence != "" {
			b.raw(`<p class="why">`)
			b.text(sentence)
			b.raw("</p>")
		}
	}
}

// terminal writes the lines of an output, the line that says how much is missing, and the caret of a
// program that still runs.
func (b *builder) terminal(lines []ansi.Line, cut string, busy bool) {
	b.raw("<pre")
	wide := max(render.Fitting(len(lines), func(i int) int { return lines[i].Width() }), cells(cut))
	b.demand(wide, true)
	var tabs class
	if slices.ContainsFunc(lines, func(l ansi.Line) bool {
		return slices.ContainsFunc(l, func(r ansi.Run) bool { return r.Tabbed != "" })
	}) {
		tabs = "tb"
	}
	b.class(b.cells(wide), tabs)
	b.raw("><samp>")
	b.outputLines(lines, cut != "")
	if cut != "" {
		b.raw(`<span class="l cut">`)
		b.text(cut)
		b.raw("</span>")
	}
	if busy {
		b.raw("<span")
		b.class("caret")
		b.raw("></span>")
	}
	b.raw("</samp></pre>")
}

// A long output consists of pieces. Browsers lay out a piece when it comes into view.
const (
	piece = 50        // lines; the style sheet has the height
	long  = 2 * piece // lines of the shortest long output
)

func (b *builder) outputLines(lines []ansi.Line, more bool) {
	pen := b.newPen(lines)
	for i, l := range lines {
		if len(lines) > long && i%piece == 0 {
			b.pieces = append(b.pieces, len(b.buf))
			b.raw(`<span class="q">`)
		}
		b.raw(`<span class="l">`)
		for _, r := range l {
			b.run(r, pen)
		}
		if i < len(lines)-1 || more {
			b.raw("\n")
		}
		b.raw("</span>")
		if len(lines) > long && (i%piece == piece-1 || i == len(lines)-1) {
			b.raw("</span>")
		}
	}
	if len(b.pieces) > 0 {
		b.pieces = append(b.pieces, len(b.buf))
	}
}

// run writes a stretch of output in one style. Only http and https addresses become links.
func (b *builder) run(r ansi.Run, pen *pen) {
	cs := pen.classes(b, r)
	tag := markup("span")
	switch {
	case r.Href != "" && render.External(r.Href) && r.Href[0]|0x20 == 'h':
		tag = "a"
	case len(cs) == 0:
		b.code(cmp.Or(r.Tabbed, r.Text))
		return
	}
	b.raw("<")
	b.raw(tag)
	if tag == "a" {
		b.attr("href", r.Href)
		b.raw(` rel="noopener noreferrer" target="_blank"`)
	}
	if len(cs) > 0 {
		b.class(cs...)
	}
	b.raw(">")
	b.code(r.Text)
	b.raw("</")
	b.raw(tag)
	b.raw(">")
}

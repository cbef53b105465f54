package rendertest

import (
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// state is a result with a name for its snippet.
type state struct {
	name   string
	result slides.Result
	expect slides.Expect
}

// results returns a result for every way in which a run can end.
func results() []state {
	with := func(r slides.Result, change func(*slides.Result)) slides.Result {
		change(&r)
		return r
	}
	const s, ms = time.Second, time.Millisecond
	return []state{
		{name: "idle", result: slides.Result{}},
		{name: "queued", result: slides.Result{State: slides.Queued}},
		{name: "building", result: slides.Result{State: slides.Running, Phase: "build", Started: Now.Add(-8 * s)}},
		{name: "tail", result: slides.Result{State: slides.Running, Phase: "run", Started: Now.Add(-3200 * ms), Layers: []string{"pid"},
			Log: []slides.Chunk{{Data: []byte("line 41\nline 42\n")}}}},
		{name: "fine", result: Printed("\x1b[32mok\x1b[0m all tests pass\n", 12*ms)},
		{name: "silent", result: Printed("", 12*ms)},
		{name: "build", result: with(Ended(slides.Exited, "\x1b[1;31merror[E0502]\x1b[0m: cannot borrow `v` as mutable\n  --> talk.md:41:5\n", 400*ms),
			func(r *slides.Result) { r.Exit, r.Phase = 1, "build" })},
		{name: "exit", result: with(Ended(slides.Exited, "", 400*ms), func(r *slides.Result) { r.Exit = 1 })},
		{name: "expected", result: with(Ended(slides.Exited, "panicked\n", 40*ms), func(r *slides.Result) { r.Exit = 101 }), expect: slides.ExpectFailure},
		{name: "unexpected", result: Printed("", 40*ms), expect: slides.ExpectFailure},
		{name: "segv", result: with(Ended(slides.Signaled, "", 100*ms), func(r *slides.Result) { r.Signal = "SIGSEGV" })},
		{name: "loop", result: with(Ended(slides.TimedOut, "y\ny\ny\n", 10*s), func(r *slides.Result) { r.Truncated, r.Omitted = true, 1_000_000 })},
		{name: "eater", result: Ended(slides.MemoryLimit, "", 2*s)},
		{name: "missing", result: with(Ended(slides.SetupFailed, "", 0), func(r *slides.Result) {
			r.Remark = slides.Remark{Says: "rustc is not installed", Try: "apt-get install rustc, or see rustup.rs"}
		})},
		{name: "recorded", result: with(Printed("as it was\n", 12*ms), func(r *slides.Result) {
			r.Origin, r.Recorded = slides.Recorded, time.Date(2026, 5, 14, 0, 0, 0, 0, time.UTC)
		})},
		{name: "open", result: with(Printed("no walls\n", 12*ms), func(r *slides.Result) { r.Layers = nil })},
		{name: "degraded", result: with(Printed("fewer walls\n", 12*ms), func(r *slides.Result) { r.Missing = []string{"seccomp"} })},
	}
}

// States returns a deck with a run in every state, two to a slide, then the modes of a snippet.
func States() *render.View {
	d, all := &slides.Deck{}, map[*slides.Snippet]slides.Result{}
	for i, st := range results() {
		s := Snippet("bash", "make "+st.name, slides.ModeExec, st.name)
		s.Exec.Expect = st.expect
		if i%2 == 0 {
			d.Slides = append(d.Slides, Slide("States of a block"))
		}
		slide := d.Slides[len(d.Slides)-1]
		slide.Blocks = append(slide.Blocks, Code(s), Output(s))
		all[s] = st.result
	}
	direct := Snippet("python", "print(6 * 7)", slides.ModeExec, "")
	all[direct] = Printed("42\n", 20*time.Millisecond)
	lone := Snippet("bash", "true", slides.ModeExec, "lone")
	lone.Place = slides.Nowhere
	all[lone] = Printed("", time.Millisecond)
	replaced := Snippet("bash", "figlet hi", slides.ModeReplace, "")
	all[replaced] = Printed("*hi*\n", time.Millisecond)
	broken := Snippet("bash", "figlet", slides.ModeReplace, "")
	usage := Ended(slides.Exited, "usage\n", time.Millisecond)
	usage.Exit = 2
	all[broken] = usage
	drawn := Snippet("python", "plot()", slides.ModeImage, "")
	all[drawn] = Printed(dot, time.Millisecond)
	undrawn := Snippet("python", "plot() # nothing", slides.ModeImage, "")
	all[undrawn] = Printed("no display\n", time.Millisecond)
	half := Snippet("python", "plot() # half", slides.ModeImage, "")
	all[half] = Printed(dot[:60], time.Millisecond)
	d.Slides = append(d.Slides, Slide("Modes", Code(direct), Code(lone), Code(replaced), Code(broken), Code(drawn)),
		Slide("No pictures", Code(undrawn), Code(half)))
	return view(d, all)
}

// Hostile returns a deck whose texts all try to break out of their place in a format.
func Hostile() *render.View {
	const evil = "</pre><script>alert(1)</script>\x1b]0;owned\x07\x1b[2J\u202e\x9b31m\xff\u009b`${x}`"
	s := Snippet(evil, evil+"\n"+evil, slides.ModeExec, evil)
	r := Ended(slides.Exited, evil+"\n\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07\x1b[31m", time.Second)
	r.Remark, r.Signal = slides.Remark{Says: evil, Try: evil}, evil
	file := slides.NewFile(evil, "", []byte(evil))
	alert := &slides.Alert{Kind: evil, Title: In(evil), Blocks: []slides.Block{Para(T(evil))}}
	d := &slides.Deck{
		Meta: slides.Meta{Title: []slides.Line{In(evil)}, Author: evil, Lang: `"><script>`},
		Slides: []*slides.Slide{
			{Intro: true},
			Slide(evil, Para(T(evil), &slides.CodeSpan{Text: evil}, &slides.Sup{Text: In(evil)}, &slides.Link{Dest: "javascript:alert(1)", Text: In(evil)},
				&slides.Link{Dest: evil}, &slides.Styled{FG: "red;}</style>", BG: evil, Class: `"onclick=`, Text: In(evil)}),
				Code(s), Output(s), &slides.Output{ID: evil}, alert,
				&slides.Image{File: file, Alt: evil, Title: evil}, &slides.Footnote{Name: evil, Text: In(evil)},
				&slides.Table{Head: slides.Row{Cells: [][]slides.Inline{In(evil)}}, Rows: []slides.Row{{Cells: [][]slides.Inline{In(evil)}}}},
				&slides.List{Newlines: 1, Items: []*slides.Item{{Text: In(evil)}}},
				&slides.Contents{Entries: []slides.Entry{{Slide: 1, Title: evil}, {Slide: 99, Title: evil}}},
				&slides.Problem{Diag: slides.Diag{Pos: file.LineStart(1), Len: 3, Msg: evil, Hint: evil}}),
		},
	}
	d.Slides[1].Notes = []slides.Note{{Text: evil}}
	return view(d, map[*slides.Snippet]slides.Result{s: r})
}

// dot is a picture of one pixel.
const dot = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89" +
	"\x00\x00\x00\x0bIDATx\x9cc\xf8\x0f\x04\x00\x09\xfb\x03\xfd\xfb^k+\x00\x00\x00\x00IEND\xaeB`\x82"

package html

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

// Decks made by hand, so that these tests depend on nothing but the model.

var deckFile = slides.NewFile("talk.md", "", []byte("# a talk\n\n<!-- snippet_output: hullo -->\n\ttext\n"))

func words(s string) []slides.Inline { return []slides.Inline{&slides.Text{Text: s}} }

func titled(title string, blocks ...slides.Block) *slides.Slide {
	s := &slides.Slide{Steps: 1, Blocks: blocks}
	if title != "" {
		s.Blocks = append([]slides.Block{&slides.Title{Text: words(title)}}, blocks...)
	}
	return s
}

func para(s string) *slides.Paragraph { return &slides.Paragraph{Text: words(s)} }

func bullets(items ...string) *slides.List {
	l := &slides.List{Newlines: 1}
	for _, it := range items {
		l.Items = append(l.Items, &slides.Item{Text: words(it)})
	}
	return l
}

func columns(ratios []int, cols ...[]slides.Block) *slides.Columns {
	return &slides.Columns{Ratios: ratios, Cols: cols}
}

// snippet returns an executable code block's snippet.
func snippet(id, lang, code string) *slides.Snippet {
	s := &slides.Snippet{ID: id, Lang: lang, Word: lang, Code: code, Key: slides.Key("key-" + id)}
	s.Show.Lines = strings.Split(strings.TrimSuffix(code, "\n"), "\n")
	s.Exec.Mode = slides.ModeExec
	return s
}

// listing returns a code block, with the output below it unless that is placed.
func listing(s *slides.Snippet) *slides.Code {
	if s.Place == "" && s.Exec.Mode == slides.ModeExec {
		s.Place = slides.Below
	}
	return &slides.Code{Snippet: s}
}

func placed(s *slides.Snippet) *slides.Output {
	s.Place = slides.Placed
	return &slides.Output{ID: s.ID, Snippet: s}
}

// printed returns a finished run.
func printed(out string, took time.Duration) slides.Result {
	return slides.Result{
		State: slides.Done, Status: slides.OK, Elapsed: took, Layers: []string{"all"},
		Log: []slides.Chunk{{Data: []byte(out)}},
	}
}

func view(d *slides.Deck, results slides.Results) *render.View {
	for i, s := range d.Slides {
		slides.Walk(s.Blocks, func(b slides.Block) {
			var sn *slides.Snippet
			switch b := b.(type) {
			case *slides.Code:
				sn = b.Snippet
			case *slides.Output: // not every sample shows the code too
				sn = b.Snippet
			}
			if sn != nil && !slices.Contains(d.Snippets, sn) {
				sn.Slide = i
				d.Snippets = append(d.Snippets, sn)
			}
		})
	}
	return &render.View{Deck: d, Results: results}
}

const isolation = `    // === USER NAMESPACE ===
    let uid_map = format!("0 {} 1", nix::unistd::getuid());
    let gid_map = format!("0 {} 1", nix::unistd::getgid());
    unshare(CloneFlags::CLONE_NEWUSER).context("Failed to create user namespace")?;
    write_proc_mappings(&uid_map, &gid_map)?;

    // === UTS NAMESPACE ===
    unshare(CloneFlags::CLONE_NEWUTS).context("Failed to create uts namespace")?;
    sethostname("my-container")?;
`

func isolationSlide() (*slides.Slide, slides.Results) {
	s := snippet("kinda_isolation", "rust", isolation)
	checklist := bullets("✅ Rootless", "✅ Isolated Hostname", "❌ Believes it is PID 1", "❌ Isolated root filesystem")
	head := para("Container Checklist")
	head.Step, checklist.Step = 1, 1
	slide := titled("isolation (kinda) achieved!",
		columns([]int{2, 3}, []slides.Block{placed(s)}, []slides.Block{listing(s)}), head, checklist)
	slide.Steps = 2
	return slide, slides.Results{s.Key: printed("[Before Isolation]\nuid [1000]\n\thostname [\"sandbox\"]\n\tpid [2]\n\tcwd [\"/work\"]\n"+
		"[After Isolation]\nuid [0]\n\thostname [\"my-container\"]\n\tpid [2]\n\tcwd [\"/work\"]\n", 12*time.Millisecond)}
}

var clock = time.Date(2026, 5, 14, 9, 30, 0, 0, time.UTC)

func statesSlide() (*slides.Slide, slides.Results) {
	health, tail := snippet("", "bash", "curl -s localhost:8080/health\n"), snippet("tail", "bash", "")
	build, loop := snippet("build", "rust", ""), snippet("loop", "bash", "")
	health.Key = "key-health"
	failed := printed("\x1b[31merror[E0502]\x1b[0m: cannot borrow `v` as mutable\n  --> talk.md:41:5\n", 400*time.Millisecond)
	failed.Status, failed.Exit = slides.Exited, 1
	stopped := printed("y\ny\ny\n", 10*time.Second)
	stopped.Status, stopped.Truncated, stopped.Omitted = slides.TimedOut, true, 1_000_000
	running := slides.Result{State: slides.Running, Started: clock.Add(-3200 * time.Millisecond), Log: []slides.Chunk{{Data: []byte("line 41\nline 42\n")}}}
	return titled("States of a block",
			columns([]int{1, 1}, []slides.Block{listing(health)}, []slides.Block{placed(tail)}),
			columns([]int{1, 1}, []slides.Block{placed(build)}, []slides.Block{placed(loop)})),
		slides.Results{tail.Key: running, build.Key: failed, loop.Key: stopped}
}

// talk returns the two slides of the pictures in a deck of 35.
func talk() *render.View {
	d := &slides.Deck{Meta: slides.Meta{
		Title:    []slides.Line{words("Building a Minimal, Rootless Container in Rust")},
		SubTitle: []slides.Line{words("From unshare to a shell of one's own")},
		Author:   "Ada Example", Event: "A conference", Location: "Here", Date: "14 May 2026",
	}}
	d.Slides = append(d.Slides, &slides.Slide{Intro: true, Steps: 1})
	results := slides.Results{}
	for i := 2; i <= 35; i++ {
		s, r := titled(fmt.Sprintf("Slide %d", i), para("Some text.")), slides.Results(nil)
		switch i {
		case 14:
			s, r = isolationSlide()
		case 15:
			s, r = statesSlide()
		}
		d.Slides = append(d.Slides, s)
		for k, v := range r {
			results[k] = v
		}
	}
	return view(d, results)
}

// everything returns a deck with every kind of block, in the ways that are easy to get wrong.
func everything() *render.View {
	d := &slides.Deck{Meta: slides.Meta{Lang: "de", Date: "heute"}}
	results := slides.Results{}
	add := func(s *slides.Slide) { d.Slides = append(d.Slides, s) }
	add(textSlide())
	add(listSlide())
	add(tableSlide())
	add(codeSlide(results))
	add(longSlide(results))
	add(colorSlide(results))
	add(pictureSlide(results))
	add(problemSlide(results))
	add(middleSlide())
	add(&slides.Slide{Steps: 1})
	return view(d, results)
}

func textSlide() *slides.Slide {
	link := &slides.Link{Dest: "https://example.org/a?b=1&c=2", Title: `a "title"`, Text: words("a link")}
	bad := &slides.Link{Dest: "javascript:alert(1)", Text: words("no link")}
	rich := &slides.Paragraph{Text: []slides.Inline{
		&slides.Text{Text: "Text with <markup> & \"quotes\", "}, &slides.Strong{Text: words("strong")}, &slides.Text{Text: ", "},
		&slides.Emph{Text: words("emphasis")}, &slides.Text{Text: ", "}, &slides.Strike{Text: words("struck")}, &slides.Text{Text: ", x"},
		&slides.Sup{Text: words("2")}, &slides.Text{Text: ", "}, &slides.CodeSpan{Text: "a == b"}, &slides.Text{Text: ", "}, link,
		&slides.Text{Text: ", "}, bad, &slides.Text{Text: ", "}, &slides.Link{Dest: "#table-s", Text: words("a slide")}, &slides.Break{},
		&slides.Styled{FG: "red", Text: words("red")}, &slides.Text{Text: " "},
		&slides.Styled{FG: "#ff0", BG: "#333333", Text: words("yellow on grey")}, &slides.Text{Text: " "},
		&slides.Styled{FG: "#ffff00", Text: words("yellow")}, &slides.Text{Text: " "},
		&slides.Styled{FG: "url(x);position:fixed", Class: "x\"y", Text: words("plain")},
	}}
	quote := &slides.Quote{Blocks: []slides.Block{para("A quote on"), bullets("with", "a list")}}
	alert := &slides.Alert{Kind: "warning", Blocks: []slides.Block{para("Mind the gap.")}}
	own := &slides.Alert{Kind: "tip", Title: words("Own title"), Blocks: []slides.Block{para("A tip.")}}
	return titled("Text", rich, &slides.Heading{Level: 1, Text: words("Heading one")}, para("under it"),
		&slides.Heading{Level: 2, Text: words("Heading two")}, para("שלום עולם, right to left"), bullets("אחת", "שתיים"),
		columns([]int{1, 1, 1}, []slides.Block{quote}, []slides.Block{alert}, []slides.Block{own}),
		&slides.Rule{}, &slides.Footnote{Name: "1", Text: words("A footnote.")})
}

func listSlide() *slides.Slide {
	nested := bullets("one", "two", "three")
	inner := bullets("two one", "two two")
	inner.Items[0].Blocks = []slides.Block{bullets("two one one")}
	nested.Items[1].Blocks = []slides.Block{inner}
	ordered := &slides.List{Ordered: true, Start: 3, Delim: ')', Newlines: 2}
	for i, s := range []string{"three", "four", "nine"} {
		ordered.Items = append(ordered.Items, &slides.Item{Number: 3 + i + i/2*4, Text: words(s), Step: i + 1})
	}
	deep, on := bullets("deeper after a pause"), bullets("and on")
	deep.Depth, deep.Joined, deep.Step = 1, true, 4
	on.Joined, on.Step = true, 5
	contents := &slides.Contents{More: 1, Entries: []slides.Entry{{Slide: 1, Title: "Text"}, {Slide: 3, Title: "Table's"}}}
	s := titled("Lists", contents, columns([]int{1, 1}, []slides.Block{nested, deep, on}, []slides.Block{para("Counted:"), ordered}))
	s.Steps = 6
	return s
}

func tableSlide() *slides.Slide {
	t := &slides.Table{Aligns: []slides.Align{slides.AlignDefault, slides.AlignCenter, slides.AlignRight}}
	row := func(step int, cells ...string) slides.Row {
		r := slides.Row{Step: step}
		for _, c := range cells {
			r.Cells = append(r.Cells, words(c))
		}
		return r
	}
	t.Head = row(0, "Layer", "State", "Cost")
	t.Rows = []slides.Row{row(0, "mount", "in force", "1.2 ms"), row(1, "seccomp", "in force", "0.1 ms"), row(2, "landlock", "missing", "–")}
	right, big := para("to the right"), para("twice as large")
	right.Align, big.Size = slides.AlignRight, 3
	s := titled("Table <s>", t, right, &slides.Gap{Lines: 2}, big)
	s.Steps, s.NoFooter = 3, true
	return s
}

func codeSlide(results slides.Results) *slides.Slide {
	code := "def f(n):\n    \"\"\"doc & <b>\"\"\"\n    if n == 0: return 1  # base\n    return n * f(n - 1)\n\nprint(f(5))\n"
	s := snippet("", "python", code)
	s.Key, s.Show.LineNumbers = "key-frames", true
	framed := listing(s)
	framed.Frames = []slides.Frame{{Step: 0, Lines: []slides.Range{{From: 1, To: 1}}}, {Step: 1, Lines: []slides.Range{{From: 3, To: 3}, {From: 6, To: 6}}}, {Step: 2}}
	results[s.Key] = printed("120\n", 31*time.Millisecond)
	still := snippet("", "go", "x := map[string]int{}\nx[\"a\"]++\n")
	still.Exec.Mode, still.Key = slides.NotExecutable, "key-still"
	stillCode := listing(still)
	stillCode.Frames = []slides.Frame{{Lines: []slides.Range{{From: 2, To: 2}}}}
	bare := snippet("", "text", "no background\n")
	bare.Exec.Mode, bare.Show.NoBackground, bare.Key = slides.NotExecutable, true, "key-bare"
	later := snippet("later", "bash", "sleep 1\n")
	replaced := snippet("", "bash", "echo replaced\n")
	replaced.Exec.Mode, replaced.Key = slides.ModeReplace, "key-replaced"
	results[replaced.Key] = printed("replaced\n", time.Millisecond)
	slide := titled("Code", columns([]int{3, 2}, []slides.Block{framed},
		[]slides.Block{stillCode, listing(bare), listing(later), placed(later), listing(replaced)}))
	slide.Steps = 3
	return slide
}

func longSlide(results slides.Results) *slides.Slide {
	var out strings.Builder
	for i := range 200 {
		fmt.Fprintf(&out, "line %d of a long output\n", i+1)
	}
	long := snippet("long", "bash", "for i in {1..200}; do echo \"line $i of a long output\"; done; "+strings.Repeat("echo and a very long line; ", 12)+"\n")
	results[long.Key] = printed(out.String(), 2*time.Second)
	return titled("A long output scrolls in its box", listing(long), placed(long), para("The text below stays on the slide."))
}

func colorSlide(results slides.Results) *slides.Slide {
	var out strings.Builder
	for i := range 16 {
		code := 30 + i
		if i > 7 {
			code = 82 + i
		}
		fmt.Fprintf(&out, "\x1b[%dmcolour %2d\x1b[0m \x1b[%dm on \x1b[0m \x1b[7;%dmreverse\x1b[0m\n", code, i, code+10, code)
	}
	out.WriteString("\x1b[1mbold\x1b[0m \x1b[2mfaint\x1b[0m \x1b[3mitalic\x1b[0m \x1b[4munder\x1b[0m \x1b[9mstrike\x1b[0m \x1b[4;9mboth\x1b[0m\n")
	for i := range 40 {
		fmt.Fprintf(&out, "\x1b[38;2;%d;80;%d;48;2;20;%d;60m▀", i*6, 255-i*6, i*6)
	}
	out.WriteString("\x1b[0m\n\x1b[38;5;226myellow of 256\x1b[0m \x1b[38;2;255;255;255mwhite\x1b[0m \x1b[38;2;0;0;0mblack\x1b[0m \x1b[37;41mwhite on red\x1b[0m\n")
	out.WriteString("\x1b]8;;https://example.org/\x1b\\a link\x1b]8;;\x1b\\ \x1b]8;;javascript:alert(1)\x1b\\no link\x1b]8;;\x1b\\ <script>alert(1)</script>\n")
	s := snippet("colors", "bash", "")
	results[s.Key] = printed(out.String(), time.Second)
	return titled("Colours", placed(s))
}

// dot is a PNG of one pixel.
const dot = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89" +
	"\x00\x00\x00\x0bIDATx\x9cc\xf8\x0f\x04\x00\x09\xfb\x03\xfd\xfb^k+\x00\x00\x00\x00IEND\xaeB`\x82"

func pictureSlide(results slides.Results) *slides.Slide {
	svg := slides.NewFile("box.svg", "", []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360"><rect width="640" height="360" fill="#0b5cad"/></svg>`))
	drawn, text := snippet("", "python", "plot()\n"), snippet("", "python", "oops()\n")
	drawn.Exec.Mode, drawn.Key, text.Exec.Mode, text.Key = slides.ModeImage, "key-drawn", slides.ModeImage, "key-text"
	results[drawn.Key], results[text.Key] = printed(dot, time.Second), printed("no picture\n", time.Second)
	return titled("Pictures",
		columns([]int{1, 1}, []slides.Block{&slides.Image{File: svg, Alt: `a "box"`, Title: "the box"}},
			[]slides.Block{&slides.Image{File: svg, Width: 50}, listing(drawn), listing(text)}),
		&slides.Image{File: &slides.File{Name: "gone.png"}, Alt: "gone"},
		&slides.Image{File: slides.NewFile("x.html", "", []byte("<html><svg>")), Alt: "no picture"})
}

func problemSlide(results slides.Results) *slides.Slide {
	setup, warned := snippet("setup", "swift", ""), snippet("warned", "bash", "")
	results[setup.Key] = slides.Result{State: slides.Done, Status: slides.SetupFailed, Remark: slides.Remark{Says: "swiftc is not installed", Try: "apt install swiftlang"}}
	quiet := printed("", 3*time.Millisecond)
	quiet.Layers = nil
	results[warned.Key] = quiet
	return titled("Problems", &slides.Problem{Diag: slides.Diag{Pos: slides.Pos{File: deckFile, Off: 32}, Len: 5,
		Msg: `undefined snippet id "hullo"`, Hint: `snippets here: "hello", "sum"`}},
		&slides.Output{ID: "hullo"}, placed(setup), placed(warned))
}

func middleSlide() *slides.Slide {
	s := titled("", &slides.Middle{}, &slides.Title{Text: words("In the middle")}, para("Below it."),
		&slides.Title{Base: slides.Base{Step: 1, Align: slides.AlignCenter, Size: 3}, Text: words("And after a pause")})
	s.Steps = 2
	return s
}

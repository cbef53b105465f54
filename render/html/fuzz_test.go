package html

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// FuzzRender puts hostile text into every place of a deck and of what programs printed.
func FuzzRender(f *testing.F) {
	for _, s := range []string{
		"<script>alert(1)</script>", `" onload="alert(1)`, "</style><script>", "javascript:alert(1)", "--><!--", "]]>", "&#60;script>",
		"\x1b]8;;javascript:alert(1)\x1b\\x\x1b]8;;\x1b\\", "\x1b[38;2;1;2;3;48;5;9mx", "#ff0000;}", "\xff\x00\u202e", dot,
		"<svg onload=alert(1)>", "https://a.b/\" x=\"", "#</a><script>", "data:text/html,x", "{{.}}", "red",
	} {
		f.Add(s, uint16(0))
		f.Add(s, uint16(0x5a5a))
	}
	f.Fuzz(func(t *testing.T, s string, n uint16) {
		if len(s) > 128 {
			t.Skip("every text stands in a hundred places")
		}
		v := view(&slides.Deck{}, slides.Results{})
		hostile(v.Deck, v.Results, s, int(n))
		b := Backend{Notes: true, Now: clock}
		if err := checkPage(draw(t, &b, v)); err != nil {
			t.Fatal(err)
		}
		_, css := b.Page(v).all()
		if err := checkSheet(css.String()); err != nil {
			t.Fatal(err)
		}
	})
}

// hostile fills d and r with s, and with numbers made of n.
func hostile(d *slides.Deck, r slides.Results, s string, n int) {
	file := slides.NewFile(s, s, []byte(s))
	pos := slides.Pos{File: file, Off: n % (len(s) + 1)}
	line := hostileInlines(s, pos)
	base := slides.Base{At: slides.Span{Pos: pos, End: len(s)}, Step: n % 5, Align: slides.Align(n % 4), Size: n % 9}
	d.Files = []*slides.File{file}
	d.Meta = slides.Meta{Title: []slides.Line{line[:2]}, SubTitle: []slides.Line{line[:2]}, Event: s, Location: s, Date: s, Lang: s, Author: s}

	var blocks []slides.Block
	for i, mode := range []slides.Mode{slides.NotExecutable, slides.ModeExec, slides.ModeReplace, slides.ModeImage, slides.ModePty, slides.ModeRender} {
		sn := snippet(s, s, s)
		sn.Exec.Mode, sn.Key = mode, slides.Key(s+string(mode))
		sn.Show.LineNumbers, sn.Show.NoBackground, sn.Show.Width = n&1 > 0, n&2 > 0, n
		if n&4 > 0 {
			sn.External = file
		}
		frames := []slides.Frame{{Step: n % 3, Lines: []slides.Range{{From: n, To: n % 7}}}, {Step: i}}
		blocks = append(blocks, &slides.Code{Base: base, Snippet: sn, Frames: frames[:n%3]}, &slides.Output{Base: base, ID: s, Snippet: sn})
		r[sn.Key] = hostileResult(s, n>>i)
	}
	blocks = append(blocks, &slides.Title{Base: base, Text: line})
	blocks = append(blocks, hostileBlocks(s, n, base, file)...)
	d.Slides = []*slides.Slide{
		{Intro: true, Steps: 1},
		{Steps: n, Blocks: blocks, Notes: []slides.Note{{Text: s, Step: n}}},
	}
}

func hostileInlines(s string, pos slides.Pos) slides.Line {
	in := slides.Line{&slides.Text{At: pos, Text: s}, &slides.CodeSpan{Text: s}, &slides.Break{}}
	in = append(in, &slides.Styled{FG: s, BG: s, Class: s, Text: in[:2]}, &slides.Sup{Text: in[:1]})
	for _, dest := range []string{s, "https://" + s, "mailto:" + s, "#" + s} {
		in = append(in, &slides.Link{Dest: dest, Title: s, Text: in[:1]}, &slides.Link{Dest: dest})
	}
	return append(in, &slides.Link{Dest: "https://a.b", Text: []slides.Inline{&slides.Emph{Text: in[4:]}, &slides.Strike{Text: in[:4]}}})
}

func hostileResult(s string, n int) slides.Result {
	states := []slides.State{slides.NotRun, slides.Queued, slides.Running, slides.Done}
	statuses := []slides.Status{slides.OK, slides.Exited, slides.Signaled, slides.TimedOut, slides.SetupFailed, slides.Status(s)}
	return slides.Result{
		State: states[n%4], Status: statuses[n%len(statuses)], Phase: s, Exit: n, Signal: s, Remark: slides.Remark{Says: s, Try: s, Line: n}, Program: slides.Program{File: s, Dir: s},
		Log:       []slides.Chunk{{Data: []byte(s)}, {Stderr: true, Data: []byte(strings.Repeat(s, n%4))}},
		Truncated: n&8 > 0, Omitted: int64(n), Elapsed: time.Duration(n) * time.Millisecond, Missing: []string{s}, Layers: []string{s},
	}
}

func hostileBlocks(s string, n int, base slides.Base, file *slides.File) []slides.Block {
	line := slides.Line{&slides.Text{Text: s}, &slides.Link{Dest: s}}
	p := &slides.Paragraph{Base: base, Text: hostileInlines(s, base.At.Pos)}
	list := &slides.List{Base: base, Ordered: n&1 > 0, Start: n - 5, Delim: ')', Depth: n % 6, Newlines: n, Joined: n&2 > 0,
		Items: []*slides.Item{{Step: n, Number: n, Text: line}}}
	list.Items[0].Blocks = []slides.Block{&slides.List{Items: []*slides.Item{{Text: line}}}}
	table := &slides.Table{Base: base, Aligns: []slides.Align{slides.AlignRight}, Head: slides.Row{Cells: [][]slides.Inline{line, line}},
		Rows: []slides.Row{{Step: n, Cells: [][]slides.Inline{line}}}}
	inner := []slides.Block{p, list, &slides.Middle{Base: base}, p}
	return []slides.Block{
		&slides.Heading{Base: base, Level: n, Text: line}, p, list, table,
		&slides.Quote{Base: base, Blocks: inner[:2]},
		&slides.Alert{Base: base, Kind: s, Title: line, Blocks: inner[:2]},
		&slides.Image{Base: base, File: file, Alt: s, Title: s, Width: n},
		&slides.Image{Base: base, File: &slides.File{Name: s}},
		&slides.Columns{Base: base, Ratios: []int{n, 1}, Cols: [][]slides.Block{inner, {p}}},
		&slides.Gap{Base: base, Lines: n}, &slides.Rule{Base: base},
		&slides.Footnote{Base: base, Name: s, Text: line},
		&slides.Contents{Base: base, Entries: slices.Repeat([]slides.Entry{{Slide: n, Title: s}}, 12), More: n, Wide: n&1 > 0},
		&slides.Problem{Base: base, Diag: slides.Diag{Pos: base.At.Pos, Len: n, Msg: s, Hint: s}},
		&slides.Middle{Base: base}, p,
	}
}

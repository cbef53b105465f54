package rendertest

import (
	"strings"
	"time"

	"github.com/slidexec/slidexec/render"
	"github.com/slidexec/slidexec/slides"
)

const isolation = `    // === USER NAMESPACE ===
    let uid_map = format!("0 {} 1", nix::unistd::getuid());
    let gid_map = format!("0 {} 1", nix::unistd::getgid());
    unshare(CloneFlags::CLONE_NEWUSER).context("Failed to create user namespace")?;
    write_proc_mappings(&uid_map, &gid_map)?;

    // === UTS NAMESPACE ===
    unshare(CloneFlags::CLONE_NEWUTS).context("Failed to create uts namespace")?;
    sethostname("my-container")?;`

const isolated = "[Before Isolation]\nuid [1000]\n\thostname [\"sandbox\"]  \n\tpid [2] \n\tcwd [\"/work\"]\n" +
	"[After Isolation]\nuid [0]\n\thostname [\"my-container\"]  \n\tpid [2] \n\tcwd [\"/work\"]\n"

// Talk returns a small talk: a title slide, and code beside its output with a list after a pause.
func Talk() *render.View {
	code := Snippet("rust", isolation, slides.ModeExec, "isolation")
	code.Exec.Executor = "rust-script"
	columns := &slides.Columns{Ratios: []int{2, 3}, Cols: [][]slides.Block{{Output(code)}, {Code(code)}}}
	list := &slides.List{Newlines: 1, Base: slides.Base{Step: 1}}
	for _, t := range []string{"✅ Rootless", "✅ Isolated Hostname", "❌ Believes it is PID 1", "❌ Isolated root filesystem"} {
		list.Items = append(list.Items, &slides.Item{Step: 1, Text: In(t)})
	}
	lead := Para(T("Container Checklist"))
	lead.Step = 1
	second := Slide("isolation (kinda) achieved!", columns, lead, list)
	second.Steps = 2
	d := &slides.Deck{
		Meta: slides.Meta{
			Title: []slides.Line{In("Containers from scratch")}, SubTitle: []slides.Line{In("in a hundred lines")},
			Event: "Systems Day", Location: "Oslo", Date: "14 May 2026", Author: "The Speaker",
		},
		Slides: []*slides.Slide{{Intro: true}, second},
	}
	return view(d, map[*slides.Snippet]slides.Result{code: Printed(isolated, 12*time.Millisecond)})
}

// Blocks returns a deck with every kind of block and inline.
func Blocks() *render.View {
	return view(&slides.Deck{Slides: []*slides.Slide{
		Slide("Text", textBlocks()...), Slide("Lists and tables", listBlocks()...), Slide("Code", codeBlocks()...), Slide("", otherBlocks()...),
		lateTitle(),
	}}, nil)
}

// lateTitle returns a slide whose title comes in the middle, after a pause.
func lateTitle() *slides.Slide {
	title := &slides.Title{Text: append(In("A late"), &slides.Break{}, T("title"))}
	title.Step, title.Align, title.Size = 1, slides.AlignCenter, 2
	s := Slide("", Para(T("first")), title, Para(T("last")))
	s.Steps = 2
	return s
}

func textBlocks() []slides.Block {
	centered := Para(T("in the centre"))
	centered.Align = slides.AlignCenter
	right := Para(T("on the right"))
	right.Align = slides.AlignRight
	return []slides.Block{
		&slides.Heading{Level: 1, Text: In("First level")},
		Para(T("Plain, "), &slides.Strong{Text: In("strong")}, T(", "), &slides.Emph{Text: In("emphatic")}, T(", "),
			&slides.Strike{Text: In("struck")}, T(", "), &slides.CodeSpan{Text: "code <span>"}, T(", x"), &slides.Sup{Text: In("2")}, T(" H"), &slides.Tagged{Tag: "sub", Text: In("2")}, T("O "), &slides.Tagged{Tag: "kbd", Text: In("Ctrl")},
			&slides.Tagged{Tag: "mark", Text: In("seen")}, &slides.Tagged{Tag: "u", Text: In("under")}, &slides.Tagged{Tag: "sub", Text: In("?")},
			T(", "), &slides.Link{Dest: "https://example.org/a?b=1&c", Text: In("a link")}, T(", "),
			&slides.Link{Dest: "https://example.org"}, T(", "), &slides.Styled{FG: "red", BG: "#112233", Text: In("coloured")},
			&slides.Break{}, T("a new line")),
		&slides.Heading{Level: 2, Text: In("Second level")},
		Para(T(strings.Repeat("Words that go on and on until the line is full. ", 4))),
		&slides.Heading{Level: 3, Text: In("Third level")},
		centered, right,
		&slides.Quote{Blocks: []slides.Block{Para(T("Simplicity is prerequisite for reliability.")), Para(T("E. W. Dijkstra"))}},
		&slides.Alert{Kind: "note", Blocks: []slides.Block{Para(T("Take note."))}},
		&slides.Alert{Kind: "warning", Title: In("Careful"), Blocks: []slides.Block{Para(T("Mind the gap."))}},
		&slides.Rule{},
		&slides.Footnote{Name: "1", Text: In("A footnote.")},
		&slides.Footnote{Name: "2", Text: In("Another one, close to it.")},
	}
}

func listBlocks() []slides.Block {
	items := func(texts ...string) (out []*slides.Item) {
		for i, t := range texts {
			out = append(out, &slides.Item{Number: i + 9, Text: In(t)})
		}
		return out
	}
	outer := &slides.List{Newlines: 1, Items: items("one", "two, which is an item so long that it has to go on in a second row of the terminal, if not a third")}
	deeper := &slides.List{Newlines: 1, Depth: 2, Items: items("deepest")}
	inner := &slides.List{Newlines: 1, Depth: 1, Items: items("nested", "again")}
	inner.Items[1].Blocks = []slides.Block{deeper}
	outer.Items[0].Blocks = []slides.Block{inner}
	under := &slides.List{Newlines: 1, Depth: 1, Ordered: true, Start: 9, Delim: ')', Items: items("under", "the text")}
	numbered := &slides.List{Newlines: 2, Ordered: true, Start: 9, Delim: '.', Items: items("nine", "ten")}
	numbered.Items[0].Blocks = []slides.Block{Code(Snippet("sh", "make install", slides.NotExecutable, "")), &slides.Quote{Blocks: []slides.Block{Para(T("in an item"))}}}
	numbered.Items[1].Blocks = []slides.Block{under}
	joined := &slides.List{Newlines: 1, Depth: 1, Joined: true, Items: items("joined")}
	contents := &slides.Contents{Wide: true, More: 7}
	for i := range 11 {
		contents.Entries = append(contents.Entries, slides.Entry{Slide: i%5 + 1, Title: "Title " + strings.Repeat("and more ", i/2)})
	}
	return []slides.Block{
		outer, joined,
		numbered,
		contents, &slides.Contents{},
		&slides.Table{Aligns: []slides.Align{slides.AlignLeft, slides.AlignCenter, slides.AlignRight},
			Head: slides.Row{Cells: [][]slides.Inline{In("name"), In("state"), In("count")}},
			Rows: []slides.Row{
				{Cells: [][]slides.Inline{In("alpha"), In("✅"), In("1")}},
				{Cells: [][]slides.Inline{In("beta"), In("waiting"), In("1234")}},
			}},
		&slides.Table{Head: slides.Row{Cells: [][]slides.Inline{In("short"), In("long")}},
			Rows: []slides.Row{{Cells: [][]slides.Inline{In("x"), In(strings.Repeat("much text ", 12))}}}},
	}
}

func codeBlocks() []slides.Block {
	numbered := Snippet("go", "func main() {\n\tfmt.Println(\"hello\") // a comment\n}", slides.NotExecutable, "")
	numbered.Show.LineNumbers = true
	groups := Code(Snippet("python", "a = 1\nb = 2\nprint(a + b)", slides.NotExecutable, ""))
	groups.Frames = []slides.Frame{{Lines: []slides.Range{{From: 2, To: 3}}}}
	bare := Snippet("", "no background", slides.NotExecutable, "")
	bare.Show.NoBackground = true
	long := Snippet("bash", "echo "+strings.Repeat("0123456789", 14)+" # 日本語のとても長い行", slides.NotExecutable, "")
	return []slides.Block{Code(numbered), groups, Code(bare), Code(long)}
}

func otherBlocks() []slides.Block {
	src := []byte("# Title\n\n<!-- snippet_output: hullo -->\n")
	file := slides.NewFile("deck.md", "", src)
	pos := file.LineStart(3)
	pos.Off += 21
	return []slides.Block{
		&slides.Image{File: slides.NewFile("img/graph.png", "", nil), Alt: "The graph", Width: 50},
		&slides.Image{File: slides.NewFile("logo.svg", "", nil)},
		&slides.Gap{Lines: 2},
		&slides.Problem{Diag: slides.Diag{Pos: pos, Len: 5, Msg: `undefined snippet id "hullo"`, Hint: `did you mean "hello"?`}},
		&slides.Output{ID: "hullo"},
		&slides.Columns{Ratios: []int{1, 1, 1}, Cols: [][]slides.Block{{Para(T("left"))}, {}, {Para(T("right")), Para(T("below"))}}},
		&slides.Middle{},
		Para(T("in the middle")),
	}
}

package markdown

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark-emoji/definition"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The option common_markdown reads what people type for most other tools: task lists, bare links, names of emoji, and
// footnotes that are defined anywhere in the file. The reference shows all of that as it is written, so it is an option.

// commonParsers are the inline parsers of the option. Those of goldmark cost little for each character that may begin
// something, and a space may; so they are not limited like the others, whose tries a long text would use up.
func commonParsers() parser.Option {
	return parser.WithInlineParsers(
		util.Prioritized(placed{extension.NewTaskCheckBoxParser()}, 0),
		util.Prioritized(few(emojiParser{}), 170),
		util.Prioritized(placed{extension.NewLinkifyParser()}, 999),
	)
}

// placed notes where a parser's nodes begin, which goldmark does not.
type placed struct{ parser.InlineParser }

func (p placed) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	n := p.InlineParser.Parse(parent, block, pc)
	if n == nil {
		return nil
	}
	at := segment.Start
	if n.Kind() == ast.KindAutoLink && bytes.IndexByte([]byte(" *_~("), line[0]) >= 0 {
		at++
	}
	n.SetPos(at)
	return n
}

// CloseBlock ends a block. A checkbox has no end, and links need none.
func (p placed) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	if c, ok := p.InlineParser.(parser.CloseBlocker); ok {
		c.CloseBlock(parent, block, pc)
	}
}

// emoji is :name:.
type emoji struct {
	ast.BaseInline
	text string
}

var kindEmoji = ast.NewNodeKind("SlideEmoji")

func (*emoji) Kind() ast.NodeKind         { return kindEmoji }
func (n *emoji) Dump(src []byte, lvl int) { ast.DumpHelper(n, src, lvl, nil, nil) }

type emojiParser struct{}

func (emojiParser) Trigger() []byte { return []byte{':'} }

func (emojiParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	const longest = 64
	end := bytes.IndexByte(line[1:min(len(line), longest)], ':')
	if end < 1 || bytes.ContainsAny(line[1:1+end], " \t\\<`") {
		return nil
	}
	found, ok := definition.Github().Get(string(line[1 : 1+end]))
	if !ok || !found.IsUnicode() {
		return nil
	}
	n := &emoji{text: string(found.Unicode)}
	n.SetPos(segment.Start)
	block.Advance(end + 2)
	return n
}

// common converts the inlines of the option.
func (c *inliner) common(n ast.Node, at slides.Pos) ([]slides.Inline, bool) {
	switch n := n.(type) {
	case *emoji:
		return []slides.Inline{&slides.Text{At: at, Text: n.text}}, true
	case *east.TaskCheckBox:
		mark := "☐ "
		if n.IsChecked {
			mark = "☑ "
		}
		return []slides.Inline{&slides.Text{At: at, Text: mark}}, true
	}
	return nil, false
}

// notedAt is a footnote's name within a file.
type notedAt struct {
	file *slides.File
	name string
}

// noteRef is a slide that refers to a footnote.
type noteRef struct {
	notedAt
	slide *slides.Slide
	step  int
}

// refer notes that the current slide refers to a footnote of the current file.
func (b *builder) refer(name string) {
	if b.slide == nil || b.defining || !b.opts.CommonMarkdown {
		return
	}
	r := noteRef{notedAt{b.src.file, name}, b.slide.Slide, b.slide.due()}
	for i := len(b.refs) - 1; i >= 0 && b.refs[i].slide == r.slide; i-- {
		if b.refs[i].notedAt == r.notedAt {
			return
		}
	}
	b.refs = append(b.refs, r)
}

// define keeps a footnote for the slides that refer to it.
func (w walker) define(n *footnote) {
	w.defining = true
	f, stray := w.note(n)
	w.defining = false
	at := notedAt{w.src.file, n.name}
	if w.defs == nil {
		w.defs = map[notedAt]*slides.Footnote{}
	}
	if w.defs[at] != nil {
		w.warn(firstLine(f.At), "another footnote has this name already", "give each footnote a name of its own")
	} else {
		w.defs[at] = f
	}
	w.placeStrays(stray, "footnote")
}

// notes puts the footnotes below the slides that refer to them.
func (b *builder) notes() {
	used := map[notedAt]bool{}
	for _, r := range b.refs {
		def := b.defs[r.notedAt]
		if def == nil || strings.TrimSpace(r.name) == "" {
			continue
		}
		used[r.notedAt] = true
		f := *def
		f.Step = min(r.step, r.slide.Steps-1)
		b.dressBlock(&f)
		r.slide.Blocks = append(r.slide.Blocks, &f)
	}
	unused := slices.DeleteFunc(slices.Collect(maps.Keys(b.defs)), func(at notedAt) bool { return used[at] })
	slices.SortFunc(unused, func(x, y notedAt) int { return b.defs[x].At.Off - b.defs[y].At.Off })
	for _, at := range unused {
		b.warn(firstLine(b.defs[at].At), "no slide refers to this footnote, so none shows it", "refer to it with [^"+at.name+"]")
	}
}

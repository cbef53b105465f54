package markdown

import (
	"fmt"
	"strings"

	"github.com/slidexec/slidexec/slides"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// goldmark does not say whether a code block has a closing fence, nor where it is. An export inserts
// outputs after that line, so a guess is not good enough: a list item may end one block just where
// another one begins.

// fenceParser is goldmark's parser of fenced code blocks. It also records where they are closed.
type fenceParser struct{ parser.BlockParser }

var closedAt = []byte("closed-at") // attribute: an int, an offset on the line of the closing fence

func (p fenceParser) Continue(n ast.Node, r text.Reader, pc parser.Context) parser.State {
	_, line := r.PeekLine()
	state := p.BlockParser.Continue(n, r, pc)
	if state == parser.Close {
		n.SetAttribute(closedAt, line.Start)
	}
	return state
}

// fenceEnd returns the end of a fenced block and whether it is closed. A block without a closing
// fence ends with its container or the file.
func (b *builder) fenceEnd(n *ast.FencedCodeBlock) (end int, closed bool) {
	if at, ok := n.Attribute(closedAt); ok {
		return b.src.lineEnd(at.(int)), true
	}
	if k := n.Lines().Len(); k > 0 {
		return n.Lines().At(k - 1).Stop, false
	}
	return b.src.lineEnd(b.nodeStart(n)), false
}

// fenceMarks returns the backticks or tildes that text begins with.
func fenceMarks(text string) string {
	if text == "" || text[0] != '`' && text[0] != '~' {
		return "```"
	}
	return text[:len(text)-len(strings.TrimLeft(text, text[:1]))]
}

// unclosed reports a code block without a closing fence. The hint names the line before which the
// fence probably belongs.
func (w walker) unclosed(n *ast.FencedCodeBlock, at slides.Span) {
	until := "everything to the end of the file"
	if n.Parent() != nil && n.Parent().Kind() != ast.KindDocument {
		until = "everything to the end of the " + describeInside(n.Parent().Kind())
	}
	hint := until + " becomes code; end the code with " + fenceMarks(at.Text())
	if line, text := w.deckAgain(n); line > 0 {
		hint += fmt.Sprintf(" before line %d, %q", line, text)
		w.touched = true // the message has a line number, which changes with the lines above
	}
	w.failAt(firstLine(at), "code block is not closed", hint)
}

func describeInside(k ast.NodeKind) string {
	switch k {
	case ast.KindListItem:
		return "list item"
	case kindFootnote:
		return "footnote"
	}
	return "quote"
}

// deckAgain returns the first line of a block that looks like Markdown and not like code: a command,
// an underlined title or another fence. Line 0 stands for none.
func (w walker) deckAgain(n *ast.FencedCodeBlock) (line int, text string) {
	lines := w.codeLines(n.Lines())
	for i, l := range lines {
		trimmed := strings.TrimSpace(l.text)
		switch {
		case w.isCommand(trimmed), len(trimmed) > 3 && fenceMarks(trimmed) == "```" && trimmed[0] == '`':
			return l.at.Line(), trimmed
		case i > 0 && i+1 < len(lines) && strings.TrimSpace(lines[i-1].text) == "" && trimmed != "" &&
			isUnderline(lines[i+1].text):
			return l.at.Line(), trimmed
		}
	}
	return 0, ""
}

// isCommand reports whether a line begins with the comment of a command.
func (w walker) isCommand(line string) bool {
	body, ok := strings.CutPrefix(line, "<!--")
	return ok && w.commands[leadingWord(strings.TrimSpace(body))] != nil
}

// isUnderline reports whether a line would make the one before it a title.
func isUnderline(line string) bool {
	line = strings.TrimRight(line, " \t")
	return len(line) > 2 && strings.Trim(line, "=") == ""
}

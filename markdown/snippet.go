package markdown

import (
	"fmt"
	"strings"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/lang"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// codeLine is a line of a program, without its line ending, and its place in the source.
type codeLine struct {
	text string
	at   slides.Pos
	last bool // the program ends here, without a line feed
}

// fence adds a fenced code block.
func (w walker) fence(n *ast.FencedCodeBlock) {
	at := w.nodeSpan(n)
	_, closed := w.fenceEnd(n)
	if !closed {
		w.unclosed(n, at)
	}
	info := w.info(n)
	f := w.parseInfo(info)
	s := &slides.Snippet{At: at, Info: f.langAt.Pos, Slide: -1}
	lines := w.codeLines(n.Lines())
	if strings.EqualFold(f.lang, "file") {
		var ok bool
		if f.lang, lines, ok = w.fileBlock(s, f, n); !ok {
			return
		}
	}
	w.checkGlued(f.lang, f.langAt)
	l := w.language(f.lang)
	s.Lang, s.Word = l.Name, w.src.clean(f.lang)
	w.resolve(f, s, l)
	if f.env != "" && s.Exec.Mode != slides.NotExecutable {
		s.Env = w.envFile(f)
	}
	w.program(s, l, lines)
	code := w.code(s, at)
	if code.Unclosed = !closed; closed && (s.Exec.Mode != slides.NotExecutable || f.run) {
		w.filled = &fillable{at.File, &code.Filled}
	}
}

// code adds a snippet as a code block.
func (w walker) code(s *slides.Snippet, at slides.Span) *slides.Code {
	code := &slides.Code{Base: slides.Base{At: at}, Snippet: s}
	w.place(code)
	w.slide.frames(code)
	w.deck.Snippets = append(w.deck.Snippets, s)
	w.snippets = append(w.snippets, s)
	return code
}

// indented adds an indented code block. The reference refuses those.
func (w walker) indented(n *ast.CodeBlock) {
	at := w.nodeSpan(n)
	if strings.HasPrefix(at.Text(), "<!--") {
		w.failAt(firstLine(at), "the comment is code, because it is indented", "indent it less than 4 columns")
	} else {
		w.warn(firstLine(at), "indented text is shown as code",
			"put code between lines of ```, or indent text less than 4 columns")
	}
	s := &slides.Snippet{At: at, Info: at.Pos, Slide: -1}
	lines := w.codeLines(n.Lines())
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1].text) == "" {
		lines = lines[:len(lines)-1]
	}
	w.program(s, lang.Language{}, lines)
	w.code(s, at)
}

// info returns the info string of a fence.
func (b *builder) info(n *ast.FencedCodeBlock) infoString {
	if n.Info == nil {
		at := b.pos(b.src.lineEnd(b.nodeStart(n)))
		return infoString{at: at}
	}
	seg := n.Info.Segment
	return newInfo(string(seg.Value(b.src.text)), b.pos(seg.Start))
}

// codeLines returns the lines of a block without the indentation of the block.
func (b *builder) codeLines(segs *text.Segments) []codeLine {
	lines := make([]codeLine, segs.Len())
	for i := range lines {
		seg := segs.At(i)
		seg.ForceNewline = false // goldmark would append the line feed to the segment, and so write into the file
		line := strings.TrimSuffix(string(seg.Value(b.src.text)), "\n")
		lines[i] = codeLine{text: strings.TrimSuffix(line, "\r"), at: b.pos(seg.Start)}
	}
	return lines
}

// program fills in the code to run and the code to show. A hidden line is not shown, and the program
// gets it without its prefix.
func (b *builder) program(s *slides.Snippet, l lang.Language, lines []codeLine) {
	var code strings.Builder
	bare := slides.Pos{}
	src := b.src
	if s.External != nil {
		src = &source{dirty: true} // its bytes were not checked
	}
	first := slides.Pos{}
	for _, ln := range lines {
		line, at, hidden := ln.text, ln.at, false
		if l.Hidden != "" {
			line, hidden = strings.CutPrefix(ln.text, l.Hidden)
		}
		code.WriteString(line)
		if l.Hidden != "" || !ln.last {
			code.WriteByte('\n')
		}
		number := 0
		switch {
		case hidden:
			s.Show.Hidden++
			if !first.IsValid() {
				first = at
			}
			at.Off += len(l.Hidden) // compilers do not see the prefix and count columns after it
		default:
			shown := src.clean(ln.text)
			if s.Show.Tabbed == nil && strings.IndexByte(shown, '\t') >= 0 {
				s.Show.Tabbed = append(make([]string, 0, len(lines)), s.Show.Lines...)
			}
			if s.Show.Tabbed != nil {
				s.Show.Tabbed = append(s.Show.Tabbed, shown)
			}
			s.Show.Lines = append(s.Show.Lines, strings.ReplaceAll(shown, "\t", "    "))
			number = len(s.Show.Lines)
		}
		s.Lines, s.Numbers = append(s.Lines, at), append(s.Numbers, number)
		if l.Hidden != "" && !bare.IsValid() && ln.text == strings.TrimRight(l.Hidden, " ") {
			bare = ln.at
		}
	}
	s.Code = code.String()
	b.warnHidden(s, l, first, bare)
}

// warnHidden warns if the author probably did not mean to hide lines, because the code is only shown.
// It also warns about a prefix without its space: that line is shown and is part of the program.
func (b *builder) warnHidden(s *slides.Snippet, l lang.Language, first, bare slides.Pos) {
	if first.IsValid() && s.Exec.Mode == slides.NotExecutable {
		b.warn(slides.Span{Pos: first, End: first.Off + len(l.Hidden)},
			fmt.Sprintf("%s not shown: lines that begin with %q are hidden in %s",
				count(s.Show.Hidden, "line is", "lines are"), l.Hidden, l.Name),
			"indent the line, or leave the language out, to show it")
	}
	if bare.IsValid() && first.IsValid() && s.Exec.Mode != slides.NotExecutable {
		b.warn(slides.Span{Pos: bare, End: bare.Off + len(strings.TrimRight(l.Hidden, " "))},
			fmt.Sprintf("this line is not hidden: the prefix is %q", l.Hidden),
			"add the space; without it, the line is part of the program")
	}
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// isFilled reports whether a block is the output that an earlier export put right after a program or
// a placeholder, and records it: the deck does not show it, and the next export replaces it. An
// unclosed block may hold the rest of the deck, so it does not count.
func (w walker) isFilled(n *ast.FencedCodeBlock) bool {
	to := w.filled
	w.filled = nil
	if to == nil || to.file != w.src.file || w.info(n).text != "output" {
		return false
	}
	if _, closed := w.fenceEnd(n); !closed {
		return false
	}
	*to.span = w.nodeSpan(n)
	w.slide.extend(*to.span)
	return true
}

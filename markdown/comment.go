package markdown

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/yaml"
	"github.com/yuin/goldmark/ast"
)

// comments handles an HTML block that begins with a comment. Text may follow its comments.
func (w walker) comments(n *ast.HTMLBlock) {
	w.eachComment(n, w.comment)
}

const listItem = "list item"

// nestedComments handles comments inside a list item or a quote, after the container was added. It
// refuses commands that would cut the container in two.
func (w walker) nestedComments(n *ast.HTMLBlock, in string) {
	w.eachComment(n, func(whole slides.Span, from, to int) {
		r := w.readComment(from, to)
		if r.cmd != nil && r.err == nil && !r.cmd.inside && !(r.cmd.inItem && in == listItem) {
			w.failAt(r.at, r.cmd.name+" cannot stand inside a "+in, "do not indent the comment")
			return
		}
		w.comment(whole, from, to)
	})
}

// isPause reports whether a block inside a list item is a pause and nothing else.
func (w walker) isPause(n ast.Node) bool {
	h, ok := n.(*ast.HTMLBlock)
	if !ok || h.HTMLBlockType != ast.HTMLBlockType2 {
		return false
	}
	text := strings.TrimSpace(w.nodeSpan(n).Text())
	body, ok := strings.CutSuffix(strings.TrimPrefix(text, "<!--"), "-->")
	return ok && strings.TrimSpace(body) == "pause"
}

// eachComment calls f with every comment of the block and the offsets of the comment's body. It
// shows the text between comments.
func (w walker) eachComment(n *ast.HTMLBlock, f func(whole slides.Span, from, to int)) {
	block := w.nodeSpan(n)
	src := w.src.text
	for at := block.Off; at < block.End; {
		if src[at] <= ' ' {
			at++
			continue
		}
		if !bytes.HasPrefix(src[at:block.End], []byte("<!--")) {
			at = w.behindComment(at, block.End)
			continue
		}
		body := at + len("<!--")
		n := bytes.Index(src[body:block.End], []byte("-->"))
		if n < 0 {
			w.failAt(w.span(at, body), "comment is not closed", "end it with -->; slidexec leaves out everything behind the comment")
			return
		}
		f(w.span(at, body+n+len("-->")), body, body+n)
		at = body + n + len("-->")
	}
}

// behindComment shows text that follows a comment on its line, and returns the end of that text.
func (w walker) behindComment(at, end int) int {
	if i := bytes.Index(w.src.text[at:end], []byte("<!--")); i >= 0 {
		end = at + i
	}
	span := w.span(at, w.trimEnd(at, end))
	w.warn(firstLine(span), "text behind a comment on the same line", "begin a new line after -->")
	w.slide.content = true
	w.filled = nil
	text := w.src.clean(strings.Join(strings.Fields(span.Text()), " "))
	w.place(&slides.Paragraph{Base: slides.Base{At: span}, Text: []slides.Inline{&slides.Text{At: span.Pos, Text: text}}})
	return end
}

// reading is the result of reading a comment.
type reading struct {
	word     string      // the first word, if it could be a command
	at       slides.Span // of the word, or of the mistake
	cmd      *command    // nil: unknown
	value    *yaml.Value
	err      error
	prefixed bool // the comment begins with the deck's command prefix, or the deck has none
	text     string
}

// readComment reads the body of a comment as YAML: a command or a command and its argument.
func (b *builder) readComment(from, to int) reading {
	src := b.src.file.Src
	from, to = trimSpan(src, from, to)
	r := reading{prefixed: b.opts.CommandPrefix == ""}
	for p := b.opts.CommandPrefix; p != "" && bytes.HasPrefix(src[from:to], []byte(p)); from += len(p) {
		r.prefixed = true
	}
	from, to = trimSpan(src, from, to)
	r.text = string(src[from:to])
	r.at = firstLine(b.span(from, to))
	r.word = leadingWord(r.text)
	if r.word != "" {
		r.at.End = from + len(r.word)
		r.cmd = b.commands[r.word]
	}
	if r.text == r.word {
		return r
	}
	if v, ok := b.plainValue(r.text, r.word, from); ok {
		r.value = &v
		return r
	}
	v, err := yaml.Cut(b.src.file, from, to).Parse()
	b.readYAML(&r, v, err)
	return r
}

// readYAML completes r with the YAML value of a comment's body.
func (b *builder) readYAML(r *reading, v yaml.Value, err error) {
	var bad *yaml.Error
	switch {
	case errors.As(err, &bad):
		r.at, r.err = bad.At, bad
	case v.Kind == yaml.Map && len(v.Fields) == 1:
		r.word, r.at = v.Fields[0].Key, v.Fields[0].At
		r.cmd, r.value = b.commands[r.word], &v.Fields[0].Value
	case v.Kind == yaml.Map && r.cmd != nil && r.cmd.arg == argText:
		r.at, r.err = v.Fields[1].At, errIndent
	case v.Kind == yaml.Map && len(v.Fields) > 1:
		r.at, r.err = v.Fields[1].At, errors.New("a comment holds one command")
	case v.Kind == yaml.String:
		if r.word = v.Text; b.commands[v.Text] != nil {
			r.cmd = b.commands[v.Text]
		} else if r.cmd != nil {
			r.err = fmt.Errorf("unexpected text behind %s", r.cmd.name)
		}
	default:
		r.cmd, r.err = nil, errors.New("not a command")
	}
}

// trimSpan moves both ends of a stretch inward over white space.
func trimSpan(src []byte, from, to int) (int, int) {
	for from < to && src[from] <= ' ' {
		from++
	}
	for to > from && src[to-1] <= ' ' {
		to--
	}
	return from, to
}

// plainValue reads "word: value" without the YAML parser, which would be slow: decks have thousands
// of these. The value must be a number, a list of numbers or text without a special meaning in YAML.
func (b *builder) plainValue(text, word string, from int) (yaml.Value, bool) {
	rest, ok := strings.CutPrefix(text[len(word):], ": ")
	if word == "" || !ok || rest == "" {
		return yaml.Value{}, false
	}
	from += len(text) - len(rest)
	if inner, ok := strings.CutPrefix(rest, "["); ok {
		return b.plainList(inner, from)
	}
	return b.plainScalar(rest, from)
}

// plainList reads a list of numbers, from after its opening bracket.
func (b *builder) plainList(inner string, from int) (yaml.Value, bool) {
	items, ok := strings.CutSuffix(inner, "]")
	list := yaml.Value{Kind: yaml.List, At: b.span(from, from+1)}
	from++
	for item := range strings.SplitSeq(items, ",") {
		bare := strings.Trim(item, " ")
		v, plain := b.plainScalar(bare, from+strings.Index(item, bare))
		if !plain || v.Kind != yaml.Int {
			return yaml.Value{}, false
		}
		list.Items = append(list.Items, v)
		from += len(item) + 1
	}
	return list, ok
}

func (b *builder) plainScalar(text string, from int) (yaml.Value, bool) {
	if text == "" {
		return yaml.Value{}, false
	}
	v := yaml.Value{Kind: yaml.Int, Text: text, At: b.span(from, from+len(text))}
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
		case c|0x20 >= 'a' && c|0x20 <= 'z', i > 0 && (c == '_' || c == ' ' && text[i-1] != ' '):
			v.Kind = yaml.String
		default:
			return yaml.Value{}, false
		}
	}
	if v.Kind == yaml.Int {
		return v, len(text) < 10 && (text[0] != '0' || text == "0")
	}
	// Text with a leading digit may be a number in YAML, and some words are not text there.
	word := strings.ToLower(text)
	return v, text[0] > '9' && word != "true" && word != "false" && word != "null"
}

// errIndent says that YAML reads the text of a command as the next key.
var errIndent = errors.New("the text is not indented")

// leadingWord returns the word at the start of text, made of the characters of command names.
func leadingWord(text string) string {
	n := 0
	for n < len(text) && isWord(text[n:n+1]) {
		n++
	}
	return text[:n]
}

// comment applies the command of a comment, or reports why the comment is not a command.
func (b *builder) comment(whole slides.Span, from, to int) {
	body := b.src.file.Src[from:to]
	greedy := bytes.Contains(body, []byte("<!--"))
	if greedy {
		b.ignored(firstLine(whole), "the comment has no --> on its line, so it reaches to the next --> and swallows the comment there",
			"close it with --> on its own line")
	}
	r := b.readComment(from, to)
	if r.cmd != nil && r.err == nil {
		a, err := r.cmd.read(r.value, arg{comment: whole, at: r.at})
		if err == nil {
			b.warnCut(r, a)
			r.cmd.apply(b, a)
			return
		}
		r.err, r.at = err, a.at
	}
	if greedy || plainComment(r.text) {
		return
	}
	b.badComment(r, bytes.ContainsAny(bytes.TrimSpace(body), "\n"))
}

// warnCut warns if YAML reads the end of a text as a YAML comment.
func (b *builder) warnCut(r reading, a arg) {
	if r.cmd.arg != argText || strings.Contains(r.text, "\n") || a.at.Off < 0 {
		return
	}
	quote := b.src.file.Src[a.at.Off]
	i := strings.Index(r.text, " #")
	if i < 0 || quote == '"' || quote == '\'' || strings.Contains(a.text, " #") {
		return
	}
	from := a.comment.Off + strings.Index(a.comment.Text(), r.text) + i + 1
	b.warn(b.span(from, from+len(r.text)-i-1), "YAML leaves out this text: # begins a comment",
		fmt.Sprintf("quote the text: <!-- %s: \"…\" -->", r.cmd.name))
}

// plainComment reports whether a comment is by convention not a command: fold markers, modelines, slashes.
func plainComment(text string) bool {
	return text == "{{{" || text == "}}}" || strings.HasPrefix(text, "vim:") || strings.HasPrefix(text, "//")
}

// badComment reports a comment that is not a command. If the author meant a command, this is an
// error; if the comment may be prose, it is a warning.
func (b *builder) badComment(r reading, multiline bool) {
	names := b.commandNames()
	near := text.Nearest(r.word, names)
	if !r.prefixed {
		if near != "" && r.cmd == nil || r.cmd != nil {
			b.ignored(r.at, "comment is ignored: "+b.commentMsg(r), b.commentHint(r, near))
		}
		return
	}
	oneWord := r.word != "" && isWord(r.word) && (r.text == r.word || r.value != nil ||
		strings.HasPrefix(r.text[min(len(leadingWord(r.text)), len(r.text)):], ":"))
	switch {
	case multiline:
		b.ignored(r.at, "comment is ignored: "+b.commentMsg(r), b.commentHint(r, near))
	case r.text == "":
		b.ignored(r.at, "empty comment", "")
	case r.cmd != nil || oneWord:
		b.failAt(r.at, b.commentMsg(r), b.commentHint(r, near))
	default:
		b.ignored(r.at, "comment is not a command and is ignored", b.commentHint(r, near))
	}
}

func (b *builder) commentMsg(r reading) string {
	switch {
	case r.cmd == nil && isWord(r.word):
		return fmt.Sprintf("unknown command %q", r.word)
	case r.err != nil && r.cmd != nil && strings.HasPrefix(r.err.Error(), r.cmd.name):
		return r.err.Error()
	case r.err != nil && r.cmd != nil:
		return r.cmd.name + ": " + r.err.Error()
	}
	return "not a command"
}

// commentHint suggests a replacement for a bad comment.
func (b *builder) commentHint(r reading, near string) string {
	const plain = "write <!-- // … --> for a plain comment"
	switch {
	case r.cmd != nil && (isYAML(r.err) || r.err == errIndent) && r.cmd.arg == argText:
		return fmt.Sprintf("quote text that has a colon or #: <!-- %s: \"…\" -->, or indent it below %[1]s: |", r.cmd.name)
	case r.cmd != nil:
		return fmt.Sprintf("as in <!-- %s -->", r.cmd.example)
	case near != "":
		return fmt.Sprintf("did you mean %q? %s", near, plain)
	case isWord(r.word):
		return join("commands: "+strings.Join(b.commandNames(), ", "), plain)
	}
	return plain
}

func isYAML(err error) bool {
	var bad *yaml.Error
	return errors.As(err, &bad)
}

func (b *builder) commandNames() []string {
	var names []string
	for _, c := range b.commands {
		names = append(names, c.name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// ignored reports a comment without effect: a warning, or an error if the configuration is strict.
func (b *builder) ignored(at slides.Span, msg, hint string) {
	if b.cfg.Strict {
		b.failAt(at, msg, hint)
		return
	}
	b.warn(at, msg, hint)
}

// isWord reports whether s could be a command or key: letters, digits, underscores and dashes.
func isWord(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c == '_' || c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z') {
			return false
		}
	}
	return true
}

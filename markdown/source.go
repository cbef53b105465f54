package markdown

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// source is a file being parsed. goldmark reads text: the file with the byte order mark and the front
// matter blanked out, so that offsets in text are offsets in the file.
type source struct {
	file   *slides.File
	text   []byte
	front  [2]int // the YAML between the delimiters, both 0 without a front matter
	body   int    // offset after the byte order mark and the front matter
	dir    string // the directory at which relative paths start
	dirty  bool   // the file has bytes that are not UTF-8, or NUL bytes
	parent *source
	at     slides.Span // the include comment in parent
}

const bom = "\xef\xbb\xbf"

func newSource(file *slides.File, dir string) *source {
	s := &source{file: file, text: file.Src, dir: dir}
	if bytes.HasPrefix(s.text, []byte(bom)) {
		s.body = len(bom)
	}
	if from, to, end, ok := splitFront(s.text[s.body:]); ok {
		s.front = [2]int{s.body + from, s.body + to}
		s.body += end
	}
	if s.body > 0 {
		s.text = append(bytes.Repeat([]byte{'\n'}, s.body), s.text[s.body:]...)
	}
	return s
}

// lines returns src with line feeds. If lines end in a carriage return alone, as on old machines, it
// replaces those; any other file stays as it is.
func lines(src []byte) []byte {
	if bytes.IndexByte(src, '\r') < 0 || bytes.IndexByte(src, '\n') >= 0 {
		return src
	}
	return bytes.ReplaceAll(src, []byte{'\r'}, []byte{'\n'})
}

// splitFront finds the front matter. It returns the offsets of its YAML, and of the text after it.
func splitFront(text []byte) (from, to, end int, ok bool) {
	first, _, _ := bytes.Cut(text, []byte{'\n'})
	if !delimiter(first) || len(first) == len(text) {
		return 0, 0, 0, false
	}
	from = len(first) + 1
	for at := from; at < len(text); {
		line, _, more := bytes.Cut(text[at:], []byte{'\n'})
		next := at + len(line)
		if more {
			next++
		}
		if delimiter(line) {
			return from, at, next, at > from
		}
		at = next
	}
	return 0, 0, 0, false
}

func delimiter(line []byte) bool { return string(bytes.TrimRight(line, " \t\r")) == "---" }

// unclosedFront reports whether the file begins with a front matter that has no end.
func (s *source) unclosedFront() bool {
	rest, ok := bytes.CutPrefix(bytes.TrimPrefix(s.file.Src, []byte(bom)), []byte("---"))
	if !ok || s.front[1] > 0 {
		return false
	}
	lines := strings.SplitN(string(rest[:min(len(rest), 1000)]), "\n", 3)
	if len(lines) < 2 || strings.TrimSpace(lines[0]) != "" {
		return false
	}
	key, _, ok := strings.Cut(lines[1], ":")
	return ok && isWord(key)
}

// checkBytes reports the first byte of the current file that is not text.
func (b *builder) checkBytes() {
	src := b.src.file.Src
	if i := text.Invalid(src); i >= 0 {
		b.src.dirty = true
		b.fail(slides.Diag{Pos: b.pos(i), Len: 1, Msg: fmt.Sprintf("not UTF-8: byte 0x%02x", src[i]),
			Hint: notUTF8Hint(src)})
	}
	if i := bytes.IndexByte(src, 0); i >= 0 {
		b.src.dirty = true
		b.fail(slides.Diag{Pos: b.pos(i), Len: 1, Msg: "NUL byte in the text",
			Hint: "is this a text file? NUL bytes are shown as \ufffd"})
	}
}

func notUTF8Hint(src []byte) string {
	if bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")) {
		return "the file looks like UTF-16; save it as UTF-8"
	}
	return "save the file as UTF-8; until then the byte is shown as \ufffd"
}

// clean returns text that is safe to show: U+FFFD replaces bytes that are not text.
func (s *source) clean(text string) string {
	if !s.dirty {
		return text
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "\ufffd")
}

// lineEnd returns the offset of the end of the line at off, without its line ending and trailing
// blanks.
func (s *source) lineEnd(off int) int {
	end := len(s.text)
	if i := bytes.IndexByte(s.text[off:], '\n'); i >= 0 {
		end = off + i
	}
	for end > off && strings.IndexByte(" \t\r", s.text[end-1]) >= 0 {
		end--
	}
	return end
}

// nextLine returns the offset of the line after the one at off, at most the file's end.
func (s *source) nextLine(off int) int {
	if i := bytes.IndexByte(s.text[off:], '\n'); i >= 0 {
		return off + i + 1
	}
	return len(s.text)
}

// lineStart returns the offset of the start of the line at off.
func (s *source) lineStart(off int) int { return bytes.LastIndexByte(s.text[:off], '\n') + 1 }

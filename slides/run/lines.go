package run

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strconv"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/internal/text"
	"github.com/slidexec/slidexec/slides"
)

// Compilers and interpreters name a place as file:line, and the file is one that no author wrote.
// A relocator puts the deck's own name and line there while the output streams through: rustc's
// "snippet.rs:12:5" becomes "deck.md:34:5", Python's `File "/box/snippet.py", line 3` becomes
// `File "deck.md", line 34`. Colours around and between the parts stay.

// relocator rewrites one stream. It holds back only what may still turn into a place: the rest of
// a line that names the file, or an end that may be the beginning of the name.
type relocator struct {
	name  []byte // the program's file name
	place *regexp.Regexp
	lines []slides.Pos
	skip  int      // lines of the file that are before the program's first
	paths [][]byte // the ways to write the name, the longest first
	tail  []byte   // the last bytes that were let through
	held  []byte
}

// most bounds how much of a line without an end is held back.
const most = 4 << 10

// separator is what stands between name and line: rustc, gcc, go, node, ruby ":"; bash ": line ";
// dash ": "; Python `", line `; perl " line "; php " on line "; fish " (line "; MSVC and tsc "(".
const separator = `(?::|: line |: |, line | line | on line | \(line |\()`

const sgr = `(?:\x1b\[[0-9;]*[mK])*`

// newRelocator returns nil where there is nothing to rewrite: a nil relocator passes everything.
func newRelocator(file string, lines []slides.Pos, skip int) *relocator {
	if len(lines) == 0 || !lines[0].IsValid() {
		return nil
	}
	place := regexp.MustCompile(`(\./|` + boxDir + `/(?:pkg/)?)?` + regexp.QuoteMeta(file) +
		`(?:(` + sgr + `"?` + sgr + separator + sgr + `)(\d+)(?:(:|, )(\d+))?)?`)
	return &relocator{
		name: []byte(file), place: place, lines: lines, skip: skip,
		paths: [][]byte{[]byte(boxDir + "/pkg/" + file), []byte(boxDir + "/" + file), []byte("./" + file), []byte(file)},
	}
}

// write returns what of the stream can be shown after p.
func (r *relocator) write(p []byte) []byte {
	if r == nil {
		return p
	}
	if len(r.held) > 0 {
		p = append(r.held, p...)
		r.held = nil
	}
	end := r.safe(p)
	r.held = bytes.Clone(p[end:])
	return r.rewrite(p[:end])
}

// flush returns what is still held back.
func (r *relocator) flush() []byte {
	if r == nil {
		return nil
	}
	p := r.held
	r.held = nil
	return r.rewrite(p)
}

// safe returns how much of p no later byte can change the meaning of.
func (r *relocator) safe(p []byte) int {
	line := bytes.LastIndexByte(p, '\n') + 1
	rest := p[line:]
	if len(rest) > most {
		return len(p)
	}
	if i := bytes.Index(rest, r.name); i >= 0 {
		return line + max(0, i-len(r.paths[0])+len(r.name)) // the directory before the name belongs to it
	}
	for n := min(len(r.paths[0])-1, len(rest)); n > 0; n-- {
		for _, path := range r.paths {
			if bytes.HasPrefix(path, rest[len(rest)-n:]) {
				return len(p) - n
			}
		}
	}
	return len(p)
}

// rewrite replaces every place in p.
func (r *relocator) rewrite(p []byte) []byte {
	if len(p) == 0 {
		return nil
	}
	before := r.tail
	r.tail = lastBytes(append(bytes.Clone(r.tail), lastBytes(p)...))
	if !bytes.Contains(p, r.name) {
		return p
	}
	var out []byte
	last := 0
	for _, m := range r.place.FindAllSubmatchIndex(p, -1) {
		if partOfName(append(bytes.Clone(before), lastBytes(p[:m[0]])...), p[m[0]]) {
			continue
		}
		if as, end := r.translate(p, m); as != nil {
			out = append(append(out, p[last:m[0]]...), as...)
			last = end
		}
	}
	return append(out, p[last:]...)
}

// translate returns what replaces a match of place, and where in p that ends; nil leaves it as it
// is. The groups of m are directory, separator, line, separator, column.
func (r *relocator) translate(p []byte, m []int) ([]byte, int) {
	if m[6] < 0 { // no line
		if m[2] < 0 || p[m[2]] != '/' || m[1] < len(p) && partOfName(p[:m[1]+1], 0) {
			return nil, 0
		}
		return []byte(shownFile(r.lines[0])), m[1]
	}
	line, err := strconv.Atoi(string(p[m[6]:m[7]]))
	pos, ok := r.at(line)
	if err != nil || !ok {
		return nil, 0
	}
	out := fmt.Appendf(nil, "%s%s%d", shownFile(pos), p[m[4]:m[5]], pos.Line())
	if m[10] >= 0 {
		if col, err := strconv.Atoi(string(p[m[10]:m[11]])); err == nil {
			return fmt.Appendf(out, "%s%d", p[m[8]:m[9]], pos.Col()+col-1), m[11]
		}
	}
	return out, m[7]
}

// shownFile names a file within a program's output. Its name is not the program's, so it gets no
// further on a terminal than other names do.
func shownFile(pos slides.Pos) string { return text.Line(path.Base(pos.File.Name)) }

// lastBytes returns the end of p: more than a colour sequence before a name.
func lastBytes(p []byte) []byte { return p[max(0, len(p)-64):] }

var colours = pattern.New(sgr + `$`)

// partOfName reports whether what is before a match, colours aside, makes it the end of another
// name or path. first is the match's first byte.
func partOfName(before []byte, first byte) bool {
	before = lastBytes(before)
	before = before[:colours().FindIndex(before)[0]]
	if len(before) == 0 {
		return false
	}
	c := before[len(before)-1]
	return c == '_' || c == '-' || c == '.' || c >= 0x80 || c == '/' && first != '/' ||
		'0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// at returns the place of a line of the file. The line after the last is where a compiler finds
// that something is missing: it is the end of the program.
func (r *relocator) at(line int) (slides.Pos, bool) {
	i := line - r.skip - 1
	if i == len(r.lines) {
		i--
	}
	if i < 0 || i >= len(r.lines) || !r.lines[i].IsValid() {
		return slides.Pos{}, false
	}
	return r.lines[i], true
}

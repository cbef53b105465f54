package slides

import (
	"bytes"
	"fmt"
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/internal/text"
)

// Compilers and interpreters name a place as file:line, and no author wrote that file. A result
// keeps their words as they came, since the program may move in its deck while the result stays; a
// Placer translates them for display. For the author, rustc's "snippet.rs:12:5" becomes
// "deck.md:34:5", and Python's `File "/box/snippet.py", line 3` becomes `File "deck.md", line 34`.
// The audience sees no deck but a block with numbered lines: there it becomes "snippet.rs:10:5".
// Colours around and between the parts stay.

// Naming says how the places in an output are numbered.
type Naming int

// Namings.
const (
	BySlide Naming = iota // lines of the program's own file, as the block shows them
	ByDeck                // file, line and column of the deck
)

// Program describes the file of a program in the words of its language's tools.
type Program struct {
	File   string // its name; "": nothing in the output is a place
	Dir    string // its folder, "/box"
	Before int    // lines of ours before the program's first
	Stdout bool   // its standard output names places, too, not only its compiler's
}

// Placed returns r with the places in its output named for display.
func (r Result) Placed(s *Snippet, by Naming) Result {
	r.Log = (&Placer{By: by}).Placed(s, r)
	return r
}

// A Placer translates an output that grows: each call looks only at the new part. The zero Placer
// is ready for use; it is for one snippet and one goroutine.
type Placer struct {
	By Naming

	of      *Snippet
	program Program
	seen    []Chunk // chunks that are translated already
	out     []Chunk
	streams [2]*relocator
}

// Placed returns the output of r, of the snippet s, with its places named for display. A chunk that
// an earlier call returned stays the same as long as the output only grows. Text that may still
// turn into a place is held back until the run has ended.
func (p *Placer) Placed(s *Snippet, r Result) []Chunk {
	if s == nil || r.Program.File == "" {
		return r.Log
	}
	if p.of != s || p.program != r.Program || !grown(p.seen, r.Log) {
		p.of, p.program, p.seen, p.out = s, r.Program, nil, nil
		p.streams = newRelocators(s, r.Program, p.By)
	}
	for _, c := range r.Log[len(p.seen):] {
		if n := len(p.seen); n > 0 && r.Log[n-1].Build != c.Build {
			p.out = p.flush(p.out, r.Log[n-1])
		}
		p.seen = r.Log[:len(p.seen)+1]
		to := p.streams[0]
		if c.Stderr {
			to = p.streams[1]
		} else if !c.Build && !r.Program.Stdout {
			to = nil // a program's own standard output names no places of the deck
		}
		if c.Data = to.write(c.Data); len(c.Data) > 0 {
			p.out = append(p.out, c)
		}
	}
	if r.State != Done {
		return p.out[:len(p.out):len(p.out)]
	}
	out := p.out
	if n := len(r.Log); n > 0 {
		out = p.flush(out, r.Log[n-1])
	}
	*p = Placer{By: p.By}
	return out
}

// flush appends the text held back after the chunk last.
func (p *Placer) flush(out []Chunk, last Chunk) []Chunk {
	for i, s := range p.streams {
		if data := s.flush(); len(data) > 0 {
			out = append(out, Chunk{Stderr: i == 1, Build: last.Build, At: last.At, Data: data})
		}
	}
	return out
}

// grown reports whether now begins with the same chunks as before.
func grown(before, now []Chunk) bool {
	if len(now) < len(before) {
		return false
	}
	if len(before) == 0 || &before[0] == &now[0] { // a log never changes its earlier chunks
		return true
	}
	for i, c := range before {
		n := now[i]
		if len(c.Data) != len(n.Data) || c.Stderr != n.Stderr || len(c.Data) > 0 && &c.Data[0] != &n.Data[0] {
			return false
		}
	}
	return true
}

// Says returns the remark on r, with its place named for display.
func (r Result) Says(s *Snippet, by Naming) string {
	if r.Remark.Line == 0 || s == nil {
		return r.Remark.Says
	}
	if to := newRelocators(s, r.Program, by)[0]; to != nil {
		if place, ok := to.called(r.Remark.Line+r.Program.Before, []byte(":"), nil, nil); ok {
			return string(place) + ": " + r.Remark.Says
		}
	}
	return r.Remark.Says
}

// relocator rewrites one stream. It holds back only text that may still turn into a place: the rest
// of a line that names the file, or an end that may begin the name. A nil relocator passes
// everything.
type relocator struct {
	of    *Snippet
	by    Naming
	file  Program
	name  []byte   // the program's file name
	paths [][]byte // the ways to write the name, the longest first
	tail  []byte   // the last bytes that were passed on
	held  []byte
	place *regexp.Regexp // nil: there was none yet
}

// most bounds how much of a line without an end is held back.
const most = 4 << 10

// separator matches the text between name and line: rustc, gcc, go, node, ruby ":"; bash ": line ";
// dash ": "; dot ": syntax error in line "; Python `", line `; perl " line "; php " on line "; fish " (line "; MSVC and tsc "(".
const separator = `(?::|: line |: syntax error in line |: |, line | line | on line | \(line |\()`

const sgr = `(?:\x1b\[[0-9;]*[mK])*`

// newRelocators returns the relocators of stdout and stderr, nil if the snippet's lines have no
// places.
func newRelocators(s *Snippet, p Program, by Naming) (r [2]*relocator) {
	if by == ByDeck && (len(s.Lines) == 0 || !s.Lines[0].IsValid()) || by == BySlide && len(s.Numbers) == 0 {
		return r
	}
	for i := range r {
		r[i] = &relocator{of: s, by: by, file: p, name: []byte(p.File), paths: [][]byte{
			[]byte(p.Dir + "/pkg/" + p.File), []byte(".." + p.Dir + "/" + p.File), []byte(p.Dir + "/" + p.File), []byte("./" + p.File), []byte(p.File)}}
	}
	return r
}

// write returns the text of the stream that can be shown after p.
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

// flush returns the text that is still held back.
func (r *relocator) flush() []byte {
	if r == nil {
		return nil
	}
	p := r.held
	r.held = nil
	return r.rewrite(p)
}

// safe returns the length of the part of p whose meaning no later byte can change.
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
	if r.place == nil {
		r.place = regexp.MustCompile(`(\./|(?:\.\.)?` + regexp.QuoteMeta(r.file.Dir) + `/(?:pkg/)?)?` + regexp.QuoteMeta(r.file.File) +
			`(?:(` + sgr + `"?` + sgr + separator + sgr + `)(\d+)(?:(:|, |,)(\d+))?)?`)
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

// translate returns the replacement for a match of place, and its end in p; nil leaves the match as
// it is. The groups of m are directory, separator, line, separator, column.
func (r *relocator) translate(p []byte, m []int) ([]byte, int) {
	if m[6] < 0 { // no line
		if m[2] < 0 || p[m[2]] != '/' || m[1] < len(p) && partOfName(p[:m[1]+1], 0) {
			return nil, 0
		}
		return []byte(r.shownFile(0)), m[1]
	}
	line, err := strconv.Atoi(string(p[m[6]:m[7]]))
	if err != nil {
		return nil, 0
	}
	if m[10] >= 0 && string(p[m[8]:m[9]]) == "," && !bytes.Contains(p[m[4]:m[5]], []byte("(")) {
		m[10] = -1 // only in brackets a bare comma stands before a column
	}
	if m[10] >= 0 {
		if out, ok := r.called(line, p[m[4]:m[5]], p[m[8]:m[9]], p[m[10]:m[11]]); ok {
			return out, m[11]
		}
		return nil, 0
	}
	out, ok := r.called(line, p[m[4]:m[5]], nil, nil)
	if !ok {
		return nil, 0
	}
	return out, m[7]
}

// called writes a place with its own separators; column is nil if it has none.
func (r *relocator) called(line int, sep, colSep, column []byte) ([]byte, bool) {
	i, ok := r.index(line)
	if !ok {
		return nil, false
	}
	if r.by == ByDeck {
		pos := r.of.Lines[i]
		out := fmt.Appendf(nil, "%s%s%d", r.shownFile(i), sep, pos.Line())
		if col, err := strconv.Atoi(string(column)); err == nil {
			out = fmt.Appendf(out, "%s%d", colSep, pos.Col()+min(col, math.MaxInt-pos.Col())-1)
		}
		return out, true
	}
	if number := r.of.Numbers[i]; number > 0 {
		return fmt.Appendf(nil, "%s%s%d%s%s", r.shownFile(i), sep, number, colSep, column), true
	}
	return append([]byte(r.shownFile(i)), hiddenLine(string(sep))...), true
}

// hiddenLine replaces separator, line and column if the slide does not show the line:
// `snippet.rs:3:5` becomes "snippet.rs, hidden line", and `"snippet.py", line 3` `"snippet.py",
// hidden line`.
func hiddenLine(sep string) string {
	const line = "hidden line"
	switch {
	case strings.Contains(sep, "line "):
		return strings.Replace(sep, "line ", line, 1)
	case strings.Contains(sep, ":"):
		return strings.Replace(strings.Replace(sep, ": ", ":", 1), ":", ", "+line, 1)
	}
	return sep + line // of tsc and fish, in brackets
}

// shownFile names the file of line i of the program. The program's author did not choose a deck's
// name, so it becomes one harmless line as other names do.
func (r *relocator) shownFile(i int) string {
	switch {
	case r.by == ByDeck:
		return text.Line(path.Base(r.of.Lines[i].File.Name))
	case r.of.External != nil: // as in the block's caption
		return text.Line(path.Base(strings.ReplaceAll(r.of.External.Name, `\`, "/")))
	}
	return r.file.File
}

// lastBytes returns the end of p: more than a colour sequence before a name.
func lastBytes(p []byte) []byte { return p[max(0, len(p)-64):] }

var colours = pattern.New(sgr + `$`)

// partOfName reports whether the bytes before a match, without colours, make it the end of another
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

// index returns the program's line for a line of the file. A compiler that misses something at the
// end names the line after the last; index returns the program's end for it.
func (r *relocator) index(line int) (int, bool) {
	n := len(r.of.Numbers)
	if r.by == ByDeck {
		n = len(r.of.Lines)
	}
	i := line - r.file.Before - 1
	if i == n {
		i--
	}
	if i < 0 || i >= n || r.by == ByDeck && !r.of.Lines[i].IsValid() {
		return 0, false
	}
	return i, true
}

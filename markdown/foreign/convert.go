package foreign

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/slides"
)

// Convert turns a deck of a tool into one of ours. What has no counterpart becomes a comment in its place, and left has
// a warning for each, with its place in the file. Only in the front matter may an error stand: nothing of it is read then.
func Convert(file *slides.File, tool Tool) (deck []byte, left slides.Diags) {
	c := &converter{file: file, tool: tool, lines: split(file), persist: map[string]string{}}
	begin := c.frontMatter()
	chunks := c.cut(begin)
	var bodies [][]string
	for i, ch := range chunks {
		bodies = append(bodies, c.slide(ch, i == 0))
	}
	bodies = c.settle(bodies)
	var b bytes.Buffer
	for _, l := range c.frontLines() {
		fmt.Fprintln(&b, l)
	}
	for i, body := range bodies {
		if i > 0 {
			b.WriteString("\n<!-- end_slide -->\n")
		}
		b.WriteString("\n")
		for _, l := range body {
			fmt.Fprintln(&b, l)
		}
	}
	c.left.Sort()
	return b.Bytes(), c.left
}

// converter makes our deck of another's.
type converter struct {
	file  *slides.File
	tool  Tool
	lines []line
	left  slides.Diags

	meta    front
	persist map[string]string // Marp: directives that hold from slide to slide
	footers []bool            // Marp: whether each slide shows its number
	numbers bool              // Slidev: code has line numbers

	// of the current slide
	out     []string
	mark    int // index in out of the block that the last line belongs to
	at      line
	fence   fence
	grids   []grid
	first   bool              // nothing to be seen has come
	moves   int               // code blocks in magic
	state   map[string]string // Marp: directives for this slide
	steps   bool              // our lists come item by item
	pending string            // what the next line of text begins with
	beside  bool              // Slidev: everything stands beside a picture
	sided   bool              // Marp: a picture stands beside the text
	sides   [3]string         // the layout for that, the picture and its side
	magic   bool              // inside of a Slidev block whose code blocks replace each other
}

// line is a line of the file without its end.
type line struct {
	text string
	off  int
}

func split(file *slides.File) []line {
	var out []line
	for n := 1; n <= file.Lines(); n++ {
		out = append(out, line{strings.TrimSuffix(file.Line(n), "\r"), file.LineStart(n).Off})
	}
	if n := len(out); n > 0 && out[n-1].text == "" {
		out = out[:n-1]
	}
	return out
}

func (l line) blank() bool { return strings.TrimSpace(l.text) == "" }

// report tells of something that has no counterpart.
func (c *converter) report(off, size int, msg string) {
	c.left = append(c.left, slides.Diag{Pos: slides.Pos{File: c.file, Off: off}, Len: max(size, 1), Severity: slides.Warning, Msg: msg}.Short())
}

// keep puts a piece of the deck into a comment before the current block, and reports it.
func (c *converter) keep(what, why string) {
	what = strings.TrimSpace(what)
	first, _, _ := strings.Cut(what, "\n")
	off := c.at.off
	if i := strings.Index(c.at.text, strings.TrimSpace(first)); i > 0 {
		off += i
	}
	c.report(off, len(first), "kept as a comment: "+why)
	c.before(plain(what)...)
}

// plain makes a comment that is no command.
func plain(text string) []string {
	text = strings.ReplaceAll(strings.TrimSpace(text), "-->", "--\\>")
	text = strings.ReplaceAll(text, "<!--", "<\\!--")
	if !strings.Contains(text, "\n") {
		return []string{"<!-- // " + text + " -->"}
	}
	return append(append([]string{"<!-- //"}, strings.Split(text, "\n")...), "-->")
}

// before puts lines before the block that the last line belongs to.
func (c *converter) before(lines ...string) {
	at := min(c.mark, len(c.out))
	c.out = append(c.out[:at:at], append(lines, c.out[at:]...)...)
	c.mark = at + len(lines)
}

// put adds lines that begin a block of their own.
func (c *converter) put(lines ...string) {
	c.out = append(c.out, lines...)
	c.mark = len(c.out)
}

// gap puts an empty line unless there is one.
func (c *converter) gap() {
	if n := len(c.out); n > 0 && c.out[n-1] != "" {
		c.put("")
	}
}

// note adds a speaker note.
func (c *converter) note(text string) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\t", "    "))
	if text == "" {
		return
	}
	if strings.Contains(text, "\n") && !strings.Contains(text, "-->") && !strings.Contains(text, "<!--") {
		c.put("<!--", "speaker_note: |")
		lines := strings.Split(text, "\n")
		cut := indentOf(lines[1:])
		for i, l := range lines {
			if i > 0 {
				l = l[min(cut, len(l)-len(strings.TrimLeft(l, " "))):]
			}
			c.put(strings.TrimRight("  "+l, " \r"))
		}
		c.put("-->")
		return
	}
	c.put("<!-- speaker_note: " + strings.NewReplacer("-->", `--\x3e`, "<!--", `\x3c!--`).Replace(quoted(text)) + " -->")
}

// indentOf returns the smallest indent of lines that are not blank.
func indentOf(lines []string) int {
	least := -1
	for _, l := range lines {
		if n := len(l) - len(strings.TrimLeft(l, " ")); strings.TrimSpace(l) != "" && (least < 0 || n < least) {
			least = n
		}
	}
	return max(least, 0)
}

var safeScalar = pattern.New(`^[A-Za-z][A-Za-z0-9_/()'.,!? +&-]*$`)

// quoted writes a text as a YAML value on one line.
func quoted(s string) string {
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off", "nan":
		return strconv.Quote(s)
	}
	if safeScalar().MatchString(s) && !strings.HasSuffix(s, " ") {
		return s
	}
	return strconv.Quote(s)
}

// pause puts a pause before the current block.
func (c *converter) pause() {
	c.before("<!-- pause -->")
}

// settle completes the slides once all are known.
func (c *converter) settle(bodies [][]string) [][]string {
	if c.tool == Marp {
		c.settleFooters(bodies)
	}
	for i := range bodies {
		bodies[i] = tidy(bodies[i])
	}
	return c.cover(bodies)
}

// tidy removes empty lines at both ends, and makes one of several outside of code.
func tidy(lines []string) []string {
	var out []string
	var f fence
	for _, l := range lines {
		l = strings.TrimRight(l, "\r")
		if !f.open() && strings.TrimSpace(l) == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		f.line(l)
		if !f.open() && strings.TrimSpace(l) == "" {
			l = ""
		}
		out = append(out, l)
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}

var attrPattern = pattern.New(`([A-Za-z_:@.][\w:.@-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?`)

// attributes reads those of a tag, or of anything like it. An attribute without a value has "".
func attributes(text string) map[string]string {
	out := map[string]string{}
	for _, m := range attrPattern().FindAllStringSubmatch(text, -1) {
		if _, there := out[m[1]]; !there {
			out[m[1]] = m[2] + m[3] + m[4]
		}
	}
	return out
}

// hasClass reports whether a class attribute has a word that matches.
func hasClass(attrs map[string]string, word func() *regexp.Regexp) bool {
	for c := range strings.FieldsSeq(attrs["class"]) {
		if word().MatchString(c) {
			return true
		}
	}
	return false
}

package foreign

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/slides/yaml"
)

// chunk is the text of a slide.
type chunk struct {
	from, to int // lines
	meta     *yaml.Value
	raw      []yamlLine // of meta, by field
}

// yamlLine is a field of a front matter as it is written, with all of its lines.
type yamlLine struct {
	field yaml.Field
	text  string
}

var (
	ruler      = pattern.New(`^ {0,3}(-[ \t]*-[ \t]*-[ \t-]*|\*[ \t]*\*[ \t]*\*[ \t*]*|_[ \t]*_[ \t]*_[ \t_]*)$`)
	heading    = pattern.New(`^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$`)
	metaLine   = pattern.New(`^[A-Za-z_][\w-]*:(\s|$)|^#|^\s*$`)
	revealCut  = pattern.New(`^----?[ \t]*$`)
	listMarker = pattern.New(`^(\s*)([*+-]|\d{1,9}[.)])([ \t]+|$)`)
)

// cut finds the slides from a line on.
func (c *converter) cut(begin int) []chunk {
	var f fence
	comment := false
	sep := make([]bool, len(c.lines))
	keep := make([]bool, len(c.lines)) // the line that cuts belongs to the next slide
	metas := map[int]chunk{}           // Slidev: by the line of the separator
	custom := c.separators(begin)
	for i := begin; i < len(c.lines); i++ {
		text := c.lines[i].text
		if !comment {
			f.line(text)
		}
		if f.open() || strings.HasPrefix(strings.TrimSpace(text), "```") {
			continue
		}
		if custom != nil && custom[i] {
			sep[i] = true
			continue
		}
		if comment = inComment(text, comment); comment {
			continue
		}
		switch c.tool {
		case Slidev:
			if !strings.HasPrefix(text, "---") || strings.Trim(text, "- \t") != "" {
				continue
			}
			sep[i] = true
			if end := c.slideMeta(i); end > 0 {
				ch := chunk{from: end + 1}
				ch.meta, ch.raw = c.yaml(i+1, end)
				metas[i] = ch
				i = end
			}
		case Reveal:
			sep[i] = custom == nil && revealCut().MatchString(text)
		default:
			if ruler().MatchString(text) {
				sep[i] = !(strings.Trim(text, "- \t") == "" && c.inParagraph(i, begin)) && !(c.tool == Patat && strings.TrimSpace(text)[0] == '_')
			}
		}
	}
	if level := c.headingLevel(begin, sep); level != nil {
		c.cutHeadings(begin, sep, keep, level)
	}
	var out []chunk
	next := chunk{from: begin, meta: c.meta.slide, raw: c.meta.slideRaw}
	for i := begin; i < len(c.lines); i++ {
		if !sep[i] || i < next.from {
			continue
		}
		next.to = i
		out = append(out, next)
		next = chunk{from: i + 1}
		if keep[i] {
			next.from = i
		}
		if m, ok := metas[i]; ok {
			next = m
		}
	}
	next.to = len(c.lines)
	return append(out, next)
}

// inComment follows a text in and out of HTML comments of several lines.
func inComment(text string, was bool) bool {
	for {
		mark := "<!--"
		if was {
			mark = "-->"
		}
		i := strings.Index(text, mark)
		if i < 0 {
			return was
		}
		text, was = text[i+len(mark):], !was
	}
}

// inParagraph reports whether the line before is text that --- would underline.
func (c *converter) inParagraph(i, begin int) bool {
	if i == begin || c.lines[i-1].blank() {
		return false
	}
	was := strings.TrimSpace(c.lines[i-1].text)
	return !heading().MatchString(was) && !ruler().MatchString(was) && !strings.HasSuffix(was, "-->") && !strings.HasPrefix(was, "<") &&
		!strings.HasPrefix(was, "```") && !listMarker().MatchString(was) && !strings.HasPrefix(was, "|") && !strings.HasPrefix(was, ">")
}

// slideMeta returns the last line of the front matter that begins behind the line i, 0 without one.
func (c *converter) slideMeta(i int) int {
	if i+1 >= len(c.lines) || c.lines[i+1].blank() || !metaLine().MatchString(c.lines[i+1].text) || strings.HasPrefix(c.lines[i+1].text, "#") {
		return 0
	}
	for j := i + 2; j < len(c.lines); j++ {
		if strings.TrimRight(c.lines[j].text, " \t") == "---" {
			return j
		}
	}
	return 0
}

// headingLevel returns which headings begin a slide; nil: none.
func (c *converter) headingLevel(begin int, sep []bool) func(level int) bool {
	switch c.tool {
	case Marp:
		if is := c.meta.dividers; len(is) == 1 {
			return func(level int) bool { return level <= is[0] }
		} else if len(is) > 1 {
			return func(level int) bool {
				for _, n := range is {
					if n == level {
						return true
					}
				}
				return false
			}
		}
	case Patat:
		for _, s := range sep {
			if s {
				return nil
			}
		}
		level := c.meta.slideLevel
		if level == 0 {
			level = c.contentLevel(begin)
		}
		return func(n int) bool { return n <= level }
	}
	return nil
}

// contentLevel returns the level of the highest headings that have something other than a heading below.
func (c *converter) contentLevel(begin int) int {
	least, last := 6, 0
	var f fence
	for _, l := range c.lines[begin:] {
		if f.line(l.text); f.open() || l.blank() {
			if !l.blank() && last > 0 {
				least = min(least, last)
				last = 0
			}
			continue
		}
		if m := heading().FindStringSubmatch(l.text); m != nil {
			last = len(m[1])
		} else if last > 0 && !strings.HasPrefix(l.text, "<!--") {
			least = min(least, last)
			last = 0
		}
	}
	return least
}

// cutHeadings cuts before headings that begin a slide, unless nothing comes before them.
func (c *converter) cutHeadings(begin int, sep, keep []bool, level func(int) bool) {
	var f fence
	empty := true
	for i := begin; i < len(c.lines); i++ {
		l := c.lines[i]
		if f.line(l.text); f.open() {
			empty = false
			continue
		}
		m := heading().FindStringSubmatch(l.text)
		switch {
		case sep[i]:
			empty = true
			continue
		case m != nil && level(len(m[1])) && !empty:
			sep[i], keep[i] = true, true
		case l.blank() || empty && strings.HasPrefix(l.text, "<!--"):
			continue
		}
		empty = false
	}
}

// separators finds the lines that cut slides by the patterns of a reveal-md deck; nil: it has the usual ones.
func (c *converter) separators(begin int) map[int]bool {
	if c.tool != Reveal || c.meta.separators == nil || begin >= len(c.lines) {
		return nil
	}
	out := map[int]bool{}
	start := c.lines[begin].off
	text := string(c.file.Src[start:])
	for _, p := range c.meta.separators {
		re, err := regexp.Compile("(?m)" + strings.ReplaceAll(p, `\/`, "/"))
		if err != nil {
			continue // its key has been reported
		}
		for _, m := range re.FindAllStringIndex(text, -1) {
			last := -1
			for i := begin; i < len(c.lines); i++ {
				l := c.lines[i]
				if at := l.off - start; at >= m[0] && at+len(l.text) <= m[1] && m[1] > m[0] {
					if !l.blank() {
						out[i] = true
						last = -1
						break
					}
					last = i
				} else if at > m[1] {
					break
				}
			}
			if last >= 0 {
				out[last] = true
			}
		}
	}
	return out
}

// yaml reads the YAML between two lines, and its fields as they are written.
func (c *converter) yaml(from, to int) (*yaml.Value, []yamlLine) {
	if from >= to {
		return nil, nil
	}
	end := c.lines[to].off
	v, err := yaml.Cut(c.file, c.lines[from].off, end).Parse()
	if err != nil || v.Kind != yaml.Map {
		if err == nil && v.Kind == yaml.Null {
			return nil, nil
		}
		c.report(c.lines[from].off, len(c.lines[from].text), "kept as a comment: this front matter is not YAML that slidexec reads")
		return nil, []yamlLine{{text: strings.TrimSpace(string(c.file.Src[c.lines[from].off:end]))}}
	}
	var raw []yamlLine
	for i, f := range v.Fields {
		stop := end
		if i+1 < len(v.Fields) {
			stop = v.Fields[i+1].At.Off
		}
		raw = append(raw, yamlLine{f, strings.TrimRight(string(c.file.Src[f.At.Off:stop]), " \t\r\n")})
	}
	return &v, raw
}

// numbers returns the numbers of a value: one, or a list.
func numbers(v yaml.Value) []int {
	var out []int
	for _, it := range append(v.Items, v) {
		if n, err := strconv.Atoi(it.Text); err == nil && it.Kind == yaml.Int {
			out = append(out, n)
		}
	}
	return out
}

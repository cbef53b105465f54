package foreign

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/slides/yaml"
)

var (
	notesLine  = pattern.New(`(?i)^\s*notes?:(.*)$`)
	slotLine   = pattern.New(`^::\s*([a-z]+)\s*::\s*$`)
	divLine    = pattern.New(`^(:::+)\s*(.*?)\s*$`)
	importLine = pattern.New(`^<<<\s+(\S+)\s*(.*)$`)
)

// slide turns the text of a slide into ours.
func (c *converter) slide(ch chunk, first bool) []string {
	c.out, c.mark, c.fence, c.grids, c.first, c.moves = nil, 0, fence{}, nil, true, 0
	c.state, c.steps, c.magic, c.pending, c.sided, c.beside = maps.Clone(c.persist), c.meta.steps, false, "", false, false
	c.at = line{off: c.offset(ch.from)}
	end := c.layout(ch)
	for i := ch.from; i < ch.to; {
		i = max(c.take(i, ch.to), i+1)
	}
	if c.fence.open() {
		c.report(c.at.off, len(c.at.text), "the code block is closed here: nothing in the deck does it")
		c.inCode(c.fence.marks)
	}
	for len(c.grids) > 0 {
		c.endGrid()
	}
	end()
	if c.tool == Marp {
		c.putSides()
		c.directives()
	}
	return c.out
}

func (c *converter) offset(n int) int {
	if n < len(c.lines) {
		return c.lines[n].off
	}
	return len(c.file.Src)
}

// take turns the line i, or several from there, into ours, and returns the line behind.
func (c *converter) take(i, to int) int {
	l := c.lines[i]
	c.at = l
	if c.fence.open() {
		c.inCode(l.text)
		return i + 1
	}
	trimmed := strings.TrimSpace(l.text)
	switch {
	case trimmed == "":
		c.put("")
		return i + 1
	case fenceMarks(trimmed) != "":
		c.openCode(l)
		return i + 1
	case strings.HasPrefix(trimmed, "<!--"):
		return c.takeComment(i, to)
	case c.tool == Reveal && notesLine().MatchString(l.text):
		rest := notesLine().FindStringSubmatch(l.text)[1]
		for _, n := range c.lines[i+1 : to] {
			rest += "\n" + n.text
		}
		c.note(rest)
		return to
	case c.tool == Slidev && slotLine().MatchString(l.text):
		c.slot(slotLine().FindStringSubmatch(l.text)[1])
		return i + 1
	case c.tool == Slidev && importLine().MatchString(l.text):
		c.importCode(l)
		return i + 1
	case (c.tool == Patat || c.tool == Reveal) && trimmed == ". . .":
		c.put("<!-- pause -->")
		return i + 1
	case strings.HasPrefix(trimmed, ":::") && divLine().MatchString(trimmed):
		c.pandocDiv(divLine().FindStringSubmatch(trimmed)[2])
		return i + 1
	case htmlStart(trimmed):
		return c.takeHTML(i, to)
	}
	c.text(l.text)
	return i + 1
}

// text takes a line of Markdown.
func (c *converter) text(text string) {
	prev := ""
	if n := len(c.out); n > 0 {
		prev = c.out[n-1]
	}
	item := listMarker().FindStringSubmatch(text)
	if item != nil || prev == "" || strings.HasPrefix(prev, "<!--") || prev == "-->" || heading().MatchString(prev) || heading().MatchString(text) {
		c.mark = len(c.out)
	}
	if item != nil && c.tool == Marp && len(item[1]) < 2 && !isItem(prev) {
		if on := item[2] == "*" || strings.HasSuffix(item[2], ")"); on != c.steps {
			c.steps = on
			c.before(fmt.Sprintf("<!-- incremental_lists: %t -->", on))
		}
	}
	fits := c.tool == Marp && strings.Contains(text, "<!-- fit -->")
	text, fragment := c.inline(text)
	if fragment {
		c.pause()
	}
	m := heading().FindStringSubmatch(text)
	if strings.TrimSpace(text) == "" || m != nil && strings.TrimSpace(m[2]) == "" {
		return
	}
	if strings.TrimSpace(text) == "<br>" && c.mark == len(c.out) {
		c.put("<!-- new_line -->")
		return
	}
	text = inText(text)
	if m != nil && c.first {
		text = "# " + strings.TrimSpace(m[2])
	} else if m != nil {
		text = m[1] + " " + strings.TrimSpace(m[2])
	}
	if c.first = false; m != nil && fits {
		c.before("<!-- font_size: 2 -->")
		c.out = append(c.out, text)
		c.put("<!-- font_size: 1 -->")
		return
	}
	c.out = append(c.out, text)
}

func isItem(text string) bool {
	return listMarker().MatchString(text) || strings.HasPrefix(text, "  ") || strings.HasPrefix(text, "\t")
}

// layout begins a slide as its Slidev front matter says, and returns what ends it.
func (c *converter) layout(ch chunk) (end func()) {
	end = func() {}
	if ch.meta == nil {
		for _, r := range ch.raw {
			c.put(plain(r.text)...)
		}
		return end
	}
	get := func(key string) string {
		if f := ch.meta.Field(key); f != nil && f.Value.Kind != yaml.List && f.Value.Kind != yaml.Map {
			return strings.TrimSpace(f.Value.Text)
		}
		return ""
	}
	layout, used := get("layout"), map[string]bool{"layout": true}
	lay := func(first, second string) { c.put("<!-- column_layout: [1, 1] -->", first, second) }
	picture := ""
	if src := get("image"); src != "" && strings.HasPrefix(layout, "image") {
		used["image"] = true
		picture = c.image("", src, "")
	}
	switch layout {
	case "", "default", "none", "full", "two-cols-header":
	case "two-cols":
		c.grids = append(c.grids, grid{slots: true, cols: 2, at: 0})
		c.put("<!-- column_layout: [1, 1] -->", "<!-- column: 0 -->")
	case "center", "cover", "section", "statement", "fact", "end", "intro":
		c.put("<!-- alignment: center -->", "<!-- jump_to_middle -->")
	case "image":
		c.put(picture)
		c.first = c.first && picture == ""
	case "image-left":
		c.beside = true
		lay("<!-- column: 0 -->", picture)
		c.put("<!-- column: 1 -->")
		end = func() { c.put("<!-- reset_layout -->") }
	case "image-right":
		c.beside = true
		lay("<!-- column: 0 -->", "")
		end = func() { c.put("", "<!-- column: 1 -->", picture, "<!-- reset_layout -->") }
	default:
		used["layout"] = false
	}
	if is := get("hide"); is == "true" || get("disabled") == "true" {
		c.put("<!-- skip_slide -->")
		used["hide"], used["disabled"] = true, true
	}
	if src := get("src"); src != "" {
		used["src"] = true
		c.report(ch.meta.Field("src").At.Off, len("src"), "included as it is: import "+src+" as well")
		c.put("<!-- include: " + quoted(strings.TrimPrefix(src, "./")) + " -->")
	}
	for _, r := range ch.raw {
		if used[r.field.Key] || (r.field.Key == "hide" || r.field.Key == "disabled") && get(r.field.Key) == "false" {
			continue
		}
		c.report(r.field.At.Off, r.field.At.End-r.field.At.Off, "kept as a comment: the key "+r.field.Key+" of a Slidev slide")
		c.put(plain(r.text)...)
	}
	return end
}

// slot takes ::right:: and its kind.
func (c *converter) slot(name string) {
	n := slices.IndexFunc(c.grids, func(g grid) bool { return g.slots })
	for n >= 0 && len(c.grids) > n+1 {
		c.endGrid()
	}
	if n < 0 && c.columns() {
		c.keep(c.at.text, "a slot of a Slidev layout")
		return
	}
	if n < 0 {
		if name != "left" && name != "right" {
			if name != "default" {
				c.keep(c.at.text, "a slot of a Slidev layout")
			}
			return
		}
		c.gap()
		c.put("<!-- column_layout: [1, 1] -->")
		c.grids, n = append(c.grids, grid{slots: true, cols: 2, at: -1}), len(c.grids)
	}
	col := slices.Index([]string{"left", "right"}, name)
	switch {
	case name == "default":
		col = 0
	case name == "bottom":
		c.endGrid()
		return
	case col < 0:
		c.keep(c.at.text, "a slot of a Slidev layout")
		return
	}
	if c.grids[n].at != col {
		c.gap()
		c.put(fmt.Sprintf("<!-- column: %d -->", col))
		c.grids[n].at = col
	}
}

// importCode takes <<< @/snippets/file.ts.
func (c *converter) importCode(l line) {
	m := importLine().FindStringSubmatch(l.text)
	name, region, _ := strings.Cut(m[1], "#")
	name = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(name, "@"), "/"), "./")
	if base := path.Base("/" + name); strings.HasSuffix(name, "/") || base == "/" || base == "." || base == ".." {
		c.keep(l.text, "a line that imports code and names no file")
		return
	}
	lang, rest, _ := strings.Cut(strings.TrimSpace(m[2]), " ")
	if strings.HasPrefix(lang, "{") || lang == "" {
		lang, rest = strings.TrimPrefix(path.Ext(name), "."), m[2]
	}
	if region != "" {
		c.keep(l.text, "the region "+region+" of a file; the whole file is shown")
	}
	info, groups := c.info(lang + " " + strings.TrimSpace(rest))
	_, attrs, _ := strings.Cut(info, " ")
	c.gap()
	c.put(strings.TrimRight("```file "+attrs, " "), "path: "+quoted(name), "language: "+quoted(lang), "```")
	c.first = c.first && groups
}

// pandocDiv takes a line of ::: of a patat deck.
func (c *converter) pandocDiv(what string) {
	attrs := map[string]string{}
	if strings.HasPrefix(what, "{") {
		attrs = attributes(strings.Trim(what, "{}"))
		for k := range attrs {
			if strings.HasPrefix(k, ".") {
				attrs["class"] += " " + k[1:]
			}
		}
	} else {
		attrs["class"] = what
	}
	if strings.TrimSpace(what) == "" {
		c.closeBox("div")
		return
	}
	c.openBox("div", attrs, what)
}

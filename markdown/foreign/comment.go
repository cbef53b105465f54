package foreign

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
)

var (
	directive = pattern.New(`^\s*\$?(_?[A-Za-z]+)\s*:\s*(.*?)\s*$`)
	element   = pattern.New(`<!--\s*\.(element|slide):\s*(.*?)\s*-->`)
	tooling   = pattern.New(`^(prettier-|markdownlint-|vale |textlint-|cspell|eslint-|TODO\b|FIXME\b|//)`)
)

// marpKeys are the directives of Marp that comments may have.
var marpKeys = strings.Fields("theme style headingDivider size math title author description keywords url image lang " +
	"paginate header footer class backgroundColor backgroundImage backgroundPosition backgroundRepeat backgroundSize color transition marp")

// takeComment takes a comment that begins a line, and returns the line behind it.
func (c *converter) takeComment(i, to int) int {
	text := strings.TrimSpace(c.lines[i].text)
	end := i
	for !strings.Contains(text[len("<!--"):], "-->") && end+1 < to {
		end++
		text += "\n" + c.lines[end].text
	}
	body, behind, closed := strings.Cut(text[len("<!--"):], "-->")
	if !closed {
		c.keep(text, "a comment that is not closed")
		return end + 1
	}
	c.comment(strings.TrimSpace(body), c.last(end+1, to) && strings.TrimSpace(behind) == "")
	if behind = strings.TrimSpace(behind); behind != "" {
		c.lines[end].off += max(strings.Index(c.lines[end].text, behind), 0)
		c.lines[end].text = behind
		return max(c.take(end, to), end+1)
	}
	return end + 1
}

// last reports whether nothing follows on the slide.
func (c *converter) last(from, to int) bool {
	for _, l := range c.lines[min(from, to):to] {
		if !l.blank() {
			return false
		}
	}
	return true
}

// comment takes the body of a comment. at tells whether it is the last thing on its slide.
func (c *converter) comment(body string, last bool) {
	switch {
	case body == "":
	case tooling().MatchString(body):
		c.put(plain(strings.TrimSpace(strings.TrimPrefix(body, "//")))...)
	case c.tool == Marp && c.marpDirectives(body):
	case c.tool == Marp && body == "fit":
		c.keep("fit", "text that is fitted to the slide")
	case c.tool == Marp, c.tool == Slidev && last, c.tool == Patat && strings.HasPrefix(strings.ToLower(body), "note"):
		c.note(body)
	case c.tool == Reveal && strings.HasPrefix(body, "."):
		c.revealComment(body)
	case c.tool == Patat && strings.HasPrefix(body, "config:"):
		c.keep(body, "settings of patat for a slide")
	case c.tool == None && ours().MatchString(body):
		c.put("<!-- " + body + " -->")
	default:
		c.put(plain(body)...)
	}
}

// ours are the comments that a deck of nobody's may have for us already.
var ours = pattern.New(`^(pause|end_slide|skip_slide|no_footer|jump_to_middle|reset_layout|new_lines?|newlines?|column_layout:|column:|` +
	`alignment:|font_size:|incremental_lists:|incremental_tables:|speaker_note:|include:|snippet_output:|comment:|list_item_newlines:)`)

// revealComment takes .slide: and .element: attributes.
func (c *converter) revealComment(body string) {
	kind, rest, _ := strings.Cut(body, ":")
	attrs := attributes(rest)
	if kind == ".slide" {
		if attrs["data-visibility"] == "hidden" {
			c.put("<!-- skip_slide -->")
			return
		}
		if note := attrs["data-notes"]; note != "" {
			c.note(note)
			return
		}
		c.keep(body, "attributes of a slide of reveal.js")
		return
	}
	if !c.fragment(attrs) {
		c.keep(body, "attributes of an element of reveal.js")
		return
	}
	// The comment belongs to what stands before it: the last block, or the last item of a list.
	at := len(c.out)
	for at > 0 && c.out[at-1] == "" {
		at--
	}
	for at > 0 && c.out[at-1] != "" && !strings.HasPrefix(c.out[at-1], "<!--") {
		if at--; listMarker().MatchString(c.out[at]) {
			break
		}
	}
	c.mark = at
	c.pause()
	c.mark = len(c.out)
}

// fragment reports whether attributes make something appear at a step of its own, and reports what else they say.
func (c *converter) fragment(attrs map[string]string) bool {
	is := hasClass(attrs, fragmentClass)
	_, click := attrs["v-click"]
	for _, name := range []string{"v-click.hide", "v-click-hide", "v-mark", "v-motion"} {
		if _, there := attrs[name]; there {
			c.keep(name+"="+attrs[name], "an effect of Slidev")
		}
	}
	if at := attrs["v-click"]; at != "" {
		c.keep("v-click="+at, "the number of a click; steps come in the order of the text")
	}
	if n := attrs["data-fragment-index"]; n != "" && is {
		c.keep("data-fragment-index="+n, "the number of a fragment; steps come in the order of the text")
	}
	if is {
		for class := range strings.FieldsSeq(attrs["class"]) {
			if slices.Contains(effects, class) {
				c.keep(class, "the effect of a fragment; it appears")
			}
		}
	}
	return is || click
}

var fragmentClass = pattern.New(`^fragment$`)

var effects = strings.Fields("fade-out fade-up fade-down fade-left fade-right fade-in-then-out current-visible fade-in-then-semi-out grow semi-fade-out " +
	"shrink strike highlight-red highlight-green highlight-blue highlight-current-red highlight-current-green highlight-current-blue")

// marpDirectives takes a comment of directives, and reports whether it is one.
func (c *converter) marpDirectives(body string) bool {
	var keys, values []string
	for l := range strings.SplitSeq(body, "\n") {
		if strings.TrimSpace(l) == "" {
			continue
		}
		m := directive().FindStringSubmatch(l)
		if m == nil || !slices.Contains(marpKeys, strings.TrimPrefix(m[1], "_")) {
			if len(keys) > 0 && keys[len(keys)-1] == "style" {
				continue
			}
			return false
		}
		keys, values = append(keys, m[1]), append(values, strings.Trim(m[2], `"'`))
	}
	if slices.Contains(keys, "style") {
		c.keep(body, "a style sheet")
		return true
	}
	for i, key := range keys {
		c.directive(key, values[i])
	}
	return len(keys) > 0
}

// directive takes one of Marp's.
func (c *converter) directive(key, value string) {
	name, once := strings.CutPrefix(key, "_")
	switch {
	case name == "marp", name == "headingDivider":
	case name == "paginate", name == "class" && (value == "" || strings.Contains(value, "lead")):
		if c.state[name] = value; !once {
			c.persist[name] = value
		}
		if rest := strings.TrimSpace(strings.ReplaceAll(value, "lead", "")); name == "class" && rest != "" {
			c.keep("class: "+rest, "a class of Marp")
		}
	case name == "footer" && value == "":
		c.state["footer"] = "off"
	case name == "footer" && c.meta.footer == "" && !once:
		c.meta.footer = value
	case name == "lang":
		c.meta.kept = append(c.meta.kept, "lang: "+quoted(value))
	default:
		c.keep(key+": "+value, fmt.Sprintf("the directive %s of Marp", key))
	}
}

// directives ends a Marp slide.
func (c *converter) directives() {
	if strings.Contains(c.state["class"], "lead") {
		c.out = append([]string{"<!-- alignment: center -->", "<!-- jump_to_middle -->"}, c.out...)
	}
	number := c.state["paginate"] == "true" || c.state["paginate"] == "hold"
	if number {
		c.meta.paginate = "true"
	}
	c.footers = append(c.footers, number && c.state["footer"] != "off")
}

// settleFooters hides the number where the deck does.
func (c *converter) settleFooters(bodies [][]string) {
	if c.meta.paginate != "true" {
		return
	}
	for i, shown := range c.footers {
		if !shown && c.meta.footer == "" {
			bodies[i] = append([]string{"<!-- no_footer -->"}, bodies[i]...)
		}
	}
}

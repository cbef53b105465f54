package foreign

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
)

// grid is a place for columns, or any other HTML element around Markdown.
type grid struct {
	tag    string
	slots  bool // Slidev: ::right:: enters the next column
	cols   int  // 0: no columns
	at     int  // the column that is entered, -1: none
	fresh  bool // none of the elements inside has begun
	column bool // it is itself a column
	align  bool // it centres its text
}

var (
	tagStart  = pattern.New(`^</?[A-Za-z][\w:-]*`)
	anyTag    = pattern.New(`(?s)</?([A-Za-z][\w:-]*)((?:\s+[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*)?)\s*/?>`)
	gridClass = pattern.New(`^(columns|cols|grid|row|two-?columns?|twocols?|multi-?columns?|column-?container|col-?container|container|r-hstack|split|flex)$`)
	gridCols  = pattern.New(`(?:grid-cols-|cols-|repeat\()(\d)`)
	widthText = pattern.New(`width\s*[:=]\s*"?(\d+)%`)
)

// inlineHTML are the tags that our dialect has in the middle of text.
var inlineHTML = strings.Fields("sup b strong i em s del code sub u kbd mark br span")

// wholeHTML are the elements that cannot be taken apart.
var wholeHTML = strings.Fields("style script svg iframe video audio table canvas object math template picture pre details form select")

// textHTML are the tags that come with text which stands for itself.
var textHTML = strings.Fields("div section article main header footer aside center p small big font a img figure figcaption ul ol li blockquote h1 h2 h3 h4 h5 h6 " +
	"dl dt dd hr q cite abbr time label button nav ins strike tt var samp link meta source embed input wbr")

// htmlStart reports whether a line begins with a tag that stands around text, and not in it.
func htmlStart(trimmed string) bool {
	m := tagStart().FindString(trimmed)
	if m == "" {
		return false
	}
	name := strings.TrimLeft(m, "</")
	after := trimmed[len(m):]
	if strings.HasPrefix(after, ":") || strings.HasPrefix(after, "@") || slices.Contains(inlineHTML, strings.ToLower(name)) {
		return false
	}
	return slices.Contains(textHTML, strings.ToLower(name)) || slices.Contains(wholeHTML, strings.ToLower(name)) || component(name)
}

// component reports whether a name is that of a component, not of HTML.
func component(name string) bool {
	return strings.Contains(name, "-") || name[0] >= 'A' && name[0] <= 'Z' && strings.ToUpper(name) != name
}

// takeHTML takes the element at the line i, or its first tag, and returns the line behind.
func (c *converter) takeHTML(i, to int) int {
	text := strings.TrimSpace(c.lines[i].text)
	name := strings.ToLower(strings.TrimLeft(tagStart().FindString(text), "</"))
	if slices.Contains(wholeHTML, name) || name == "aside" && strings.Contains(text, "notes") {
		return c.takeWhole(i, to, name)
	}
	end := i
	for anyTag().FindStringIndex(text) == nil && end+1 < to && end < i+20 && !c.lines[end+1].blank() {
		end++
		text += " " + strings.TrimSpace(c.lines[end].text)
	}
	if anyTag().FindStringIndex(text) == nil {
		c.keep(text, "HTML that is not closed")
		return end + 1
	}
	c.at.text = text
	for text != "" {
		at := anyTag().FindStringSubmatchIndex(text)
		if at == nil {
			c.flow(text)
			break
		}
		name := text[at[2]:at[3]]
		if low := strings.ToLower(name); slices.Contains(inlineHTML, low) || low == "a" || low == "small" || !(slices.Contains(textHTML, low) || component(name)) {
			c.flow(text)
			break
		}
		if before := strings.TrimSpace(text[:at[0]]); before != "" {
			c.flow(before)
		}
		c.tag(text[at[0]:at[1]], name, text[at[4]:at[5]])
		text = strings.TrimSpace(text[at[1]:])
	}
	return end + 1
}

// flow takes text between tags, and the tags behind it on its line.
func (c *converter) flow(text string) {
	if strings.TrimSpace(text) != "" {
		c.text(strings.TrimSpace(text))
	}
}

// takeWhole keeps an element with everything in it; the notes of reveal.js become ours.
func (c *converter) takeWhole(i, to int, name string) int {
	end, text := i, c.lines[i].text
	closing := regexp.MustCompile(`(?i)</` + regexp.QuoteMeta(name) + `\s*>`)
	for closing.FindStringIndex(text) == nil && end+1 < to {
		end++
		text += "\n" + c.lines[end].text
	}
	if closing.FindStringIndex(text) == nil { // it has no end: its first line alone
		end, text = i, c.lines[i].text
	}
	if name == "aside" {
		inner := anyTag().ReplaceAllString(text, "")
		c.note(strings.TrimSpace(inner))
		return end + 1
	}
	c.gap()
	c.keep(text, "the HTML element "+name)
	return end + 1
}

// tag takes one tag that stands around text.
func (c *converter) tag(whole, name, rest string) {
	low := strings.ToLower(name)
	attrs := attributes(rest)
	closes := strings.HasPrefix(whole, "</")
	single := strings.HasSuffix(whole, "/>")
	switch {
	case low == "v-click" || low == "vclick":
		if !closes {
			attrs["v-click"] = attrs["at"]
			if c.fragment(attrs); !single {
				c.gap()
				c.put("<!-- pause -->", "")
			}
		} else {
			c.gap()
		}
	case low == "v-after":
		c.gap()
	case low == "v-clicks" || low == "vclicks":
		c.gap()
		c.put(fmt.Sprintf("<!-- incremental_lists: %t -->", !closes || c.meta.steps), "")
		if len(attrs) > 0 && !closes {
			c.keep(whole, "the way in which clicks are counted; lists come item by item")
		}
	case low == "toc" && c.tool == Slidev:
		c.gap()
		if !closes {
			c.put("<!-- contents -->", "")
		}
		if len(attrs) > 0 && !closes {
			c.keep(whole, "how deep a list of slides goes, and its columns")
		}
	case low == "img" && !closes:
		c.picture(whole, attrs)
	case low == "hr":
		c.gap()
		c.put("***", "")
	case len(low) == 2 && low[0] == 'h' && low[1] >= '1' && low[1] <= '6':
		if !closes {
			c.gap()
			if c.fragment(attrs) {
				c.put("<!-- pause -->")
			}
			c.prefix(strings.Repeat("#", int(low[1]-'0')) + " ")
		} else {
			c.gap()
		}
	case low == "li":
		if !closes {
			if c.fragment(attrs) {
				c.put("<!-- pause -->")
			}
			c.prefix("* ")
		}
	case low == "ul" || low == "ol" || low == "blockquote" || low == "p" || low == "figure" || low == "figcaption" || low == "small" || low == "dl":
		c.gap()
		if !closes && c.fragment(attrs) {
			c.put("<!-- pause -->")
		}
	case closes:
		c.closeBox(low)
	case single || component(name) && !slices.Contains(textHTML, low):
		c.gap()
		c.keep(whole, "the element "+name)
		if !single {
			c.grids = append(c.grids, grid{tag: low, at: -1})
		}
	default:
		c.openBox(low, attrs, whole)
	}
}

// prefix begins a line whose text follows.
func (c *converter) prefix(mark string) {
	c.pending = mark
}

// columns reports whether columns are open. Ours do not nest.
func (c *converter) columns() bool {
	return c.beside || slices.ContainsFunc(c.grids, func(g grid) bool { return g.cols > 0 })
}

// openBox takes the first tag of an element around Markdown: columns, one of them, or something else.
func (c *converter) openBox(name string, attrs map[string]string, whole string) {
	_, gridAttr := attrs["grid"]
	all := attrs["class"] + " " + attrs["grid"] + " " + attrs["style"]
	wide := gridCols().FindStringSubmatch(all)
	n := len(c.grids) - 1
	inner := n >= 0 && c.grids[n].cols > 0 && !c.grids[n].slots
	c.gap()
	switch {
	case !c.columns() && (hasClass(attrs, gridClass) || gridAttr || wide != nil || strings.Contains(attrs["style"], "display: flex") ||
		strings.Contains(attrs["style"], "display:flex") || strings.Contains(attrs["style"], "display: grid")) && c.children(name) > 1:
		ratios := c.ratios(name)
		if wide != nil {
			if k, _ := strconv.Atoi(wide[1]); k > 1 && k < len(ratios) {
				ratios = ratios[:k]
			}
		}
		c.put("<!-- column_layout: [" + strings.Join(ratios, ", ") + "] -->")
		c.put("<!-- column: 0 -->", "") // something may come before the first of the elements inside
		c.grids = append(c.grids, grid{tag: name, cols: len(ratios), fresh: true})
	case inner:
		g := &c.grids[n]
		if !g.fresh {
			g.at = (g.at + 1) % g.cols
			c.put(fmt.Sprintf("<!-- column: %d -->", g.at), "")
		}
		g.fresh = false
		c.grids = append(c.grids, grid{tag: name, column: true, at: -1})
	default:
		click := c.fragment(attrs)
		center := name == "center" || attrs["align"] == "center" || strings.Contains(attrs["class"], "text-center") ||
			strings.Contains(strings.ReplaceAll(attrs["style"], " ", ""), "text-align:center")
		plainBox := len(attrs) == 0
		switch {
		case click:
			c.put("<!-- pause -->")
		case center:
			c.put("<!-- alignment: center -->")
		case !plainBox:
			c.keep(whole, "the element "+name+" around text")
		}
		c.put("")
		c.grids = append(c.grids, grid{tag: name, align: center && !click, at: -1})
	}
	if c.mark = len(c.out); inner && c.fragment(attrs) {
		c.put("<!-- pause -->", "")
	}
}

// closeBox takes the last tag of such an element.
func (c *converter) closeBox(name string) {
	c.gap()
	for i := len(c.grids) - 1; i >= 0; i-- {
		if c.grids[i].tag != name {
			continue
		}
		for len(c.grids) > i {
			c.endGrid()
		}
		return
	}
}

// endGrid ends the innermost of them.
func (c *converter) endGrid() {
	n := len(c.grids) - 1
	g := c.grids[n]
	c.grids = c.grids[:n]
	switch {
	case g.cols > 0:
		c.gap()
		c.put("<!-- reset_layout -->", "")
	case g.align:
		c.gap()
		c.put("<!-- alignment: left -->", "")
	}
}

// children counts the elements right inside of the one at the current line.
func (c *converter) children(name string) int { return len(c.ratios(name)) }

// ratios returns the widths of those elements, as far as they are given.
func (c *converter) ratios(name string) []string {
	var out []string
	depth, pandoc := 0, strings.HasPrefix(strings.TrimSpace(c.at.text), ":::")
	var f fence
	for _, l := range c.lines {
		if l.off < c.at.off {
			continue
		}
		if f.line(l.text); f.open() {
			continue
		}
		if pandoc {
			m := divLine().FindStringSubmatch(strings.TrimSpace(l.text))
			switch {
			case m == nil:
			case m[2] == "":
				if depth--; depth == 0 {
					return out
				}
			default:
				if depth++; depth == 2 {
					out = append(out, ratio(l.text))
				}
			}
			continue
		}
		for _, m := range anyTag().FindAllStringSubmatch(l.text, -1) {
			switch low := strings.ToLower(m[1]); {
			case !slices.Contains(boxes, low) || strings.HasSuffix(m[0], "/>"):
			case strings.HasPrefix(m[0], "</"):
				if depth--; depth == 0 {
					return out
				}
			default:
				if depth++; depth == 2 {
					out = append(out, ratio(m[0]))
				}
			}
		}
	}
	return nil // it is not closed
}

var boxes = strings.Fields("div section article main header footer aside center nav")

func ratio(tag string) string {
	if m := widthText().FindStringSubmatch(tag); m != nil && m[1] != "0" {
		if n, _ := strconv.Atoi(m[1]); n <= 100 {
			return m[1]
		}
	}
	return "1"
}

// blockStart splits a line of text before a tag that would begin a block of HTML.
var blockStart = pattern.New(`^((?:\s*(?:[*+-]|\d{1,9}[.)]|>)(?:\s+|$))*\s*)(<[A-Za-z/!?].*)$`)

// inText keeps a line from becoming a block of HTML, which our dialect does not have: a tag that is alone on its line, or
// that ours does not know, is text there.
func inText(text string) string {
	m := blockStart().FindStringSubmatch(text)
	if m == nil {
		return text
	}
	name := strings.ToLower(strings.TrimLeft(tagStart().FindString(m[2]), "</"))
	whole := anyTag().FindString(m[2])
	switch {
	case strings.Contains(name, ":") || strings.HasPrefix(m[2][min(len(m[2]), 1+len(name)):], "@"): // an address in <>
		return text
	case slices.Contains(inlineHTML, name) && !(whole != "" && strings.HasPrefix(m[2], whole) && strings.TrimSpace(m[2][len(whole):]) == ""):
		return text
	}
	return m[1] + `\` + m[2]
}

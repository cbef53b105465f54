package foreign

import (
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
)

var (
	groupText  = pattern.New(`^[\d\s,|*-]*$`)
	stepWords  = pattern.New(`(?i)\b(all|none|hide)\b`)
	infoPieces = pattern.New(`\{[^}]*\}?|\[[^\]]*\]?|[^\s{\[]+`)
	wordOnly   = pattern.New(`^[\w+#./-]+$`)
)

// openCode takes the line that opens a code block.
func (c *converter) openCode(l line) {
	trimmed := strings.TrimLeft(l.text, " \t")
	marks := fenceMarks(trimmed)
	indent := l.text[:len(l.text)-len(trimmed)]
	c.fence.line(l.text)
	if !c.fence.open() { // a code span of three backticks
		c.text(l.text)
		return
	}
	if rest := strings.TrimSpace(trimmed[len(marks):]); strings.Contains(rest, "magic-move") {
		c.keep(trimmed, "code that moves; its versions stand below one another, each at a step of its own")
		c.fence.marks, c.magic = "", true
		return
	}
	if c.magic && strings.TrimSpace(trimmed) == strings.TrimSpace(marks) && len(marks) > 3 {
		c.fence.marks, c.magic = "", false
		return
	}
	info, _ := c.info(strings.TrimSpace(trimmed[len(marks):]))
	if c.magic && len(c.out) > 0 && !c.first && c.moves > 0 {
		c.put("<!-- pause -->")
	}
	if c.magic {
		c.moves++
	}
	c.first = false
	c.out = append(c.out, strings.TrimRight(indent+marks+info, " "))
}

// inCode takes a line of code, or the line that closes it.
func (c *converter) inCode(text string) {
	c.out = append(c.out, text)
	if c.fence.line(text); !c.fence.open() {
		c.mark = len(c.out)
	}
}

// info turns the words behind a fence into ours, and reports whether it has lines to highlight.
func (c *converter) info(text string) (info string, groups bool) {
	lang, rest := text, ""
	if i := strings.IndexAny(text, " \t{["); i >= 0 {
		lang, rest = text[:i], text[i:]
	}
	var attrs, lost []string
	numbered := c.numbers
	for _, piece := range infoPieces().FindAllString(rest, -1) {
		inner := strings.TrimSpace(strings.Trim(piece, "{}[]"))
		_, steps, offset := strings.Cut(inner, ":")
		bare := stepWords().ReplaceAllString(inner, "")
		switch {
		case (piece[0] == '{' || piece[0] == '[' && c.tool == Reveal) && groupText().MatchString(bare):
			numbered = numbered || piece[0] == '['
			if g, odd := lineGroups(inner); g != "" && !groups {
				attrs, groups = append(attrs, g), true
				if odd {
					lost = append(lost, piece)
				}
			} else if inner != "" {
				lost = append(lost, piece)
			}
		case piece[0] == '[' && c.tool == Reveal && offset && groupText().MatchString(steps):
			numbered = true
			if g, _ := lineGroups(steps); g != "" && !groups {
				attrs, groups = append(attrs, g), true
			}
			lost = append(lost, piece)
		case piece[0] == '{' && (strings.HasPrefix(inner, ".") || strings.HasPrefix(inner, "#")):
			for word := range strings.FieldsSeq(inner) {
				switch {
				case strings.EqualFold(strings.ReplaceAll(word, "-", ""), ".numberLines"):
					numbered = true
				case word[0] == '.' && lang == "":
					lang = word[1:]
				default:
					lost = append(lost, word)
				}
			}
		case piece[0] == '{' && strings.HasPrefix(strings.ReplaceAll(inner, " ", ""), "lines:true"):
			numbered = true
			if strings.Contains(inner, ",") {
				lost = append(lost, piece)
			}
		case piece[0] == '+' && wordOnly().MatchString(piece):
			attrs = append(attrs, piece)
		default:
			lost = append(lost, piece)
		}
	}
	if len(lost) > 0 {
		c.keep(strings.Join(lost, " "), strings.Join(lost, " ")+" behind the language of a code block")
	}
	if numbered && lang != "" && lang != "mermaid" {
		attrs = append(attrs, "+line_numbers")
	}
	if c.tool == Slidev && lang == "mermaid" {
		attrs = append(attrs, "+render")
	}
	return strings.TrimSpace(lang + " " + strings.Join(attrs, " ")), groups
}

// lineGroups turns groups of lines into ours. odd tells that a group without lines had to go.
func lineGroups(text string) (groups string, odd bool) {
	var out []string
	for g := range strings.SplitSeq(text, "|") {
		g = strings.Join(strings.Fields(strings.ReplaceAll(g, ",", " ")), ",")
		switch {
		case g == "*" || strings.EqualFold(g, "all"):
			g = "all"
		case g == "" || strings.EqualFold(g, "none") || strings.EqualFold(g, "hide"):
			odd = true
			continue
		case strings.HasPrefix(g, "-") || strings.HasSuffix(g, "-") || strings.ContainsAny(g, "*") || strings.Contains(g, "--"):
			return "", false
		}
		out = append(out, g)
	}
	out = slices.Compact(out)
	if len(out) == 0 {
		return "", odd
	}
	return "{" + strings.Join(out, "|") + "}", odd
}

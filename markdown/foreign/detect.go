// Package foreign knows the Markdown of other slide tools: it tells their decks apart, and turns them into ours.
package foreign

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
)

// Tool is another slide tool, by the name that people know it by.
type Tool string

// Tools. None stands for a deck that any of them could have, cut by lines of --- and nothing else.
const (
	None   Tool = ""
	Marp   Tool = "Marp"
	Slidev Tool = "Slidev"
	Reveal Tool = "reveal-md"
	Patat  Tool = "patat"
)

// Tools lists them.
func Tools() []Tool { return []Tool{Marp, Slidev, Reveal, Patat} }

// sign is a piece of text that decks of one tool have. Its weight says how seldom others have it.
type sign struct {
	tool   Tool
	front  bool // it stands in the front matter, not below
	weight int
	find   func() *regexp.Regexp
}

var signs = []sign{
	{Marp, true, 10, pattern.New(`(?m)^marp:`)},
	{Marp, true, 5, pattern.New(`(?m)^(headingDivider|_?paginate):|^theme: *["']?(gaia|uncover)\b`)},
	{Marp, true, 4, pattern.New(`(?m)^size: *["']?(16:9|4:3|4K)|^math: *["']?(mathjax|katex)`)},
	{Marp, true, 1, pattern.New(`(?m)^_?(class|backgroundColor|backgroundImage|color|header|footer|style):`)},
	{Marp, false, 5, pattern.New(`<!--\s*\$?_?(class|paginate|backgroundColor|backgroundImage|color|header|footer|theme|headingDivider|size)\s*:`)},
	{Marp, false, 5, pattern.New(`!\[(bg|[^\]]* bg)\b[^\]]*\]\(|<!--\s*fit\s*-->`)},
	{Marp, false, 4, pattern.New(`!\[([^\]]* )?(w|h|width|height):\d+(px|%|em|cm)?\b[^\]]*\]\(`)},

	{Slidev, true, 6, pattern.New(`(?m)^(mdc|drawings|highlighter|colorSchema|routerMode|canvasWidth|addons|monaco|routeAlias|twoslash):`)},
	{Slidev, true, 3, pattern.New(`(?m)^(layout|transition|lineNumbers|fonts|info|clicks|favicon|selectable):`)},
	{Slidev, true, 4, pattern.New(`(?m)^theme: *["']?(seriph|apple-basic|bricks|shibainu|slidev-|@)`)},
	{Slidev, true, 1, pattern.New(`(?m)^(background|class):`)},
	{Slidev, false, 8, pattern.New(`<[vV]-?[cC]licks?\b|<v-(after|switch|drag)\b|\bv-(click|after|mark|motion)\b`)},
	{Slidev, false, 6, pattern.New(`(?m)^:: ?(right|left|bottom|default) ?::[ \t\r]*$|^<<< +@?`)},
	{Slidev, false, 6, pattern.New("(?m)^---[ \t\r]*\n(layout|class|transition|background|image|src|clicks|hide|level|routeAlias|zoom|title|name): ?[^\n]*\n")},
	{Slidev, false, 4, pattern.New(`\$(slidev|nav|clicks)\b|(?m)^<(Tweet|Youtube|Toc|Arrow|RenderWhen|AutoFitText|SlidevVideo|Transform)\b`)},

	{Reveal, true, 10, pattern.New(`(?m)^(revealOptions|verticalSeparator|highlightTheme|notesSeparator|preprocessor):`)},
	{Reveal, true, 6, pattern.New(`(?m)^separator:`)},
	{Reveal, true, 4, pattern.New(`(?m)^theme: *["']?(black|white|league|beige|sky|night|serif|simple|solarized|blood|moon)\b`)},
	{Reveal, false, 9, pattern.New(`<!--\s*\.(slide|element):`)},
	{Reveal, false, 6, pattern.New(`class="[^"]*\bfragment\b|<aside class="notes"|\br-(stack|fit-text|hstack|vstack)\b|\bdata-(background|auto-animate)\b`)},
	{Reveal, false, 4, pattern.New(`(?m)^Notes?:|^----[ \t\r]*$`)},
	{Reveal, false, 5, pattern.New("(?m)^```[\\w+#-]* *\\[[\\d|,: -]*\\]")},

	{Patat, true, 10, pattern.New(`(?m)^patat:`)},
	{Patat, false, 10, pattern.New(`<!--\s*config:`)},
	{Patat, false, 5, pattern.New(`(?m)^\. \. \.[ \t\r]*$`)},
	{Patat, false, 4, pattern.New("(?m)^(```+|~~~+) *\\{ *\\.\\w+|^:::+ *\\{? *\\.columns?\\b")},
}

// least is the weight of signs below which a deck is nobody's.
const least = 4

// Detect returns the tool that a deck is written for, and a place in it that shows it. front is its front matter, "" if
// it has none, and body the text below; off is a place in body, -1 if it is the front matter that tells.
func Detect(front, body []byte) (tool Tool, off int) {
	body = outsideCode(body)
	sum, place := map[Tool]int{}, map[Tool]int{}
	for _, s := range signs {
		in := body
		if s.front {
			in = front
		}
		at := s.find().FindIndex(in)
		if at == nil {
			continue
		}
		sum[s.tool] += s.weight
		if was, known := place[s.tool]; s.front {
			place[s.tool] = -1
		} else if !known || at[0] < was {
			place[s.tool] = at[0]
		}
	}
	for _, t := range Tools() {
		if sum[t] >= least && sum[t] > sum[tool] {
			tool = t
		}
	}
	if tool == None {
		return None, -1
	}
	return tool, place[tool]
}

var plainComment = pattern.New(`(?s)<!--\s*//.*?-->`)

// outsideCode returns a copy of a text with blanks for code blocks and plain comments; a deck may be about such tools.
func outsideCode(text []byte) []byte {
	out := plainComment().ReplaceAllFunc(text, func(c []byte) []byte { return bytes.Repeat([]byte{' '}, len(c)) })
	var f fence
	for at := 0; at < len(out); {
		end := at + len(out[at:])
		if n := bytes.IndexByte(out[at:], '\n'); n >= 0 {
			end = at + n
		}
		was := f.open()
		f.line(string(out[at:end]))
		if was && f.open() {
			for i := at; i < end; i++ {
				out[i] = ' '
			}
		}
		at = end + 1
	}
	return out
}

// fence follows the lines of a text in and out of fenced code.
type fence struct{ marks string }

func (f *fence) open() bool { return f.marks != "" }

// line takes the next line.
func (f *fence) line(line string) {
	text := strings.TrimLeft(line, " \t>")
	marks := fenceMarks(text)
	switch {
	case f.marks == "":
		if marks != "" && (marks[0] == '~' || !strings.Contains(text[len(marks):], "`")) {
			f.marks = marks
		}
	case strings.HasPrefix(marks, f.marks) && strings.TrimSpace(text[len(marks):]) == "":
		f.marks = ""
	}
}

// fenceMarks returns the three or more backticks or tildes that a line begins with.
func fenceMarks(text string) string {
	for _, c := range []string{"`", "~"} {
		if n := len(text) - len(strings.TrimLeft(text, c)); n >= 3 {
			return text[:n]
		}
	}
	return ""
}

// keys are those of a front matter that belong to a tool, apart from the ones that slidexec has too.
var keys = map[Tool][]string{
	Marp: {"marp", "theme", "paginate", "class", "size", "math", "style", "header", "footer", "headingDivider", "backgroundColor",
		"backgroundImage", "backgroundPosition", "backgroundRepeat", "backgroundSize", "color", "keywords", "image", "transition", "inlineSVG", "html"},
	Slidev: {"theme", "layout", "class", "background", "transition", "mdc", "drawings", "highlighter", "colorSchema", "routerMode",
		"canvasWidth", "aspectRatio", "addons", "monaco", "routeAlias", "twoslash", "lineNumbers", "fonts", "info", "clicks", "favicon",
		"selectable", "download", "exportFilename", "export", "record", "hide", "image", "level", "themeConfig", "defaults", "titleTemplate",
		"presenter", "browserExporter", "css", "keywords", "htmlAttrs", "seoMeta", "src", "zoom", "name", "remote", "wakeLock", "overviewSnapshots",
		"plantUmlServer", "monacoTypesSource", "record", "hideInToc", "preload"},
	Reveal: {"theme", "revealOptions", "separator", "verticalSeparator", "highlightTheme", "notesSeparator", "preprocessor", "css", "scripts",
		"assetsDir", "static", "template", "watch", "absoluteUrl", "featuredSlide", "faviconPath", "slideNumber", "controls", "progress"},
	Patat: {"patat", "institute", "subtitle"},
}

// Key reports whether a key of the front matter is one of a tool, which slidexec does not have or reads in another way.
func (t Tool) Key(key string) bool {
	return slices.Contains(keys[t], key) || t == Marp && strings.HasPrefix(key, "_")
}

// Options are the options with which slidexec cuts a deck of the tool into its slides, as in a front matter.
func (t Tool) Options(rules bool) string {
	if t == Patat && !rules {
		return "options: {implicit_slide_ends: true, h1_slide_titles: true}"
	}
	return "options: {end_slide_shorthand: true, h1_slide_titles: true}"
}

// Of returns the tool that a whole deck is written for.
func Of(src []byte) Tool {
	front, body := []byte(nil), src
	if rest, ok := bytes.CutPrefix(src, []byte("---")); ok {
		if f, b, closed := bytes.Cut(rest, []byte("\n---")); closed {
			front, body = f, b
		}
	}
	tool, _ := Detect(front, body)
	return tool
}
